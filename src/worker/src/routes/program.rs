use crate::auth;
use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::programs;
use crate::registry::Ask;

pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Client, Role::Server, Role::Admin]).await?;
    let digest: Option<String> = host.registry(&grant.ledger.environment, &Ask::ProgramDigest).await?;
    let digest =
        digest.ok_or_else(|| Error::NotFound("no program yet; publish a datafile with `PUT /v1/datafile`".into()))?;
    let tag = format!("\"{digest}\"");
    let response = if request.header("if-none-match").is_some_and(|known| has(known, &tag)) {
        Response::empty(304)
    } else {
        let program = programs::one(host, &grant.ledger.environment, &digest).await?;
        let program = program.ok_or_else(|| Error::internal("a program in force is not stored"))?;
        Response::bytes("application/octet-stream", program.to_vec())
    };
    Ok(response.header("etag", tag).header("cache-control", "private, max-age=5").header("vary", "authorization"))
}

/// Whether `If-None-Match` names the tag. Proxies that compress weaken tags on the way; the bytes are the same.
fn has(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    #[test]
    fn tags_are_compared_as_http_says() {
        for (known, same) in
            [("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false), ("", false)]
        {
            assert_eq!(super::has(known, "\"a\""), same, "{known}");
        }
    }
}
