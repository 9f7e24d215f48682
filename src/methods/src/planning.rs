use crate::answers::answers;
use crate::{Answers, Input, Outcome};
use isoflag_stats::{
    MeanMde, MeanPlan, MeanPower, MeanTest, PlanVariance, ProportionMde, ProportionPlan, ProportionPower, SampleSize,
    cluster_sample_size, days_remaining, mde_means, mde_proportions, power_means, power_proportions, sample_size_means,
    sample_size_proportions,
};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "sample_size_proportions" => size_of_proportions(input),
        "power_proportions" => power_of_proportions(input),
        "mde_proportions" => mde_of_proportions(input),
        "sample_size_means" => size_of_means(input),
        "power_means" => power_of_means(input),
        "mde_means" => mde_of_means(input),
        "cluster_sample_size" => clusters(input),
        "days_remaining" => days(input),
        _ => return None,
    })
}

fn variance(input: &Input<'_>) -> Result<PlanVariance, String> {
    let choices =
        [("pooled", PlanVariance::Pooled), ("unpooled", PlanVariance::Unpooled), ("arcsine", PlanVariance::Arcsine)];
    input.choice("variance", &choices)
}

fn test(input: &Input<'_>) -> Result<MeanTest, String> {
    input.choice("distribution", &[("normal", MeanTest::Normal), ("t", MeanTest::StudentT)])
}

/// Baseline, and the rate an effect leads to.
fn rates(input: &Input<'_>, effect: &str, relative: bool) -> Result<(f64, f64), String> {
    let (baseline, effect) = (input.number("baseline")?, input.number(effect)?);
    Ok((baseline, if relative { baseline * (1.0 + effect) } else { baseline + effect }))
}

fn size_of_proportions(input: &Input<'_>) -> Result<Answers, String> {
    let relative = input.choice("mde_kind", &[("relative", true), ("absolute", false)])?;
    let (baseline, target) = rates(input, "mde", relative)?;
    Ok(size(sample_size_proportions(&ProportionPlan {
        baseline,
        target,
        alpha: input.number("alpha")?,
        power: input.number("power")?,
        ratio: input.number("ratio")?,
        sides: input.sides()?,
        variance: variance(input)?,
    })))
}

fn power_of_proportions(input: &Input<'_>) -> Result<Answers, String> {
    let (baseline, target) = rates(input, "relative_effect", true)?;
    let power = power_proportions(&ProportionPower {
        baseline,
        target,
        n_control: input.number("n_control")?,
        n_treatment: input.number("n_treatment")?,
        alpha: input.number("alpha")?,
        sides: input.sides()?,
        variance: variance(input)?,
        both_tails: input.flag("both_tails")?,
    });
    Ok(power.map_or_else(Answers::undefined, |power| answers! { "power": power }))
}

fn mde_of_proportions(input: &Input<'_>) -> Result<Answers, String> {
    let baseline = input.number("baseline")?;
    let mde = mde_proportions(&ProportionMde {
        baseline,
        n_control: input.number("n_control")?,
        n_treatment: input.number("n_treatment")?,
        alpha: input.number("alpha")?,
        power: input.number("power")?,
        sides: input.sides()?,
        variance: variance(input)?,
        increase: input.choice("direction", &[("increase", true), ("decrease", false)])?,
    });
    Ok(mde.map_or_else(Answers::undefined, |mde| {
        answers! { "mde_absolute": mde, "mde_relative": (baseline > 0.0).then(|| mde / baseline) }
    }))
}

fn size_of_means(input: &Input<'_>) -> Result<Answers, String> {
    Ok(size(sample_size_means(&MeanPlan {
        difference: input.number("effect")?,
        sd: input.number("sd")?,
        alpha: input.number("alpha")?,
        power: input.number("power")?,
        ratio: input.number("ratio")?,
        sides: input.sides()?,
        test: test(input)?,
    })))
}

fn power_of_means(input: &Input<'_>) -> Result<Answers, String> {
    let power = power_means(&MeanPower {
        difference: input.number("effect")?,
        sd: input.number("sd")?,
        n_control: input.number("n_control")?,
        n_treatment: input.number("n_treatment")?,
        alpha: input.number("alpha")?,
        sides: input.sides()?,
        test: test(input)?,
    });
    Ok(power.map_or_else(Answers::undefined, |power| answers! { "power": power }))
}

fn mde_of_means(input: &Input<'_>) -> Result<Answers, String> {
    let mde = mde_means(&MeanMde {
        sd: input.number("sd")?,
        n_control: input.number("n_control")?,
        n_treatment: input.number("n_treatment")?,
        alpha: input.number("alpha")?,
        power: input.number("power")?,
        sides: input.sides()?,
        test: test(input)?,
    });
    Ok(mde.map_or_else(Answers::undefined, |mde| answers! { "mde_absolute": mde }))
}

fn size(size: Option<SampleSize>) -> Answers {
    size.map_or_else(Answers::undefined, |size| {
        answers! { "n_control_exact": size.control_exact, "n_control": size.control, "n_treatment": size.treatment,
        "total": size.total() }
    })
}

fn clusters(input: &Input<'_>) -> Result<Answers, String> {
    let [icc, size] = [input.number("icc")?, input.number("cluster_size")?];
    let found = cluster_sample_size(icc, size, input.number("n_per_arm_individual")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! { "design_effect": found.design_effect, "n_per_arm": found.n_per_arm,
        "clusters_per_arm": found.clusters_per_arm }
    }))
}

fn days(input: &Input<'_>) -> Result<Answers, String> {
    let [required, current] = [input.number("required_total")?, input.number("current_total")?];
    let days = days_remaining(required, current, input.number("daily_users")?, input.number("allocation")?);
    Ok(answers! { "defined": days.is_some(), "days": days })
}
