//! Two equal arms, looked at every day: how often is a difference claimed?
//!
//! The always-valid interval may be looked at daily and keeps its 5 %; the classical p-value, looked at daily, does not. The verdict
//! uses the interval on the way and the planned test once, and the two together are measured here too. With 20,000 runs instead of 1,000: interval
//! 1.5 %, daily p 28.4 %, verdict 4.5 %, the p of the last day alone 5.0 % (standard errors 0.09 to 0.32 points).
//!
//! One simulation is a month of 200 visitors a day and arm at a conversion of 4 %, judged by [`report`] itself at the end of every day.

#![cfg(test)]

#[path = "common/cells.rs"]
mod cells;
#[path = "common/chance.rs"]
mod chance;
mod common;
#[path = "common/random.rs"]
mod random;

use cells::add;
use chance::conversions;
use common::{DAY, FIRST_DAY, run_of, written};
use isoflag_experiments::{Experiments, Observed, Report, State, report};
use random::Random;

const RUNS: u32 = 1_000;
const DAYS: i64 = 30;
const PER_DAY: u64 = 200;
const ALPHA: f64 = 0.05;
/// Four standard errors of a share of 5 % among the runs: a false alarm once in 30,000.
const MARGIN: f64 = 4.0 * 0.0069;

/// Runs in which each way of reading ever claimed a difference.
#[derive(Debug, Default)]
struct Claims {
    interval: u32,
    daily_p: u32,
    verdict: u32,
    last_p: u32,
}

fn simulate(experiments: &Experiments, seed: u64) -> Claims {
    let mut random = Random(seed);
    let run = run_of(&[("control", 0.5), ("treatment", 0.5)]);
    let mut claims = Claims::default();
    for _ in 0..RUNS {
        let mut observed = Observed::default();
        let (mut interval, mut daily_p, mut verdict, mut last_p) = (false, false, false, false);
        for day in FIRST_DAY..FIRST_DAY + DAYS {
            for arm in ["control", "treatment"] {
                let converted = conversions(&mut random, PER_DAY, 40_000) as f64;
                add(&mut observed, arm, day, PER_DAY, &[("checkout_completed", converted, converted)]);
            }
            let report: Report = report("checkout-redesign", experiments, &run, &observed, (day + 1) * DAY);
            let comparison = &report.metrics[0].comparisons[0];
            interval |= comparison.anytime.as_ref().is_some_and(|a| a.low > 0.0 || a.high < 0.0);
            last_p = comparison.fixed.as_ref().is_some_and(|fixed| fixed.p_value < ALPHA);
            daily_p |= last_p;
            verdict |= matches!(report.verdict.state, State::Better | State::Worse);
        }
        claims.interval += u32::from(interval);
        claims.daily_p += u32::from(daily_p);
        claims.verdict += u32::from(verdict);
        claims.last_p += u32::from(last_p);
    }
    claims
}

/// The same experiment with a plan that is full after three weeks of the simulation.
fn planned_for_three_weeks() -> Experiments {
    let mut experiments = written();
    let experiment = experiments.experiments.get_mut("checkout-redesign").unwrap();
    let plan = experiment.plan.as_mut().unwrap();
    // 4 % and +37.5 % ask for 3,1xx visitors per arm.
    (plan.baseline, plan.mde) = (4.0, 33.0);
    experiments
}

#[test]
fn looking_every_day_is_safe_with_the_interval_and_not_with_the_p_value() {
    let claims = simulate(&planned_for_three_weeks(), 1);
    let share = |count: u32| f64::from(count) / f64::from(RUNS);
    assert!(share(claims.interval) <= ALPHA + MARGIN, "{claims:?}");
    // Thirty looks at a 5 % test claim a difference in more than a fifth of all months.
    assert!(share(claims.daily_p) > 0.2 - MARGIN, "{claims:?}");
    assert!((share(claims.last_p) - ALPHA).abs() <= MARGIN, "{claims:?}");
    assert!(share(claims.verdict) <= ALPHA + MARGIN, "{claims:?}");
}
