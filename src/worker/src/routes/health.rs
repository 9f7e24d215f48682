//! Whether the ledger can be read and, as far as was heard a moment ago, written.

use std::cell::Cell;

use serde_json::json;

use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::Response;
use crate::registry::{Ask, DIRECTORY};

/// Anyone may ask how we are, as often as they like; the directory is asked no more often than this.
const EVERY_MS: i64 = 1_000;

thread_local! {
    static ASKED_AT: Cell<i64> = const { Cell::new(0) };
}

pub(super) async fn get(host: &Host) -> Result<Response> {
    let now = host.now();
    if now.saturating_sub(ASKED_AT.get()) >= EVERY_MS {
        ASKED_AT.set(now);
        let ask = Ask::Known { environment: String::new() };
        let _: Option<bool> = host.registry(DIRECTORY, &ask).await?;
    }
    host.lacking().map_or_else(|| Ok(Response::json(200, &json!({ "ok": true }))), |lack| Err(Error::Lacking(lack)))
}
