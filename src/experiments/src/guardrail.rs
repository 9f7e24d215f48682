//! A guardrail: at most its margin worse, or not?
//!
//! "Not significantly worse" is not "not worse": small samples never show harm. With a margin, non-inferiority is tested: at the planned sample once, one-sided at
//! half of alpha, and on the way by the always-valid sequence of the same distance, so that an alarm need not wait. Without a margin only harm can be shown.

use crate::compare::Rules;
use crate::estimate::Pair;
use crate::report::{Anytime, GuardrailReport, GuardrailVerdict, JudgedBy};
use crate::words::{amount, percent};
use crate::written::{Direction, Guardrail, Kind, MdeKind, Metric};
use isoflag_stats::{Look, Margin, NonInferiorityVerdict, Rho, asymptotic_cs, non_inferiority};

/// What is judged: the units of now, and those of the day of the planned test.
pub(crate) struct Judged<'a> {
    pub(crate) now: Option<&'a Pair>,
    pub(crate) then: Option<&'a Pair>,
    pub(crate) anytime: Option<&'a Anytime>,
    /// Whether the plain interval shows harm.
    pub(crate) harmed: bool,
}

/// The verdict on one treatment.
pub(crate) fn judge(guardrail: &Guardrail, metric: &Metric, judged: &Judged<'_>, rules: &Rules) -> GuardrailReport {
    let margin = guardrail.margin.map(|margin| fraction(margin, guardrail.margin_kind, metric));
    let Some(margin) = margin else { return without_margin(guardrail, judged) };
    let tested = |pair: &Pair| {
        let by = match guardrail.margin_kind {
            MdeKind::Relative => Margin::Relative(margin),
            MdeKind::Absolute => Margin::Absolute(margin),
        };
        let higher_is_better = metric.direction == Direction::Increase;
        non_inferiority(pair.control, pair.treatment, higher_is_better, by, 0.5 * rules.alpha)
    };
    let (then, now) = (judged.then.and_then(tested), judged.now.and_then(tested));
    // As the sequence stands now, if it has settled at all.
    let sequence = now.zip(judged.now).zip(judged.anytime).and_then(|((test, pair), anytime)| {
        let n = pair.control.n + pair.treatment.n;
        let look = Look { estimate: test.distance, se: test.se, n, alpha: rules.alpha, n_star: anytime.n_star };
        Some(asymptotic_cs(&look, Rho::Exact)?.interval)
    });
    let anytime = match sequence {
        Some(interval) if interval.low > 0.0 => GuardrailVerdict::Safe,
        Some(interval) if interval.high < 0.0 => GuardrailVerdict::Inferior,
        _ => GuardrailVerdict::Inconclusive,
    };
    let planned = then.map(|test| match test.verdict {
        NonInferiorityVerdict::NonInferior => GuardrailVerdict::Safe,
        NonInferiorityVerdict::Inferior => GuardrailVerdict::Inferior,
        NonInferiorityVerdict::Inconclusive => GuardrailVerdict::Inconclusive,
    });
    let (verdict, judged_by) = match planned {
        Some(planned) if anytime == GuardrailVerdict::Inconclusive => (planned, JudgedBy::Fixed),
        _ => (anytime, JudgedBy::Anytime),
    };
    let shown = then.or(now);
    let bound = match judged_by {
        JudgedBy::Anytime => sequence.map(|interval| interval.low),
        JudgedBy::Fixed => shown.map(|test| test.bound),
    };
    GuardrailReport {
        margin: Some(margin),
        margin_kind: guardrail.margin_kind,
        verdict,
        judged_by,
        statistic: shown.map(|test| test.z),
        p_value: shown.map(|test| test.p.p_value),
        bound: bound.filter(|bound| bound.is_finite()),
        words: words(verdict, &margin_text(margin, guardrail.margin_kind, metric), judged_by),
    }
}

fn without_margin(guardrail: &Guardrail, judged: &Judged<'_>) -> GuardrailReport {
    let (verdict, words) = if judged.harmed {
        (GuardrailVerdict::Inferior, "Worse than control, valid at any time.")
    } else {
        let words = "No harm shown. Without a margin in experiments.json it cannot be shown to be safe either.";
        (GuardrailVerdict::Inconclusive, words)
    };
    GuardrailReport {
        margin: None,
        margin_kind: guardrail.margin_kind,
        verdict,
        judged_by: JudgedBy::Anytime,
        statistic: None,
        p_value: None,
        bound: None,
        words: words.into(),
    }
}

fn words(verdict: GuardrailVerdict, margin: &str, judged_by: JudgedBy) -> String {
    let when = match judged_by {
        JudgedBy::Anytime => "valid at any time",
        JudgedBy::Fixed => "in the planned test",
    };
    match verdict {
        GuardrailVerdict::Safe => format!("Safe: at most {margin} worse, {when}."),
        GuardrailVerdict::Inferior => format!("Harmed: more than {margin} worse, {when}."),
        GuardrailVerdict::Inconclusive => format!("Not known yet: whether it is more than {margin} worse is open."),
    }
}

/// Percent become fractions; a mean stays in its own unit.
fn fraction(margin: f64, kind: MdeKind, metric: &Metric) -> f64 {
    let percent = kind == MdeKind::Relative || is_rate(metric);
    if percent { margin / 100.0 } else { margin }
}

fn is_rate(metric: &Metric) -> bool {
    matches!(metric.kind, Kind::Conversion | Kind::Retention)
}

fn margin_text(margin: f64, kind: MdeKind, metric: &Metric) -> String {
    match kind {
        MdeKind::Relative => percent(margin),
        MdeKind::Absolute if is_rate(metric) => format!("{} points", amount(100.0 * margin, None)),
        MdeKind::Absolute => amount(margin, metric.unit.as_deref()),
    }
}
