use super::answers::{answers, ends};
use super::{Answers, Input, Outcome};
use isoflag_stats::{Look, Rho, asymptotic_cs, asymptotic_cs_one_sided};

pub(super) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "asymptotic_cs" => sequence(input),
        "asymptotic_cs_one_sided" => sequence_one_sided(input),
        _ => return None,
    })
}

fn look(input: &Input<'_>) -> Result<Look, String> {
    let [estimate, se, n] = [input.number("estimate")?, input.number("se")?, input.number("n")?];
    Ok(Look { estimate, se, n, alpha: input.number("alpha")?, n_star: input.number("n_star")? })
}

fn sequence(input: &Input<'_>) -> Result<Answers, String> {
    let rho = input.choice("rho", &[("approx", Rho::Approximate), ("exact", Rho::Exact)])?;
    Ok(asymptotic_cs(&look(input)?, rho).map_or_else(Answers::undefined, |found| {
        answers! { "rho": found.rho, "half_width": found.half_width, "p_value": found.p.p_value,
        "log_p_value": found.p.log_p_value }
        .and(ends(found.interval))
    }))
}

fn sequence_one_sided(input: &Input<'_>) -> Result<Answers, String> {
    let look = look(input)?;
    Ok(asymptotic_cs_one_sided(&look).map_or_else(Answers::undefined, |(rho, half_width)| {
        let (lower, upper) = (look.estimate - half_width, look.estimate + half_width);
        answers! { "rho": rho, "half_width": half_width, "lower_bound": lower, "upper_bound": upper }
    }))
}
