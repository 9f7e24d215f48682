use crate::experiment::Experiment;
use isoflag_written::{Entries, Problem, Problems, read};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// As much of experiments.json as the datafile is held against. What is wrong with it is not told here.
#[derive(Deserialize)]
struct Plans {
    #[serde(default)]
    experiments: Entries<Plan>,
}

#[derive(Deserialize)]
struct Plan {
    #[serde(default)]
    guardrails: Vec<IgnoredAny>,
}

/// Warns of experiments that nothing watches: without guardrails, or without an entry at all.
pub(crate) fn warn_of_unguarded(
    json: &str,
    experiments: &[(Experiment, String)],
    problems: &mut Problems,
) -> Result<(), Problem> {
    let plans: Plans = read(json, "$").map_err(|problems| {
        let first = problems.first().map_or_else(String::new, ToString::to_string);
        Problem::new("$", format!("the experiments that go with the datafile cannot be read, {first}"))
    })?;
    for (experiment, path) in experiments {
        let plan = plans.experiments.0.iter().find_map(|(key, plan)| (*key == experiment.flag).then_some(plan));
        let text = match plan {
            None => "the experiment has no entry in the experiments that go with the datafile, so nothing is measured",
            Some(plan) if plan.guardrails.is_empty() => {
                "the experiment has no guardrails: name metrics that must not suffer while the primary one is looked at"
            }
            Some(_) => continue,
        };
        problems.warn(path, text);
    }
    Ok(())
}
