//! The report as it goes over the wire: what the API answers and the console shows.
//!
//! Shares, rates and lifts are fractions. A number that does not exist is `null`, never NaN.

use crate::written::{Direction, Kind, MdeKind};
use serde::{Deserialize, Serialize};

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
    /// Whole days from the first exposure to the report.
    pub days: u64,
    /// Who was counted.
    pub units: Units,
    /// Is the split as planned?
    pub srm: SrmReport,
    /// What was planned, and how far it is.
    pub plan: Option<PlanReport>,
    /// Primary first, then secondary, then guardrails.
    pub metrics: Vec<MetricReport>,
    /// The primary metric's always-valid lift, cumulative by day of first exposure.
    pub series: Vec<SeriesDay>,
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
    /// Below this the alarm is raised.
    pub threshold: f64,
    /// The split is not as planned: no comparison is worth reading.
    pub alarm: bool,
}

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
}

/// What a metric is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Decides.
    Primary,
    /// Is watched.
    Secondary,
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

/// What may and may not be concluded, in plain words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// In one word.
    pub state: State,
    /// The arm it is about.
    pub arm: Option<String>,
    /// Whether stopping now is justified.
    pub may_stop: bool,
    /// In one sentence.
    pub headline: String,
    /// What may be done or concluded.
    pub may: String,
    /// What may not.
    pub may_not: String,
    /// What is wrong.
    pub problems: Vec<String>,
}

/// Where an experiment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody was exposed.
    NoData,
    /// The split is broken; there is nothing to read.
    Invalid,
    /// Not decided yet.
    Collecting,
    /// An arm is better than control.
    Better,
    /// The treatment is worse than control.
    Worse,
    /// The planned sample is there and showed nothing.
    NoDifferenceShown,
}
