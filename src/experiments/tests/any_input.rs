//! Whatever a ledger hands in: a report, no panic, and no NaN or infinity, which JSON would turn into a hole.

#![cfg(test)]

mod common;

use common::{DAY, FIRST_DAY, run_of, written};
use isoflag_experiments::{MetricCell, Observed, Report, State, UnitCell, report};
use proptest::prelude::*;

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => 0.0..5_000.0_f64,
        1 => any::<f64>(),
        1 => prop::sample::select(vec![0.0, -1.0, 1e308, -1e308, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE]),
    ]
}

fn variant() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["control", "a", "b", "stranger"]).prop_map(String::from)
}

fn observed() -> impl Strategy<Value = Observed> {
    let day = || prop_oneof![9 => FIRST_DAY..FIRST_DAY + 20, 1 => any::<i64>()];
    let units = prop_oneof![9 => 0_u64..50_000, 1 => any::<u64>()];
    let units = prop::collection::vec((variant(), day(), units), 0..12);
    let metric = prop::sample::select(vec!["checkout_completed", "revenue", "support_tickets"]);
    let cells = prop::collection::vec((metric, variant(), day(), number(), number()), 0..16);
    let times = (prop::option::of(any::<i64>()), prop::option::of(any::<i64>()), any::<u64>());
    (units, cells, times).prop_map(|(units, cells, (first_exposure, last_exposure, mixed_units))| {
        let mut observed = Observed { mixed_units, first_exposure, last_exposure, ..Observed::default() };
        observed.units = units.into_iter().map(|(variant, day, units)| UnitCell { variant, day, units }).collect();
        for (metric, variant, day, sum, sum_squares) in cells {
            observed.metrics.entry(metric.into()).or_default().push(MetricCell::new(variant, day, sum, sum_squares));
        }
        observed
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn there_is_a_whole_report(observed in observed(), now in prop_oneof![(0..60_i64).prop_map(|d| (FIRST_DAY + d) * DAY), any::<i64>()],
                               share in prop_oneof![Just(0.25), Just(0.0), Just(f64::NAN)]) {
        let run = run_of(&[("control", 0.5), ("a", 0.25), ("b", share)]);
        let report = report("checkout-redesign", &written(), &run, &observed, now);
        let text = serde_json::to_string(&report).unwrap();
        prop_assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report.clone());
        // Stopping needs a reason that is written down.
        let reasons = [State::Better, State::Worse, State::NoDifferenceShown];
        prop_assert_eq!(report.verdict.may_stop, reasons.contains(&report.verdict.state));
        prop_assert!(!report.srm.alarm || matches!(report.verdict.state, State::Invalid | State::NoData));
    }
}
