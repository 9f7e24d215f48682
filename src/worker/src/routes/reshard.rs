//! From one number of shards to another: `POST /v1/reshard` with `{"shards": 8}`, again and again until it says `done`.
//!
//! Each call takes a step of a few seconds. While the move is under way the shards there are take no facts: the ingest answers 503 with
//! `Retry-After`, and senders keep what they have. Their seal ends by itself a minute after the last step, so that nobody who stops
//! halfway leaves the ingest closed; whoever comes again after that begins from the start, with objects nobody wrote to. What was
//! carried is read from the moment the registry names the new ones, and never before. The old ones stay, sealed for good, until
//! `DELETE /v1/reshard/left-behind`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::keys::{self, MOST_SHARDS, bad_field};
use crate::auth;
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::ledger::Ledger;
use crate::registry::{self, Generation, Move, Moves};
use crate::shard::{Ask, Cargo, FOREVER, Load, Rest};

/// How long shards stay sealed without another step.
const SEAL_MS: i64 = 60_000;
/// How long a step carries.
const STEP_MS: i64 = 5_000;
/// The registry changes over only so long after the shards were sealed: what is left of the seal is longer than an isolate believes
/// what it knows of the ledger (30 s), so nothing is written to the old shards afterwards even if the last seal never comes.
const SWITCH_MS: i64 = 25_000;

/// Shards read at once: what they answer is all in memory.
const AT_ONCE: usize = 8;
/// A portion of rows is one value for SQL, which takes 2 MB; one row may be longer than this by itself.
const PORTION_BYTES: usize = 1 << 20;
/// Calls of one step for which another round begins. A runtime may allow 1,000, and a round makes a few dozen, or as many as there are
/// new shards.
const CALLS: usize = 400;
/// With more than this what comes next waits for a step of its own, and so do further generations that are closed or erased.
const CALLS_AT_END: usize = 900;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    shards: u32,
    /// At most so many rounds of loads in this step.
    loads: Option<u32>,
}

/// How far a move came.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Position {
    cargo: Cargo,
    /// Of each shard: the place behind which to go on, and whether there is more.
    places: Vec<(i64, bool)>,
    /// Rows carried so far.
    rows: u64,
    /// Whether what belongs to no unit was carried as well.
    #[serde(default)]
    whole: bool,
}

impl Position {
    fn start(cargo: Cargo, shards: u32, rows: u64) -> Self {
        Position { cargo, places: (0..shards).map(|_| (0, true)).collect(), rows, whole: false }
    }
}

pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin]).await?;
    let moves: Moves = host.registry(&grant.ledger.environment, &registry::Ask::Moves).await?;
    Ok(Response::json(200, &moves))
}

pub(super) async fn post(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin]).await?;
    let Wanted { shards, loads } = keys::read(host, "{\"shards\": 8}").await?;
    if !(1..=MOST_SHARDS).contains(&shards) {
        return Err(bad_field("shards", &format!("a number of shards, 1 to {MOST_SHARDS}")));
    }
    let environment = &grant.ledger.environment;
    let begin = |afresh| registry::Ask::Move { shards, afresh, actor: grant.key.clone() };
    let Some(mut under_way) = host.registry::<Option<Move>>(environment, &begin(false)).await? else {
        // What the last step of a move may have been cut off from.
        close(host, environment).await?;
        return Ok(Response::json(200, &json!({ "state": "done", "shards": shards })));
    };
    let old = Ledger::of(environment, under_way.from);
    let sealed_at = host.now();
    let unbroken = seal(host, &old, sealed_at.saturating_add(SEAL_MS)).await?;
    if !unbroken && !under_way.position.is_empty() {
        let Some(afresh) = host.registry::<Option<Move>>(environment, &begin(true)).await? else {
            return Err(Error::internal("a move ended while it began"));
        };
        under_way = afresh;
    }
    let new = Ledger::of(environment, under_way.to);
    let mut position = if under_way.position.is_empty() {
        Position::start(Cargo::Exposures, old.shards, 0)
    } else {
        serde_json::from_str(&under_way.position).map_err(Error::internal)?
    };
    let note = |position: &Position| {
        let text = json!(position).to_string();
        registry::Ask::NoteMove { generation: new.generation, position: text }
    };
    // Before anything is carried: whoever comes next must know that something may have been.
    let () = host.registry(environment, &note(&position)).await?;
    let (mut done, mut left, mut calls) = (false, loads.unwrap_or(u32::MAX), 0);
    while !done && left > 0 && calls < CALLS && host.now() < sealed_at.saturating_add(STEP_MS) {
        let made;
        (done, made) = carry(host, &old, &new, &mut position).await?;
        if made > 0 {
            // Each time: a step that is cut off must not have been for nothing.
            let () = host.registry(environment, &note(&position)).await?;
            calls += made + 1;
        }
        left -= 1;
    }
    let moving = json!({ "state": "moving", "from": old.shards, "to": new.shards, "carrying": position.cargo, "rows": position.rows });
    // The seal so far, and as many calls again for each thing there is left to do.
    let of_both = old.numbers().len() + new.numbers().len();
    let has_room = |calls: usize| calls + old.numbers().len() + of_both <= CALLS_AT_END;
    if !done || (calls > 0 && !has_room(calls)) {
        return Ok(Response::json(200, &moving));
    }
    if !position.whole {
        finish(host, &old, &new).await?;
        position.whole = true;
        let () = host.registry(environment, &note(&position)).await?;
        calls += of_both + 1;
    }
    if !has_room(calls) && calls > 0 || host.now() > sealed_at.saturating_add(SWITCH_MS) {
        return Ok(Response::json(200, &moving));
    }
    // From here on the new ones are in use, and nobody else may fill them.
    let _ = seal(host, &new, 0).await?;
    let switch = registry::Ask::Switch { generation: new.generation, actor: grant.key.clone() };
    if !host.registry::<bool>(environment, &switch).await? {
        return Err(Error::bad("the move was called off"));
    }
    auth::forget();
    let _ = seal(host, &old, FOREVER).await?;
    Ok(Response::json(200, &json!({ "state": "done", "shards": shards, "rows": position.rows })))
}

/// Calls off the move under way; the shards there are take facts again.
pub(super) async fn delete(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin]).await?;
    let environment = &grant.ledger.environment;
    let called_off: Moves = host.registry(environment, &registry::Ask::CallOff { actor: grant.key.clone() }).await?;
    let _ = seal(host, &Ledger::of(environment, called_off.ledger), 0).await?;
    Ok(Response::json(200, &called_off))
}

/// Erases the shards that are no longer read, as many generations as one request can.
pub(super) async fn delete_left_behind(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin]).await?;
    let environment = &grant.ledger.environment;
    let Moves { left_behind, .. } = host.registry(environment, &registry::Ask::Moves).await?;
    let erased = at_once(&left_behind);
    for generation in erased {
        let old = Ledger::of(environment, *generation);
        host.every_shard::<()>(&old, &Ask::Erase).await?;
        let erased = registry::Ask::Erased { generation: old.generation, actor: grant.key.clone() };
        let () = host.registry(environment, &erased).await?;
    }
    Ok(Response::json(200, &json!({ "erased": erased, "left": left_behind.len() - erased.len() })))
}

/// The first of some generations that one request can ask, one at least.
fn at_once(generations: &[Generation]) -> &[Generation] {
    let mut calls = 0;
    let fitting = generations.iter().take_while(|one| {
        calls += one.shards as usize + 1;
        calls <= CALLS_AT_END
    });
    let fitting = fitting.count().max(1);
    generations.get(..fitting).unwrap_or(generations)
}

async fn seal(host: &Host, ledger: &Ledger, until: i64) -> Result<bool> {
    let sealed: Vec<bool> = host.every_shard(ledger, &Ask::Seal { until }).await?;
    Ok(sealed.into_iter().all(|was| was))
}

/// Sees to it that the generation before takes nothing: the end of the move from it may have been cut off. Those before that had their turn
/// when they were left.
async fn close(host: &Host, environment: &str) -> Result<()> {
    let Moves { left_behind, .. } = host.registry(environment, &registry::Ask::Moves).await?;
    let latest: Vec<Generation> = left_behind.into_iter().rev().collect();
    for generation in at_once(&latest) {
        let _ = seal(host, &Ledger::of(environment, *generation), FOREVER).await?;
    }
    Ok(())
}

/// Carries a load of each shard. Says whether that was the last, and how many calls it took.
async fn carry(host: &Host, old: &Ledger, new: &Ledger, position: &mut Position) -> Result<(bool, usize)> {
    let cargo = position.cargo;
    let next = old.numbers().zip(&position.places).filter(|(_, (_, more))| *more).take(AT_ONCE);
    let asks: Vec<(u32, Ask)> = next.map(|(shard, (after, _))| (shard, Ask::Carry { cargo, after: *after })).collect();
    let shards: Vec<u32> = asks.iter().map(|(shard, _)| *shard).collect();
    let mut calls = asks.len();
    let loads: Vec<Load> = host.shards(old, asks).await?;
    let mut parts: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (shard, load) in shards.into_iter().zip(loads) {
        let place = usize::try_from(shard).ok().and_then(|shard| position.places.get_mut(shard));
        *place.ok_or_else(|| Error::internal("a move knows other shards"))? = (load.after, !load.end);
        position.rows = position.rows.saturating_add(load.rows.len() as u64);
        for (unit_type, unit, row) in load.rows {
            parts.entry(new.home(&unit_type, &unit)).or_default().push(row);
        }
    }
    let fills: Vec<(u32, Ask)> = parts
        .into_iter()
        .flat_map(|(shard, rows)| portions(rows).into_iter().map(move |rows| (shard, Ask::Fill { cargo, rows })))
        .collect();
    calls += fills.len();
    host.shards::<()>(new, fills).await?;
    if position.places.iter().any(|(_, more)| *more) {
        return Ok((false, calls));
    }
    let Some(next) = cargo.next() else { return Ok((true, calls)) };
    *position = Position::start(next, old.shards, position.rows);
    Ok((false, calls))
}

/// JSON arrays of the rows in their order, none longer than a portion unless a row is.
fn portions(rows: Vec<String>) -> Vec<String> {
    let mut portions: Vec<String> = Vec::new();
    for row in rows {
        match portions.last_mut().filter(|portion| portion.len() + row.len() + 2 <= PORTION_BYTES) {
            Some(portion) => portion.push(','),
            None => portions.push("[".to_owned()),
        }
        if let Some(portion) = portions.last_mut() {
            portion.push_str(&row);
        }
    }
    portions.into_iter().map(|portion| portion + "]").collect()
}

/// Carries what belongs to no unit, all of it at once: it is little.
async fn finish(host: &Host, old: &Ledger, new: &Ledger) -> Result<()> {
    let rests: Vec<Rest> = host.every_shard(old, &Ask::Rest).await?;
    let mut every = Rest::default();
    let mut days: BTreeMap<(i64, String), i64> = BTreeMap::new();
    let mut gone = 0_i64;
    for rest in rests {
        every.floor = every.floor.max(rest.floor);
        every.shown_from = every.shown_from.max(rest.shown_from);
        every.totals.extend(rest.totals);
        gone = gone.saturating_add(rest.gone);
        for (day, reason, count) in rest.loss_days {
            let sum = days.entry((day, reason)).or_default();
            *sum = sum.saturating_add(count);
        }
    }
    let mut first = Some((gone, days.into_iter().map(|((day, reason), count)| (day, reason, count)).collect()));
    let asks = new.numbers().map(|shard| {
        // Sums are kept by one of them.
        let (gone, loss_days) = first.take().unwrap_or_default();
        (shard, Ask::FillRest { rest: Rest { gone, loss_days, ..every.clone() } })
    });
    host.shards::<()>(new, asks).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_bounded_by_bytes_and_lose_nothing() {
        let rows: Vec<String> = (0..1500).map(|at| format!("[{at},\"{}\"]", "x".repeat(9_000))).collect();
        let portions = portions(rows.clone());
        assert!(portions.len() < 20 && portions.iter().all(|portion| portion.len() <= PORTION_BYTES));
        let inside = |portion: &String| portion.trim_start_matches('[').trim_end_matches(']').to_owned();
        let all: Vec<String> = portions.iter().map(inside).collect();
        assert_eq!(all.join("],["), rows.join(",").trim_matches(['[', ']']));
    }

    #[test]
    fn generations_are_asked_as_far_as_one_request_goes() {
        let of = |shards: &[u32]| -> Vec<Generation> {
            shards.iter().zip(0..).map(|(shards, generation)| Generation { generation, shards: *shards }).collect()
        };
        for (shards, fitting) in
            [(vec![], 0), (vec![4], 1), (vec![4, 8, 4], 3), (vec![256, 256, 256, 4, 256], 4), (vec![1000, 1], 1)]
        {
            assert_eq!(at_once(&of(&shards)).len(), fitting, "{shards:?}");
        }
    }

    #[test]
    fn nothing_is_no_portion_and_a_long_row_is_one_by_itself() {
        assert_eq!(portions(Vec::new()), Vec::<String>::new());
        let long = "1".repeat(PORTION_BYTES);
        assert_eq!(
            portions(vec!["0".into(), long.clone(), "2".into()]),
            ["[0]".to_owned(), format!("[{long}]"), "[2]".into()]
        );
    }
}
