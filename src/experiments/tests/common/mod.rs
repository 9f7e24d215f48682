//! Experiments to judge, made of whole numbers so that every machine makes the same.

use isoflag_experiments::{Experiments, Run, parse};

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
