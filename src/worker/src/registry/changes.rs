use std::collections::BTreeMap;

use isoflag_experiments::Experiments;
use serde::Serialize;

/// What one experiments.json changes of the one before.
#[derive(Debug, Default, Serialize)]
pub(super) struct Changes {
    metrics: Change,
    experiments: Change,
}

/// Keys that are new, are said otherwise, or are gone.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Change {
    added: Vec<String>,
    changed: Vec<String>,
    removed: Vec<String>,
}

impl Changes {
    pub(super) fn between(before: &Experiments, after: &Experiments) -> Self {
        Self {
            metrics: compare(&before.metrics, &after.metrics),
            experiments: compare(&before.experiments, &after.experiments),
        }
    }
}

fn compare<T: PartialEq>(before: &BTreeMap<String, T>, after: &BTreeMap<String, T>) -> Change {
    let mut change = Change::default();
    for (key, new) in after {
        match before.get(key) {
            None => change.added.push(key.clone()),
            Some(old) if old != new => change.changed.push(key.clone()),
            Some(_) => {}
        }
    }
    change.removed = before.keys().filter(|key| !after.contains_key(*key)).cloned().collect();
    change
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_said_otherwise_and_gone_is_told_apart() {
        let table = |entries: &[(&str, u8)]| entries.iter().map(|(key, of)| ((*key).to_owned(), *of)).collect();
        let change = compare(
            &table(&[("gone", 1), ("other", 1), ("same", 1)]),
            &table(&[("new", 1), ("other", 2), ("same", 1)]),
        );
        let keys = |key: &str| vec![key.to_owned()];
        assert_eq!(change, Change { added: keys("new"), changed: keys("other"), removed: keys("gone") });
    }
}
