use std::cell::RefCell;
use std::collections::HashMap;

use crate::auth;
use crate::errors::{Error, Result};
use crate::hex;
use crate::host::Host;
use crate::http::{Request, Response};
use crate::key::Role;
use crate::registry::Ask;

thread_local! {
    /// Programs are immutable, so an isolate may keep them; which one is in force is asked every time.
    static PROGRAMS: RefCell<HashMap<String, Vec<u8>>> = RefCell::default();
}
/// One for each environment and a few that are on their way out.
const KEPT: usize = 16;

pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let grant = auth::grant(host, request, &[Role::Client, Role::Server, Role::Admin]).await?;
    let digest: Option<String> = host.registry(&grant.environment, &Ask::ProgramDigest).await?;
    let digest =
        digest.ok_or_else(|| Error::NotFound("no program yet; publish a datafile with `PUT /v1/datafile`".into()))?;
    let tag = format!("\"{digest}\"");
    let response = if request.header("if-none-match").is_some_and(|known| has(known, &tag)) {
        Response::empty(304)
    } else {
        Response::bytes("application/octet-stream", bytes(host, &grant.environment, &digest).await?)
    };
    Ok(response.header("etag", tag).header("cache-control", "private, max-age=5").header("vary", "authorization"))
}

/// Whether `If-None-Match` names the tag. Proxies that compress weaken tags on the way; the bytes are the same.
fn has(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

async fn bytes(host: &Host, environment: &str, digest: &str) -> Result<Vec<u8>> {
    if let Some(bytes) = PROGRAMS.with_borrow(|programs| programs.get(digest).cloned()) {
        return Ok(bytes);
    }
    let stored: Option<String> = host.registry(environment, &Ask::Program { digest: digest.to_owned() }).await?;
    let bytes =
        stored.as_deref().and_then(hex::decode).ok_or_else(|| Error::internal("a program in force is not stored"))?;
    PROGRAMS.with_borrow_mut(|programs| {
        if programs.len() >= KEPT {
            programs.clear();
        }
        programs.insert(digest.to_owned(), bytes.clone());
    });
    Ok(bytes)
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
