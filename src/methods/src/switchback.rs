use crate::answers::answers;
use crate::means::welch_answers;
use crate::variance_reduction::{arms, coefficient_answers};
use crate::{Answers, Input, Outcome};
use isoflag_stats::{Alternative, randomization_test, switchback_blocks, switchback_hac, switchback_ht, welch_t_raw};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "switchback_hac" => hac(input),
        "switchback_blocks" => blocks(input),
        "switchback_ht" => horvitz_thompson(input),
        "randomization_test" => randomization(input),
        _ => return None,
    })
}

fn hac(input: &Input<'_>) -> Result<Answers, String> {
    let (treated, outcome) = (arms(input, "treated")?, input.numbers("outcome")?);
    let found = switchback_hac(&treated, &outcome, input.count("lags")?, input.number("level")?);
    Ok(found.map_or_else(Answers::undefined, |found| coefficient_answers(found, "z")))
}

fn blocks(input: &Input<'_>) -> Result<Answers, String> {
    let (treated, outcome) = (arms(input, "treated")?, input.numbers("outcome")?);
    let found = switchback_blocks(&treated, &outcome, input.count("block_length")?, input.count("burn_in")?);
    let alpha = 1.0 - input.number("level")?;
    let Some(found) = found else { return Ok(Answers::undefined()) };
    let all = answers! {
        "blocks_control": found.control.n(), "blocks_treatment": found.treatment.n(),
        "mean_control": found.control.mean(), "mean_treatment": found.treatment.mean(),
        "diff": found.treatment.mean_minus(&found.control), "defined": false,
    };
    let welch = welch_t_raw(&found.control, &found.treatment, Alternative::TwoSided, alpha);
    Ok(all.and(welch.map(welch_answers).unwrap_or_default()))
}

fn horvitz_thompson(input: &Input<'_>) -> Result<Answers, String> {
    let (treated, outcome) = (arms(input, "treated")?, input.numbers("outcome")?);
    let points: Vec<usize> = input.numbers("decision_points")?.into_iter().map(|point| point as usize).collect();
    let found = switchback_ht(&treated, &outcome, &points, input.count("carryover")?, input.number("probability")?);
    Ok(found.map_or_else(Answers::undefined, |estimate| answers! { "estimate": estimate }))
}

fn randomization(input: &Input<'_>) -> Result<Answers, String> {
    input.choice("scheme", &[("fixed_number_treated", ())])?;
    let found = randomization_test(&arms(input, "treated")?, &input.numbers("outcome")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! { "diff": found.diff, "assignments": found.assignments as f64, "p_two_sided": found.p_two_sided,
        "p_greater": found.p_greater }
    }))
}
