use crate::answers::{answers, chance, ends};
use crate::means::welch_answers;
use crate::{Answers, Input, Outcome};
use isoflag_stats::{
    Adjustment, Coefficient, Cuped, Hc, Moments, PairMoments, PairSums, Sample, Stratum, cuped, post_stratification,
    regression_adjustment,
};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "cuped" => cuped_of_sums(input),
        "cuped_raw" => cuped_of_rows(input),
        "regression_adjustment" => adjusted(input),
        "post_stratification" => stratified(input),
        "post_stratification_raw" => stratified_rows(input),
        _ => return None,
    })
}

fn cuped_of_sums(input: &Input<'_>) -> Result<Answers, String> {
    let arm = |key| {
        let [n, sum_y, sum_x, sum_yy, sum_xx, sum_xy] =
            input.fields(key, ["n", "sum_y", "sum_x", "sum_yy", "sum_xx", "sum_xy"])?;
        Ok::<_, String>(PairSums { n, sum_y, sum_x, sum_yy, sum_xx, sum_xy }.moments())
    };
    let arms = arm("control")?.zip(arm("treatment")?);
    let level = input.number("level")?;
    let found = arms.and_then(|(control, treatment)| cuped(&control, &treatment, level));
    Ok(found.map_or_else(Answers::undefined, cuped_answers))
}

fn cuped_of_rows(input: &Input<'_>) -> Result<Answers, String> {
    let arm = |key| Ok::<_, String>(PairMoments::of_rows(&input.rows(key)?));
    let arms = arm("control")?.zip(arm("treatment")?);
    let level = input.number("level")?;
    let found = arms.and_then(|(control, treatment)| cuped(&control, &treatment, level));
    Ok(found.map_or_else(Answers::undefined, cuped_answers))
}

fn cuped_answers(found: Cuped) -> Answers {
    answers! {
        "theta": found.theta, "mean_control": found.control.mean, "mean_treatment": found.treatment.mean,
        "variance_control": found.control.variance, "variance_treatment": found.treatment.variance,
        "raw_diff": found.raw_diff, "variance_reduction": found.variance_reduction,
    }
    .and(welch_answers(found.welch))
}

/// A list of 0 and 1.
pub(crate) fn arms(input: &Input<'_>, key: &str) -> Result<Vec<bool>, String> {
    let numbers = input.numbers(key)?;
    if numbers.iter().all(|number| *number == 0.0 || *number == 1.0) {
        Ok(numbers.into_iter().map(|number| number == 1.0).collect())
    } else {
        Err(format!("`{key}` has a number that is neither 0 nor 1"))
    }
}

/// The coefficient under the vectors' names, its statistic as `statistic`.
pub(crate) fn coefficient_answers(found: Coefficient, statistic: &str) -> Answers {
    let all = answers! { "defined": found.test.is_some(), "estimate": found.estimate, "se": found.se };
    match found.test {
        Some((value, p)) => all.with(statistic, value).and(chance(p)).and(ends(found.interval)),
        None => all,
    }
}

fn adjusted(input: &Input<'_>) -> Result<Answers, String> {
    let found = regression_adjustment(
        &input.numbers("outcome")?,
        &arms(input, "treated")?,
        &input.lists("covariates")?,
        input.choice("estimator", &[("ancova", Adjustment::Ancova), ("lin", Adjustment::Lin)])?,
        input.choice("se_type", &[("HC1", Hc::Hc1), ("HC2", Hc::Hc2), ("HC3", Hc::Hc3)])?,
        input.number("level")?,
    );
    Ok(found.map_or_else(Answers::undefined, |found| coefficient_answers(found, "t").with("df", found.df)))
}

fn stratified(input: &Input<'_>) -> Result<Answers, String> {
    let mut strata = Vec::new();
    for stratum in input.objects("strata")? {
        strata.push((stratum.sample("control")?, stratum.sample("treatment")?));
        stratum.done()?;
    }
    of_strata(input, strata)
}

fn stratified_rows(input: &Input<'_>) -> Result<Answers, String> {
    let mut strata = Vec::new();
    for stratum in input.objects("strata")? {
        let arm = |key| -> Result<Sample, String> {
            let moments: Moments = stratum.numbers(key)?.into_iter().collect();
            let mean = moments.mean().unwrap_or_default();
            Ok(Sample { n: moments.n(), mean, variance: moments.variance().unwrap_or(f64::NAN) })
        };
        strata.push((arm("control")?, arm("treatment")?));
        stratum.done()?;
    }
    of_strata(input, strata)
}

fn of_strata(input: &Input<'_>, strata: Vec<(Sample, Sample)>) -> Result<Answers, String> {
    let given = if input.value("weights").as_array().is_some() {
        input.numbers("weights")?.into_iter().map(Some).collect()
    } else {
        input.choice("weights", &[("pooled_share", ())])?;
        vec![None; strata.len()]
    };
    if given.len() != strata.len() {
        return Err("a weight for every stratum".into());
    }
    let strata: Vec<_> = strata
        .into_iter()
        .zip(given)
        .map(|((control, treatment), weight)| Stratum { control, treatment, weight })
        .collect();
    let found = post_stratification(&strata, input.number("level")?);
    Ok(found.map_or_else(Answers::undefined, |(found, unadjusted)| {
        coefficient_answers(found, "z").with("unadjusted", unadjusted)
    }))
}
