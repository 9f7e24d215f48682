//! From what the ledger has to the report.

use crate::calendar::{DAY, day_of};
use crate::checks::{Checked, checks};
use crate::compare::{Laid, Rules};
use crate::correct::correct;
use crate::daily::Daily;
use crate::estimate::Pair;
use crate::guardrail::{Judged, judge};
use crate::looks;
use crate::observed::Observed;
use crate::plan::{Clock, TEST_SHARE, progress, required};
use crate::planned_test::{Decision, at_looks, enough_days, moment, once};
use crate::practical::practical;
use crate::report::{Comparison, MetricReport, PlanReport, Report, Role, Units, UnitsOfArm};
use crate::run::{Arm, Run};
use crate::segments::{Question, segments};
use crate::series::series;
use crate::split;
use crate::trouble;
use crate::verdict::{Evidence, clear_effect, verdict};
use crate::verdicts::{self, ExposureVerdict, VerdictCell};
use crate::words::plural_of_unit;
use crate::written::{Correction, Experiment, Experiments, Guardrail, Metric, Treatments};

/// Chance of a false alarm when nothing was planned.
const ALPHA: f64 = 0.05;

/// Before this time nobody can have been exposed, whatever was stated: a client can date an exposure as it likes, and may not make the
/// planned days pass. What was brought in from elsewhere has a life before its run, and servers alone bring in.
fn opening(run: &Run, observed: &Observed) -> i64 {
    let brought_in = |cell: &VerdictCell| cell.verdict == ExposureVerdict::Imported && cell.exposures > 0;
    if observed.verdicts.iter().any(brought_in) { i64::MIN } else { run.opened_at }
}

/// Judges one run: pure, the same cells and the same `now` give the same report.
///
/// An experiment that experiments.json does not know is reported with its units and its split, and without metrics.
#[must_use]
pub fn report(key: &str, experiments: &Experiments, run: &Run, observed: &Observed, now: i64) -> Report {
    let experiment = experiments.experiments.get(key);
    let arms = run.control_first();
    let noun = plural_of_unit(&run.unit);
    let opened = opening(run, observed);
    let from = day_of(opened);
    let units = Daily::of_units(&arms, &observed.units, from);
    // A ledger that knows no time still knows the day.
    let first_exposure = observed.first_exposure.or_else(|| units.first_day().map(|day| day.saturating_mul(DAY)));
    let of_metric = |key: &str| {
        let cells = observed.metrics.get(key).map(Vec::as_slice).unwrap_or_default();
        let metric = experiments.metrics.get(key)?;
        Some((metric, ripe(metric, units.with_metric(&arms, cells), now)))
    };

    let primary = experiment.and_then(|experiment| of_metric(&experiment.primary));
    let sample = experiment.zip(primary.as_ref()).and_then(|(experiment, (metric, _))| {
        required(experiment.plan.as_ref()?, metric, &arms).map(|(_, total)| total)
    });
    let clock =
        Clock::new(now, first_exposure.map(|first| first.max(opened)), &units, sample).undated(observed.undated);
    let mut plan = experiment.zip(primary.as_ref()).and_then(|(experiment, (metric, daily))| {
        Some(progress(&experiment.primary, experiment.plan.as_ref()?, metric, &arms, (daily, &units), clock))
    });
    let rules = rules(plan.as_ref(), &arms);
    let planned = match (&mut plan, experiment, &primary) {
        (Some(plan), Some(experiment), Some((metric, daily))) => {
            planned_test(plan, experiment, metric, &arms, daily, &rules)
        }
        _ => Planned::default(),
    };

    let mut metrics: Vec<MetricReport> = Vec::new();
    for (key, role, guardrail) in experiment.map(roles).unwrap_or_default() {
        let Some((metric, daily)) = of_metric(key) else { continue };
        let subject = Subject { key, role, metric, guardrail, arms: &arms, daily: &daily, noun: &noun };
        let waiting = (units.units() - daily.units()).max(0.0) as u64;
        metrics.push(MetricReport { waiting, ..metric_report(&subject, plan.as_ref(), planned.day, &rules) });
    }
    let written = experiment.and_then(|experiment| experiment.plan.as_ref());
    let correction = written.map_or(Correction::default(), |plan| plan.correction);
    correct(&mut metrics, written.map_or(Treatments::default(), |plan| plan.treatments), correction);

    let total = units.total();
    let counted = Units {
        total: total.iter().map(|arm| arm.n).sum::<f64>() as u64,
        mixed: observed.mixed_units,
        arms: arms.iter().zip(&total).map(|(arm, totals)| units_of_arm(arm, totals.n)).collect(),
    };
    let (srm, stray) = split::check(&counted.arms, &units);
    let segments = experiment.zip(primary.as_ref()).map_or_else(Vec::new, |(experiment, (metric, _))| {
        let ripe = |daily: Daily| ripe(metric, daily, now);
        let question = Question { key: &experiment.primary, metric, arms: &arms, from, rules: &rules, ripe: &ripe };
        segments(&question, &experiment.segments, observed, correction)
    });
    let (days, plan) = (clock.days(), plan);
    let checked = Checked {
        units: &counted,
        srm: &srm,
        plan: plan.as_ref(),
        metrics: &metrics,
        segments: &segments,
        days,
        noun: &noun,
    };
    let checks = checks(&checked);
    let verdict = verdict(Evidence {
        unit: &run.unit,
        control: &run.control,
        units: &counted,
        srm: &srm,
        stray,
        plan: plan.as_ref(),
        planned: &planned.decisions,
        settled: &planned.comparisons,
        metrics: &metrics,
        days,
        problems: verdicts::cause(&counted.arms, &observed.verdicts)
            .into_iter()
            .chain(trouble::problems(key, experiment.is_some(), run, &arms, observed, &counted, &metrics))
            .collect(),
    });
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
        days,
        units: counted,
        srm,
        plan,
        metrics,
        series,
        segments,
        checks,
        verdicts: observed.verdicts.clone(),
        dropped: observed.dropped.clone(),
        verdict,
    }
}

/// What the planned test came to, and the day everything planned was there.
#[derive(Default)]
struct Planned {
    day: Option<i64>,
    decisions: Vec<Decision>,
    /// Of that day.
    comparisons: Vec<Comparison>,
}

/// Takes the planned test, or its looks, which it writes into the plan.
fn planned_test(
    plan: &mut PlanReport,
    experiment: &Experiment,
    metric: &Metric,
    arms: &[Arm],
    daily: &Daily,
    rules: &Rules,
) -> Planned {
    let Some(written) = &experiment.plan else { return Planned::default() };
    let day = moment(plan, daily, rules);
    let decisions = match (&written.looks, plan.required_total) {
        (Some(looks), Some(total)) => {
            let last_from = enough_days(plan, daily).unwrap_or(i64::MAX);
            let (reports, days) = looks::follow(looks, metric, arms, daily, (total as f64, last_from), rules);
            let inflation = looks::inflation(looks, plan.alpha / rules.treatments, plan.power);
            let decisions = at_looks(&reports, &days, metric, arms, daily, rules);
            plan.looks = Some(looks::report(looks, inflation, reports));
            decisions
        }
        _ => day.map(|day| once(day, metric, arms, daily, written.treatments, rules)).unwrap_or_default(),
    };
    let at = |day: i64| Laid::out(metric, arms, &daily.until(day)).comparisons(rules);
    Planned { day, decisions, comparisons: day.map(at).unwrap_or_default() }
}

/// A metric in its role.
struct Subject<'a> {
    key: &'a str,
    role: Role,
    metric: &'a Metric,
    guardrail: Option<&'a Guardrail>,
    arms: &'a [Arm],
    daily: &'a Daily,
    noun: &'a str,
}

fn metric_report(
    subject: &Subject<'_>,
    plan: Option<&PlanReport>,
    planned_on: Option<i64>,
    rules: &Rules,
) -> MetricReport {
    let Subject { key, role, metric, guardrail, arms, daily, noun } = *subject;
    let totals = daily.total();
    let laid = Laid::out(metric, arms, &totals);
    let mut comparisons = laid.comparisons(rules);
    if let (Role::Primary, Some(plan)) = (role, plan) {
        for comparison in &mut comparisons {
            comparison.practical = practical(plan, metric, comparison.anytime.as_ref());
        }
    }
    if let Some(guardrail) = guardrail {
        let then = planned_on.map(|day| daily.until(day));
        let then: Vec<Option<Pair>> = then.map_or_else(Vec::new, |totals| {
            Laid::out(metric, arms, &totals).pairs().into_iter().map(|(_, pair)| pair).collect()
        });
        for (index, (comparison, (_, now))) in comparisons.iter_mut().zip(laid.pairs()).enumerate() {
            let judged = Judged {
                now: now.as_ref(),
                then: then.get(index).and_then(Option::as_ref),
                anytime: comparison.anytime.as_ref(),
                harmed: clear_effect(comparison, metric.direction) == Some(false),
            };
            comparison.guardrail = Some(judge(guardrail, metric, &judged, rules));
        }
    }
    MetricReport {
        key: key.into(),
        name: metric.name.clone().unwrap_or_else(|| key.into()),
        role,
        kind: metric.kind,
        direction: metric.direction,
        unit: metric.unit.clone(),
        method: laid.method.report(metric, &totals, noun),
        waiting: 0,
        arms: laid.each(),
        comparisons,
    }
}

/// Metrics with their roles, primary first.
fn roles(experiment: &Experiment) -> Vec<(&str, Role, Option<&Guardrail>)> {
    let mut roles = vec![(experiment.primary.as_str(), Role::Primary, None)];
    for (keys, role) in [(&experiment.secondary, Role::Secondary), (&experiment.counters, Role::Counter)] {
        roles.extend(keys.iter().map(|key| (key.as_str(), role, None)));
    }
    roles.extend(experiment.guardrails.iter().map(|one| (one.metric.as_str(), Role::Guardrail, Some(one))));
    roles
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
    let treatments = arms.len().saturating_sub(1).max(1) as f64;
    let alpha = plan.map_or(ALPHA, |plan| plan.alpha);
    Rules {
        alpha: alpha / treatments,
        test_alpha: TEST_SHARE * alpha,
        treatments,
        required_total: plan.and_then(|plan| plan.required_total),
        planned_reached: plan.is_some_and(|plan| plan.reached && plan.min_days_reached),
    }
}

fn units_of_arm(arm: &Arm, units: f64) -> UnitsOfArm {
    UnitsOfArm { variant: arm.variant.clone(), units: units as u64, expected_share: arm.share }
}
