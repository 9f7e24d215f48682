use super::answers::answers;
use super::{Answers, Input, Outcome};
use isoflag_stats::{MeanPlan, ProportionPlan, SampleSize, days_remaining, sample_size_means, sample_size_proportions};

pub(super) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "sample_size_proportions" => size_of_proportions(input),
        "sample_size_means" => size_of_means(input),
        "days_remaining" => days(input),
        _ => return None,
    })
}

fn size_of_proportions(input: &Input<'_>) -> Result<Answers, String> {
    let (baseline, mde) = (input.number("baseline")?, input.number("mde")?);
    let target = if input.choice("mde_kind", &[("relative", true), ("absolute", false)])? {
        baseline * (1.0 + mde)
    } else {
        baseline + mde
    };
    Ok(size(sample_size_proportions(&ProportionPlan {
        baseline,
        target,
        alpha: input.number("alpha")?,
        power: input.number("power")?,
        ratio: input.number("ratio")?,
        sides: sides(input)?,
        variance: input.pooling()?,
    })))
}

fn size_of_means(input: &Input<'_>) -> Result<Answers, String> {
    input.choice("distribution", &[("normal", ())])?;
    Ok(size(sample_size_means(&MeanPlan {
        difference: input.number("effect")?,
        sd: input.number("sd")?,
        alpha: input.number("alpha")?,
        power: input.number("power")?,
        ratio: input.number("ratio")?,
        sides: sides(input)?,
    })))
}

fn size(size: Option<SampleSize>) -> Answers {
    size.map_or_else(Answers::undefined, |size| {
        answers! { "n_control_exact": size.control_exact, "n_control": size.control, "n_treatment": size.treatment,
        "total": size.total() }
    })
}

fn sides(input: &Input<'_>) -> Result<u8, String> {
    u8::try_from(input.count("sides")?).map_err(|_| "`sides` is 1 or 2".into())
}

fn days(input: &Input<'_>) -> Result<Answers, String> {
    let [required, current] = [input.number("required_total")?, input.number("current_total")?];
    let days = days_remaining(required, current, input.number("daily_users")?, input.number("allocation")?);
    Ok(answers! { "defined": days.is_some(), "days": days })
}
