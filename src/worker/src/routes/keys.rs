use serde::Deserialize;
use serde_json::json;

use crate::auth;
use crate::errors::{Error, Result};
use crate::hex;
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::{self, Role};
use crate::registry::{Ask, DIRECTORY};

/// Shards of an environment when nobody says: a few writers more than one, at hardly any cost for a small site.
const SHARDS: u32 = 4;
/// Every report asks every shard.
const MOST_SHARDS: u32 = 256;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    environment: String,
    role: Role,
}

/// Makes a key. It is shown in this answer and nowhere else: we keep its hash.
pub(super) async fn post(host: &Host, request: &Request) -> Result<Response> {
    auth::root(host, request)?;
    let wanted: Wanted = serde_json::from_str(&host.body(4096).await?).map_err(|error| {
        Error::bad(format!("{error}; send {{\"environment\": \"production\", \"role\": \"client\"}}"))
    })?;
    if !key::is_environment(&wanted.environment) {
        return Err(Error::BadRequest {
            message: "an environment has 1 to 32 lower case letters, digits and dashes, a letter first".into(),
            field: Some("environment".into()),
            problems: Vec::new(),
        });
    }
    let random: [u8; 64] = host.random()?;
    let text =
        key::write(wanted.role, &wanted.environment, &random).ok_or_else(|| Error::internal("unlucky random bytes"))?;
    let id = format!("key_{}", hex::encode(&host.random::<6>()?));
    let enrol = Ask::Enrol { environment: wanted.environment.clone(), shards: shards(host) };
    let shards: u32 = host.registry(DIRECTORY, &enrol).await?;
    let ask = Ask::AddKey {
        environment: wanted.environment.clone(),
        shards,
        id: id.clone(),
        role: wanted.role,
        hash: hex::sha256(text.as_bytes()),
    };
    let () = host.registry(&wanted.environment, &ask).await?;
    let made = json!({ "key": text, "id": id, "environment": wanted.environment, "role": wanted.role });
    Ok(Response::json(201, &made))
}

/// Revokes a key. Isolates that checked it lately believe in it for up to 30 s more.
pub(super) async fn delete(host: &Host, request: &Request, environment: &str, id: &str) -> Result<Response> {
    auth::root(host, request)?;
    let unknown = || Error::NotFound(format!("no key `{id}` in environment `{environment}`"));
    if !key::is_environment(environment) {
        return Err(unknown());
    }
    if !host
        .registry::<Option<bool>>(DIRECTORY, &Ask::Known { environment: environment.to_owned() })
        .await?
        .unwrap_or(false)
    {
        return Err(unknown());
    }
    let revoked: Option<bool> = host.registry(environment, &Ask::RevokeKey { id: id.to_owned() }).await?;
    if revoked == Some(true) { Ok(Response::json(200, &json!({ "revoked": id }))) } else { Err(unknown()) }
}

fn shards(host: &Host) -> u32 {
    host.setting("ISOFLAG_SHARDS")
        .and_then(|text| text.trim().parse().ok())
        .filter(|shards| (1..=MOST_SHARDS).contains(shards))
        .unwrap_or(SHARDS)
}
