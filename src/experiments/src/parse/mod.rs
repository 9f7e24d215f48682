//! From JSON to checked [`Experiments`]: every problem with its path.

mod experiment;
mod metric;
mod plan;

use crate::written::Experiments;
use experiment::check_experiment;
use isoflag_written::{Problem, read};
use metric::check_metric;
use std::ops::RangeInclusive;

/// A conversion window or a minimum beyond a year is a slip, not a plan.
const DAYS: RangeInclusive<u32> = 1..=365;

/// Reads and checks experiments.json.
///
/// # Errors
/// The first thing that is not the expected JSON, or else everything that does not fit together.
pub fn parse(json: &str) -> Result<Experiments, Vec<Problem>> {
    let experiments: Experiments = read(json, "$").map_err(|problem| vec![problem])?;
    let mut problems = Vec::new();
    if experiments.version != 1 {
        let message = format!("version `{}` is not known; write 1", experiments.version);
        problems.push(Problem::new("$.version", message));
    }
    for (key, metric) in &experiments.metrics {
        check_metric(key, metric, &mut problems);
    }
    for (key, experiment) in &experiments.experiments {
        check_experiment(key, experiment, &experiments.metrics, &mut problems);
    }
    if problems.is_empty() { Ok(experiments) } else { Err(problems) }
}
