//! Experiments to judge, made of whole numbers so that every machine makes the same.

#![expect(dead_code, reason = "every test file takes what it needs")]

use isoflag_experiments::{Experiments, MetricCell, Observed, Run, UnitCell, parse};

pub(crate) const DAY: i64 = 86_400_000;
/// 2026-11-09, a Monday.
pub(crate) const FIRST_DAY: i64 = 20_766;

pub(crate) const WRITTEN: &str = r#"{
  "version": 1,
  "metrics": {
    "checkout_completed": { "kind": "conversion", "event": "checkout_completed", "name": "Checkout completed" },
    "revenue": { "kind": "sum", "event": "revenue", "property": "value", "name": "Revenue per visitor", "unit": "EUR" },
    "support_tickets": { "kind": "count", "event": "ticket_opened", "direction": "decrease", "name": "Support tickets" },
    "retained_day_7": { "kind": "conversion", "event": "session", "name": "Retained at day 7" },
    "bounced": { "kind": "conversion", "event": "bounce", "direction": "decrease", "name": "Bounced" }
  },
  "experiments": {
    "checkout-redesign": {
      "name": "Checkout redesign",
      "hypothesis": "One page instead of three loses fewer people on the way to paying.",
      "owner": "shop team",
      "primary": "checkout_completed", "secondary": ["revenue"], "guardrails": ["support_tickets"],
      "plan": { "baseline": 3.2, "mde": 10, "mdeKind": "relative", "alpha": 0.05, "power": 0.8, "minDays": 14 }
    },
    "gate": { "primary": "retained_day_7" },
    "bounce": { "primary": "bounced", "plan": { "baseline": 40, "mde": 5 } }
  }
}"#;

pub(crate) fn written() -> Experiments {
    parse(WRITTEN).expect("the written experiments are right")
}

pub(crate) fn run_of(arms: &[(&str, f64)]) -> Run {
    Run {
        run: "7f3a09c2".into(),
        opened_at: FIRST_DAY * DAY + 8 * 3_600_000,
        control: arms[0].0.into(),
        unit: "visitorId".into(),
        arms: arms.iter().map(|(variant, share)| ((*variant).to_string(), *share)).collect(),
        gate: 1.0,
    }
}

/// One day of one arm: units, and per metric the sum and the sum of squares.
pub(crate) fn add(observed: &mut Observed, variant: &str, day: i64, units: u64, metrics: &[(&str, f64, f64)]) {
    observed.units.push(UnitCell { variant: variant.into(), day, units });
    for (metric, sum, sum_squares) in metrics {
        let cell = MetricCell { variant: variant.into(), day, sum: *sum, sum_squares: *sum_squares };
        observed.metrics.entry((*metric).into()).or_default().push(cell);
    }
    let (began, ended) = (day * DAY + 9 * 3_600_000, day * DAY + 21 * 3_600_000);
    observed.first_exposure = Some(observed.first_exposure.map_or(began, |first| first.min(began)));
    observed.last_exposure = observed.last_exposure.max(Some(ended));
}

/// Conversions only, all on one day.
pub(crate) fn totals(metric: &str, arms: &[(&str, u64, u64)]) -> Observed {
    let mut observed = Observed::default();
    for (variant, units, converted) in arms {
        add(&mut observed, variant, FIRST_DAY, *units, &[(metric, *converted as f64, *converted as f64)]);
    }
    observed
}

/// A small generator (SplitMix64), so that simulations are the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Up to and without `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// Conversions among `units` with the chance `per_million / 1,000,000`.
    pub(crate) fn conversions(&mut self, units: u64, per_million: u64) -> u64 {
        (0..units).filter(|_| self.below(1_000_000) < per_million).count() as u64
    }
}

/// Twelve days of a shop: about 4,900 visitors a day, weekends stronger, the rates in millionths.
pub(crate) fn shop(arms: &[(&str, u64)], days: i64, seed: u64) -> Observed {
    let mut random = Random(seed);
    let mut observed = Observed::default();
    for day in FIRST_DAY..FIRST_DAY + days {
        let weekend = (day - FIRST_DAY) % 7 >= 5;
        let began_at_nine = if day == FIRST_DAY { 5 } else { 8 };
        let daily = (if weekend { 5_600 } else { 4_600 }) * began_at_nine / 8 + random.below(300);
        for (variant, per_million) in arms {
            let units = daily / arms.len() as u64 + random.below(60);
            let buyers = random.conversions(units, *per_million);
            // Baskets of 20 to 139 whole euros.
            let baskets = (0..buyers).map(|_| 20 + random.below(120)).collect::<Vec<_>>();
            let sum: u64 = baskets.iter().sum();
            let squares: u64 = baskets.iter().map(|basket| basket * basket).sum();
            let tickets = random.conversions(units, 11_000) as f64;
            let metrics = [
                ("checkout_completed", buyers as f64, buyers as f64),
                ("revenue", sum as f64, squares as f64),
                ("support_tickets", tickets, tickets),
            ];
            add(&mut observed, variant, day, units, &metrics);
        }
    }
    observed
}
