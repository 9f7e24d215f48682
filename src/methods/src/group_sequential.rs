use crate::answers::answers;
use crate::{Answers, Input, Outcome};
use isoflag_stats::{
    group_sequential_bounds, group_sequential_classical, group_sequential_run, group_sequential_size, peeking_fpr,
    spending_function,
};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "spending_function" => spent(input),
        "group_sequential_bounds" => bounds(input),
        "group_sequential_classical" => classical(input),
        "group_sequential_size" => size(input),
        "group_sequential_run" => run(input),
        "peeking_fpr" => peeking(input),
        _ => return None,
    })
}

fn plan(input: &Input<'_>) -> Result<(Vec<f64>, f64, u8), String> {
    Ok((input.numbers("information_fractions")?, input.number("alpha")?, input.sides()?))
}

fn spent(input: &Input<'_>) -> Result<Answers, String> {
    let spent = spending_function(input.spending()?, input.number("t")?, input.number("alpha")?, input.sides()?);
    Ok(spent.map_or_else(Answers::undefined, |spent| answers! { "alpha_spent": spent }))
}

fn bounds(input: &Input<'_>) -> Result<Answers, String> {
    let (fractions, alpha, sides) = plan(input)?;
    let bounds = group_sequential_bounds(&fractions, alpha, sides, input.spending()?);
    Ok(bounds.map_or_else(Answers::undefined, |bounds| {
        answers! { "z": bounds.z, "alpha_spent": bounds.alpha_spent, "nominal_p": bounds.nominal_p }
    }))
}

fn classical(input: &Input<'_>) -> Result<Answers, String> {
    let (fractions, alpha, sides) = plan(input)?;
    // The shape names what delta already says.
    let delta = input.number("delta")?;
    let shape = input.choice("shape", &[("pocock", Some(0.5)), ("obf", Some(0.0)), ("wang_tsiatis", None)])?;
    let bounds = group_sequential_classical(&fractions, alpha, sides, shape.unwrap_or(delta));
    Ok(bounds.map_or_else(Answers::undefined, |bounds| answers! { "constant": bounds.constant, "z": bounds.z }))
}

fn size(input: &Input<'_>) -> Result<Answers, String> {
    let (fractions, alpha, sides) = plan(input)?;
    let size = group_sequential_size(&fractions, alpha, sides, input.spending()?, input.number("power")?);
    Ok(size.map_or_else(Answers::undefined, |size| {
        answers! { "z": size.z, "drift": size.drift, "inflation": size.inflation,
        "expected_over_fixed_h1": size.expected_over_fixed_h1, "expected_over_fixed_h0": size.expected_over_fixed_h0,
        "stop_probability_h1": size.stop_probability_h1 }
    }))
}

fn run(input: &Input<'_>) -> Result<Answers, String> {
    let (fractions, alpha, sides) = plan(input)?;
    let (estimates, ses) = (input.numbers("estimates")?, input.numbers("ses")?);
    if estimates.len() != fractions.len() || ses.len() != fractions.len() {
        return Err("each look has an information fraction, an estimate and a standard error".into());
    }
    let looks: Vec<_> = fractions.into_iter().zip(estimates).zip(ses).map(|((t, d), se)| (t, d, se)).collect();
    Ok(group_sequential_run(&looks, alpha, sides, input.spending()?).map_or_else(Answers::undefined, |run| {
        answers! { "z": run.z, "bounds": run.bounds, "stop_look": run.stop_look,
        "rci_low": run.intervals.iter().map(|interval| interval.low).collect::<Vec<_>>(),
        "rci_high": run.intervals.iter().map(|interval| interval.high).collect::<Vec<_>>() }
    }))
}

fn peeking(input: &Input<'_>) -> Result<Answers, String> {
    let rate = peeking_fpr(&input.numbers("information_fractions")?, input.number("nominal_alpha")?, input.sides()?);
    Ok(rate.map_or_else(Answers::undefined, |rate| answers! { "false_positive_rate": rate }))
}
