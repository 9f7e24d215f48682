//! From JSON to checked [`Experiments`]: every problem with its path.

mod experiment;
mod metric;
mod plan;

use crate::written::Experiments;
use experiment::check_experiment;
use isoflag_written::{Entries, Problem, member, read, salvage};
use metric::check_metric;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

/// A conversion window or a minimum beyond a year is a slip, not a plan.
const DAYS: RangeInclusive<u32> = 1..=365;

/// Reads and checks experiments.json.
///
/// # Errors
/// Everything that cannot be read or does not fit together.
pub fn parse(json: &str) -> Result<Experiments, Vec<Problem>> {
    let (experiments, mut problems) = salvage::<Experiments>(json, "$");
    let metrics = metric_keys(json);
    // Where no metric can be found, every name of one would be one more problem.
    let Some(experiments) = experiments.filter(|_| problems.is_empty() || !metrics.is_empty()) else {
        return Err(problems);
    };
    // Of what could be read in part nobody knows what was meant by the rest.
    let unread: Vec<String> = problems.iter().map(|problem| problem.path.clone()).collect();
    let whole = |path: String| !unread.iter().any(|problem| problem.starts_with(&path));
    if experiments.version != 1 {
        let message = format!("version `{}` is not known; write 1", experiments.version);
        problems.push(Problem::new("$.version", message));
    }
    for (key, metric) in experiments.metrics.iter().filter(|(key, _)| whole(member("$.metrics", key))) {
        check_metric(key, metric, &mut problems);
    }
    for (key, experiment) in experiments.experiments.iter().filter(|(key, _)| whole(member("$.experiments", key))) {
        check_experiment(key, experiment, &experiments.metrics, &metrics, &mut problems);
    }
    if problems.is_empty() { Ok(experiments) } else { Err(problems) }
}

/// The keys of the metrics, those included that could not be read.
fn metric_keys(json: &str) -> BTreeSet<String> {
    #[derive(Deserialize)]
    struct Keys {
        #[serde(default)]
        metrics: Entries<IgnoredAny>,
    }
    read::<Keys>(json, "$").map(|keys| keys.metrics.0.into_iter().map(|(key, _)| key).collect()).unwrap_or_default()
}
