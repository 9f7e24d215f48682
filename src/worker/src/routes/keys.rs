use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::auth;
use crate::errors::{Error, Result};
use crate::hex;
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::{self, Role};
use crate::origin;
use crate::registry::{Ask, DIRECTORY, ListedKey};

/// Shards of an environment when nobody says: a few writers more than one, at hardly any cost for a small site.
const SHARDS: u32 = 4;
/// Every report asks every shard.
pub(super) const MOST_SHARDS: u32 = 256;
/// A role, a name and a list of origins.
const BYTES: usize = 16 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    environment: String,
    role: String,
    origins: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    /// Must be said, so that an empty change is not taken for "any".
    #[serde(deserialize_with = "Option::deserialize")]
    origins: Option<Vec<String>>,
}

/// Makes a key. It is shown in this answer and nowhere else: we keep its hash.
pub(super) async fn post(host: &Host, request: &Request) -> Result<Response> {
    auth::root(host, request)?;
    let wanted: Wanted = read(host, "{\"environment\": \"production\", \"role\": \"client\"}").await?;
    let Wanted { environment, role, origins } = wanted;
    let role = Role::named(&role).ok_or_else(|| bad_field("role", "a role is `client`, `server` or `admin`"))?;
    if !key::is_environment(&environment) {
        return Err(bad_field(
            "environment",
            "an environment has 1 to 32 lower case letters, digits and dashes, a letter first",
        ));
    }
    if let Some(origins) = &origins {
        check_origins(origins)?;
        if role != Role::Client {
            return Err(only_client());
        }
    }
    let random: [u8; 64] = host.random()?;
    let text = key::write(role, &environment, &random).ok_or_else(|| Error::internal("unlucky random bytes"))?;
    let id = format!("key_{}", hex::encode(&host.random::<6>()?));
    let enrol = Ask::Enrol { environment: environment.clone(), shards: shards(host) };
    let shards: u32 = host.registry(DIRECTORY, &enrol).await?;
    let ask = Ask::AddKey {
        environment: environment.clone(),
        shards,
        id: id.clone(),
        role,
        hash: hex::sha256(text.as_bytes()),
        origins: origins.clone(),
    };
    let () = host.registry(&environment, &ask).await?;
    let made = json!({ "key": text, "id": id, "environment": environment, "role": role, "origins": origins });
    Ok(Response::json(201, &made))
}

/// Lists all keys of an environment, revoked ones too. Of the keys themselves nothing is known but their hash.
pub(super) async fn list(host: &Host, request: &Request, environment: &str) -> Result<Response> {
    auth::root(host, request)?;
    if !is_known(host, environment).await? {
        return Err(no_environment(environment));
    }
    let keys: Vec<ListedKey> = host.registry(environment, &Ask::Keys).await?;
    Ok(Response::json(200, &json!({ "environment": environment, "keys": keys })))
}

/// Changes where a client key may be used from. Isolates that checked it lately go by the old list for up to 30 s more.
pub(super) async fn patch(host: &Host, request: &Request, environment: &str, id: &str) -> Result<Response> {
    auth::root(host, request)?;
    let Change { origins } = read(host, "{\"origins\": [\"https://shop.example.com\"]}, or null for any").await?;
    if let Some(origins) = &origins {
        check_origins(origins)?;
    }
    if !is_known(host, environment).await? {
        return Err(no_key(environment, id));
    }
    let ask = Ask::SetOrigins { id: id.to_owned(), origins: origins.clone() };
    match host.registry::<Option<Role>>(environment, &ask).await? {
        Some(Role::Client) => Ok(Response::json(200, &json!({ "id": id, "role": Role::Client, "origins": origins }))),
        Some(_) => Err(only_client()),
        None => Err(no_key(environment, id)),
    }
}

/// Revokes a key. Isolates that checked it lately believe in it for up to 30 s more.
pub(super) async fn delete(host: &Host, request: &Request, environment: &str, id: &str) -> Result<Response> {
    auth::root(host, request)?;
    if !is_known(host, environment).await? {
        return Err(no_key(environment, id));
    }
    let revoked: Option<bool> = host.registry(environment, &Ask::RevokeKey { id: id.to_owned() }).await?;
    if revoked == Some(true) {
        Ok(Response::json(200, &json!({ "revoked": id })))
    } else {
        Err(no_key(environment, id))
    }
}

pub(super) async fn read<T: DeserializeOwned>(host: &Host, example: &str) -> Result<T> {
    // Nothing of what was sent is said back: keys are cut and pasted near here.
    serde_json::from_str(&host.body(BYTES).await?).map_err(|error| {
        Error::bad(format!("the body is wrong at line {}, column {}; send {example}", error.line(), error.column()))
    })
}

pub(super) async fn is_known(host: &Host, environment: &str) -> Result<bool> {
    if !key::is_environment(environment) {
        return Ok(false);
    }
    let known: Option<bool> = host.registry(DIRECTORY, &Ask::Known { environment: environment.to_owned() }).await?;
    Ok(known == Some(true))
}

fn check_origins(origins: &[String]) -> Result<()> {
    origin::check(origins).map_err(|message| bad_field("origins", &message))
}

fn only_client() -> Error {
    bad_field("origins", "only a client key stands in pages; leave `origins` out")
}

pub(super) fn no_environment(environment: &str) -> Error {
    Error::NotFound(format!("no environment `{environment}`; making its first key makes it"))
}

fn no_key(environment: &str, id: &str) -> Error {
    Error::NotFound(format!("no key `{id}` in environment `{environment}`"))
}

pub(super) fn bad_field(field: &str, message: &str) -> Error {
    Error::BadRequest { message: message.to_owned(), field: Some(field.to_owned()), problems: Vec::new() }
}

fn shards(host: &Host) -> u32 {
    host.setting("ISOFLAG_SHARDS")
        .and_then(|text| text.trim().parse().ok())
        .filter(|shards| (1..=MOST_SHARDS).contains(shards))
        .unwrap_or(SHARDS)
}
