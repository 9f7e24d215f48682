//! What may and may not be concluded.
//!
//! In this order: nobody there; a broken split, which blocks reading on; a minimum sample that is not there; the always-valid interval of the primary metric; the planned test, once the
//! planned units and days are there, which settles it; else wait. The direction decides who is better: an arm whose p is smallest and whose sign is
//! wrong is worse. An effect counts as clear only when both intervals, of the difference and of the lift, leave out 0, so that no
//! screen shows one against the other.
//!
//! Interval and planned test, used one after the other, have chance alpha of a false verdict together: the test has the part of it that the interval leaves
//! (`plan.rs`; measured in `tests/peeking.rs`).

use crate::planned_test::Decision;
use crate::report::{Comparison, MetricReport, PlanReport, Role, SrmReport, Units, Verdict};
use crate::sentence::{self, Scene};
use crate::written::Direction;

/// Everything a verdict looks at.
pub(crate) struct Evidence<'a> {
    pub(crate) unit: &'a str,
    pub(crate) control: &'a str,
    pub(crate) units: &'a Units,
    pub(crate) srm: &'a SrmReport,
    pub(crate) stray: u64,
    pub(crate) plan: Option<&'a PlanReport>,
    pub(crate) planned: &'a [Decision],
    /// The comparisons of the day on which everything planned was there.
    pub(crate) settled: &'a [Comparison],
    pub(crate) metrics: &'a [MetricReport],
    pub(crate) days: u64,
    pub(crate) problems: Vec<String>,
}

/// What one treatment has shown.
pub(crate) struct Finding<'a> {
    pub(crate) comparison: &'a Comparison,
    pub(crate) better: bool,
    /// The planned test if it was that, and not the interval, that showed it.
    pub(crate) planned: Option<&'a Decision>,
}

pub(crate) fn verdict(evidence: Evidence<'_>) -> Verdict {
    let scene = Scene::of(&evidence);
    let primary = evidence.metrics.first().filter(|metric| metric.role == Role::Primary);
    let judged = if evidence.units.total == 0 {
        sentence::no_data(&scene)
    } else if evidence.srm.alarm {
        sentence::invalid(&scene, evidence.srm, evidence.stray)
    } else if let Some(metric) = primary {
        judge(&scene, metric, &evidence)
    } else {
        sentence::no_metric(&scene)
    };
    let problems = judged.problems.iter().cloned().chain(evidence.problems).collect();
    Verdict { problems, ..judged }
}

fn judge(scene: &Scene<'_>, metric: &MetricReport, evidence: &Evidence<'_>) -> Verdict {
    if let Some(least) = evidence.plan.filter(|plan| !plan.min_units_reached).and_then(|plan| plan.min_units) {
        return sentence::too_early(scene, least);
    }
    let findings: Vec<Finding<'_>> =
        metric.comparisons.iter().filter_map(|comparison| finding(comparison, metric.direction, evidence)).collect();
    let size = |finding: &Finding<'_>| finding.comparison.difference.unwrap_or(0.0).abs();
    let largest =
        |better: bool| findings.iter().filter(|f| f.better == better).max_by(|a, b| size(a).total_cmp(&size(b)));
    let planned_reached = evidence.plan.is_some_and(|plan| plan.reached && plan.min_days_reached);
    let all_decided = findings.len() == metric.comparisons.len();
    match (largest(true), largest(false)) {
        (Some(best), _) => sentence::better(scene, metric, best, &findings),
        (None, Some(worst)) if all_decided => sentence::worse(scene, metric, worst, &findings),
        _ if planned_reached => sentence::no_difference_shown(scene, metric, &findings),
        _ => sentence::collecting(scene, metric, &findings),
    }
}

fn finding<'a>(comparison: &'a Comparison, direction: Direction, evidence: &Evidence<'a>) -> Option<Finding<'a>> {
    // What came after the planned moment is not looked at: whoever goes on until it turns significant will see it turn.
    let settled = evidence.settled.iter().find(|then| then.variant == comparison.variant);
    let comparison = settled.unwrap_or(comparison);
    if let Some(better) = clear_effect(comparison, direction) {
        return Some(Finding { comparison, better, planned: None });
    }
    let decision = evidence.planned.iter().find(|then| then.comparison.variant == comparison.variant)?;
    let better = is_better(decision.comparison.difference?, direction);
    decision.significant.then_some(Finding { comparison: &decision.comparison, better, planned: Some(decision) })
}

/// Whether the always-valid intervals leave out 0, and on the better side.
pub(crate) fn clear_effect(comparison: &Comparison, direction: Direction) -> Option<bool> {
    let anytime = comparison.anytime.as_ref()?;
    let leaves_out_0 = |low: f64, high: f64| low > 0.0 || high < 0.0;
    let of_difference = leaves_out_0(anytime.low, anytime.high);
    let of_lift = anytime.lift_low.zip(anytime.lift_high).is_none_or(|(low, high)| leaves_out_0(low, high));
    let difference = comparison.difference?;
    (of_difference && of_lift).then(|| is_better(difference, direction))
}

fn is_better(difference: f64, direction: Direction) -> bool {
    match direction {
        Direction::Increase => difference > 0.0,
        Direction::Decrease => difference < 0.0,
    }
}
