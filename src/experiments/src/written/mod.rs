//! experiments.json as people write it.

mod experiment;
mod guardrail;
mod looks;
mod metric;
mod plan;

pub use experiment::{Experiment, Experiments};
pub use guardrail::Guardrail;
pub use looks::{Looks, SpendingName};
pub use metric::{DayRange, Direction, Kind, Metric, Total};
pub use plan::{Correction, MdeKind, Plan, Treatments};
