//! How sinks fare, and another try for what they refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::auth;
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::outbox::SinkStatus;
use crate::retention;
use crate::shard::{Archived, Ask, Kept};

/// A sink over all shards.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    sink: String,
    lag: u64,
    oldest: Option<i64>,
    /// Events that are past their time and are kept for this sink alone.
    holds: u64,
    dead: u64,
    reasons: Vec<String>,
    /// Shards that had to put it off.
    failing: u32,
    error: Option<String>,
    retry_at: Option<i64>,
    delivered_at: Option<i64>,
}

pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin]).await?;
    let names: Vec<String> = host.sinks().into_iter().map(str::to_owned).collect();
    let kept = retention::kept_ms(host.setting(retention::SETTING).as_deref());
    let edge = kept.as_ref().ok().and_then(|kept| *kept).map(|kept| host.now().saturating_sub(kept));
    let ask = Ask::Sinks { names, edge };
    let mut sums: BTreeMap<String, Status> = BTreeMap::new();
    let mut archived = Archived::default();
    for kept in host.every_shard::<Kept>(&grant.ledger, &ask).await? {
        archived.floor = archived.floor.max(kept.archived.floor);
        archived.events = archived.events.saturating_add(kept.archived.events);
        for one in kept.sinks {
            let sum = sums.entry(one.sink.clone()).or_default();
            *sum = add(std::mem::take(sum), one);
        }
    }
    let error = match kept {
        Err(Error::BadRequest { message, .. }) => Some(message),
        _ => None,
    };
    let retention = Retention {
        before: edge,
        floor: (archived.floor > 0).then_some(archived.floor),
        archived: archived.events,
        error,
    };
    Ok(Response::json(200, &json!({ "sinks": sums.into_values().collect::<Vec<_>>(), "retention": retention })))
}

/// What becomes of old events.
#[derive(Serialize)]
struct Retention {
    /// Events from before may go; null when all are kept.
    before: Option<i64>,
    /// Some from before are gone; null when none is.
    floor: Option<i64>,
    /// How many are gone, those of several units once for each shard that had them.
    archived: u64,
    /// What is wrong with the setting; nothing goes until it is mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

fn add(sum: Status, one: SinkStatus) -> Status {
    let mut reasons = sum.reasons;
    reasons.extend(one.reasons);
    reasons.sort();
    reasons.dedup();
    Status {
        sink: one.sink,
        lag: sum.lag.saturating_add(one.lag),
        oldest: [sum.oldest, one.oldest].into_iter().flatten().min(),
        holds: sum.holds.saturating_add(one.holds),
        dead: sum.dead.saturating_add(one.dead),
        reasons,
        failing: sum.failing + u32::from(one.failures > 0),
        error: sum.error.or(one.error),
        retry_at: [sum.retry_at, one.retry_at].into_iter().flatten().min(),
        delivered_at: sum.delivered_at.max(one.delivered_at),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    sink: Option<String>,
}

pub(super) async fn replay(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Admin]).await?;
    let body = host.body(4096).await?;
    let wanted: Wanted = if body.trim().is_empty() {
        Wanted::default()
    } else {
        serde_json::from_str(&body).map_err(|error| Error::bad(format!("{error}; send {{\"sink\": \"postgres\"}}")))?
    };
    let names = host.sinks();
    if let Some(sink) = wanted.sink.as_deref().filter(|sink| !names.contains(sink)) {
        let known = if names.is_empty() { "none is".to_owned() } else { format!("there is `{}`", names.join("`, `")) };
        return Err(Error::NotFound(format!("no sink `{sink}` is configured; {known}")));
    }
    let ask = Ask::Replay { sink: wanted.sink };
    let replayed: u64 = host.every_shard::<u64>(&grant.ledger, &ask).await?.into_iter().sum();
    Ok(Response::json(200, &json!({ "replayed": replayed })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_add_up() {
        let shard = |lag, oldest, failures, reason: &str| SinkStatus {
            sink: "postgres".into(),
            lag,
            oldest,
            holds: lag,
            dead: 1,
            reasons: vec![reason.to_owned()],
            failures,
            error: (failures > 0).then(|| "down".to_owned()),
            retry_at: None,
            delivered_at: oldest,
        };
        let sum = add(add(Status::default(), shard(3, None, 0, "b")), shard(4, Some(9), 2, "a"));
        let sum = add(sum, shard(0, Some(5), 0, "b"));
        assert_eq!((sum.lag, sum.oldest, sum.dead, sum.failing, sum.delivered_at), (7, Some(5), 3, 1, Some(9)));
        assert_eq!(sum.holds, 7);
        assert_eq!((sum.reasons, sum.error.as_deref()), (vec!["a".to_owned(), "b".to_owned()], Some("down")));
    }
}
