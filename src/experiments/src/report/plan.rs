//! What was planned, and how far it is.

use crate::written::{Correction, MdeKind, SpendingName, Treatments};
use serde::{Deserialize, Serialize};

/// The plan and the way to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanReport {
    /// Key of the primary metric.
    pub metric: String,
    /// Planned mean of control; a fraction for conversions.
    pub baseline: f64,
    /// Smallest effect worth finding, a fraction (of the baseline if relative) for conversions.
    pub mde: f64,
    /// What `mde` is a share of.
    pub mde_kind: MdeKind,
    /// Accepted chance of a false alarm.
    pub alpha: f64,
    /// The part of it that the planned test may use; the rest is the always-valid interval's.
    pub test_alpha: f64,
    /// Chance of finding the effect.
    pub power: f64,
    /// Control's units; with equal shares every arm's.
    pub required_per_arm: Option<u64>,
    /// Units of all arms.
    pub required_total: Option<u64>,
    /// Whether that many are there.
    pub reached: bool,
    /// Measured.
    pub arrivals_per_day: f64,
    /// Until sample and days are reached; 0 when they are, `null` when nobody arrives.
    pub days_remaining: Option<u64>,
    /// Days to run at least.
    pub min_days: u64,
    /// Whether they have passed.
    pub min_days_reached: bool,
    /// Units of all arms before which nothing is concluded.
    pub min_units: Option<u64>,
    /// Whether they are there; true when none were asked for.
    pub min_units_reached: bool,
    /// Smallest effect worth acting on, as `mde` is.
    pub practical: Option<f64>,
    /// How several treatments share alpha in the planned test.
    pub treatments: Treatments,
    /// How p-values of secondary and counter metrics are corrected.
    pub correction: Correction,
    /// The looks of a group sequential test.
    pub looks: Option<LooksReport>,
}

/// A group sequential test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LooksReport {
    /// How alpha is spent.
    pub spending: SpendingName,
    /// How much larger the sample is than that of a test with one look; `null` where there are no such boundaries.
    pub inflation: Option<f64>,
    /// Every planned look, taken or to come.
    pub looks: Vec<LookReport>,
}

/// One look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookReport {
    /// Share of the planned sample at which it was planned.
    pub planned_at: f64,
    /// Units of all arms at which it is taken.
    pub units: u64,
    /// The day it was taken.
    pub day: Option<String>,
    /// Share of the planned sample that was there then: boundaries follow what was, not what was meant.
    pub share: Option<f64>,
    /// `|z|` that stops the test at this look.
    pub boundary: Option<f64>,
    /// Alpha of one comparison spent by this look.
    pub alpha_spent: Option<f64>,
    /// Every treatment, at a look that was taken.
    pub arms: Vec<LookAtArm>,
}

/// One treatment at a look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookAtArm {
    /// The treatment.
    pub variant: String,
    /// Difference over its standard error.
    pub z: f64,
    /// Whether it reached the boundary.
    pub crossed: bool,
    /// Repeated interval of the difference: it holds at all looks together.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}
