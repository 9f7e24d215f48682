//! The plan: required sample from its baseline and smallest effect, arrivals, days to go.
//!
//! The required sample never looks at the observed lift: a sample recomputed from what was seen follows the noise, and stops
//! exactly when the noise is kindest.

use crate::calendar::{DAY, day_of};
use crate::daily::Daily;
use crate::looks::inflation;
use crate::report::PlanReport;
use crate::run::Arm;
use crate::written::{Direction, Kind, MdeKind, Metric, Plan};
use isoflag_stats::{
    MeanPlan, MeanTest, PlanVariance, ProportionPlan, days_remaining, sample_size_means, sample_size_proportions,
};

/// Complete days the arrivals are averaged over: a whole week, so that every weekday weighs the same and an opened gate shows soon.
const ARRIVAL_DAYS: i64 = 7;
/// Before the first complete day arrivals are units over elapsed time, and less than an hour says nothing.
const SHORTEST_SPAN: f64 = 1.0 / 24.0;

/// The planned test's part of alpha. Up to the planned moment the always-valid interval can end the experiment too, and together they may err with chance alpha;
/// the interval mostly errs where the test does. Fifteen percent of alpha pay for the rest, for any alpha up to 0.2, with one look or several: the exact crossing
/// chance is checked in this file's tests.
pub(crate) const TEST_SHARE: f64 = 0.85;

/// An experiment begins with this share of the units it needs. Anybody can state an exposure for whoever he likes, and one such, on a day
/// on which the gate was still closed, would let the least days begin; a hundredth of the sample is not a handful of strangers, and does
/// not move as more arrive.
const BEGUN: f64 = 0.01;
/// What a handful is, however small the sample.
const HANDFUL: f64 = 10.0;

/// The units with which an experiment begins: of those it needs, or where nothing is planned of those there are.
pub(crate) fn beginning(required: Option<f64>, daily: &Daily) -> f64 {
    let sample = required.unwrap_or_else(|| daily.units());
    (BEGUN * sample).max(HANDFUL).min(sample).max(1.0)
}

/// When a report is made and since when there are units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    now: i64,
    first_exposure: Option<i64>,
    began: Option<i64>,
    undated: bool,
}

impl Clock {
    /// The experiment began on the day by which [`beginning`] units were there: with its first exposure, if that was on this day.
    pub(crate) fn new(now: i64, first_exposure: Option<i64>, units: &Daily, required: Option<f64>) -> Self {
        let day = units.reached(beginning(required, units));
        let began = day.map(|day| match first_exposure {
            Some(first) if day_of(first) == day => first,
            _ => day.saturating_mul(DAY),
        });
        Self { now, first_exposure, began, undated: false }
    }

    /// The same where nobody knows on which days units came.
    pub(crate) fn undated(self, undated: bool) -> Self {
        Self { undated, ..self }
    }

    /// Whole days since the experiment began.
    pub(crate) fn days(&self) -> u64 {
        let elapsed = self.began.map_or(0, |began| self.now.saturating_sub(began));
        u64::try_from(elapsed.div_euclid(DAY)).unwrap_or(0)
    }
}

/// The planned mean of control and, from the direction, the treatment's at the smallest effect worth finding.
pub(crate) fn target(plan: &Plan, metric: &Metric) -> f64 {
    let (baseline, mde) = (baseline(plan, metric), mde(plan, metric));
    let effect = match plan.mde_kind {
        MdeKind::Relative => baseline * mde,
        MdeKind::Absolute => mde,
    };
    match metric.direction {
        Direction::Increase => baseline + effect,
        Direction::Decrease => baseline - effect,
    }
}

/// Percent become fractions; a mean stays in its own unit.
fn baseline(plan: &Plan, metric: &Metric) -> f64 {
    if is_rate(metric) { plan.baseline / 100.0 } else { plan.baseline }
}

fn is_rate(metric: &Metric) -> bool {
    matches!(metric.kind, Kind::Conversion | Kind::Retention)
}

fn mde(plan: &Plan, metric: &Metric) -> f64 {
    if in_percent(plan, metric) { plan.mde / 100.0 } else { plan.mde }
}

fn in_percent(plan: &Plan, metric: &Metric) -> bool {
    plan.mde_kind == MdeKind::Relative || is_rate(metric)
}

/// How far a planned experiment is: `daily` has the units that count, `arriving` all of them.
pub(crate) fn progress(
    key: &str,
    plan: &Plan,
    metric: &Metric,
    arms: &[Arm],
    (daily, arriving): (&Daily, &Daily),
    clock: Clock,
) -> PlanReport {
    let required = required(plan, metric, arms);
    let units = daily.units();
    let arrivals = arrivals_per_day(arriving, clock);
    let reached = required.is_some_and(|(_, total)| units >= total);
    let min_days = if plan.whole_weeks { plan.min_days.div_ceil(7).saturating_mul(7) } else { plan.min_days };
    let min_days = u64::from(min_days);
    let days = clock.days();
    let remaining = required.and_then(|(_, total)| days_remaining(total, units, arrivals, 1.0));
    PlanReport {
        metric: key.into(),
        baseline: baseline(plan, metric),
        mde: mde(plan, metric),
        mde_kind: plan.mde_kind,
        alpha: plan.alpha,
        test_alpha: TEST_SHARE * plan.alpha,
        power: plan.power,
        required_per_arm: required.map(|(per_arm, _)| per_arm as u64),
        required_total: required.map(|(_, total)| total as u64),
        reached,
        arrivals_per_day: arrivals,
        days_remaining: remaining.map(|sample| (sample as u64).max(min_days.saturating_sub(days))),
        min_days,
        min_days_reached: clock.began.is_some() && days >= min_days,
        min_units: plan.min_units,
        min_units_reached: plan.min_units.is_none_or(|least| units >= least as f64),
        practical: plan.practical.map(|practical| if in_percent(plan, metric) { practical / 100.0 } else { practical }),
        treatments: plan.treatments,
        correction: plan.correction,
        looks: None,
    }
}

/// Units of control and of all arms: the treatment that needs most decides, alpha shared among the treatments.
pub(crate) fn required(plan: &Plan, metric: &Metric, arms: &[Arm]) -> Option<(f64, f64)> {
    let (control, treatments) = arms.split_first()?;
    if control.share <= 0.0 || treatments.is_empty() {
        return None;
    }
    let alpha = plan.alpha / treatments.len() as f64;
    let inflation = match &plan.looks {
        Some(looks) => inflation(looks, alpha, plan.power)?,
        None => 1.0,
    };
    let (baseline, target) = (baseline(plan, metric), target(plan, metric));
    let mut control_exact = 0.0_f64;
    for treatment in treatments {
        let ratio = treatment.share / control.share;
        let power = plan.power;
        let size = match metric.kind {
            Kind::Conversion | Kind::Retention => sample_size_proportions(&ProportionPlan {
                baseline,
                target,
                alpha,
                power,
                ratio,
                sides: 2,
                variance: PlanVariance::Pooled,
            }),
            Kind::Count | Kind::Sum | Kind::Ratio => {
                let sd = plan.standard_deviation?;
                sample_size_means(&MeanPlan {
                    difference: target - baseline,
                    sd,
                    alpha,
                    power,
                    ratio,
                    sides: 2,
                    test: MeanTest::Normal,
                })
            }
            // No sample follows from a quantile's plan: it would take the density of the totals around it.
            Kind::Quantile => return None,
        };
        control_exact = control_exact.max(size?.control_exact * inflation);
    }
    let total = arms.iter().map(|arm| (control_exact * (arm.share / control.share)).ceil()).sum();
    Some((control_exact.ceil(), total))
}

/// Units a day over the last complete days, at most a week of them, empty days included.
///
/// The first day is left out because it began somewhere in its middle, today because it has not ended. Without a complete day it is
/// the units so far over the time since the experiment began, or before that since the first exposure. Where nobody knows on which
/// days they came it is all of them over the days since.
pub(crate) fn arrivals_per_day(daily: &Daily, clock: Clock) -> f64 {
    let Some(first_day) = daily.first_day() else { return 0.0 };
    if clock.undated {
        return daily.units() / clock.days().max(1) as f64;
    }
    let began = clock.began.or(clock.first_exposure).unwrap_or_else(|| first_day.saturating_mul(DAY));
    let first_day = day_of(began);
    let today = day_of(clock.now);
    let from = first_day.saturating_add(1).max(today.saturating_sub(ARRIVAL_DAYS));
    let complete = today.saturating_sub(from);
    let units_between = |from: i64, to: i64| -> f64 {
        daily.units_by_day().filter(|(day, _)| (from..to).contains(day)).map(|(_, units)| units).sum()
    };
    if complete > 0 {
        return units_between(from, today) / complete as f64;
    }
    let span = clock.now.saturating_sub(began) as f64 / DAY as f64;
    units_between(i64::MIN, i64::MAX) / span.max(SHORTEST_SPAN)
}

#[cfg(test)]
mod tests {
    use super::{TEST_SHARE, beginning};
    use crate::daily::Daily;
    use crate::observed::UnitCell;
    use crate::run::Arm;
    use isoflag_stats::{Look, Rho, Spending, asymptotic_cs, crossing_chance, group_sequential_bounds};

    /// The z from which on the sequence leaves out 0, tightest at the planned sample.
    fn sequence(share: f64, alpha: f64) -> f64 {
        let look = Look { estimate: 0.0, se: 1.0, n: share * 1e6, alpha, n_star: 1e6 };
        asymptotic_cs(&look, Rho::Exact).unwrap().half_width
    }

    #[test]
    fn an_experiment_begins_with_a_hundredth_and_no_fewer_than_a_handful() {
        for (required, units, begins) in [
            (Some(99_554.0), 7, 995.54),
            (Some(100.0), 7, 10.0),
            (Some(4.0), 7, 4.0),
            (None, 50_000, 500.0),
            (None, 3, 3.0),
            (None, 0, 1.0),
        ] {
            let arms = [Arm { variant: "control".into(), share: 1.0 }];
            let daily = Daily::of_units(&arms, &[UnitCell { variant: "control".into(), day: 0, units }], 0);
            assert!((beginning(required, &daily) - begins).abs() < 1e-9, "{required:?} of {units}");
        }
    }

    #[test]
    fn interval_and_test_together_err_no_more_often_than_alpha() {
        // Two, four and eight weeks of daily looks that end with the planned sample.
        for days in [14, 28, 56] {
            let shares: Vec<f64> = (1..=days).map(|day| f64::from(day) / f64::from(days)).collect();
            for alpha in [0.001, 0.01, 0.05, 0.1, 0.2] {
                let alone: Vec<f64> = shares.iter().map(|share| sequence(*share, alpha)).collect();
                for (spending, looks) in [
                    (Spending::Pocock, &[1.0][..]),
                    (Spending::OBrienFleming, &[0.5, 1.0]),
                    (Spending::Pocock, &[0.5, 1.0]),
                ] {
                    let bounds = group_sequential_bounds(looks, TEST_SHARE * alpha, 2, spending).unwrap();
                    let mut both = alone.clone();
                    for (look, z) in looks.iter().zip(&bounds.z) {
                        let index = shares.iter().position(|share| share == look).unwrap();
                        both[index] = both[index].min(*z);
                    }
                    let chance = crossing_chance(&shares, &both, 2).unwrap();
                    // And nearly all of it is used.
                    assert!(
                        (0.83 * alpha..=alpha).contains(&chance),
                        "{days} {alpha} {spending:?}: {}",
                        chance / alpha
                    );
                }
            }
        }
    }
}
