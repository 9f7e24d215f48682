//! What a metric is, as far as counting goes: which events of a unit make which of its numbers.

use isoflag_experiments::{Kind, Metric};
use serde::{Deserialize, Serialize};

const DAY_MS: i64 = 86_400_000;

/// A metric to count. Its JSON is the definition a shard remembers having counted by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct MetricWant {
    pub(crate) key: String,
    /// The unit's number.
    pub(super) first: Total,
    /// A second one: the denominator of a ratio, or what was before the exposure.
    pub(super) second: Option<Total>,
    /// Neither number counts further than this.
    pub(super) cap: Option<f64>,
    /// Whether units are counted by the size of their number too.
    pub(super) bins: bool,
}

/// A total over some events of a unit, its time measured from the first exposure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Total {
    pub(super) event: String,
    pub(super) of: Of,
    pub(super) from_ms: i64,
    /// Exclusive.
    pub(super) until_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) enum Of {
    /// 1, however many.
    Any,
    /// How many.
    Events,
    /// The sum of a property, where it is a number.
    Property(String),
}

impl MetricWant {
    pub(crate) fn of(key: &str, metric: &Metric) -> Self {
        let window = i64::from(metric.window_days).saturating_mul(DAY_MS);
        let count_or_sum = |property: &Option<String>| property.clone().map_or(Of::Events, Of::Property);
        let of = match metric.kind {
            Kind::Conversion | Kind::Retention => Of::Any,
            Kind::Count => Of::Events,
            Kind::Sum | Kind::Ratio | Kind::Quantile => count_or_sum(&metric.property),
        };
        let (from_ms, until_ms) = metric.days.map_or((0, window), |days| {
            (i64::from(days.from).saturating_mul(DAY_MS), (i64::from(days.to) + 1).saturating_mul(DAY_MS))
        });
        let first = Total { event: metric.event.clone(), of, from_ms, until_ms };
        let denominator = metric.denominator.as_ref().map(|total| Total {
            event: total.event.clone(),
            of: count_or_sum(&total.property),
            ..first.clone()
        });
        let before = metric.pre_days.map(|days| Total {
            from_ms: i64::from(days).saturating_mul(-DAY_MS),
            until_ms: 0,
            ..first.clone()
        });
        Self {
            key: key.to_owned(),
            second: denominator.or(before),
            cap: metric.cap,
            bins: metric.kind == Kind::Quantile || metric.cap_quantile.is_some(),
            first,
        }
    }
}

impl Of {
    /// The SQL expression of the total over events `e`, and the join it needs. The property's path is `?6`.
    pub(super) fn sql(&self) -> (&'static str, &'static str) {
        match self {
            Of::Any => ("1.0", ""),
            Of::Events => ("count(*)", ""),
            Of::Property(_) => (
                "total(CASE WHEN json_type(v.properties, ?6) IN ('integer', 'real') THEN json_extract(v.properties, ?6) END)",
                "CROSS JOIN events v ON v.seq = e.event",
            ),
        }
    }

    /// The JSON path of the property. Names hold no quotes or backslashes (the ingest refuses them), so quoting them is enough.
    pub(super) fn path(&self) -> Option<String> {
        if let Of::Property(name) = self { Some(format!("$.\"{name}\"")) } else { None }
    }
}
