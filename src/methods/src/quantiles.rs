use crate::answers::{answers, chance, ends};
use crate::{Answers, Input, Outcome};
use isoflag_stats::{
    QuantileCi, indicator_sd, quantile_ci_exact, quantile_ci_normal, quantile_clustered, quantile_diff,
};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "quantile_ci" => one(input),
        "quantile_diff" => two(input),
        "quantile_clustered" => clustered(input),
        _ => return None,
    })
}

fn sorted(input: &Input<'_>, key: &str) -> Result<Vec<f64>, String> {
    let mut values = input.numbers(key)?;
    values.sort_unstable_by(f64::total_cmp);
    Ok(values)
}

fn quantile_answers(found: QuantileCi) -> Answers {
    answers! { "estimate": found.estimate, "rank_low": found.rank_low, "rank_high": found.rank_high }
        .and(ends(found.interval))
}

fn one(input: &Input<'_>) -> Result<Answers, String> {
    let values = sorted(input, "values")?;
    let (q, level) = (input.number("quantile")?, input.number("level")?);
    let exact = input.choice("method", &[("order_statistic", true), ("normal_rank", false)])?;
    let found = if exact {
        quantile_ci_exact(&values, q, level).map(quantile_answers)
    } else {
        quantile_ci_normal(&values, q, indicator_sd(q, values.len() as f64), level)
            .map(|(found, se)| quantile_answers(found).with("se", se))
    };
    Ok(found.unwrap_or_else(Answers::undefined))
}

fn two(input: &Input<'_>) -> Result<Answers, String> {
    let (control, treatment) = (sorted(input, "control")?, sorted(input, "treatment")?);
    let found = quantile_diff(&control, &treatment, input.number("quantile")?, input.number("level")?);
    let Some(found) = found else { return Ok(Answers::undefined()) };
    let all = answers! {
        "defined": found.test.is_some(), "quantile_control": found.control, "quantile_treatment": found.treatment,
        "se_control": found.se_control, "se_treatment": found.se_treatment, "diff": found.diff, "se": found.se,
    };
    Ok(match found.test {
        Some((z, p)) => all.with("z", z).and(chance(p)).and(ends(found.interval)),
        None => all,
    })
}

fn clustered(input: &Input<'_>) -> Result<Answers, String> {
    let users = input.lists("users")?;
    let found = quantile_clustered(&users, input.number("quantile")?, input.number("level")?);
    Ok(found.map_or_else(Answers::undefined, |found| {
        answers! { "n_values": found.n_values, "sd_indicator_clustered": found.sd_clustered,
        "sd_indicator_iid": found.sd_iid, "se": found.se }
        .and(quantile_answers(found.quantile))
    }))
}
