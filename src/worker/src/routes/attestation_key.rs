use serde_json::json;

use crate::attestation;
use crate::auth;
use crate::errors::Result;
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;

/// Hands servers what they sign exposures with, as 64 hex digits. A browser never sees it: whoever has it can vouch for anything.
pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Server]).await?;
    let key = attestation::make_key(host, &grant.environment).await?;
    Ok(Response::json(200, &json!({ "environment": grant.environment, "key": key })))
}
