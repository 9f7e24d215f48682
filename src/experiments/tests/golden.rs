//! Whole reports, kept as files: fixtures for the console, and a tripwire for every figure and sentence.
//!
//! `ISOFLAG_WRITE_GOLDEN=1 cargo test -p isoflag-experiments --test golden` writes them anew; read the difference before committing it.

#![cfg(test)]

#[path = "common/cells.rs"]
mod cells;
#[path = "common/chance.rs"]
mod chance;
mod common;
#[path = "common/random.rs"]
mod random;
#[path = "common/shop.rs"]
mod shop;

use common::{DAY, FIRST_DAY, run_of, written};
use isoflag_experiments::{Cells, Observed, Report, Second, State, parse, report};
use shop::shop;
use std::path::Path;

const HALVES: [(&str, f64); 2] = [("control", 0.5), ("new-checkout", 0.5)];
const THIRDS: [(&str, f64); 3] = [("control", 0.3334), ("one-page", 0.3333), ("wallet-first", 0.3333)];

/// Twelve days in, on Friday afternoon.
const NOW: i64 = (FIRST_DAY + 11) * DAY + 15 * 3_600_000;

fn check(name: &str, report: &Report) {
    let kept = keep(name, &(serde_json::to_string_pretty(report).expect("a report is JSON") + "\n"));
    let back: Report = serde_json::from_str(&kept).expect("a golden report reads back");
    assert_eq!(&back, report);
}

/// The text as it is kept.
fn keep(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("ISOFLAG_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, text).expect("the golden folder is writable");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{name} has changed; rerun with ISOFLAG_WRITE_GOLDEN=1 and read the difference");
    kept
}

fn judged(arms: &[(&str, f64)], observed: &Observed, now: i64) -> Report {
    report("checkout-redesign", &written(), &run_of(arms), observed, now)
}

#[test]
fn a_living_experiment() {
    let mut observed = shop(&[("control", 32_000), ("new-checkout", 35_200)], 12, 2);
    observed.mixed_units = 41;
    let report = judged(&HALVES, &observed, NOW);
    assert_eq!(report.verdict.state, State::Collecting);
    assert_eq!(report.series.len(), 12);
    check("report.json", &report);
}

#[test]
fn a_winner() {
    let report = judged(&HALVES, &shop(&[("control", 32_000), ("new-checkout", 40_500)], 15, 7), NOW + 4 * DAY);
    assert_eq!((report.verdict.state, report.verdict.arm.as_deref()), (State::Better, Some("new-checkout")));
    check("report-better.json", &report);
}

#[test]
fn a_loser() {
    let report = judged(&HALVES, &shop(&[("control", 32_000), ("new-checkout", 25_000)], 12, 3), NOW);
    assert_eq!((report.verdict.state, report.verdict.arm.as_deref()), (State::Worse, Some("new-checkout")));
    check("report-worse.json", &report);
}

#[test]
fn nothing_found() {
    let report = judged(&HALVES, &shop(&[("control", 32_000), ("new-checkout", 32_000)], 24, 5), NOW + 13 * DAY);
    assert_eq!(report.verdict.state, State::NoDifferenceShown);
    assert!(report.verdict.may_stop);
    check("report-no-difference.json", &report);
}

#[test]
fn a_broken_split() {
    let mut observed = shop(&[("control", 32_000), ("new-checkout", 36_500)], 12, 11);
    // A redirect in one arm loses every twentieth visitor before the exposure is sent.
    for cell in observed.units.iter_mut().filter(|cell| cell.variant == "new-checkout") {
        cell.units -= cell.units / 20;
    }
    observed.mixed_units = 1_204;
    let report = judged(&HALVES, &observed, NOW);
    assert_eq!(report.verdict.state, State::Invalid);
    check("report-srm.json", &report);
}

#[test]
fn nobody_yet() {
    let report = judged(&HALVES, &Observed::default(), NOW);
    assert_eq!(report.verdict.state, State::NoData);
    check("report-no-data.json", &report);
}

#[test]
fn three_arms() {
    let arms = [("control", 32_000), ("one-page", 34_000), ("wallet-first", 41_500)];
    let report = judged(&THIRDS, &shop(&arms, 12, 13), NOW);
    assert_eq!((report.verdict.state, report.verdict.arm.as_deref()), (State::Better, Some("wallet-first")));
    check("report-three-arms.json", &report);
}

const WHOLE: &str = r#"{ "version": 1, "metrics": {
  "checkout_completed": { "kind": "conversion", "event": "checkout_completed", "name": "Checkout completed", "preDays": 14 },
  "revenue": { "kind": "ratio", "event": "revenue", "property": "value", "denominator": { "event": "visit" },
    "name": "Revenue per visit", "unit": "EUR" },
  "support_tickets": { "kind": "count", "event": "ticket_opened", "direction": "decrease", "name": "Support tickets" } },
  "experiments": { "checkout-redesign": { "name": "Checkout redesign", "primary": "checkout_completed",
    "counters": ["revenue"], "guardrails": [{ "metric": "support_tickets", "margin": 20 }], "segments": ["country"],
    "plan": { "baseline": 3.2, "mde": 10, "minUnits": 10000, "practical": 5, "treatments": "dunnett", "correction": "bh",
      "looks": { "at": [0.25, 0.5, 1], "spending": "pocock" } } } } }"#;

/// Everything a report can say at once: two treatments, CUPED, a ratio, looks, a margin, segments of which one was planned.
#[test]
fn the_whole_of_it() {
    let arms = [("control", 32_000), ("one-page", 33_000), ("wallet-first", 40_500)];
    let mut observed = shop(&arms, 12, 17);
    for cell in observed.metrics.get_mut("checkout_completed").into_iter().flatten() {
        // A third of the buyers bought before, and as many who do not now.
        let before = (2.0 * cell.sum / 3.0).floor();
        cell.second = Some(Second { sum: before, sum_squares: before, cross: (cell.sum / 3.0).floor() });
    }
    let units: Vec<f64> = observed.units.iter().map(|cell| cell.units as f64).collect();
    for (cell, units) in observed.metrics.get_mut("revenue").into_iter().flatten().zip(units) {
        // Everybody visits twice.
        cell.second = Some(Second { sum: 2.0 * units, sum_squares: 4.0 * units, cross: 2.0 * cell.sum });
    }
    let half = |number: u64, first: bool| if first { number - number / 3 } else { number / 3 };
    for (dimension, values) in [("country", ["at", "de"]), ("browser", ["chromium", "firefox"])] {
        for (value, first) in values.into_iter().zip([true, false]) {
            let mut cells = Cells { units: observed.units.clone(), ..Cells::default() };
            cells.units.iter_mut().for_each(|cell| cell.units = half(cell.units, first));
            let mut bought = observed.metrics["checkout_completed"].clone();
            for cell in &mut bought {
                let sum = half(cell.sum as u64, first) as f64;
                (cell.sum, cell.sum_squares, cell.second) = (sum, sum, None);
            }
            cells.metrics.insert("checkout_completed".into(), bought);
            observed.segments.entry(dimension.into()).or_default().insert(value.into(), cells);
        }
    }
    // Handed to the wasm too (`tests/stats`), whose report is this one to the last bit.
    let input = serde_json::json!({ "experiments": WHOLE, "run": run_of(&THIRDS), "observed": observed, "now": NOW });
    keep("input/whole.json", &(input.to_string() + "\n"));
    let report = report("checkout-redesign", &parse(WHOLE).unwrap(), &run_of(&THIRDS), &observed, NOW);
    assert_eq!((report.verdict.state, report.segments.len()), (State::Better, 2));
    assert!(report.plan.as_ref().and_then(|plan| plan.looks.as_ref()).is_some_and(|looks| looks.looks.len() == 3));
    assert!(report.metrics[0].comparisons.iter().all(|c| c.adjusted.is_some() && c.practical.is_some()));
    check("report-whole.json", &report);
}
