//! All facts, page by page, as lines of JSON. Where the next page begins stands in a header, so that a reader that was cut off goes on
//! where it was, and one that has everything can come again tomorrow for the rest.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;

use crate::auth;
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::ledger::Ledger;
use crate::outbox::{Kind, Page};
use crate::shard::{Ask, EventRow, Facts};
use crate::told;

/// Facts of each shard in a page.
const MOST: i64 = 2_000;

pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin]).await?;
    let kind = request
        .query("kind")
        .and_then(Kind::of)
        .ok_or_else(|| bad("kind", "say `kind=events`, `kind=exposures` or `kind=aliases`"))?;
    let ledger = &grant.ledger;
    let positions = positions(request.query("after").unwrap_or_default(), ledger.shards)?;
    let pages = ledger.numbers().zip(&positions).map(|(shard, after)| {
        let ask = Ask::Export { kind, after: *after, most: MOST };
        async move { host.shard::<Page>(ledger, shard, &ask).await }
    });
    let pages = try_join_all(pages).await?;
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
        .header("isoflag-after", after.join("."))
        .header("isoflag-more", more.to_string()))
}

/// Sees to it that events are where they are told. Every shard that has a unit of an event has the event, and the first of them tells it;
/// where a batch came halfway and was never sent again, the first one may lack it. It gets it now, in a later place of its order, and
/// so tells it once, whether the sender ever comes back or not. Says whether there were any such.
async fn bring_home(host: &Host, ledger: &Ledger, events: BTreeMap<u32, Vec<EventRow>>) -> Result<bool> {
    let lacking = events.into_iter().map(|(home, mut rows)| async move {
        let ask = Ask::Missing { ids: rows.iter().map(|row| row.0.clone()).collect() };
        let missing: BTreeSet<String> = host.shard(ledger, home, &ask).await?;
        rows.retain(|row| missing.contains(&row.0));
        // Two of its shards may have told of it at once.
        rows.sort_by(|one, other| one.0.cmp(&other.0));
        rows.dedup_by(|one, other| one.0 == other.0);
        Ok((home, Facts { events: rows, ..Facts::default() }))
    });
    let mut parts: BTreeMap<u32, Facts> = try_join_all(lacking).await?.into_iter().collect();
    parts.retain(|_, facts| !facts.events.is_empty());
    Ok(!ledger.store(host, parts, None).await?.news.is_empty())
}

/// One number for each shard; none at all is the beginning.
fn positions(text: &str, shards: u32) -> Result<Vec<i64>> {
    if text.is_empty() {
        return Ok((0..shards).map(|_| 0).collect());
    }
    let positions: Option<Vec<i64>> = text.split('.').map(|part| part.parse().ok().filter(|at| *at >= 0)).collect();
    positions
        .filter(|positions| u32::try_from(positions.len()) == Ok(shards))
        .ok_or_else(|| bad("after", "`after` is what the header `isoflag-after` of the page before said"))
}

fn bad(field: &str, message: &str) -> Error {
    Error::BadRequest { message: message.to_owned(), field: Some(field.to_owned()), problems: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_has_a_number_for_each_shard() {
        for (text, shards, read) in [
            ("", 2, Some(vec![0, 0])),
            ("3.4", 2, Some(vec![3, 4])),
            ("3", 2, None),
            ("3.4.5", 2, None),
            ("3.-4", 2, None),
            ("3.x", 2, None),
        ] {
            assert_eq!(positions(text, shards).ok(), read, "{text}");
        }
    }
}
