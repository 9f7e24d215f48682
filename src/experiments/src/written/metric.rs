//! What is measured.

use isoflag_written::{given, given_object};
use serde::{Deserialize, Serialize};

/// A number per unit, made from the unit's events.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Metric {
    /// How events become a number.
    pub kind: Kind,
    /// Name of the event.
    pub event: String,
    /// For sums, and for ratios and quantiles of sums: the numeric property that is added up.
    #[serde(default, deserialize_with = "given")]
    pub property: Option<String>,
    /// For ratios: what the total is divided by.
    #[serde(default, deserialize_with = "given_object")]
    pub denominator: Option<Total>,
    /// For retention: the days after the first exposure, counted from 1, in one of which the event must happen.
    #[serde(default, deserialize_with = "given_object")]
    pub days: Option<DayRange>,
    /// For quantiles: which, 0.5 for the median.
    #[serde(default, deserialize_with = "given")]
    pub quantile: Option<f64>,
    /// For counts and sums: a unit's total counts no further than this. Written before looking, it tames a few huge buyers.
    #[serde(default, deserialize_with = "given")]
    pub cap: Option<f64>,
    /// For counts and sums: the same, at this quantile of the totals of all arms together.
    #[serde(default, deserialize_with = "given")]
    pub cap_quantile: Option<f64>,
    /// Days before the first exposure whose total of the same events sharpens the comparison (CUPED).
    #[serde(default, deserialize_with = "given")]
    pub pre_days: Option<u32>,
    /// Days from the unit's first exposure during which its events count.
    #[serde(default = "fourteen")]
    pub window_days: u32,
    /// Which way is better.
    #[serde(default)]
    pub direction: Direction,
    /// For people; the key if absent.
    #[serde(default, deserialize_with = "given")]
    pub name: Option<String>,
    /// What the number is counted in: `EUR`.
    #[serde(default, deserialize_with = "given")]
    pub unit: Option<String>,
}

/// How a unit's events become its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// 1 with at least one event, else 0.
    Conversion,
    /// Number of events.
    Count,
    /// Sum of a numeric property over the events.
    Sum,
    /// Total over total: all numerators of an arm by all its denominators.
    Ratio,
    /// 1 with an event in one of the days asked for, else 0; units whose days have not passed yet are not counted.
    Retention,
    /// A quantile of the units' totals, those of zero included.
    Quantile,
}

/// A total of a unit: of a property, or without one the number of events.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Total {
    /// Name of the event.
    pub event: String,
    /// The numeric property that is added up; without one events are counted.
    #[serde(default, deserialize_with = "given")]
    pub property: Option<String>,
}

/// Days after the first exposure, both included: day 1 begins 24 hours after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct DayRange {
    /// The first day.
    pub from: u32,
    /// The last.
    pub to: u32,
}

/// Which way a metric is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Direction {
    /// More is better.
    #[default]
    Increase,
    /// Less is better.
    Decrease,
}

fn fourteen() -> u32 {
    14
}
