use crate::answers::answers;
use crate::{Answers, Input, Outcome};
use isoflag_stats::{Correction, dunnett, p_adjust};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "p_adjust" => adjust(input),
        "dunnett" => against_control(input),
        _ => return None,
    })
}

fn adjust(input: &Input<'_>) -> Result<Answers, String> {
    let correction = input.choice(
        "method",
        &[
            ("bonferroni", Correction::Bonferroni),
            ("holm", Correction::Holm),
            ("hochberg", Correction::Hochberg),
            ("hommel", Correction::Hommel),
            ("bh", Correction::BenjaminiHochberg),
            ("by", Correction::BenjaminiYekutieli),
            ("sidak", Correction::Sidak),
            ("holm_sidak", Correction::HolmSidak),
        ],
    )?;
    let alpha = input.number("alpha")?;
    Ok(p_adjust(&input.numbers("p_values")?, correction).map_or_else(Answers::undefined, |adjusted| {
        let rejected: Vec<bool> = adjusted.iter().map(|p| *p <= alpha).collect();
        answers! { "adjusted": adjusted, "rejected": rejected }
    }))
}

fn against_control(input: &Input<'_>) -> Result<Answers, String> {
    let (z, n) = (input.numbers("z")?, input.numbers("n_treatments")?);
    if z.len() != n.len() {
        return Err("each treatment has a `z` and an `n`".into());
    }
    let treatments: Vec<_> = z.into_iter().zip(n).collect();
    let found = dunnett(&treatments, input.number("n_control")?, input.number("alpha")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! { "adjusted_p": found.adjusted_p, "critical": found.critical }
    }))
}
