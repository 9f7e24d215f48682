//! Laws of whole reports: names do not matter, sides only turn the sign, shards add.

#![cfg(test)]

use isoflag_experiments::{Bin, MetricCell, Observed, Report, Run, Second, State, UnitCell, bins, parse, report};
use proptest::prelude::*;

const DAY: i64 = 86_400_000;
const FIRST_DAY: i64 = 20_766;
/// Sums in another order differ in the last digits; what is divided by a small difference differs in more.
const SAME: f64 = 1e-9;

const WRITTEN: &str = r#"{ "version": 1, "metrics": {
  "bought": { "kind": "conversion", "event": "b" }, "spent": { "kind": "sum", "event": "p", "property": "v", "preDays": 7 },
  "cut": { "kind": "sum", "event": "p", "property": "v", "capQuantile": 0.9 },
  "each": { "kind": "ratio", "event": "p", "property": "v", "denominator": { "event": "visit" } },
  "median": { "kind": "quantile", "event": "p", "property": "v", "quantile": 0.5 } },
  "experiments": { "x": { "primary": "bought", "secondary": ["spent", "cut", "each", "median"],
    "plan": { "baseline": 30, "mde": 20, "minDays": 7, "practical": 10, "looks": 2 } } } }"#;

/// Cells of an arm and day, made of as many units with whole totals.
fn cell(variant: &str, day: i64, totals: &[(u32, u32)]) -> Observed {
    let mut observed = Observed::default();
    observed.units.push(UnitCell { variant: variant.into(), day, units: totals.len() as u64 });
    let numbers = || totals.iter().map(|(total, before)| (f64::from(*total), f64::from(*before)));
    let sum = |of: &dyn Fn(f64, f64) -> f64| numbers().map(|(y, x)| of(y, x)).sum::<f64>();
    let bought = sum(&|y, _| f64::from(u8::from(y > 50.0)));
    let (y, yy) = (sum(&|y, _| y), sum(&|y, _| y * y));
    let second = Second { sum: sum(&|_, x| x), sum_squares: sum(&|_, x| x * x), cross: sum(&|y, x| y * x) };
    let mut all: std::collections::BTreeMap<i32, Bin> = std::collections::BTreeMap::new();
    for (y, _) in numbers().filter(|(y, _)| *y != 0.0) {
        let bin = all.entry(bins::bin(y)).or_insert(Bin { bin: bins::bin(y), ..Bin::default() });
        (bin.units, bin.sum, bin.sum_squares) = (bin.units + 1, bin.sum + y, bin.sum_squares + y * y);
    }
    let plain = MetricCell::new(variant, day, y, yy);
    let binned = MetricCell { bins: all.into_values().collect(), ..plain.clone() };
    let paired = MetricCell { second: Some(second), ..plain };
    let cells = [
        ("bought", MetricCell::new(variant, day, bought, bought)),
        ("spent", paired.clone()),
        ("each", paired),
        ("cut", binned.clone()),
        ("median", binned),
    ];
    for (metric, cell) in cells {
        observed.metrics.insert(metric.into(), vec![cell]);
    }
    observed
}

fn totals() -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::vec((0_u32..200, 1_u32..9), 60..200)
}

fn judged(control: &str, arms: &[&str], observed: &Observed) -> Report {
    let arms = arms.iter().map(|arm| ((*arm).to_owned(), 0.5)).collect();
    let (run, unit) = ("7f3a09c2".into(), "visitorId".into());
    let run = Run { run, opened_at: 0, control: control.into(), unit, arms, gate: 1.0 };
    report("x", &parse(WRITTEN).unwrap(), &run, observed, (FIRST_DAY + 9) * DAY)
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= SAME * (1.0 + a.abs()),
        (a, b) => a == b,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 120, ..ProptestConfig::default() })]

    #[test]
    fn an_arm_by_another_name_is_the_same_arm(c in totals(), t in totals(), later in totals()) {
        let of = |name: &str| {
            let days = cell("a", FIRST_DAY, &c).merge(cell(name, FIRST_DAY, &t)).merge(cell(name, FIRST_DAY + 1, &later));
            judged("a", &["a", name], &days)
        };
        let text = serde_json::to_string(&of("one-page")).unwrap().replace("one-page", "wallet");
        prop_assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), of("wallet"));
    }

    #[test]
    fn swapping_control_and_treatment_turns_every_sign(c in totals(), t in totals()) {
        let observed = cell("a", FIRST_DAY, &c).merge(cell("b", FIRST_DAY, &t));
        let (one, two) = (judged("a", &["a", "b"], &observed), judged("b", &["a", "b"], &observed));
        for (m, w) in one.metrics.iter().zip(&two.metrics) {
            let (m, w) = (&m.comparisons[0], &w.comparisons[0]);
            prop_assert!(close(m.difference, w.difference.map(|d| -d)), "{m:?} {w:?}");
            let fixed = |c: &isoflag_experiments::Comparison| c.fixed.clone().map(|f| (f.statistic, f.p_value, f.low, f.high));
            if let (Some(m), Some(w)) = (fixed(m), fixed(w)) {
                prop_assert!(close(Some(m.0), Some(-w.0)) && close(Some(m.1), Some(w.1)), "{m:?} {w:?}");
                prop_assert!(close(Some(m.2), Some(-w.3)) && close(Some(m.3), Some(-w.2)), "{m:?} {w:?}");
            }
        }
        // Nobody wins from both sides.
        prop_assert!(!(one.verdict.state == State::Better && two.verdict.state == State::Better));
    }

    #[test]
    fn shards_and_their_order_do_not_matter(c in totals(), t in totals(), half in 1_usize..59) {
        let whole = cell("a", FIRST_DAY, &c).merge(cell("b", FIRST_DAY, &t));
        let (left, right) = c.split_at(half);
        let parts = cell("b", FIRST_DAY, &t).merge(cell("a", FIRST_DAY, right)).merge(cell("a", FIRST_DAY, left));
        // Whole numbers add exactly, so the reports are equal and not only close.
        prop_assert_eq!(judged("a", &["a", "b"], &whole), judged("a", &["a", "b"], &parts));
    }
}
