//! What does not fit together in an experiment.

use crate::parse::plan::check_plan;
use crate::written::{Experiment, Metric};
use isoflag_written::{Problem, member, nearest};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check_experiment(
    key: &str,
    experiment: &Experiment,
    metrics: &BTreeMap<String, Metric>,
    keys: &BTreeSet<String>,
    problems: &mut Vec<Problem>,
) {
    let path = member("$.experiments", key);
    if key.trim().is_empty() {
        problems.push(Problem::new(path.clone(), "the key is empty; use the key of the flag"));
    }
    let mut named = vec![(format!("{path}.primary"), &experiment.primary)];
    for (field, list) in [("secondary", &experiment.secondary), ("counters", &experiment.counters)] {
        named.extend(list.iter().enumerate().map(|(i, metric)| (format!("{path}.{field}[{i}]"), metric)));
    }
    for (i, guardrail) in experiment.guardrails.iter().enumerate() {
        let path = format!("{path}.guardrails[{i}]");
        if guardrail.margin.is_some_and(|margin| !(margin > 0.0 && margin.is_finite())) {
            let message =
                "is not above 0; write how much worse is still acceptable, the metric's direction says which way";
            problems.push(Problem::new(format!("{path}.margin"), message));
        }
        let path = if guardrail.margin.is_some() { path + ".metric" } else { path };
        named.push((path, &guardrail.metric));
    }
    let mut seen = BTreeSet::new();
    for (path, metric) in named {
        if !keys.contains(metric) {
            let hint = match nearest(metric, keys.iter().map(String::as_str)) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "define it under `metrics`".into(),
            };
            problems.push(Problem::new(path, format!("there is no metric `{metric}`; {hint}")));
        } else if !seen.insert(metric) {
            problems.push(Problem::new(path, format!("metric `{metric}` already has a role here; give it one role")));
        }
    }
    if let (Some(plan), Some(metric)) = (&experiment.plan, metrics.get(&experiment.primary)) {
        check_plan(&format!("{path}.plan"), plan, metric, problems);
    }
    let mut dimensions = BTreeSet::new();
    for (i, segment) in experiment.segments.iter().enumerate() {
        let path = format!("{path}.segments[{i}]");
        if segment.trim().is_empty() {
            problems.push(Problem::new(path, "is empty; name the attribute"));
        } else if !dimensions.insert(segment) {
            problems.push(Problem::new(path, format!("`{segment}` is written twice")));
        }
    }
}
