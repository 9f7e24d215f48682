//! What may and may not be concluded.
//!
//! In this order: nobody there; a broken split, which blocks reading on; the always-valid interval of the primary metric; the planned test, once the
//! planned units and days are there; else wait. The direction decides who is better: an arm whose p is smallest and whose sign is
//! wrong is worse. An effect counts as clear only when both intervals, of the difference and of the lift, leave out 0, so that no
//! screen shows one against the other.
//!
//! Both ways to a verdict have chance alpha of a false one at most. Used one after the other, as here, they have hardly more than one of them: the
//! noise that moves the interval moves the planned test too. With alpha 5 % and daily looks for a month, 5.2 % were measured over 20,000 simulated
//! A/A runs (`tests/peeking.rs`).

use crate::planned_test::PlannedTest;
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
    pub(crate) planned: Option<&'a PlannedTest>,
    pub(crate) metrics: &'a [MetricReport],
    pub(crate) days: u64,
    pub(crate) problems: Vec<String>,
}

/// What one treatment has shown.
pub(crate) struct Finding<'a> {
    pub(crate) comparison: &'a Comparison,
    pub(crate) better: bool,
    /// The day of the planned test if it was that, and not the interval, that showed it.
    pub(crate) planned_on: Option<&'a str>,
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
    let findings: Vec<Finding<'_>> = metric
        .comparisons
        .iter()
        .filter_map(|comparison| finding(comparison, metric.direction, evidence.planned))
        .collect();
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

fn finding<'a>(
    comparison: &'a Comparison,
    direction: Direction,
    planned: Option<&'a PlannedTest>,
) -> Option<Finding<'a>> {
    if let Some(better) = clear_effect(comparison, direction) {
        return Some(Finding { comparison, better, planned_on: None });
    }
    let planned = planned?;
    let then = planned.comparisons.iter().find(|then| then.variant == comparison.variant)?;
    let significant = then.fixed.as_ref().is_some_and(|fixed| fixed.p_value < planned.alpha);
    let better = is_better(then.difference?, direction);
    significant.then_some(Finding { comparison: then, better, planned_on: Some(&planned.day) })
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
