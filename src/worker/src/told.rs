//! Facts as they are told, read back into what shards are sent.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::errors::{Error, Result};
use crate::ledger::Ledger;
use crate::shard::{Came, EventRow};
use crate::spread::event_rows;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    id: String,
    name: String,
    at: i64,
    received_at: i64,
    skew: Option<i64>,
    units: BTreeMap<String, String>,
    // To the letter: a number is not read and written anew on the way.
    #[serde(borrow)]
    properties: &'a RawValue,
    #[serde(borrow)]
    experiments: &'a RawValue,
    imported: bool,
}

/// The rows of an event by shard; the first one is where it is told.
pub(crate) fn event(json: &str, ledger: &Ledger) -> Result<BTreeMap<u32, EventRow>> {
    let told: Told<'_> = serde_json::from_str(json).map_err(Error::internal)?;
    let came = Came(told.received_at, told.skew);
    let [properties, experiments] = [told.properties, told.experiments].map(|value| value.get().to_owned());
    let units = serde_json::to_string(&told.units).map_err(Error::internal)?;
    let row =
        EventRow(told.id, told.name, told.at, units, properties, experiments, told.imported, Vec::new(), Some(came));
    Ok(event_rows(&row, &told.units, ledger))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_read_as_it_was_told() {
        let json = r#"{"type":"event","id":"i","name":"x","at":5,"receivedAt":9,"skew":-2,"units":{"a":"1","b":"2","c":"3"},"properties":{"v":1.10,"w":[1e2]},"experiments":{},"imported":true}"#;
        let ledger = Ledger { environment: "p".into(), shards: 8, generation: 0 };
        let rows = event(json, &ledger).unwrap();
        let units = r#"{"a":"1","b":"2","c":"3"}"#;
        let mut placed = Vec::new();
        for (shard, row) in rows {
            let EventRow(id, name, at, all, properties, experiments, imported, ours, came) = row;
            assert_eq!((&*id, &*name, at, &*all, imported), ("i", "x", 5, units, true));
            assert_eq!((&*properties, &*experiments, came), (r#"{"v":1.10,"w":[1e2]}"#, "{}", Some(Came(9, Some(-2)))));
            assert!(ours.iter().all(|(unit_type, unit)| ledger.home(unit_type, unit) == shard));
            placed.extend(ours.into_iter().map(|(unit_type, _)| unit_type));
        }
        placed.sort();
        assert_eq!(placed, ["a", "b", "c"]);
    }
}
