use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use super::{Sql, now};
use crate::errors::{Error, Result};
use crate::{limiter, registry, shard};

/// The registry of one environment.
#[durable_object(fetch)]
pub struct Registry {
    sql: Sql,
}

impl DurableObject for Registry {
    fn new(state: State, _env: Env) -> Self {
        Registry { sql: Sql::of(&state) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        answer(request, |ask| registry::answer(&self.sql, ask, now())).await
    }
}

/// The bucket of one key.
#[durable_object(fetch)]
pub struct Limiter {
    sql: Sql,
}

impl DurableObject for Limiter {
    fn new(state: State, _env: Env) -> Self {
        Limiter { sql: Sql::of(&state) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        answer(request, |ask| limiter::answer(&self.sql, ask, now())).await
    }
}

/// One shard of an environment's ledger.
#[durable_object(fetch)]
pub struct Shard {
    sql: Sql,
}

impl DurableObject for Shard {
    fn new(state: State, _env: Env) -> Self {
        Shard { sql: Sql::of(&state) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        answer(request, |ask| shard::answer(&self.sql, ask, now())).await
    }
}

/// Reads what is asked, answers it in one go, and writes the answer. Nothing is awaited between the two, so no other
/// request comes in between.
async fn answer<A: DeserializeOwned, T: Serialize>(
    mut request: Request,
    work: impl FnOnce(A) -> Result<T>,
) -> worker::Result<Response> {
    let text = request.text().await?;
    let answer = serde_json::from_str(&text).map_err(Error::internal).and_then(work);
    Response::from_json(&answer)
}
