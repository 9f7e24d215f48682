use super::answers::{answers, chance, ends};
use super::{Answers, Input, Outcome};
use isoflag_stats::{
    Fieller, Interval, Moments, Sums, Welch, degrees_of_freedom, fieller_ci, log_lift_ci, normal, relative_lift,
    student_t, welch_t,
};

pub(super) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "welch_t" => welch(input),
        "mean_from_sums" => mean_from_sums(input),
        "merge_moments" => merge_moments(input),
        "relative_lift" => lift(input),
        _ => return None,
    })
}

fn welch(input: &Input<'_>) -> Result<Answers, String> {
    let (control, treatment) = (input.sample("control")?, input.sample("treatment")?);
    let found = welch_t(control, treatment, input.alternative()?, input.number("alpha")?);
    Ok(found.map_or_else(Answers::undefined, welch_answers))
}

pub(super) fn welch_answers(found: Welch) -> Answers {
    let all = answers! { "diff": found.diff, "se": found.se, "defined": found.test.is_some() };
    match found.test {
        Some(test) => all.with("t", test.t).with("df", test.df).and(chance(test.p)).and(ends(test.interval)),
        None => all,
    }
}

fn mean_from_sums(input: &Input<'_>) -> Result<Answers, String> {
    let sums = Sums { n: input.number("n")?, sum: input.number("sum")?, sum_squares: input.number("sum_squares")? };
    let variance = sums.variance();
    Ok(answers! { "mean": sums.mean(), "variance": variance, "se": variance.map(|v| (v / sums.n).sqrt()) })
}

fn merge_moments(input: &Input<'_>) -> Result<Answers, String> {
    let parts = input.lists("parts")?.into_iter();
    let moments = parts.fold(Moments::default(), |sum, part| sum.merge(&part.into_iter().collect()));
    Ok(answers! { "n": moments.n(), "mean": moments.mean(), "variance": moments.variance() })
}

fn lift(input: &Input<'_>) -> Result<Answers, String> {
    let (control, treatment) = (input.sample("control")?, input.sample("treatment")?);
    let level = input.number("level")?;
    let (method, distribution) = (input.text("method")?, input.text("distribution")?);
    let Some(found) = relative_lift(control, treatment) else { return Ok(Answers::undefined()) };
    let all = answers! { "defined": true, "lift": found.lift };
    let half = 0.5 * (1.0 - level);
    let symmetric = |quantile: Option<f64>| quantile.map(|q| ends(Interval::around(found.lift, q * found.se)));
    let answers = match (method, distribution) {
        ("delta", "normal") => symmetric(normal::upper_quantile(half)).map(|ends| all.with("se", found.se).and(ends)),
        ("delta", "t") => degrees_of_freedom(control, treatment).and_then(|df| {
            let ends = symmetric(student_t::upper_quantile(half, df))?;
            Some(all.with("se", found.se).with("df", df).and(ends))
        }),
        ("log", "normal") => log_lift_ci(control, treatment, level)
            .map(|(se, interval)| all.with("se_log_ratio", se).and(ends(interval))),
        ("fieller", "normal") => fieller_ci(control, treatment, level).map(|set| match set {
            Fieller::Bounded(interval) => all.with("bounded", true).and(ends(interval)),
            Fieller::Unbounded => all.with("bounded", false),
        }),
        other => return Err(format!("no method {other:?}")),
    };
    Ok(answers.unwrap_or_else(Answers::undefined))
}
