//! Experiments: what is written about them, and the report that judges them.
//!
//! ```text
//! experiments.json ──▶ parse ──▶ Experiments ─┐
//! datafile ──▶ (compile) ──▶ Run ─────────────┼──▶ report ──▶ Report (JSON)
//! ledger shards ──▶ Observed, merged ─────────┘
//! ```
//!
//! **Written.** A *metric* turns a unit's events into one number (converted or not, how many, how much). An *experiment* names one primary metric that
//! decides, secondary ones that are watched, guardrails that must not suffer, and a *plan* from before the first look: what control has
//! today, the smallest effect worth finding, the accepted errors. [`parse`] refuses what it does not know, and says where.
//!
//! **Observed.** Analysis is by first exposure and intent to treat: every unit counts in the one variant it saw, on the day it first saw it, with all it did
//! inside its conversion window. Units that saw two variants are counted, shown and kept out. The cells `(units, sum, sum of squares)` add,
//! so shards and days merge by addition.
//!
//! **Judged.** [`report`] is a pure function of these and the time.
//! - The headline of every comparison is an *asymptotic confidence sequence* on the difference of means, tightest at the planned sample: valid
//!   however often one looks. The lift's interval is the same sequence on `(treatment − control)/control`, with the delta-method standard error.
//! - Beside it stands the classical test of the metric's kind with its 95 % interval, labelled with the sample it is valid at. The
//!   verdict reads it once, on the day the planned units and days were there. `method.rs` has the table of kinds and methods.
//! - Interval and planned test together err with chance alpha at most; what comes after the planned moment changes no verdict. A plan may allow looks
//!   before it (group sequential, by a spending function).
//! - With several treatments alpha is divided by their number, in the required sample, the sequences and the planned test, which may use Dunnett instead.
//!   Secondary and counter metrics decide nothing and are corrected together. Guardrails with a margin are tested for non-inferiority, and all must hold.
//! - A split that is not as planned (chi-square or its sequential twin, p < 0.01) blocks everything else.
//! - Segments that were not planned are labelled as exploration; a reversal among them is named.
//! - The required sample comes from the plan alone, never from the observed lift.
//!
//! **Beforehand.** [`planner`] says how many units and days a question needs, [`simulate`] how often this metric under these looks raises a false
//! alarm, finds an effect, or shows a broken split. Both only compute; neither reads nor writes a file.
//!
//! What it deliberately does not do: fetch, store, or know the time; choose a winner by the smallest p; show a p-value without its interval.
//!
//! ```
//! use isoflag_experiments::{Observed, Run, State, parse, report};
//! let written = r#"{ "version": 1,
//!   "metrics": { "bought": { "kind": "conversion", "event": "bought" } },
//!   "experiments": { "checkout": { "primary": "bought" } } }"#;
//! let experiments = parse(written).unwrap_or_default();
//! let arms = vec![("control".to_string(), 0.5), ("new".to_string(), 0.5)];
//! let run = Run { run: "1a2b3c4d".into(), opened_at: 0, control: "control".into(), unit: "visitorId".into(), arms, gate: 1.0 };
//! let report = report("checkout", &experiments, &run, &Observed::default(), 86_400_000);
//! assert_eq!(report.verdict.state, State::NoData);
//! assert_eq!(report.verdict.headline, "No visitors yet.");
//! ```

mod assemble;
pub mod bins;
mod calendar;
mod cap;
mod checks;
mod compare;
mod correct;
mod daily;
mod estimate;
mod guardrail;
mod looks;
mod method;
mod observed;
mod parse;
mod plan;
mod planned_test;
pub mod planner;
mod practical;
mod quantile;
mod report;
mod run;
mod segments;
mod sentence;
mod series;
pub mod simulate;
mod split;
mod totals;
mod trouble;
mod verdict;
mod verdicts;
mod words;
mod written;

pub use assemble::report;
pub use isoflag_written::Problem;
pub use observed::{Bin, Cells, MetricCell, Observed, Second, UnitCell};
pub use parse::parse;
pub use report::{
    Adjusted, Anytime, ArmReport, Check, CheckState, Comparison, Estimator, Fixed, GuardrailReport, GuardrailVerdict,
    Heterogeneity, JudgedBy, LookAtArm, LookReport, LooksReport, MethodReport, MetricReport, PlanReport, Practical,
    PracticalReading, Report, Reversal, Role, SegmentReport, SegmentValue, SequentialSrm, SeriesDay, SeriesPoint,
    SrmReport, State, Test, Units, UnitsOfArm, Verdict,
};
pub use run::Run;
pub use verdicts::{ExposureVerdict, VerdictCell};
pub use written::{
    Correction, DayRange, Direction, Experiment, Experiments, Guardrail, Kind, Looks, MdeKind, Metric, Plan,
    SpendingName, Total, Treatments,
};
