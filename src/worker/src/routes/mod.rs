//! One table of routes; each handler reads, asks the ledger, and answers.

mod assets;
mod attestation_key;
mod datafile;
mod events;
mod experiments;
mod export;
mod health;
mod keys;
mod program;
mod report;
mod reshard;
mod sinks;

use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};

pub(crate) async fn answer(host: &Host, request: &Request) -> Result<Response> {
    if request.method == "OPTIONS" {
        return Ok(Response::preflight());
    }
    let path: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match (request.method.as_str(), path.as_slice()) {
        ("GET", ["healthz"]) => health::get(host).await,
        ("POST", ["v1", "events"]) => events::post(host, request).await,
        ("POST", ["v1", "aliases"]) => events::post_aliases(host, request).await,
        ("GET", ["v1", "program"]) => program::get(host, request).await,
        ("GET", ["v1", "attestation-key"]) => attestation_key::get(host, request).await,
        ("PUT", ["v1", "datafile"]) => datafile::put(host, request).await,
        ("GET", ["v1", "datafile"]) => datafile::get(host, request).await,
        ("PUT", ["v1", "experiments"]) => experiments::put(host, request).await,
        ("GET", ["v1", "experiments"]) => experiments::list(host, request).await,
        ("GET", ["v1", "experiments", key, "report"]) => experiments::report(host, request, key).await,
        ("GET", ["v1", "experiments", key, "cells"]) => experiments::cells(host, request, key).await,
        ("GET", ["v1", "sinks"]) => sinks::get(host, request).await,
        ("POST", ["v1", "sinks", "replay"]) => sinks::replay(host, request).await,
        ("GET", ["v1", "export"]) => export::get(host, request).await,
        ("GET", ["v1", "reshard"]) => reshard::get(host, request).await,
        ("POST", ["v1", "reshard"]) => reshard::post(host, request).await,
        ("DELETE", ["v1", "reshard"]) => reshard::delete(host, request).await,
        ("DELETE", ["v1", "reshard", "left-behind"]) => reshard::delete_left_behind(host, request).await,
        ("POST", ["v1", "keys"]) => keys::post(host, request).await,
        ("GET", ["v1", "keys", environment]) => keys::list(host, request, environment).await,
        ("POST", ["v1", "keys", environment, "attestation"]) => {
            attestation_key::rotate(host, request, environment).await
        }
        ("PATCH", ["v1", "keys", environment, id]) => keys::patch(host, request, environment, id).await,
        ("DELETE", ["v1", "keys", environment, id]) => keys::delete(host, request, environment, id).await,
        (method, ["v1" | "healthz", ..]) => Err(Error::NotFound(format!("there is no `{method} {}`", request.path))),
        ("GET" | "HEAD", _) => assets::get(host, request).await,
        (method, _) => Err(Error::NotFound(format!("there is no `{method} {}`", request.path))),
    }
}
