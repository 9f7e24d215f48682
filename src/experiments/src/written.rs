//! experiments.json as people write it.

use isoflag_written::unique;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Metrics and the experiments that are judged by them. Made by [`crate::parse`].
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Experiments {
    /// Version of the format, 1.
    pub version: u32,
    /// By key.
    #[serde(default, deserialize_with = "unique")]
    pub metrics: BTreeMap<String, Metric>,
    /// By key, which is the key of the flag.
    #[serde(default, deserialize_with = "unique")]
    pub experiments: BTreeMap<String, Experiment>,
}

/// A number per unit, made from the unit's events.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Metric {
    /// How events become a number.
    pub kind: Kind,
    /// Name of the event.
    pub event: String,
    /// For sums, and for ratios and quantiles of sums: the numeric property that is added up.
    #[serde(default)]
    pub property: Option<String>,
    /// For ratios: what the total is divided by.
    #[serde(default)]
    pub denominator: Option<Total>,
    /// For retention: the days after the first exposure, counted from 1, in one of which the event must happen.
    #[serde(default)]
    pub days: Option<DayRange>,
    /// For quantiles: which, 0.5 for the median.
    #[serde(default)]
    pub quantile: Option<f64>,
    /// For counts and sums: a unit's total counts no further than this. Written before looking, it tames a few huge buyers.
    #[serde(default)]
    pub cap: Option<f64>,
    /// For counts and sums: the same, at this quantile of the totals of all arms together.
    #[serde(default)]
    pub cap_quantile: Option<f64>,
    /// Days before the first exposure whose total of the same events sharpens the comparison (CUPED).
    #[serde(default)]
    pub pre_days: Option<u32>,
    /// Days from the unit's first exposure during which its events count.
    #[serde(default = "fourteen")]
    pub window_days: u32,
    /// Which way is better.
    #[serde(default)]
    pub direction: Direction,
    /// For people; the key if absent.
    #[serde(default)]
    pub name: Option<String>,
    /// What the number is counted in: `EUR`.
    #[serde(default)]
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
    #[serde(default)]
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

/// What one flag's experiment is for and how it will be judged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Experiment {
    /// For people; the key if absent.
    #[serde(default)]
    pub name: Option<String>,
    /// What one expects and why.
    #[serde(default)]
    pub hypothesis: Option<String>,
    /// Whom to ask.
    #[serde(default)]
    pub owner: Option<String>,
    /// The one metric that decides.
    pub primary: String,
    /// Metrics that are watched and decide nothing.
    #[serde(default)]
    pub secondary: Vec<String>,
    /// Metrics that must not get worse.
    #[serde(default)]
    pub guardrails: Vec<String>,
    /// How long and for what effect one is going to look, written before looking.
    #[serde(default)]
    pub plan: Option<Plan>,
}

/// The sample and the effect that were planned.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Plan {
    /// Control's expected mean: percent for conversions, else in the metric's own unit.
    pub baseline: f64,
    /// Smallest effect worth finding: percent of the baseline, or (absolute) percentage points, or the metric's own unit.
    pub mde: f64,
    /// What `mde` is a share of.
    #[serde(default)]
    pub mde_kind: MdeKind,
    /// For counts and sums: the expected standard deviation of one unit's number. Without it no sample can be planned for them.
    #[serde(default)]
    pub standard_deviation: Option<f64>,
    /// Accepted chance of a false alarm.
    #[serde(default = "five_percent")]
    pub alpha: f64,
    /// Chance of finding the effect if it is there.
    #[serde(default = "eighty_percent")]
    pub power: f64,
    /// Days to run at least, whatever the sample: whole weeks even out weekdays.
    #[serde(default = "fourteen")]
    pub min_days: u32,
}

/// What the smallest effect is measured in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MdeKind {
    /// Of the baseline.
    #[default]
    Relative,
    /// Percentage points, or the metric's own unit.
    Absolute,
}

fn fourteen() -> u32 {
    14
}

fn five_percent() -> f64 {
    0.05
}

fn eighty_percent() -> f64 {
    0.8
}
