use serde::Deserialize;
use serde_json::json;

use super::keys;
use crate::attestation;
use crate::auth;
use crate::errors::Result;
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;

/// Hands servers what they sign exposures with, as 64 hex digits. A browser never sees it: whoever has it can vouch for anything.
pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Server]).await?;
    let key = attestation::signing_key(host, &grant.ledger.environment).await?;
    Ok(Response::json(200, &json!({ "environment": grant.ledger.environment, "key": key })))
}

/// How long what was signed before holds when nobody says: pages stay open for days, and what they could not send waits a week
/// for the next visit.
const GRACE_DAYS: u32 = 14;
const LONGEST_GRACE_DAYS: u32 = 365;
const DAY_MS: i64 = 86_400_000;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Change {
    grace_days: Option<u32>,
}

/// Replaces the key. Servers sign with the new one minutes later, and nobody need be told.
pub(super) async fn rotate(host: &Host, request: &Request, environment: &str) -> Result<Response> {
    auth::root(host, request)?;
    let Change { grace_days } = keys::read(host, "{\"graceDays\": 14}, or 0 when the key was stolen").await?;
    let days = grace_days.unwrap_or(GRACE_DAYS);
    if days > LONGEST_GRACE_DAYS {
        return Err(keys::bad_field("graceDays", &format!("a whole number of days, 0 to {LONGEST_GRACE_DAYS}")));
    }
    if !keys::is_known(host, environment).await? {
        return Err(keys::no_environment(environment));
    }
    let rotated = attestation::rotate(host, environment, i64::from(days) * DAY_MS).await?;
    Ok(Response::json(201, &rotated))
}
