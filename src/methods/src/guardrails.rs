use crate::answers::{answers, chance};
use crate::{Answers, Input, Outcome};
use isoflag_stats::{Margin, NonInferiorityVerdict, non_inferiority, tost};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "non_inferiority" => margin_test(input),
        "tost" => equivalence(input),
        _ => return None,
    })
}

fn margin_test(input: &Input<'_>) -> Result<Answers, String> {
    let margin = input.number("margin")?;
    let choices = [("absolute", Margin::Absolute(margin)), ("relative", Margin::Relative(margin))];
    let margin = input.choice("margin_type", &choices)?;
    let (control, treatment) = (input.sample("control")?, input.sample("treatment")?);
    let found = non_inferiority(control, treatment, input.flag("higher_is_better")?, margin, input.number("alpha")?);
    let Some(found) = found else {
        return Ok(Answers::undefined().with("diff", treatment.mean - control.mean));
    };
    let verdict = match found.verdict {
        NonInferiorityVerdict::NonInferior => "non_inferior",
        NonInferiorityVerdict::Inferior => "inferior",
        NonInferiorityVerdict::Inconclusive => "inconclusive",
    };
    Ok(answers! {
        "defined": true, "diff": found.diff, "distance": found.distance, "se": found.se, "z": found.z,
        "bound": found.bound, "verdict": verdict,
    }
    .and(chance(found.p)))
}

fn equivalence(input: &Input<'_>) -> Result<Answers, String> {
    let (control, treatment) = (input.sample("control")?, input.sample("treatment")?);
    let alpha = input.number("alpha")?;
    let found = tost(control, treatment, input.number("low")?, input.number("high")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! { "defined": true, "p_lower": found.lower.p_value, "p_upper": found.upper.p_value, "df": found.df,
        "equivalent": found.p().p_value < alpha }
        .and(chance(found.p()))
    }))
}
