//! The report as it goes over the wire: what the API answers and the console shows.
//!
//! Shares, rates and lifts are fractions. A number that does not exist is `null`, never NaN.

mod comparison;
mod metric;
mod plan;
mod segment;
mod series;
mod srm;
mod verdict;

pub use comparison::{
    Adjusted, Anytime, Comparison, Fixed, GuardrailReport, GuardrailVerdict, JudgedBy, Practical, PracticalReading,
    Test,
};
pub use metric::{ArmReport, Estimator, MethodReport, MetricReport, Role};
pub use plan::{LookAtArm, LookReport, LooksReport, PlanReport};
pub use segment::{Heterogeneity, Reversal, SegmentReport, SegmentValue};
pub use series::{SeriesDay, SeriesPoint};
pub use srm::{SequentialSrm, SrmReport};
pub use verdict::{Check, CheckState, State, Verdict};

use crate::verdicts::VerdictCell;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One run of one experiment, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Key of the flag.
    pub experiment: String,
    /// For people.
    pub name: String,
    /// As written.
    pub hypothesis: Option<String>,
    /// Which life of the experiment.
    pub run: String,
    /// When the run was published.
    pub opened_at: i64,
    /// The variant everything is compared with.
    pub control: String,
    /// The attribute that is randomised.
    pub unit: String,
    /// When the report was made.
    pub generated_at: i64,
    /// Earliest first exposure.
    pub first_exposure_at: Option<i64>,
    /// Latest first exposure.
    pub last_exposure_at: Option<i64>,
    /// Whole days from the beginning to the report: from the day by which a hundredth of the planned sample was there, at the
    /// earliest from the opening of the run, unless units were brought in from elsewhere.
    pub days: u64,
    /// Who was counted.
    pub units: Units,
    /// Is the split as planned?
    pub srm: SrmReport,
    /// What was planned, and how far it is.
    pub plan: Option<PlanReport>,
    /// Primary first, then secondary, counters, guardrails.
    pub metrics: Vec<MetricReport>,
    /// The primary metric's always-valid lift, cumulative by day of first exposure.
    pub series: Vec<SeriesDay>,
    /// The primary metric by segment, planned ones first.
    pub segments: Vec<SegmentReport>,
    /// What was checked on the way to the verdict.
    pub checks: Vec<Check>,
    /// Exposures by variant and how far they can be believed; `unknown_run`, `mismatched`, `override` and `bot` are not in the analysis.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<VerdictCell>,
    /// What browsers and servers lost before they could send it, by reason; of the whole environment since the run was opened.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dropped: BTreeMap<String, u64>,
    /// What may be concluded.
    pub verdict: Verdict,
}

/// Units in the analysis and beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Units {
    /// In the analysis.
    pub total: u64,
    /// Saw two or more variants; not in the analysis.
    pub mixed: u64,
    /// By arm, control first.
    pub arms: Vec<UnitsOfArm>,
}

/// Units of one arm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnitsOfArm {
    /// The variant.
    pub variant: String,
    /// How many.
    pub units: u64,
    /// The share the split plans for it.
    pub expected_share: f64,
}
