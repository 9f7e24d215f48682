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
use isoflag_experiments::{Observed, Report, State, report};
use shop::shop;
use std::path::Path;

const HALVES: [(&str, f64); 2] = [("control", 0.5), ("new-checkout", 0.5)];
const THIRDS: [(&str, f64); 3] = [("control", 0.3334), ("one-page", 0.3333), ("wallet-first", 0.3333)];

/// Twelve days in, on Friday afternoon.
const NOW: i64 = (FIRST_DAY + 11) * DAY + 15 * 3_600_000;

fn check(name: &str, report: &Report) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    let text = serde_json::to_string_pretty(report).expect("a report is JSON") + "\n";
    if std::env::var_os("ISOFLAG_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &text).expect("the golden folder is writable");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{name} has changed; rerun with ISOFLAG_WRITE_GOLDEN=1 and read the difference");
    let back: Report = serde_json::from_str(&kept).expect("a golden report reads back");
    assert_eq!(&back, report);
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
