//! The primary metric as it grew.

use serde::{Deserialize, Serialize};

/// All units first exposed up to a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeriesDay {
    /// `2026-11-20`, UTC.
    pub day: String,
    /// Every treatment.
    pub comparisons: Vec<SeriesPoint>,
}

/// The always-valid lift of one treatment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeriesPoint {
    /// The treatment.
    pub variant: String,
    /// Its lift.
    pub lift: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}
