//! What was intended before looking.

use crate::written::Looks;
use isoflag_written::given;
use serde::{Deserialize, Serialize};

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
    #[serde(default, deserialize_with = "given")]
    pub standard_deviation: Option<f64>,
    /// Accepted chance of a false alarm.
    #[serde(default = "five_percent")]
    pub alpha: f64,
    /// Chance of finding the effect if it is there.
    #[serde(default = "eighty_percent")]
    pub power: f64,
    /// Days to run at least, whatever the sample.
    #[serde(default = "fourteen")]
    pub min_days: u32,
    /// Whether `minDays` is rounded up to whole weeks, which even out weekdays.
    #[serde(default = "yes")]
    pub whole_weeks: bool,
    /// Units of all arms before which nothing is concluded, however clear it looks.
    #[serde(default, deserialize_with = "given")]
    pub min_units: Option<u64>,
    /// Smallest effect that is worth acting on, measured as `mde` is. An effect may be certain and too small to matter.
    #[serde(default, deserialize_with = "given")]
    pub practical: Option<f64>,
    /// When one may look at the planned test before its end. The always-valid interval needs no such plan.
    #[serde(default, deserialize_with = "given")]
    pub looks: Option<Looks>,
    /// How several treatments share alpha in the planned test.
    #[serde(default)]
    pub treatments: Treatments,
    /// How p-values of secondary and counter metrics are corrected, over all of them and all treatments.
    #[serde(default)]
    pub correction: Correction,
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

/// How several treatments share alpha.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Treatments {
    /// Alpha divided by their number.
    #[default]
    Bonferroni,
    /// Exactly, for what their comparisons share by having one control.
    Dunnett,
}

/// A correction for many comparisons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Correction {
    /// As they are.
    None,
    /// Family-wise, times their number.
    Bonferroni,
    /// Family-wise, stepped down.
    #[default]
    Holm,
    /// Family-wise, stepped up; for independent or positively dependent metrics.
    Hochberg,
    /// Family-wise, closed; for independent or positively dependent metrics.
    Hommel,
    /// False discovery rate; for independent or positively dependent metrics.
    Bh,
    /// False discovery rate, whatever the dependence.
    By,
    /// Family-wise; for independent metrics.
    Sidak,
}

fn yes() -> bool {
    true
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
