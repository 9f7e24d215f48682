//! Which shard is sent what of a batch.

use std::collections::{BTreeMap, HashMap};

use isoflag_events::{Alias, Event, Exposure};
use isoflag_experiments::ExposureVerdict;
use serde_json::json;

use crate::ledger::Ledger;
use crate::shard::{AliasRow, EventRow, ExposureRow, Facts};

/// What is taken of a batch, exposures with what is thought of them.
pub(crate) enum Fact {
    Exposure(Exposure, ExposureVerdict),
    Event(Event),
    Alias(Alias),
}

/// What one shard is sent, each fact once.
#[derive(Default)]
struct Part {
    exposures: HashMap<String, ExposureRow>,
    events: BTreeMap<String, EventRow>,
    aliases: Vec<AliasRow>,
}

/// Sorts a batch by shard. Of an exposure that comes twice one goes on, of an event the first.
pub(crate) fn spread(facts: Vec<Fact>, ledger: &Ledger) -> BTreeMap<u32, Facts> {
    let mut plan: BTreeMap<u32, Part> = BTreeMap::new();
    for fact in facts {
        match fact {
            Fact::Exposure(exposure, verdict) => {
                let part = plan.entry(ledger.home(&exposure.unit_type, &exposure.unit)).or_default();
                let row = exposure_row(exposure, &ledger.environment, verdict);
                let row = match part.exposures.remove(&row.0) {
                    Some(known) => one_of(known, row),
                    None => row,
                };
                part.exposures.insert(row.0.clone(), row);
            }
            Fact::Alias(Alias { unit_type, unit, to_type, to, at }) => {
                let part = plan.entry(ledger.home(&to_type, &to)).or_default();
                part.aliases.push(AliasRow(unit_type, unit, to_type, to, at));
            }
            Fact::Event(event) => {
                for (shard, row) in event_rows(&event_row(&event), &event.units, ledger) {
                    plan.entry(shard).or_default().events.entry(row.0.clone()).or_insert(row);
                }
            }
        }
    }
    let parts = plan.into_iter().map(|(shard, Part { exposures, events, aliases })| {
        let (exposures, events) = (exposures.into_values().collect(), events.into_values().collect());
        (shard, Facts { exposures, events, aliases })
    });
    parts.collect()
}

/// One exposure out of two with the same identity, as a shard does it with one it has: what something speaks against changes nothing of
/// what nothing speaks against; else the better verdict and the earliest time.
fn one_of(known: ExposureRow, row: ExposureRow) -> ExposureRow {
    match (known.9.refuted(), row.9.refuted()) {
        (false, true) => known,
        (true, false) => row,
        _ => {
            let at = known.6.min(row.6);
            let better = if (known.9, known.6) <= (row.9, row.6) { known } else { row };
            ExposureRow(
                better.0, better.1, better.2, better.3, better.4, better.5, at, better.7, better.8, better.9, None,
            )
        }
    }
}

fn exposure_row(exposure: Exposure, environment: &str, verdict: ExposureVerdict) -> ExposureRow {
    let id = exposure.identity(environment);
    let Exposure { experiment, run, unit_type, unit, variant, at, program, imported, .. } = exposure;
    ExposureRow(id, experiment, run, unit_type, unit, variant, at, program, imported, verdict, None)
}

/// One row for each shard that has a unit of the event.
pub(crate) fn event_rows(
    event: &EventRow,
    units: &BTreeMap<String, String>,
    ledger: &Ledger,
) -> BTreeMap<u32, EventRow> {
    let mut ours: BTreeMap<u32, Vec<(String, String)>> = BTreeMap::new();
    for (unit_type, unit) in units {
        ours.entry(ledger.home(unit_type, unit)).or_default().push((unit_type.clone(), unit.clone()));
    }
    ours.into_iter().map(|(shard, ours)| (shard, EventRow { 7: ours, ..event.alone() })).collect()
}

fn event_row(event: &Event) -> EventRow {
    let [units, properties, experiments] =
        [json!(event.units), json!(event.properties), json!(event.experiments)].map(|value| value.to_string());
    let (id, name) = (event.id.clone(), event.name.clone());
    EventRow(id, name, event.at, units, properties, experiments, event.imported, Vec::new(), None)
}

#[cfg(test)]
mod tests {
    use isoflag_events::{Item, Terms, shard_of, validate};

    use super::*;

    fn ledger(shards: u32) -> Ledger {
        Ledger { environment: "p".into(), shards, generation: 0 }
    }

    const ID: &str = "019ab3f0-1c2d-7abc-8def-0123456789ab";

    fn facts(events: serde_json::Value) -> Vec<Fact> {
        let terms = Terms { now: 1_763_900_000_000, may_import: true, horizon: 0 };
        let batch = validate(&json!({ "events": events }).to_string(), terms).unwrap();
        assert_eq!(batch.rejected, []);
        let fact = |item| match item {
            Item::Exposure(exposure) => Fact::Exposure(exposure, ExposureVerdict::Consistent),
            Item::Event(event) => Fact::Event(event),
            Item::Alias(alias) => Fact::Alias(alias),
        };
        batch.items.into_iter().map(fact).collect()
    }

    #[test]
    fn an_exposure_given_twice_goes_once_with_its_earliest_time() {
        let shown = |at| {
            json!({ "type": "exposure", "experiment": "e", "run": "1a2b3c4d", "unitType": "visitorId", "unit": "v",
                    "variant": "control", "at": at })
        };
        let plan = spread(
            facts(json!([shown(1_763_000_000_009_i64), shown(1_763_000_000_005_i64), shown(1_763_000_000_007_i64)])),
            &ledger(4),
        );
        let rows: Vec<_> = plan.into_values().flat_map(|part| part.exposures).map(|row| row.6).collect();
        assert_eq!(rows, [1_763_000_000_005]);
    }

    #[test]
    fn of_two_verdicts_the_better_stays_and_what_is_kept_apart_changes_no_time() {
        use ExposureVerdict::{Attested, Bot, Consistent, Mismatched, UnknownRun};
        let row = |at, verdict| {
            let text = String::new;
            ExposureRow(text(), text(), text(), text(), text(), text(), at, None, false, verdict, None)
        };
        for (one, two, at, verdict) in [
            ((5, Consistent), (3, Consistent), 3, Consistent),
            ((5, Attested), (3, Consistent), 3, Attested),
            ((5, Consistent), (3, Mismatched), 5, Consistent),
            ((5, Bot), (3, Mismatched), 3, Mismatched),
            ((5, UnknownRun), (3, Mismatched), 5, UnknownRun),
            ((5, Consistent), (3, UnknownRun), 3, Consistent),
        ] {
            for (one, two) in [(one, two), (two, one)] {
                let left = one_of(row(one.0, one.1), row(two.0, two.1));
                assert_eq!((left.6, left.9), (at, verdict), "{one:?} {two:?}");
            }
        }
    }

    #[test]
    fn an_event_goes_to_the_shard_of_each_of_its_units() {
        let units: serde_json::Map<_, _> = (0..8).map(|n| (format!("type{n}"), json!(format!("id{n}")))).collect();
        let event = json!({ "type": "event", "id": ID, "name": "x", "units": units, "at": 1_763_000_000_000_i64 });
        let plan = spread(facts(json!([event.clone(), event])), &ledger(4));
        let mut placed = 0;
        for (shard, part) in plan {
            let [row] = part.events.as_slice() else { panic!("{:?}", part.events) };
            assert_eq!(row.0, ID);
            for (unit_type, unit) in &row.7 {
                assert_eq!(shard_of(unit_type, unit, 4), shard);
                placed += 1;
            }
        }
        assert_eq!(placed, 8);
    }
}
