//! The ingest: judge each event, spread the good ones over their shards, answer when every shard has them.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::future::try_join_all;
use isoflag_events::{
    Alias, Batch, Code, Dropped, Event, Exposure, Item, Refusal, Rejection, Terms, limits, shard_of, validate,
    validate_aliases,
};
use isoflag_experiments::ExposureVerdict;
use serde_json::json;

use crate::auth;
use crate::crowd::Crowd;
use crate::errors::{Error, Result};
use crate::evidence::Evidence;
use crate::host::{BUSY_SECONDS, Host};
use crate::http::{Request, Response};
use crate::key::Role;
use crate::retention;
use crate::shard::{AliasRow, Appended, Ask, EventRow, ExposureRow, Facts, Relay};

/// Batches an isolate has under way to one shard before it says so: a second or two of work, after which whoever waits had
/// better wait elsewhere.
const QUEUE: usize = 256;

thread_local! {
    static CROWD: RefCell<Crowd> = RefCell::default();
}

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
    // A setting nobody can read lets nothing go, so nothing is too old.
    let kept = retention::kept_ms(host.setting(retention::SETTING).as_deref()).unwrap_or(None);
    let terms =
        Terms { now, may_import: grant.role == Role::Server, horizon: kept.map_or(0, |kept| now.saturating_sub(kept)) };
    let Batch { sent_at, dropped, items, mut rejected } = read(&body, terms).map_err(refuse)?;
    let sent = items.len();
    // A link is not told from itself sent again: both say the same.
    let links = items.iter().filter(|item| matches!(item, Item::Alias(_))).count();

    let evidence = Evidence::gather(host, request, &grant, &items).await?;
    let plan = spread(items, &grant.environment, grant.shards, |exposure| evidence.verdict(exposure));
    let skew = sent_at.map(|sent_at| now.saturating_sub(sent_at));
    // All shards at once. If one fails the sender is told so and sends the batch again; the others will know their part.
    let parts = plan.into_iter().map(|(shard, part)| {
        let facts = Facts {
            exposures: part.exposures.into_values().collect(),
            events: part.events.into_values().collect(),
            aliases: part.aliases,
        };
        let ask = Ask::Append { skew, facts };
        let environment = grant.environment.as_str();
        async move { append(host, environment, shard, &ask).await }
    });
    let (mut news, mut stale) = (BTreeSet::new(), BTreeSet::new());
    let mut relays: BTreeMap<u32, Vec<Relay>> = BTreeMap::new();
    for appended in try_join_all(parts).await? {
        // An event of several units is news if it is news to any of their shards.
        news.extend(appended.exposures.into_iter().chain(appended.events));
        stale.extend(appended.stale);
        for relay in appended.relays {
            relays.entry(shard_of(&relay.unit.0, &relay.unit.1, grant.shards)).or_default().push(relay);
        }
    }
    let heard = relays.into_iter().map(|(shard, relays)| {
        let (ask, environment) = (Ask::Heed { relays }, grant.environment.as_str());
        async move { host.shard::<()>(environment, shard, &ask).await }
    });
    try_join_all(heard).await?;
    if let Some(Dropped { sender, counts }) = dropped {
        // Any shard would do, if it is always the same one.
        let shard = shard_of("sender", &sender, grant.shards);
        let () = host.shard(&grant.environment, shard, &Ask::Lost { sender, counts }).await?;
    }
    let (accepted, told) = (news.len() + links, rejected.len());
    if !stale.is_empty() {
        // Seldom enough to read the batch once more rather than to remember where everything stood.
        let batch = read(&body, terms).map_err(refuse)?;
        rejected.extend(turned_away(&batch, &stale, &grant.environment));
        rejected.sort_by_key(|one| one.index);
    }
    let taken = (sent + told).saturating_sub(rejected.len());
    let answer = json!({ "accepted": accepted, "duplicates": taken.saturating_sub(accepted), "rejected": rejected });
    Ok(Response::json(200, &answer))
}

/// Says of each item of a batch that some shard could not take any more where it stood.
fn turned_away(batch: &Batch, stale: &BTreeSet<String>, environment: &str) -> Vec<Rejection> {
    let places = (0..).filter(|index| !batch.rejected.iter().any(|one| one.index == *index));
    let named = batch.items.iter().zip(places).filter_map(|(item, index)| match item {
        Item::Exposure(exposure) => Some((exposure.identity(environment), index, "at")),
        Item::Event(event) => Some((event.id.clone(), index, "id")),
        Item::Alias(_) => None,
    });
    named.filter(|(id, ..)| stale.contains(id)).map(|(_, index, field)| too_old(index, field)).collect()
}

fn too_old(index: usize, field: &str) -> Rejection {
    let message = "older than what this ledger has let go of, so it cannot tell whether it has counted this one; \
                   bring in the past before, or as events with ids made now";
    Rejection { index, field: format!("events[{index}].{field}"), code: Code::TooOld, message: message.to_owned() }
}

/// Writes to one shard, unless more is under way to it than it can take.
async fn append(host: &Host, environment: &str, shard: u32, ask: &Ask) -> Result<Appended> {
    let name = format!("{environment}/{shard}");
    let most = host.setting("ISOFLAG_SHARD_QUEUE").and_then(|text| text.trim().parse().ok()).unwrap_or(QUEUE);
    let place = CROWD
        .with_borrow_mut(|crowd| crowd.enter(&name, most, host.now()))
        .ok_or(Error::Unavailable { seconds: BUSY_SECONDS })?;
    let appended = host.shard::<Appended>(environment, shard, ask).await;
    CROWD.with_borrow_mut(|crowd| crowd.leave(&name, place));
    appended
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

/// Sorts a batch by shard. Of an exposure that comes twice one goes on, of an event the first.
fn spread(
    items: Vec<Item>,
    environment: &str,
    shards: u32,
    verdict: impl Fn(&Exposure) -> ExposureVerdict,
) -> BTreeMap<u32, Part> {
    let mut plan: BTreeMap<u32, Part> = BTreeMap::new();
    for item in items {
        match item {
            Item::Exposure(exposure) => {
                let part = plan.entry(shard_of(&exposure.unit_type, &exposure.unit, shards)).or_default();
                let verdict = verdict(&exposure);
                let row = exposure_row(exposure, environment, verdict);
                let row = match part.exposures.remove(&row.0) {
                    Some(known) => one_of(known, row),
                    None => row,
                };
                part.exposures.insert(row.0.clone(), row);
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

/// One exposure out of two with the same identity, as a shard does it with one it has: what is kept apart changes nothing of
/// what counts; else the better verdict and the earliest time.
fn one_of(known: ExposureRow, row: ExposureRow) -> ExposureRow {
    match (known.9.counts(), row.9.counts()) {
        (true, false) => known,
        (false, true) => row,
        _ => {
            let at = known.6.min(row.6);
            let better = if (known.9, known.6) <= (row.9, row.6) { known } else { row };
            ExposureRow(better.0, better.1, better.2, better.3, better.4, better.5, at, better.7, better.8, better.9)
        }
    }
}

fn exposure_row(exposure: Exposure, environment: &str, verdict: ExposureVerdict) -> ExposureRow {
    let id = exposure.identity(environment);
    let Exposure { experiment, run, unit_type, unit, variant, at, program, imported, .. } = exposure;
    ExposureRow(id, experiment, run, unit_type, unit, variant, at, program, imported, verdict)
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
        let terms = Terms { now: 1_763_900_000_000, may_import: true, horizon: 0 };
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
            |_| ExposureVerdict::Consistent,
        );
        let rows: Vec<_> = plan.into_values().flat_map(|part| part.exposures.into_values()).map(|row| row.6).collect();
        assert_eq!(rows, [1_763_000_000_005]);
    }

    #[test]
    fn of_two_verdicts_the_better_stays_and_what_is_kept_apart_changes_no_time() {
        use ExposureVerdict::{Attested, Bot, Consistent, Mismatched};
        let row = |at, verdict| {
            let text = String::new;
            ExposureRow(text(), text(), text(), text(), text(), text(), at, None, false, verdict)
        };
        for (one, two, at, verdict) in [
            ((5, Consistent), (3, Consistent), 3, Consistent),
            ((5, Attested), (3, Consistent), 3, Attested),
            ((5, Consistent), (3, Mismatched), 5, Consistent),
            ((5, Bot), (3, Mismatched), 3, Mismatched),
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
        let plan = spread(items(json!([event.clone(), event])), "p", 4, |_| ExposureVerdict::Consistent);
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
