use std::cell::Cell;

use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use super::{Outside, Sql, now};
use crate::errors::{Error, Result};
use crate::outbox::{self, Identity};
use crate::{limiter, registry, shard, sinks};

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
#[durable_object(alarm)]
pub struct Shard {
    sql: Sql,
    state: State,
    outside: Outside,
    identified: Cell<bool>,
    /// Whether an alarm will come. A new object does not know and sets it once more, which does no harm.
    armed: Cell<bool>,
}

/// How long facts wait for company on their way to the sinks.
const LINGER_MS: i64 = 200;
/// A failure that nobody foresaw is tried again like this; the runtime would give up after six times.
const AFTER_FAULT_MS: i64 = 10_000;

impl DurableObject for Shard {
    fn new(state: State, env: Env) -> Self {
        let sql = Sql::of(&state);
        Shard { sql, state, outside: Outside::of(env), identified: Cell::new(false), armed: Cell::new(false) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let identity = Identity::of(&request.path());
        let mut wakes = false;
        let response = answer(request, |ask: shard::Ask| {
            wakes = ask.wakes_the_outbox();
            let answer = shard::answer(&self.sql, ask, now())?;
            if let (Some(identity), false) = (&identity, self.identified.replace(true)) {
                identity.keep(&self.sql)?;
            }
            Ok(answer)
        })
        .await?;
        // Before the answer goes: what is acknowledged is also on its way.
        if wakes && !self.armed.get() && !sinks::names(&self.outside).is_empty() {
            self.arm(now().saturating_add(LINGER_MS)).await?;
        }
        Ok(response)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.armed.set(false);
        let next = match self.drain().await {
            Ok(next) => next,
            Err(error) => {
                super::log(&format!("outbox: {error:?}"));
                Some(now().saturating_add(AFTER_FAULT_MS))
            }
        };
        // Facts that came in the meantime have set an alarm of their own, and it is a near one.
        if let (Some(at), false) = (next, self.armed.get()) {
            self.arm(at.max(now())).await?;
        }
        Response::empty()
    }
}

impl Shard {
    async fn arm(&self, at: i64) -> worker::Result<()> {
        self.armed.set(true);
        // The runtime is told how long from now.
        let set = self.state.storage().set_alarm(at.saturating_sub(now()).max(0)).await;
        if set.is_err() {
            self.armed.set(false);
        }
        set
    }

    /// Serves the sinks and says when they want to be served next.
    async fn drain(&self) -> Result<Option<i64>> {
        shard::prepare(&self.sql, now())?;
        let Some(identity) = Identity::read(&self.sql)? else { return Ok(None) };
        let sinks = sinks::configured(&self.outside);
        outbox::drain(&self.sql, &sinks, &identity, outbox::World { now, chance: super::random::chance }).await?;
        let mut next = None;
        for sink in &sinks {
            next = [next, outbox::pending(&self.sql, sink.name())?].into_iter().flatten().min();
        }
        Ok(next)
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
