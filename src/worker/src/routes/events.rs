//! The ingest: judge each event, spread the good ones over their shards, answer when every shard has them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::future::try_join_all;
use isoflag_events::{
    Alias, Batch, Event, Exposure, Item, Refusal, Terms, limits, shard_of, validate, validate_aliases,
};
use serde_json::json;

use crate::auth;
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::shard::{AliasRow, Appended, Ask, EventRow, ExposureRow, Relay};

pub(super) async fn post(host: &Host, request: &Request) -> Result<Response> {
    take(host, request, validate).await
}

/// Links between units, apart from events, for servers that learn who somebody is.
pub(super) async fn post_aliases(host: &Host, request: &Request) -> Result<Response> {
    take(host, request, validate_aliases).await
}

type Reader = fn(&str, Terms) -> std::result::Result<Batch, Refusal>;

async fn take(host: &Host, request: &Request, read: Reader) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Client, Role::Server]).await?;
    let body = host.body(limits::BODY_BYTES).await?;
    let now = host.now();
    let batch = read(&body, Terms { now, may_import: grant.role == Role::Server }).map_err(refuse)?;
    let Batch { sent_at, items, rejected } = batch;
    let sent = items.len();
    // A link is not told from itself sent again: both say the same.
    let links = items.iter().filter(|item| matches!(item, Item::Alias(_))).count();

    let plan = spread(items, &grant.environment, grant.shards);
    let skew = sent_at.map(|sent_at| now.saturating_sub(sent_at));
    // All shards at once. If one fails the sender is told so and sends the batch again; the others will know their part.
    let parts = plan.into_iter().map(|(shard, part)| {
        let ask = Ask::Append {
            skew,
            exposures: part.exposures.into_values().collect(),
            events: part.events.into_values().collect(),
            aliases: part.aliases,
        };
        let environment = grant.environment.as_str();
        async move { host.shard::<Appended>(environment, shard, &ask).await }
    });
    let mut news = BTreeSet::new();
    let mut relays: BTreeMap<u32, Vec<Relay>> = BTreeMap::new();
    for appended in try_join_all(parts).await? {
        // An event of several units is news if it is news to any of their shards.
        news.extend(appended.exposures.into_iter().chain(appended.events));
        for relay in appended.relays {
            relays.entry(shard_of(&relay.unit.0, &relay.unit.1, grant.shards)).or_default().push(relay);
        }
    }
    let heard = relays.into_iter().map(|(shard, relays)| {
        let (ask, environment) = (Ask::Heed { relays }, grant.environment.as_str());
        async move { host.shard::<()>(environment, shard, &ask).await }
    });
    try_join_all(heard).await?;
    let accepted = news.len() + links;
    let answer = json!({ "accepted": accepted, "duplicates": sent.saturating_sub(accepted), "rejected": rejected });
    Ok(Response::json(200, &answer))
}

fn refuse(refusal: Refusal) -> Error {
    let message = refusal.to_string();
    match refusal {
        Refusal::TooManyEvents { .. } => Error::TooLarge(message),
        Refusal::NotABatch { field, .. } => Error::BadRequest { message, field, problems: Vec::new() },
    }
}

/// What one shard is sent, each fact once.
#[derive(Default)]
struct Part {
    exposures: HashMap<String, ExposureRow>,
    events: BTreeMap<String, EventRow>,
    aliases: Vec<AliasRow>,
}

/// Sorts a batch by shard. Of an exposure that comes twice the earliest time goes on, of an event the first.
fn spread(items: Vec<Item>, environment: &str, shards: u32) -> BTreeMap<u32, Part> {
    let mut plan: BTreeMap<u32, Part> = BTreeMap::new();
    for item in items {
        match item {
            Item::Exposure(exposure) => {
                let part = plan.entry(shard_of(&exposure.unit_type, &exposure.unit, shards)).or_default();
                let row = exposure_row(exposure, environment);
                match part.exposures.get(&row.0) {
                    Some(known) if known.6 <= row.6 => {}
                    _ => drop(part.exposures.insert(row.0.clone(), row)),
                }
            }
            Item::Alias(Alias { unit_type, unit, to_type, to, at }) => {
                let part = plan.entry(shard_of(&to_type, &to, shards)).or_default();
                part.aliases.push(AliasRow(unit_type, unit, to_type, to, at));
            }
            Item::Event(event) => {
                for (shard, row) in event_rows(&event, shards) {
                    plan.entry(shard).or_default().events.entry(row.0.clone()).or_insert(row);
                }
            }
        }
    }
    plan
}

fn exposure_row(exposure: Exposure, environment: &str) -> ExposureRow {
    let id = exposure.identity(environment);
    let Exposure { experiment, run, unit_type, unit, variant, at, program, imported } = exposure;
    ExposureRow(id, experiment, run, unit_type, unit, variant, at, program, imported)
}

/// One row for each shard that has a unit of the event.
fn event_rows(event: &Event, shards: u32) -> BTreeMap<u32, EventRow> {
    let mut ours: BTreeMap<u32, Vec<(String, String)>> = BTreeMap::new();
    for (unit_type, unit) in &event.units {
        ours.entry(shard_of(unit_type, unit, shards)).or_default().push((unit_type.clone(), unit.clone()));
    }
    let [units, properties, experiments] =
        [json!(event.units), json!(event.properties), json!(event.experiments)].map(|value| value.to_string());
    let row = |units_here| {
        let (id, name) = (event.id.clone(), event.name.clone());
        EventRow(id, name, event.at, units.clone(), properties.clone(), experiments.clone(), event.imported, units_here)
    };
    ours.into_iter().map(|(shard, units_here)| (shard, row(units_here))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "019ab3f0-1c2d-7abc-8def-0123456789ab";

    fn items(events: serde_json::Value) -> Vec<Item> {
        let terms = Terms { now: 1_763_900_000_000, may_import: true };
        let batch = validate(&json!({ "events": events }).to_string(), terms).unwrap();
        assert_eq!(batch.rejected, []);
        batch.items
    }

    #[test]
    fn an_exposure_given_twice_goes_once_with_its_earliest_time() {
        let shown = |at| {
            json!({ "type": "exposure", "experiment": "e", "run": "1a2b3c4d", "unitType": "visitorId", "unit": "v",
                    "variant": "control", "at": at })
        };
        let plan = spread(
            items(json!([shown(1_763_000_000_009_i64), shown(1_763_000_000_005_i64), shown(1_763_000_000_007_i64)])),
            "p",
            4,
        );
        let rows: Vec<_> = plan.into_values().flat_map(|part| part.exposures.into_values()).map(|row| row.6).collect();
        assert_eq!(rows, [1_763_000_000_005]);
    }

    #[test]
    fn an_event_goes_to_the_shard_of_each_of_its_units() {
        let units: serde_json::Map<_, _> = (0..8).map(|n| (format!("type{n}"), json!(format!("id{n}")))).collect();
        let event = json!({ "type": "event", "id": ID, "name": "x", "units": units, "at": 1_763_000_000_000_i64 });
        let plan = spread(items(json!([event.clone(), event])), "p", 4);
        let mut placed = 0;
        for (shard, part) in plan {
            let row = &part.events[ID];
            assert_eq!(part.events.len(), 1);
            for (unit_type, unit) in &row.7 {
                assert_eq!(shard_of(unit_type, unit, 4), shard);
                placed += 1;
            }
        }
        assert_eq!(placed, 8);
    }
}
