//! One arm against control.

use crate::written::MdeKind;
use serde::{Deserialize, Serialize};

/// One arm against control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// The treatment.
    pub variant: String,
    /// Treatment minus control.
    pub difference: Option<f64>,
    /// The same as a fraction of control.
    pub lift: Option<f64>,
    /// What CUPED did; every figure beside it is adjusted.
    pub adjusted: Option<Adjusted>,
    /// The headline: may be looked at any time.
    pub anytime: Option<Anytime>,
    /// Valid once, at the planned sample.
    pub fixed: Option<Fixed>,
    /// Certain and large enough to matter are two things.
    pub practical: Option<Practical>,
    /// Of a guardrail: is it safe?
    pub guardrail: Option<GuardrailReport>,
}

/// A difference with what was known before taken out of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Adjusted {
    /// What one unit of the total before exposure foretells.
    pub theta: f64,
    /// The difference before adjusting.
    pub raw_difference: f64,
    /// Share of the difference's variance that is gone: 0.5 is worth twice the sample.
    pub variance_reduction: Option<f64>,
}

/// One look of an asymptotic confidence sequence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Anytime {
    /// Chance that the sequence never misses, 1−alpha over the number of treatments.
    pub level: f64,
    /// Of the difference.
    pub low: f64,
    /// Of the difference.
    pub high: f64,
    /// Of the lift.
    pub lift_low: Option<f64>,
    /// Of the lift.
    pub lift_high: Option<f64>,
    /// Valid whenever one stops.
    pub p_value: f64,
    /// Natural logarithm of it, where it is too small for a number.
    pub log_p_value: f64,
    /// The p-value corrected for everything it is compared along with: several treatments of the primary metric, or all secondary and
    /// counter metrics. `null` for guardrails, all of which must hold.
    pub adjusted_p_value: Option<f64>,
    /// Units of both arms at which the sequence is tightest.
    pub n_star: f64,
}

/// A classical test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fixed {
    /// Which.
    pub test: Test,
    /// z or t.
    pub statistic: f64,
    /// Two-sided.
    pub p_value: f64,
    /// Natural logarithm of it, where it is too small for a number.
    pub log_p_value: f64,
    /// The p-value corrected for everything it is compared along with: several treatments of the primary metric, or all secondary and
    /// counter metrics. `null` for guardrails, all of which must hold.
    pub adjusted_p_value: Option<f64>,
    /// 95 % interval of the difference.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// 95 % interval of the lift, by Fieller; `null` when control may be 0.
    pub lift_low: Option<f64>,
    /// Its upper end.
    pub lift_high: Option<f64>,
    /// The planned units of all arms at which it may be read.
    pub valid_at: Option<u64>,
    /// Whether they are there, and the planned days too.
    pub valid: bool,
}

/// The classical tests in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// For conversions; its interval is the unpooled Wald interval.
    #[serde(rename = "two-proportion z, pooled")]
    TwoProportionZ,
    /// For counts and sums, and whatever is adjusted.
    #[serde(rename = "welch")]
    Welch,
    /// For ratios.
    #[serde(rename = "ratio z, delta method")]
    RatioZ,
    /// For quantiles.
    #[serde(rename = "quantile z, by ranks")]
    QuantileZ,
}

/// Whether an effect matters, beside whether it is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Practical {
    /// The smallest difference worth acting on, in the metric's own unit, signed to the better side.
    pub threshold: f64,
    /// What the always-valid interval says of it.
    pub reading: PracticalReading,
    /// The same for people.
    pub words: String,
}

/// What an interval says about a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PracticalReading {
    /// At least as large as worth acting on.
    Worthwhile,
    /// There, and perhaps too small to matter.
    Unclear,
    /// Too small to matter, whether there or not.
    Negligible,
    /// On the wrong side.
    Harmful,
    /// Not even shown to be there.
    Open,
}

/// A guardrail, judged by its margin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GuardrailReport {
    /// How much worse is still acceptable, a fraction of control or in the metric's own unit; without it safety cannot be shown.
    pub margin: Option<f64>,
    /// What `margin` is a share of.
    pub margin_kind: MdeKind,
    /// The verdict.
    pub verdict: GuardrailVerdict,
    /// Which of the two ways of reading gave it.
    pub judged_by: JudgedBy,
    /// z of the test of non-inferiority.
    pub statistic: Option<f64>,
    /// Its one-sided p-value, valid at the planned sample; judged at half of alpha, as one side of the interval is.
    pub p_value: Option<f64>,
    /// How far the treatment stays on the good side of the margin at least, in the metric's own unit.
    pub bound: Option<f64>,
    /// The same for people.
    pub words: String,
}

/// What is known of a guardrail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum GuardrailVerdict {
    /// At most the margin worse.
    Safe,
    /// More than the margin worse; without a margin, worse.
    Inferior,
    /// Neither is shown.
    Inconclusive,
}

/// Which reading a verdict rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum JudgedBy {
    /// The always-valid interval.
    Anytime,
    /// The test at the planned sample.
    Fixed,
}
