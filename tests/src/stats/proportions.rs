use super::answers::{answers, chance, ends};
use super::{Answers, Input, Outcome};
use isoflag_stats::{
    DifferenceInterval, Proportion, ProportionInterval, proportion_ci, proportion_diff_ci, two_proportion_z,
};

pub(super) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "two_proportion_z" => z_test(input),
        "proportion_ci" => one_proportion(input),
        "proportion_diff_ci" => two_proportions(input),
        _ => return None,
    })
}

fn z_test(input: &Input<'_>) -> Result<Answers, String> {
    let (control, treatment) = (input.proportion("control")?, input.proportion("treatment")?);
    let Some(found) = two_proportion_z(control, treatment, input.pooling()?, input.alternative()?) else {
        return Ok(Answers::undefined());
    };
    let all = answers! {
        "rate_control": found.rate_control, "rate_treatment": found.rate_treatment, "diff": found.diff, "se": found.se,
        "defined": found.test.is_some(),
    };
    Ok(match found.test {
        Some((z, p)) => all.with("z", z).and(chance(p)),
        None => all,
    })
}

fn one_proportion(input: &Input<'_>) -> Result<Answers, String> {
    let choices = [("wilson", ProportionInterval::Wilson), ("wald", ProportionInterval::Wald)];
    let method = input.choice("method", &choices)?;
    if input.flag("clip")? {
        return Err("intervals are not clipped".into());
    }
    let arm = Proportion { n: input.number("n")?, successes: input.number("successes")? };
    Ok(proportion_ci(arm, method, input.number("level")?).map_or_else(Answers::undefined, ends))
}

fn two_proportions(input: &Input<'_>) -> Result<Answers, String> {
    let choices = [("wald", DifferenceInterval::Wald), ("newcombe", DifferenceInterval::Newcombe)];
    let method = input.choice("method", &choices)?;
    let (control, treatment) = (input.proportion("control")?, input.proportion("treatment")?);
    let found = proportion_diff_ci(control, treatment, method, input.number("level")?);
    Ok(found.map_or_else(Answers::undefined, |(diff, interval)| answers! { "diff": diff }.and(ends(interval))))
}
