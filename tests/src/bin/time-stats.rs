//! Times pieces of statistics: `{"nanoseconds": {work: …}, "report": …}` as JSON on standard output, the best of several rounds each.
//!
//! `tests/bench/stats/beside.py` sets them beside other tools doing the same work. It hands in, as JSON on standard input, what the timed report is of:
//! `{experiments, key, run, observed, now}`.

use isoflag_experiments::simulate::{Outcome, Simulation};
use isoflag_experiments::{Observed, Run, parse, report};
use isoflag_stats::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::hint::black_box;
use std::io::{Read, Write, stdin, stdout};
use std::time::Instant;

/// What the report is of.
#[derive(Deserialize)]
struct Reported {
    experiments: String,
    key: String,
    run: Run,
    observed: Observed,
    now: i64,
}

/// Rounds, of which the fastest counts: the others were disturbed.
const ROUNDS: usize = 41;
/// Each round takes about this long, short enough to pass between two disturbances.
const ROUND_NS: f64 = 4e6;
/// What takes longer than that is not repeated so often.
const LONGEST_NS: f64 = 1.5e9;

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    stdin().lock().read_to_string(&mut text)?;
    let Reported { experiments, key, run, mut observed, now } = serde_json::from_str(&text)?;
    let experiments = parse(&experiments).map_err(|problems| format!("{problems:?}"))?;
    let reported = report(&key, &experiments, &run, &observed, now);
    let mut found = Map::new();
    let mut time = |work: &str, mut once: Box<dyn FnMut(f64)>| {
        let started = Instant::now();
        once(0.0);
        let first = started.elapsed().as_nanos().max(20) as f64;
        let repeats = (ROUND_NS / first).clamp(1.0, 1e6) as u32;
        let mut best = f64::INFINITY;
        let rounds = ((LONGEST_NS / first) as usize).clamp(5, ROUNDS);
        for _ in 0..rounds {
            let started = Instant::now();
            for repeat in 0..repeats {
                // Never twice the same numbers.
                once(f64::from(repeat) * 1e-9);
            }
            best = best.min(started.elapsed().as_nanos() as f64 / f64::from(repeats));
        }
        found.insert(work.into(), Value::from(best));
    };

    let control = Sample { n: 4812.0, mean: 24.31, variance: 812.5 };
    let treatment = move |x: f64| Sample { n: 4756.0, mean: 25.44 + x, variance: 901.0 };
    let (few, many) = (Proportion { n: 4812.0, successes: 154.0 }, Proportion { n: 4756.0, successes: 195.0 });
    time(
        "welch, interval and relative lift",
        Box::new(move |x| {
            let treatment = treatment(x);
            black_box(welch_t(control, treatment, Alternative::TwoSided, 0.05));
            black_box(relative_lift(control, treatment));
        }),
    );
    time(
        "z test and interval of two proportions",
        Box::new(move |x| {
            let many = Proportion { n: many.n + x.round(), ..many };
            black_box(two_proportion_z(few, many, ProportionVariance::Pooled, Alternative::TwoSided));
            black_box(proportion_diff_ci(few, many, DifferenceInterval::Newcombe, 0.95));
        }),
    );
    time(
        "score interval of two proportions",
        Box::new(move |x| {
            let level = 0.95 + x;
            black_box(proportion_diff_ci(few, many, DifferenceInterval::MiettinenNurminen, level));
        }),
    );
    time(
        "sample ratio",
        Box::new(|x| {
            black_box(srm_chi_square(&[(50_210.0, 1.0), (49_790.0, 1.0 + x)]));
        }),
    );
    time(
        "cuped from sums",
        Box::new(|x| {
            let arm = |sum_y: f64| {
                PairSums { n: 4812.0, sum_y, sum_x: 9_600.0, sum_yy: 3e6, sum_xx: 40_000.0, sum_xy: 250_000.0 }
                    .moments()
            };
            let arms = arm(1.17e5 + x).zip(arm(1.18e5));
            black_box(arms.and_then(|(control, treatment)| cuped(&control, &treatment, 0.95)));
        }),
    );
    time(
        "welch of 2 × 10,000 rows",
        Box::new(|x| {
            let arm = |shift: f64| -> Moments { (0..10_000).map(|i| shift + f64::from(i % 97)).collect() };
            black_box(welch_t_raw(&arm(x), &arm(0.3), Alternative::TwoSided, 0.05));
        }),
    );
    let looks: [f64; 10] = std::array::from_fn(|look| (look as f64 + 1.0) / 10.0);
    for (work, spending) in [
        ("boundary of 10 looks, obrien-fleming spending", Spending::OBrienFleming),
        ("boundary of 10 looks, power spending", Spending::Power(2.0)),
    ] {
        time(
            work,
            Box::new(move |x| {
                black_box(group_sequential_bounds(&looks, 0.05 + x, 2, spending));
            }),
        );
    }
    for (work, delta) in
        [("boundary of 10 looks, classical obrien-fleming", 0.0), ("boundary of 10 looks, classical pocock", 0.5)]
    {
        time(
            work,
            Box::new(move |x| {
                black_box(group_sequential_classical(&looks, 0.05 + x, 2, delta));
            }),
        );
    }
    let arms: Vec<Vec<Proportion>> =
        (0..5).map(|arm| vec![Proportion { n: 10_000.0, successes: 500.0 + 10.0 * f64::from(arm) }]).collect();
    time(
        "chance to be best of 5 rates",
        Box::new(move |x| {
            black_box(thompson_bernoulli(&arms, (1.0 + x, 1.0), 1.0, 0.0));
        }),
    );
    time(
        "report of 10 metrics × 3 arms",
        Box::new(move |x| {
            if let Some(cell) = observed.metrics.values_mut().next().and_then(|cells| cells.first_mut()) {
                cell.sum += x;
            }
            black_box(report(&key, &experiments, &run, &observed, now));
        }),
    );
    let simulation = Simulation {
        outcome: Outcome::Conversion { rate: 0.05 },
        lift: 0.0,
        units: 10_000.0,
        planned_share: 0.5,
        actual_share: 0.5,
        looks: looks.to_vec(),
        alpha: 0.05,
        spending: Spending::OBrienFleming,
        srm_alpha: 0.01,
        seed: 1,
    };
    time(
        "10,000 A/A runs of 10 looks",
        Box::new(move |x| {
            black_box(simulation.run((x * 1e9) as u32, 10_000).map_or(0, |tally| tally.runs));
        }),
    );
    let mut out = stdout().lock();
    serde_json::to_writer_pretty(&mut out, &json!({ "nanoseconds": found, "report": reported }))?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}
