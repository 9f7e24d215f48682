use crate::answers::{answers, chance};
use crate::variance_reduction::coefficient_answers;
use crate::{Answers, Input, Outcome};
use isoflag_stats::{
    Alternative, Contingency, Moments, Sample, aa_test, balance, balance_categorical, chi2_contingency,
    interaction_2x2, interaction_axb, simpson, srm_chi_square, srm_sequential, welch_t,
};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "srm_chi_square" => srm(input),
        "srm_sequential" => srm_every_look(input),
        "chi2_contingency" | "assignment_independence" => contingency(input),
        "balance" => balance_of_numbers(input),
        "balance_categorical" => balance_of_levels(input),
        "interaction_2x2" => two_by_two(input),
        "interaction_axb" => any_by_any(input),
        "simpson" => segments(input),
        "aa_test" => aa(input),
        _ => return None,
    })
}

fn srm(input: &Input<'_>) -> Result<Answers, String> {
    let arms: Vec<_> = input.numbers("observed")?.into_iter().zip(input.numbers("weights")?).collect();
    let Some(srm) = srm_chi_square(&arms) else { return Ok(Answers::undefined()) };
    let all = answers! { "defined": true, "chi2": srm.chi2, "df": srm.df, "srm_at_0_001": srm.p.p_value < 0.001 };
    Ok(all.and(chance(srm.p)))
}

fn srm_every_look(input: &Input<'_>) -> Result<Answers, String> {
    let (looks, weights) = (input.lists("counts_per_look")?, input.numbers("weights")?);
    let Some(looks) = srm_sequential(&looks, &weights, &input.numbers("dirichlet_alpha")?) else {
        return Ok(Answers::undefined());
    };
    Ok(answers! {
        "log_bayes_factor": looks.iter().map(|look| look.log_bayes_factor).collect::<Vec<_>>(),
        "always_valid_p": looks.iter().map(|look| look.p.p_value).collect::<Vec<_>>(),
        "log_always_valid_p": looks.iter().map(|look| look.p.log_p_value).collect::<Vec<_>>(),
    })
}

fn contingency(input: &Input<'_>) -> Result<Answers, String> {
    Ok(chi2_contingency(&input.lists("table")?).map_or_else(Answers::undefined, chi2_answers))
}

fn chi2_answers(found: Contingency) -> Answers {
    answers! { "defined": true, "chi2": found.chi2, "df": found.df }.and(chance(found.p))
}

fn balance_of_numbers(input: &Input<'_>) -> Result<Answers, String> {
    input.choice("kind", &[("binary", ()), ("numeric", ())])?;
    let (control, treatment) = (input.sample("control")?, input.sample("treatment")?);
    let Some(found) = balance(control, treatment) else { return Ok(Answers::undefined()) };
    let all = answers! { "defined": true, "smd": found.smd, "variance_ratio": found.variance_ratio };
    let test = welch_t(control, treatment, Alternative::TwoSided, 0.05).and_then(|found| found.test);
    Ok(match test {
        Some(test) => all.with("t", test.t).with("df", test.df).and(chance(test.p)),
        None => all,
    })
}

fn balance_of_levels(input: &Input<'_>) -> Result<Answers, String> {
    let found = balance_categorical(&input.numbers("control")?, &input.numbers("treatment")?);
    Ok(found.map_or_else(Answers::undefined, |(test, smd)| chi2_answers(test).with("smd", smd)))
}

fn two_by_two(input: &Input<'_>) -> Result<Answers, String> {
    let [a0b0, a0b1] = [input.sample("a0b0")?, input.sample("a0b1")?];
    let [a1b0, a1b1] = [input.sample("a1b0")?, input.sample("a1b1")?];
    let found = interaction_2x2([[a0b0, a0b1], [a1b0, a1b1]], 0.95);
    Ok(found
        .map_or_else(Answers::undefined, |found| coefficient_answers(found, "z").with("interaction", found.estimate)))
}

fn any_by_any(input: &Input<'_>) -> Result<Answers, String> {
    let rows = input.value("cells").as_array().ok_or("`cells` is no list")?;
    let mut cells: Vec<Vec<Sample>> = Vec::new();
    for row in rows {
        let mut samples = Vec::new();
        for cell in row.as_array().ok_or("`cells` has a row that is no list")? {
            let values = crate::input::numbers(cell).ok_or("`cells` has a cell that is no list of numbers")?;
            let moments: Moments = values.into_iter().collect();
            // A cell of one value has no variance, and then there is no test.
            let variance = moments.variance().unwrap_or(f64::NAN);
            samples.push(Sample { n: moments.n(), mean: moments.mean().unwrap_or(f64::NAN), variance });
        }
        cells.push(samples);
    }
    Ok(interaction_axb(&cells).map_or_else(Answers::undefined, chi2_answers))
}

fn segments(input: &Input<'_>) -> Result<Answers, String> {
    // What the segments are called changes nothing.
    input.value("note");
    let mut segments = Vec::new();
    for segment in input.objects("segments")? {
        segment.value("name");
        segments.push((segment.proportion("control")?, segment.proportion("treatment")?));
        segment.done()?;
    }
    let Some(found) = simpson(&segments) else { return Ok(Answers::undefined()) };
    Ok(answers! {
        "defined": true, "aggregate_diff": found.aggregate_diff, "segment_diffs": found.segment_diffs,
        "reversal": found.reversal, "standardized_diff": found.standardized_diff,
        "sign_changes_after_standardizing": found.sign_changes, "mh_odds_ratio": found.mh_odds_ratio,
        "mh_risk_difference": found.mh_risk_difference,
        "cmh_chi2": found.cmh.map(|(chi2, _)| chi2), "cmh_p": found.cmh.map(|(_, p)| p.p_value),
        "breslow_day": found.breslow_day.map(|(chi2, _)| chi2),
        "breslow_day_p": found.breslow_day.map(|(_, p)| p.p_value),
    })
}

fn aa(input: &Input<'_>) -> Result<Answers, String> {
    let found = aa_test(&input.numbers("p_values")?, input.number("alpha")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! {
            "n": found.n, "false_positives": found.false_positives, "rate": found.rate(),
            "binomial_p": found.binomial_p, "rate_ci_low": found.rate_interval.low,
            "rate_ci_high": found.rate_interval.high, "ks_statistic": found.ks_statistic, "ks_p": found.ks_p,
        }
    }))
}
