//! The ingest: judge each event, spread the good ones over their shards, answer when every shard has them.

use std::collections::BTreeSet;

use isoflag_events::{
    Alias, Batch, Code, Dropped, Item, Refusal, Rejection, Terms, limits, validate, validate_aliases,
};
use serde_json::json;

use crate::auth;
use crate::errors::{Error, Result};
use crate::evidence::Evidence;
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::ledger::Stored;
use crate::retention;
use crate::shard::{AliasRow, Ask, TYPES};
use crate::spread::{Fact, spread};

pub(super) async fn post(host: &Host, request: &Request) -> Result<Response> {
    take(host, request, validate, "events").await
}

/// Links between units, apart from events, for servers that learn who somebody is.
pub(super) async fn post_aliases(host: &Host, request: &Request) -> Result<Response> {
    take(host, request, validate_aliases, "aliases").await
}

type Reader = fn(&str, Terms) -> std::result::Result<Batch, Refusal>;

async fn take(host: &Host, request: &Request, read: Reader, list: &str) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Client, Role::Server]).await?;
    let body = host.body(limits::BODY_BYTES).await?;
    let now = host.now();
    // A setting nobody can read lets nothing go, so nothing is too old.
    let kept = retention::kept_ms(host.setting(retention::SETTING).as_deref()).unwrap_or(None);
    let terms =
        Terms { now, may_import: grant.role == Role::Server, horizon: kept.map_or(0, |kept| now.saturating_sub(kept)) };
    let Batch { sent_at, ignored, dropped, items, mut rejected } = read(&body, terms).map_err(refuse)?;
    let evidence = Evidence::gather(host, request, &grant, &items).await?;
    let (facts, strays) = judge(items, &rejected, &evidence);
    let sent = facts.len();
    // A link is not told from itself sent again: both say the same.
    let links: usize = facts.iter().filter(|fact| matches!(fact, Fact::Alias(_))).count();

    let parts = spread(facts, &grant.ledger);
    let Stored { news, stale, crowded } =
        grant.ledger.store(host, parts, sent_at.map(|sent_at| now.saturating_sub(sent_at))).await?;
    if let Some(Dropped { sender, counts }) = dropped {
        // Any shard would do, if it is always the same one.
        let shard = grant.ledger.home("sender", &sender);
        let () = host.shard(&grant.ledger, shard, &Ask::Lost { sender, counts }).await?;
    }
    rejected.extend(strays.iter().cloned());
    rejected.sort_by_key(|one| one.index);
    let told = rejected.len();
    let mut accepted = news.len().saturating_add(links);
    if !stale.is_empty() || !crowded.is_empty() {
        // Seldom enough to read the batch once more rather than to remember where everything stood.
        let mut batch = read(&body, terms).map_err(refuse)?;
        batch.items.retain(|item| !is_stray(item, &evidence));
        batch.rejected.extend(strays.iter().cloned());
        let turned_away = turned_away(&batch, &stale, &crowded, list, &grant.ledger.environment);
        accepted = accepted.saturating_sub(turned_away.iter().filter(|one| one.code == Code::TooLarge).count());
        rejected.extend(turned_away);
        rejected.sort_by_key(|one| one.index);
    }
    let taken = (sent + told).saturating_sub(rejected.len());
    let mut answer =
        json!({ "accepted": accepted, "duplicates": taken.saturating_sub(accepted), "rejected": rejected });
    if let Some(answer) = answer.as_object_mut().filter(|_| !ignored.is_empty()) {
        answer.insert("ignored".to_owned(), json!(ignored));
    }
    Ok(Response::json(200, &answer))
}

fn is_stray(item: &Item, evidence: &Evidence<'_>) -> bool {
    matches!(item, Item::Exposure(exposure) if evidence.judge(exposure).is_err())
}

/// Judges the exposures of a batch, and says of each that is not taken where it stood.
fn judge(items: Vec<Item>, rejected: &[Rejection], evidence: &Evidence<'_>) -> (Vec<Fact>, Vec<Rejection>) {
    let known: BTreeSet<usize> = rejected.iter().map(|one| one.index).collect();
    let places = (0..).filter(|index| !known.contains(index));
    let mut strays = Vec::new();
    let mut facts = Vec::with_capacity(items.len());
    for (item, index) in items.into_iter().zip(places) {
        facts.push(match item {
            Item::Event(event) => Fact::Event(event),
            Item::Alias(alias) => Fact::Alias(alias),
            Item::Exposure(exposure) => match evidence.judge(&exposure) {
                Ok(verdict) => Fact::Exposure(exposure, verdict),
                Err(misfit) => {
                    let (field, message) = misfit.told();
                    let field = format!("events[{index}].{field}");
                    strays.push(Rejection { index, field, code: Code::BadValue, message: message.to_owned() });
                    continue;
                }
            },
        });
    }
    (facts, strays)
}

/// Says of each item of a batch that some shard could not take any more where it stood.
fn turned_away(
    batch: &Batch,
    stale: &BTreeSet<String>,
    crowded: &BTreeSet<String>,
    list: &str,
    environment: &str,
) -> Vec<Rejection> {
    let places = (0..).filter(|index| !batch.rejected.iter().any(|one| one.index == *index));
    let said = batch.items.iter().zip(places).filter_map(|(item, index)| match item {
        Item::Exposure(exposure) => {
            stale.contains(&exposure.identity(environment)).then(|| too_old(format!("{list}[{index}].at"), index))
        }
        Item::Event(event) => stale.contains(&event.id).then(|| too_old(format!("{list}[{index}].id"), index)),
        Item::Alias(Alias { unit_type, unit, to_type, to, .. }) => crowded
            .contains(&AliasRow::identity(unit_type, unit, to_type, to))
            .then(|| one_type_too_many(format!("{list}[{index}].unitType"), index)),
    });
    said.collect()
}

fn one_type_too_many(field: String, index: usize) -> Rejection {
    let message = format!(
        "units of {TYPES} other types are linked to this `to` already, and that is as many as it may have; link the type your \
         experiments are split by"
    );
    Rejection { index, field, code: Code::TooLarge, message }
}

fn too_old(field: String, index: usize) -> Rejection {
    let message = "older than what this ledger has let go of, so it cannot tell whether it has counted this one; \
                   bring in the past before, or as events with ids made now";
    Rejection { index, field, code: Code::TooOld, message: message.to_owned() }
}

fn refuse(refusal: Refusal) -> Error {
    let message = refusal.to_string();
    match refusal {
        Refusal::TooManyEvents { .. } => Error::TooLarge(message),
        Refusal::NotABatch { field, .. } => Error::BadRequest { message, field, problems: Vec::new() },
    }
}
