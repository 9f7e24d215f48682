//! One metric over all arms.

use crate::report::Comparison;
use crate::written::{Direction, Kind};
use serde::{Deserialize, Serialize};

/// What a metric is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Decides.
    Primary,
    /// Is watched.
    Secondary,
    /// Is what a win may be paid with.
    Counter,
    /// Must not get worse.
    Guardrail,
}

/// One metric over all arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricReport {
    /// Its key.
    pub key: String,
    /// For people.
    pub name: String,
    /// What it is there for.
    pub role: Role,
    /// How events become numbers.
    pub kind: Kind,
    /// Which way is better.
    pub direction: Direction,
    /// What the number is counted in.
    pub unit: Option<String>,
    /// How the arms are compared, and why so.
    pub method: MethodReport,
    /// Units not counted yet because the days asked for have not passed.
    pub waiting: u64,
    /// Control first.
    pub arms: Vec<ArmReport>,
    /// Every other arm against control.
    pub comparisons: Vec<Comparison>,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Estimator {
    /// The share of units.
    Proportion,
    /// The mean over units.
    Mean,
    /// Total over total.
    Ratio,
    /// A quantile of the units' totals.
    Quantile,
}

/// The method of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MethodReport {
    /// What is compared.
    pub estimator: Estimator,
    /// Whether totals from before the exposure are taken out.
    pub cuped: bool,
    /// Where totals are cut off.
    pub cap: Option<f64>,
    /// Which method this is and why, for people.
    pub words: String,
}

/// One metric in one arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ArmReport {
    /// The variant.
    pub variant: String,
    /// Units.
    pub units: u64,
    /// Sum over units; for conversions the units that converted.
    pub total: f64,
    /// For ratios: what `total` is divided by.
    pub denominator: Option<f64>,
    /// Per unit; for conversions the rate, for ratios the ratio, for quantiles the quantile.
    pub mean: Option<f64>,
    /// Of one unit: p(1−p) for conversions, else with divisor n−1.
    pub variance: Option<f64>,
    /// 95 % interval of the mean: Wilson for conversions, Student's t for means, the normal one for ratios, ranks for quantiles.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
}
