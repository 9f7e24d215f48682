//! What is wrong with the data, in sentences for the report.

use crate::calendar::{date, day_of};
use crate::observed::{MetricCell, Observed};
use crate::report::{Comparison, GuardrailVerdict, MetricReport, Role, Units};
use crate::run::{Arm, Run};
use crate::verdict::clear_effect;
use crate::words::{grouped, list, percent, plural_of_unit};
use crate::written::Kind;
use std::collections::BTreeMap;

/// Share of units that saw two variants above which something is leaking.
const MIXED: f64 = 0.01;

/// Every problem but the split's.
pub(crate) fn problems(
    key: &str,
    known: bool,
    run: &Run,
    arms: &[Arm],
    observed: &Observed,
    units: &Units,
    metrics: &[MetricReport],
) -> Vec<String> {
    let mut problems = Vec::new();
    let noun = plural_of_unit(&run.unit);
    if !known {
        problems
            .push(format!("{key} is not in experiments.json: it has no metrics and no plan. Add it to see results."));
    }
    if !run.arms.iter().any(|(variant, _)| *variant == run.control) {
        problems
            .push(format!("The control {} is not an arm of this run: there is nothing to compare with.", run.control));
    }
    let seen = units.total.saturating_add(units.mixed);
    if units.mixed as f64 > MIXED * seen as f64 {
        problems.push(format!(
            "{} {noun} ({}) saw more than one variant and are left out. More than 1% points to an unstable id or a changed split.",
            grouped(units.mixed),
            percent(units.mixed as f64 / seen as f64),
        ));
    }
    problems.extend(strangers(arms, observed, &noun));
    if observed.stranded > 0 {
        problems.push(format!(
            "{} {noun} were linked to somebody when events of that person were no longer kept one by one: those count where they were counted before.",
            grouped(observed.stranded),
        ));
    }
    for metric in metrics {
        if let Some(since) = observed.partial.get(&metric.key) {
            problems.push(format!(
                "{} was defined when events before {} were no longer kept one by one: they are not in its figures.",
                metric.name,
                date(day_of(*since)),
            ));
        }
        let impossible = matches!(metric.kind, Kind::Conversion | Kind::Retention)
            && metric.arms.iter().any(|arm| arm.units > 0 && arm.mean.is_none());
        let broken = observed.metrics.get(&metric.key).is_some_and(|cells| !cells.iter().all(MetricCell::is_sound));
        if impossible || broken {
            problems.push(format!("The totals of {} are not possible numbers; its figures are left out.", metric.name));
        }
        problems.extend(harm(metric));
    }
    problems
}

/// Units whose variant is no arm of the run.
fn strangers(arms: &[Arm], observed: &Observed, noun: &str) -> Option<String> {
    let mut found: BTreeMap<&str, u64> = BTreeMap::new();
    for cell in &observed.units {
        if cell.units > 0 && !arms.iter().any(|arm| arm.variant == cell.variant) {
            let count = found.entry(&cell.variant).or_default();
            *count = count.saturating_add(cell.units);
        }
    }
    let count = found.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
    let names: Vec<String> = found.keys().map(|name| (*name).to_owned()).collect();
    (count > 0).then(|| {
        let count = grouped(count);
        format!("{count} {noun} saw {}, which this run does not have; they are left out.", list(&names))
    })
}

/// A guardrail or counter metric that is clearly worse.
fn harm(metric: &MetricReport) -> Option<String> {
    let (role, arms) = match metric.role {
        Role::Guardrail => ("guardrail", harmed(metric)),
        Role::Counter => ("counter metric", harmed(metric)),
        Role::Primary | Role::Secondary => return None,
    };
    (!arms.is_empty()).then(|| format!("The {role} {} is worse in {}.", metric.name, list(&arms)))
}

/// Arms in which it is: beyond the margin where there is one, else than control.
pub(crate) fn harmed(metric: &MetricReport) -> Vec<String> {
    let inferior = |comparison: &&Comparison| match &comparison.guardrail {
        Some(guardrail) => guardrail.verdict == GuardrailVerdict::Inferior,
        None => clear_effect(comparison, metric.direction) == Some(false),
    };
    metric.comparisons.iter().filter(inferior).map(|comparison| comparison.variant.clone()).collect()
}
