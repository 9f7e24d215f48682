use serde_json::json;
use serde_json::value::RawValue;

use crate::auth::{self, Grant};
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::ledger::Ledger;
use crate::registry::{Ask, Document, Kind, Publication};

/// The longest document taken. A row of the registry holds two megabytes.
pub(super) const DOCUMENT_BYTES: usize = 1024 * 1024;

pub(super) async fn put(host: &Host, request: &Request) -> Result<Response> {
    let Grant { ledger: Ledger { environment, .. }, key, .. } = auth::grant(host, request, &[Role::Admin]).await?;
    let [dry_run, moves] = asked(request, [("dryRun", "true"), ("confirm", "moves")])?;
    let text = host.body(DOCUMENT_BYTES).await?;
    let how = Publication { actor: key, environment: environment.clone(), dry_run, moves };
    let published: Box<RawValue> = host.registry(&environment, &Ask::PublishDatafile { text, how }).await?;
    Ok(Response::json(200, &published))
}

/// Which of the query parameters there are is given, each in the one way it can be: a slip must not publish what was to be looked at.
pub(super) fn asked<const N: usize>(request: &Request, known: [(&str, &str); N]) -> Result<[bool; N]> {
    for (name, found) in request.queries() {
        let message = match known.iter().find(|(known, _)| *known == name) {
            Some((_, value)) if *value == found => continue,
            Some((_, value)) => format!("`{name}` is `{value}` or left out, `{found}` was found"),
            None => {
                let all = known.map(|(name, value)| format!("`{name}={value}`")).join(" or ");
                format!("`{name}` cannot be asked here, only {all}")
            }
        };
        return Err(Error::BadRequest { message, field: Some(name.to_owned()), problems: Vec::new() });
    }
    Ok(known.map(|(name, _)| request.query(name).is_some()))
}

/// Answers the datafile in force to the letter, as it was written.
pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let Grant { ledger: Ledger { environment, .. }, .. } =
        auth::grant(host, request, &[Role::Admin, Role::Server]).await?;
    let document: Option<Document> = host.registry(&environment, &Ask::Document { kind: Kind::Datafile }).await?;
    let document =
        document.ok_or_else(|| Error::NotFound("no datafile yet; publish one with `PUT /v1/datafile`".into()))?;
    let written = RawValue::from_string(document.text).map_err(Error::internal)?;
    // Through a struct, not through json!: that would read the text and write it anew, with its keys sorted.
    #[derive(serde::Serialize)]
    struct Answer {
        version: u32,
        digest: String,
        outcome: serde_json::Value,
        datafile: Box<RawValue>,
    }
    let outcome = serde_json::from_str(&document.outcome).unwrap_or(json!(null));
    Ok(Response::json(200, &Answer { version: document.version, digest: document.digest, outcome, datafile: written }))
}
