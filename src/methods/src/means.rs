use crate::answers::{answers, chance, ends};
use crate::{Answers, Input, Outcome};
use isoflag_stats::{
    Alternative, Caps, Fieller, Interval, Moments, PairMoments, PairSums, RatioDelta, Sums, Welch, degrees_of_freedom,
    fieller_ci, log_lift_ci, normal, ratio_delta, relative_lift, student_t, welch_t, welch_t_raw, winsorize,
};

pub(crate) fn answer(method: &str, input: &Input<'_>) -> Outcome {
    Some(match method {
        "welch_t" => welch(input),
        "mean_from_sums" => mean_from_sums(input),
        "merge_moments" => merge_moments(input),
        "relative_lift" => lift(input),
        "welch_t_raw" => welch_raw(input),
        "winsorize" => winsorized(input),
        "ratio_delta" => ratio_of_sums(input),
        "ratio_delta_raw" => ratio_of_rows(input),
        _ => return None,
    })
}

fn welch(input: &Input<'_>) -> Result<Answers, String> {
    let (control, treatment) = (input.sample("control")?, input.sample("treatment")?);
    let found = welch_t(control, treatment, input.alternative()?, input.number("alpha")?);
    let undefined = || Answers::undefined().with("diff", treatment.mean - control.mean);
    Ok(found.map_or_else(undefined, welch_answers))
}

pub(crate) fn welch_answers(found: Welch) -> Answers {
    let all = answers! { "diff": found.diff, "se": found.se, "defined": found.test.is_some() };
    match found.test {
        Some(test) => all.with("t", test.t).with("df", test.df).and(chance(test.p)).and(ends(test.interval)),
        None => all,
    }
}

fn welch_raw(input: &Input<'_>) -> Result<Answers, String> {
    let arm = |key| -> Result<Moments, String> { Ok(input.numbers(key)?.into_iter().collect()) };
    let (control, treatment) = (arm("control")?, arm("treatment")?);
    let (alternative, alpha) = (input.alternative()?, input.number("alpha")?);
    let found = welch_t_raw(&control, &treatment, alternative, alpha);
    let all = answers! {
        "mean_control": control.mean(), "mean_treatment": treatment.mean(),
        "variance_control": control.variance(), "variance_treatment": treatment.variance(),
        "diff": treatment.mean_minus(&control),
        "defined": false,
    };
    Ok(match found {
        Some(found) => all.and(welch_answers(found)),
        None => all,
    })
}

fn winsorized(input: &Input<'_>) -> Result<Answers, String> {
    let caps = Caps {
        lower_quantile: input.optional("lower_quantile")?,
        upper_quantile: input.optional("upper_quantile")?,
        ignore_zeros: input.flag("ignore_zeros")?,
    };
    let Some(found) = winsorize(&input.numbers("control")?, &input.numbers("treatment")?, caps) else {
        return Ok(Answers::undefined());
    };
    let all = answers! {
        "lower_cap": found.lower_cap, "upper_cap": found.upper_cap, "clipped": found.clipped,
        "mean_control": found.control.mean(), "mean_treatment": found.treatment.mean(),
        "variance_control": found.control.variance(), "variance_treatment": found.treatment.variance(),
    };
    let welch = welch_t_raw(&found.control, &found.treatment, Alternative::TwoSided, 0.05);
    Ok(all.and(welch.map_or_else(Answers::undefined, welch_answers)))
}

fn ratio_of_sums(input: &Input<'_>) -> Result<Answers, String> {
    let arm = |key| {
        let names = ["n", "sum_num", "sum_den", "sum_num_sq", "sum_den_sq", "sum_num_den"];
        let [n, sum_y, sum_x, sum_yy, sum_xx, sum_xy] = input.fields(key, names)?;
        Ok::<_, String>(PairSums { n, sum_y, sum_x, sum_yy, sum_xx, sum_xy }.moments())
    };
    let arms = arm("control")?.zip(arm("treatment")?);
    let level = input.number("level")?;
    let found = arms.and_then(|(control, treatment)| ratio_delta(&control, &treatment, level));
    Ok(found.map_or_else(Answers::undefined, ratio_answers))
}

fn ratio_of_rows(input: &Input<'_>) -> Result<Answers, String> {
    let arm = |key| Ok::<_, String>(PairMoments::of_rows(&input.rows(key)?));
    let arms = arm("control")?.zip(arm("treatment")?);
    let level = input.number("level")?;
    let found = arms.and_then(|(control, treatment)| ratio_delta(&control, &treatment, level));
    Ok(found.map_or_else(Answers::undefined, ratio_answers))
}

fn ratio_answers(found: RatioDelta) -> Answers {
    let all = answers! {
        "defined": found.test.is_some(),
        "ratio_control": found.ratio_control, "ratio_treatment": found.ratio_treatment,
        "unit_variance_control": found.unit_variance_control, "unit_variance_treatment": found.unit_variance_treatment,
        "diff": found.diff, "se": found.se,
        "lift": found.lift.map(|lift| lift.lift), "se_lift": found.lift.map(|lift| lift.se),
        "lift_ci_low": found.lift.map(|lift| lift.interval.low),
        "lift_ci_high": found.lift.map(|lift| lift.interval.high),
    };
    match found.test {
        Some((z, p)) => all.with("z", z).and(chance(p)).and(ends(found.interval)),
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
        (method, distribution) => return Err(format!("no method `{method}` with distribution `{distribution}`")),
    };
    Ok(answers.unwrap_or_else(|| Answers::undefined().with("lift", found.lift)))
}
