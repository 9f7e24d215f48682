//! Shards add: in any order and grouping the same statistics.

#![cfg(test)]

use isoflag_experiments::{MetricCell, Observed, UnitCell};
use proptest::prelude::*;

fn variant() -> impl Strategy<Value = String> {
    prop_oneof![Just("control".to_string()), Just("a".to_string()), Just("b".to_string())]
}

fn shard() -> impl Strategy<Value = Observed> {
    let units = prop::collection::vec((variant(), 0_i64..4, 0_u64..1_000), 0..6);
    // Whole numbers: sums of them are exact, so equality is equality.
    let cells = prop::collection::vec((0_usize..2, variant(), 0_i64..4, -500_i32..500, 0_u32..90_000), 0..8);
    let times = (prop::option::of(0_i64..99), prop::option::of(0_i64..99), 0_u64..9);
    (units, cells, times).prop_map(|(units, cells, (first_exposure, last_exposure, mixed_units))| {
        let mut observed = Observed { mixed_units, first_exposure, last_exposure, ..Observed::default() };
        observed.units = units.into_iter().map(|(variant, day, units)| UnitCell { variant, day, units }).collect();
        for (metric, variant, day, sum, squares) in cells {
            let cell = MetricCell::new(variant, day, f64::from(sum), f64::from(squares));
            observed.metrics.entry(["bought", "revenue"][metric].into()).or_default().push(cell);
        }
        observed
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn grouping_and_order_do_not_matter(a in shard(), b in shard(), c in shard()) {
        let left = a.clone().merge(b.clone()).merge(c.clone());
        let right = a.clone().merge(b.clone().merge(c.clone()));
        let turned = c.merge(b).merge(a);
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(&left, &turned);
    }

    #[test]
    fn an_empty_shard_changes_nothing_but_the_order(a in shard()) {
        let tidy = a.clone().merge(Observed::default());
        prop_assert_eq!(&tidy, &Observed::default().merge(a.clone()));
        prop_assert_eq!(tidy.units.iter().map(|cell| cell.units).sum::<u64>(), a.units.iter().map(|cell| cell.units).sum::<u64>());
    }

    #[test]
    fn it_goes_over_the_wire_and_back(a in shard()) {
        let text = serde_json::to_string(&a).unwrap();
        prop_assert_eq!(serde_json::from_str::<Observed>(&text).unwrap(), a);
    }
}
