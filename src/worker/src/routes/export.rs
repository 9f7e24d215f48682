//! All facts, page by page, as lines of JSON. Where the next page begins stands in a header, so that a reader that was cut off goes on
//! where it was, and one that has everything can come again tomorrow for the rest.

use std::collections::{BTreeMap, BTreeSet};

use crate::auth;
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::ledger::Ledger;
use crate::outbox::{Kind, Most, Page};
use crate::shard::{Ask, EventRow, Facts};
use crate::told;

/// Facts of each shard in a page.
const FACTS: i64 = 2_000;
/// Bytes of a page, of all shards together. It is in memory several times: as what they answer, read, and written.
const BYTES: i64 = 4 << 20;

pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin]).await?;
    let kind = request
        .query("kind")
        .and_then(Kind::of)
        .ok_or_else(|| bad("kind", "say `kind=events`, `kind=exposures`, `kind=aliases` or `kind=losses`"))?;
    let ledger = &grant.ledger;
    let positions = positions(request.query("after").unwrap_or_default(), ledger)?;
    let most = Most { facts: FACTS, bytes: BYTES / i64::from(ledger.shards.max(1)) };
    let asks =
        ledger.numbers().zip(&positions).map(|(shard, after)| (shard, Ask::Export { kind, after: *after, most }));
    let pages: Vec<Page> = host.shards(ledger, asks).await?;
    let mut body = Vec::new();
    let mut elsewhere: BTreeMap<u32, Vec<EventRow>> = BTreeMap::new();
    for (shard, page) in ledger.numbers().zip(&pages) {
        for fact in &page.facts {
            let home = if kind == Kind::Events { told::event(&fact.json, ledger)?.pop_first() } else { None };
            match home.filter(|(home, _)| *home != shard) {
                Some((home, row)) => elsewhere.entry(home).or_default().push(row),
                None => {
                    body.extend_from_slice(fact.json.as_bytes());
                    body.push(b'\n');
                }
            }
        }
    }
    let brought = bring_home(host, ledger, elsewhere).await?;
    let after: Vec<String> = pages.iter().map(|page| page.after.to_string()).collect();
    let more = brought || pages.iter().any(|page| !page.end);
    Ok(Response::bytes("application/x-ndjson", body)
        .header("cache-control", "no-store")
        .header("isoflag-after", format!("{}{}", prefix(ledger), after.join(".")))
        .header("isoflag-more", more.to_string()))
}

/// Sees to it that events are where they are told. Every shard that has a unit of an event has the event, and the first of them tells it;
/// where a batch came halfway and was never sent again, the first one may lack it. It gets it now, in a later place of its order, and
/// so tells it once, whether the sender ever comes back or not. Says whether there were any such.
async fn bring_home(host: &Host, ledger: &Ledger, events: BTreeMap<u32, Vec<EventRow>>) -> Result<bool> {
    let ids = |rows: &[EventRow]| rows.iter().map(|row| row.0.clone()).collect();
    let asks = events.iter().map(|(home, rows)| (*home, Ask::Missing { ids: ids(rows) }));
    let missing: Vec<BTreeSet<String>> = host.shards(ledger, asks).await?;
    let mut parts = BTreeMap::new();
    for ((home, mut rows), missing) in events.into_iter().zip(missing) {
        rows.retain(|row| missing.contains(&row.0));
        // Two of its shards may have told of it at once.
        rows.sort_by(|one, other| one.0.cmp(&other.0));
        rows.dedup_by(|one, other| one.0 == other.0);
        if !rows.is_empty() {
            parts.insert(home, Facts { events: rows, ..Facts::default() });
        }
    }
    Ok(!ledger.store(host, parts, None).await?.news.is_empty())
}

/// What a cursor begins with once the number of shards was changed: places in the old ones say nothing of the new.
fn prefix(ledger: &Ledger) -> String {
    if ledger.generation == 0 { String::new() } else { format!("{}-", ledger.generation) }
}

/// One number for each shard; none at all is the beginning.
fn positions(text: &str, ledger: &Ledger) -> Result<Vec<i64>> {
    if text.is_empty() {
        return Ok(ledger.numbers().map(|_| 0).collect());
    }
    let positions: Option<Vec<i64>> = text
        .strip_prefix(&prefix(ledger))
        .and_then(|places| places.split('.').map(|part| part.parse().ok().filter(|at| *at >= 0)).collect());
    positions.filter(|positions| u32::try_from(positions.len()) == Ok(ledger.shards)).ok_or_else(|| {
        bad("after", "`after` is what the header `isoflag-after` of the page before said; after a move to other shards begin again")
    })
}

fn bad(field: &str, message: &str) -> Error {
    Error::BadRequest { message: message.to_owned(), field: Some(field.to_owned()), problems: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_has_a_number_for_each_shard() {
        for (text, shards, generation, read) in [
            ("", 2, 0, Some(vec![0, 0])),
            ("3.4", 2, 0, Some(vec![3, 4])),
            ("3", 2, 0, None),
            ("3.4.5", 2, 0, None),
            ("3.-4", 2, 0, None),
            ("3.x", 2, 0, None),
            ("3.4", 2, 1, None),
            ("1-3.4", 2, 1, Some(vec![3, 4])),
            ("1-3.4", 2, 0, None),
        ] {
            let ledger = Ledger { environment: "p".into(), shards, generation };
            assert_eq!(positions(text, &ledger).ok(), read, "{text}");
        }
    }
}
