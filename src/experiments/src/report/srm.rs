//! Is the split as planned?

use serde::{Deserialize, Serialize};

/// The check of the split.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SrmReport {
    /// Whether there are enough units to check.
    pub defined: bool,
    /// Pearson's statistic.
    pub chi2: Option<f64>,
    /// Degrees of freedom.
    pub df: Option<f64>,
    /// Its p-value.
    pub p_value: Option<f64>,
    /// The same question, asked in a way that may be asked every day.
    pub sequential: Option<SequentialSrm>,
    /// Below this the alarm is raised.
    pub threshold: f64,
    /// The split is not as planned: no comparison is worth reading.
    pub alarm: bool,
}

/// A check of the split that may be looked at every day: a Bayes factor whose p-value holds at any look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SequentialSrm {
    /// Days with units, each of them a look.
    pub looks: u64,
    /// Natural logarithm of the Bayes factor against the planned split, after the last one.
    pub log_bayes_factor: f64,
    /// Valid at any look.
    pub p_value: f64,
}
