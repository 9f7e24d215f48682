//! All facts, page by page, as lines of JSON. Where the next page begins stands in a header, so that a reader that was cut off goes on
//! where it was, and one that has everything can come again tomorrow for the rest.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use isoflag_events::shard_of;
use serde::Deserialize;

use crate::auth;
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::outbox::{Kind, Page};
use crate::shard::Ask;

/// Facts of each shard in a page.
const MOST: i64 = 2_000;

pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin]).await?;
    let kind = request
        .query("kind")
        .and_then(Kind::of)
        .ok_or_else(|| bad("kind", "say `kind=events`, `kind=exposures` or `kind=aliases`"))?;
    let positions = positions(request.query("after").unwrap_or_default(), grant.shards)?;
    let pages = (0..grant.shards).zip(&positions).map(|(shard, after)| {
        let ask = Ask::Export { kind, after: *after, most: MOST };
        let environment = grant.environment.as_str();
        async move { host.shard::<Page>(environment, shard, &ask).await }
    });
    let pages = try_join_all(pages).await?;
    let mut body = Vec::new();
    for (shard, page) in (0..grant.shards).zip(&pages) {
        for fact in &page.facts {
            if kind != Kind::Events || home(&fact.json, grant.shards)? == Some(shard) {
                body.extend_from_slice(fact.json.as_bytes());
                body.push(b'\n');
            }
        }
    }
    let after: Vec<String> = pages.iter().map(|page| page.after.to_string()).collect();
    let more = pages.iter().any(|page| !page.end);
    Ok(Response::bytes("application/x-ndjson", body)
        .header("cache-control", "no-store")
        .header("isoflag-after", after.join("."))
        .header("isoflag-more", more.to_string()))
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

/// The one shard that tells of an event. Every shard that has one of its units has the event.
fn home(json: &str, shards: u32) -> Result<Option<u32>> {
    #[derive(Deserialize)]
    struct Units {
        units: BTreeMap<String, String>,
    }
    let Units { units } = serde_json::from_str(json).map_err(Error::internal)?;
    Ok(units.iter().map(|(unit_type, unit)| shard_of(unit_type, unit, shards)).min())
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

    #[test]
    fn an_event_has_one_home() {
        let json = r#"{"type":"event","units":{"a":"1","b":"2","c":"3"}}"#;
        let homes = [("a", "1"), ("b", "2"), ("c", "3")].map(|(unit_type, unit)| shard_of(unit_type, unit, 8));
        assert_eq!(home(json, 8).unwrap(), homes.into_iter().min());
    }
}
