use crate::answers::{answers, chance, ends};
use crate::{Answers, Input, Outcome};
use isoflag_stats::{
    Alternative, DifferenceInterval, Interval, Proportion, ProportionInterval, ProportionVariance, Retention,
    RetentionWindow, fisher_exact, proportion_ci, proportion_diff_ci, retained, two_proportion_z,
};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "two_proportion_z" => z_test(input),
        "proportion_ci" => one_proportion(input),
        "proportion_diff_ci" => two_proportions(input),
        "fisher_exact" => fisher(input),
        "retention" => retention(input),
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
    let choices = [
        ("wilson", ProportionInterval::Wilson),
        ("wald", ProportionInterval::Wald),
        ("agresti_coull", ProportionInterval::AgrestiCoull),
        ("clopper_pearson", ProportionInterval::ClopperPearson),
        ("jeffreys", ProportionInterval::Jeffreys),
    ];
    let method = input.choice("method", &choices)?;
    let clip = !input.value("clip").is_null() && input.flag("clip")?;
    let arm = Proportion { n: input.number("n")?, successes: input.number("successes")? };
    let found = proportion_ci(arm, method, input.number("level")?);
    let clipped = |Interval { low, high }| Interval { low: low.max(0.0), high: high.min(1.0) };
    Ok(found.map(|found| if clip { clipped(found) } else { found }).map_or_else(Answers::undefined, ends))
}

fn two_proportions(input: &Input<'_>) -> Result<Answers, String> {
    let choices = [
        ("wald", DifferenceInterval::Wald),
        ("newcombe", DifferenceInterval::Newcombe),
        ("agresti_caffo", DifferenceInterval::AgrestiCaffo),
        ("miettinen_nurminen", DifferenceInterval::MiettinenNurminen),
    ];
    let method = input.choice("method", &choices)?;
    let (control, treatment) = (input.proportion("control")?, input.proportion("treatment")?);
    let found = proportion_diff_ci(control, treatment, method, input.number("level")?);
    Ok(found.map_or_else(Answers::undefined, |(diff, interval)| answers! { "diff": diff }.and(ends(interval))))
}

fn fisher(input: &Input<'_>) -> Result<Answers, String> {
    let (control, treatment) = (input.proportion("control")?, input.proportion("treatment")?);
    let p = fisher_exact(control, treatment, input.alternative()?);
    Ok(p.map_or_else(Answers::undefined, |p| answers! { "p_value": p }))
}

fn retention(input: &Input<'_>) -> Result<Answers, String> {
    let window = RetentionWindow {
        kind: input.choice("kind", &[("on_day", Retention::OnDay), ("within", Retention::Within)])?,
        days: input.number("days")?,
        last_full_day: input.number("last_full_day")?,
    };
    let arm = |key| -> Result<Proportion, String> {
        let mut units = Vec::new();
        for unit in input.objects(key)? {
            units.push((unit.number("exposed")?, unit.numbers("active")?));
            unit.done()?;
        }
        Ok(retained(units.iter().map(|(exposed, active)| (*exposed, active.as_slice())), window))
    };
    let (control, treatment) = (arm("control")?, arm("treatment")?);
    let counts = answers! {
        "eligible_control": control.n, "retained_control": control.successes,
        "eligible_treatment": treatment.n, "retained_treatment": treatment.successes,
    };
    let found = two_proportion_z(control, treatment, ProportionVariance::Pooled, Alternative::TwoSided);
    let Some(found) = found else { return Ok(counts.with("defined", false)) };
    let all = counts.with("diff", found.diff).with("defined", found.test.is_some());
    Ok(match found.test {
        Some((z, p)) => all.with("z", z).and(chance(p)),
        None => all,
    })
}
