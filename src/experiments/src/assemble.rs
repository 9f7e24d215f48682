//! From what the ledger has to the report.

use crate::calendar::{DAY, day_of};
use crate::compare::{Laid, Rules};
use crate::daily::Daily;
use crate::observed::Observed;
use crate::plan::{Clock, progress};
use crate::planned_test::planned_test;
use crate::report::{MetricReport, PlanReport, Report, Role, SrmReport, Units, UnitsOfArm};
use crate::run::{Arm, Run};
use crate::series::series;
use crate::split;
use crate::trouble;
use crate::verdict::{Evidence, verdict};
use crate::words::plural_of_unit;
use crate::written::{Experiment, Experiments, Metric};

/// Chance of a false alarm when nothing was planned.
const ALPHA: f64 = 0.05;

/// Judges one run: pure, the same cells and the same `now` give the same report.
///
/// An experiment that experiments.json does not know is reported with its units and its split, and without metrics.
#[must_use]
pub fn report(key: &str, experiments: &Experiments, run: &Run, observed: &Observed, now: i64) -> Report {
    let experiment = experiments.experiments.get(key);
    let arms = run.control_first();
    let units = Daily::of_units(&arms, &observed.units);
    // A ledger that knows no time still knows the day.
    let first_exposure = observed.first_exposure.or_else(|| units.first_day().map(|day| day.saturating_mul(DAY)));
    let clock = Clock { now, first_exposure };

    let roles = experiment.map(roles).unwrap_or_default();
    let of_metric = |key: &str| {
        let cells = observed.metrics.get(key).map(Vec::as_slice).unwrap_or_default();
        let metric = experiments.metrics.get(key)?;
        Some((metric, ripe(metric, units.with_metric(&arms, cells), now)))
    };
    let primary = experiment.and_then(|experiment| of_metric(&experiment.primary));
    let plan = experiment.zip(primary.as_ref()).and_then(|(experiment, (metric, daily))| {
        Some(progress(&experiment.primary, experiment.plan.as_ref()?, metric, &arms, (daily, &units), clock))
    });
    let rules = rules(plan.as_ref(), &arms);
    let noun = plural_of_unit(&run.unit);
    let total = units.total();

    let metrics: Vec<_> = roles
        .iter()
        .filter_map(|(key, role)| {
            let (metric, daily) = of_metric(key)?;
            let totals = daily.total();
            let laid = Laid::out(metric, &arms, &totals);
            Some(MetricReport {
                key: (*key).into(),
                name: metric.name.clone().unwrap_or_else(|| (*key).into()),
                role: *role,
                kind: metric.kind,
                direction: metric.direction,
                unit: metric.unit.clone(),
                method: laid.method.report(metric, &totals, &noun),
                waiting: (units.units() - daily.units()).max(0.0) as u64,
                arms: laid.each(),
                comparisons: laid.comparisons(&rules),
            })
        })
        .collect();
    let counted = Units {
        total: total.iter().map(|sums| sums.n).sum::<f64>() as u64,
        mixed: observed.mixed_units,
        arms: arms.iter().zip(&total).map(|(arm, sums)| units_of_arm(arm, sums.n)).collect(),
    };
    let (srm, stray) = split::check(&counted.arms);
    let planned = plan
        .as_ref()
        .zip(primary.as_ref())
        .and_then(|(plan, (metric, daily))| planned_test(plan, metric, &arms, daily, &rules));
    let evidence = Evidence {
        unit: &run.unit,
        control: &run.control,
        units: &counted,
        srm: &srm,
        stray,
        plan: plan.as_ref(),
        planned: planned.as_ref(),
        metrics: &metrics,
        days: clock.days(),
        problems: trouble::problems(key, experiment.is_some(), run, &arms, observed, &counted, &metrics),
    };
    let verdict = verdict(evidence);
    let series = primary.map(|(metric, daily)| series(metric, &arms, &daily, &rules)).unwrap_or_default();
    Report {
        experiment: key.into(),
        name: experiment.and_then(|experiment| experiment.name.clone()).unwrap_or_else(|| key.into()),
        hypothesis: experiment.and_then(|experiment| experiment.hypothesis.clone()),
        run: run.run.clone(),
        opened_at: run.opened_at,
        control: run.control.clone(),
        unit: run.unit.clone(),
        generated_at: now,
        first_exposure_at: first_exposure,
        last_exposure_at: observed.last_exposure,
        days: clock.days(),
        units: counted,
        srm,
        plan,
        metrics,
        series,
        verdict,
    }
}

/// Metrics with their roles, primary first.
fn roles(experiment: &Experiment) -> Vec<(&str, Role)> {
    let secondary = experiment.secondary.iter().map(|key| (key.as_str(), Role::Secondary));
    let guardrails = experiment.guardrails.iter().map(|key| (key.as_str(), Role::Guardrail));
    [(experiment.primary.as_str(), Role::Primary)].into_iter().chain(secondary).chain(guardrails).collect()
}

/// The units whose days have passed: who was first exposed late on a day has that many days behind them only a day later.
fn ripe(metric: &Metric, daily: Daily, now: i64) -> Daily {
    match metric.days {
        Some(days) => daily.up_to(day_of(now).saturating_sub(i64::from(days.to) + 2)),
        None => daily,
    }
}

/// Alpha is shared among the treatments (Bonferroni), so that *any* false "better" or "worse" has chance alpha at most.
fn rules(plan: Option<&PlanReport>, arms: &[Arm]) -> Rules {
    let treatments = arms.len().saturating_sub(1).max(1);
    Rules {
        alpha: plan.map_or(ALPHA, |plan| plan.alpha) / treatments as f64,
        required_total: plan.and_then(|plan| plan.required_total),
        planned_reached: plan.is_some_and(|plan| plan.reached && plan.min_days_reached),
    }
}

fn units_of_arm(arm: &Arm, units: f64) -> UnitsOfArm {
    UnitsOfArm { variant: arm.variant.clone(), units: units as u64, expected_share: arm.share }
}

impl SrmReport {
    /// Too few units, or too few arms, to say anything.
    pub(crate) fn undefined(threshold: f64) -> Self {
        Self { defined: false, chi2: None, df: None, p_value: None, threshold, alarm: false }
    }
}
