//! The primary metric among parts of the units.

use crate::report::Comparison;
use serde::{Deserialize, Serialize};

/// One dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentReport {
    /// The attribute.
    pub dimension: String,
    /// Whether it was written down before looking. If not, it is exploration: a reason to ask again, not an answer.
    pub planned: bool,
    /// Its values, the largest first.
    pub values: Vec<SegmentValue>,
    /// Does the effect differ among them? Every treatment.
    pub heterogeneity: Vec<Heterogeneity>,
    /// Simpson's reversals: treatments whose segments all say what their sum does not.
    pub reversals: Vec<Reversal>,
    /// The same for people.
    pub words: String,
}

/// One part of the units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SegmentValue {
    /// The attribute's value.
    pub value: String,
    /// Its units.
    pub units: u64,
    /// Every treatment; p-values are corrected for all segments and treatments of their kind, planned or not.
    pub comparisons: Vec<Comparison>,
}

/// Wald's test that all segments have one effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Heterogeneity {
    /// The treatment.
    pub variant: String,
    /// The statistic.
    pub chi2: f64,
    /// Segments less one.
    pub df: f64,
    /// Valid at the planned sample.
    pub p_value: f64,
}

/// All segments against their sum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reversal {
    /// The treatment.
    pub variant: String,
    /// Difference over all units.
    pub aggregate: f64,
    /// Segment differences weighted by the segments' shares: the one to believe.
    pub standardized: f64,
}
