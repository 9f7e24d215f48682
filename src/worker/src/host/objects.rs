use std::cell::Cell;

use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use super::{Outside, Sql, now};
use crate::errors::{Error, Result};
use crate::ledger::{Ledger, Word};
use crate::outbox::{self, Identity};
use crate::{limiter, registry, retention, shard, sinks};

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
    /// When the alarm comes that was set last.
    alarm_at: Cell<i64>,
    /// When it was last asked which runs there are, for exposures of runs that were unknown.
    asked_at: Cell<i64>,
}

/// How long facts wait for company on their way to the sinks.
const LINGER_MS: i64 = 200;
/// A failure that nobody foresaw is tried again like this; the runtime would give up after six times.
const AFTER_FAULT_MS: i64 = 10_000;
/// The least time between two questions which runs there are by now: some apps never publish the program they use.
const ASK_RUNS_MS: i64 = 60_000;

impl DurableObject for Shard {
    fn new(state: State, env: Env) -> Self {
        let sql = Sql::of(&state);
        let (identified, armed, alarm_at) = (Cell::new(false), Cell::new(false), Cell::new(i64::MAX));
        Shard { sql, state, outside: Outside::of(env), identified, armed, alarm_at, asked_at: Cell::new(0) }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let identity = Identity::of(&request.path());
        let (mut wakes, mut erase) = (false, false);
        let response = answer(request, |ask: shard::Ask| {
            wakes = ask.wakes();
            erase = matches!(ask, shard::Ask::Erase);
            let answer = shard::answer(&self.sql, ask, now())?;
            if let (Some(identity), false) = (&identity, self.identified.replace(true)) {
                identity.keep(&self.sql)?;
            }
            Ok(answer)
        })
        .await?;
        if erase {
            self.state.storage().delete_alarm().await?;
            self.state.storage().delete_all().await?;
            // An isolate that has not heard of the move yet must not find an empty shard that takes what it is sent.
            let _ = shard::answer(&self.sql, shard::Ask::Seal { until: shard::FOREVER }, now());
        }
        // Before the answer goes: what is acknowledged is also on its way.
        let at = if wakes && !self.armed.get() { self.wake_at() } else { None };
        // An alarm for old events alone may be far.
        let errands = if wakes { shard::errands_due(&self.sql).ok().flatten() } else { None };
        if let Some(at) = [at, errands.filter(|due| *due < self.alarm_at.get())].into_iter().flatten().min() {
            self.arm(at).await?;
        }
        Ok(response)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.armed.set(false);
        self.alarm_at.set(i64::MAX);
        let errands = or_later(self.run_errands().await);
        let unjudged = or_later(self.rejudge().await);
        let (facts, old) = (or_later(self.drain().await), or_later(self.archive().await));
        // Facts that came in the meantime have set an alarm of their own, and it is a near one.
        if let (Some(at), false) = ([errands, unjudged, facts, old].into_iter().flatten().min(), self.armed.get()) {
            self.arm(at.max(now())).await?;
            // One that is for old events alone may be far, and new facts must not wait for it.
            self.armed.set(facts.is_some() || sinks::names(&self.outside).is_empty());
        }
        Response::empty()
    }
}

/// When to go on, also after a fault.
fn or_later(next: Result<Option<i64>>) -> Option<i64> {
    next.unwrap_or_else(|error| {
        super::log(&format!("alarm: {error:?}"));
        Some(now().saturating_add(AFTER_FAULT_MS))
    })
}

impl Shard {
    async fn arm(&self, at: i64) -> worker::Result<()> {
        self.armed.set(true);
        self.alarm_at.set(at);
        // The runtime is told how long from now.
        let set = self.state.storage().set_alarm(at.saturating_sub(now()).max(0)).await;
        if set.is_err() {
            self.armed.set(false);
            self.alarm_at.set(i64::MAX);
        }
        set
    }

    /// When an object that woke up has something to do by itself.
    fn wake_at(&self) -> Option<i64> {
        let soon = now().saturating_add(LINGER_MS);
        if !sinks::names(&self.outside).is_empty() {
            return Some(soon);
        }
        let kept = self.kept_ms().ok().flatten()?;
        shard::due(&self.sql, kept, outbox::END).ok().map(|due| due.max(soon))
    }

    fn kept_ms(&self) -> Result<Option<i64>> {
        retention::kept_ms(self.outside.setting(retention::SETTING).as_deref())
    }

    /// Tells other shards what follows from links, as far as no request did, and says when there is more.
    async fn run_errands(&self) -> Result<Option<i64>> {
        shard::prepare(&self.sql, now())?;
        let Some(due) = shard::errands_due(&self.sql)? else { return Ok(None) };
        match shard::sealed_until(&self.sql)? {
            shard::FOREVER => return Ok(None),
            until if until > now() => return Ok(Some(until)),
            _ if due > now() => return Ok(Some(due)),
            _ => {}
        }
        let Some(identity) = Identity::read(&self.sql)? else { return Ok(None) };
        let moves: registry::Moves = self.outside.registry(&identity.environment, &registry::Ask::Moves).await?;
        let ledger = Ledger::of(&identity.environment, moves.ledger);
        let users = shard::overdue(&self.sql, now())?;
        let words: Vec<Word> =
            shard::portions(&self.sql, &users)?.into_iter().map(|relay| (identity.shard, relay)).collect();
        ledger.tell(&self.outside, words, &[(identity.shard, users)].into(), 0).await?;
        shard::errands_due(&self.sql)
    }

    /// Judges what came before its run was known, and says when there is more. Reports do so by themselves; this is for the sinks, of
    /// which nobody says when they are read, and so it goes along with what they are sent.
    async fn rejudge(&self) -> Result<Option<i64>> {
        let now = now();
        shard::prepare(&self.sql, now)?;
        let idle = sinks::names(&self.outside).is_empty() || self.asked_at.get().saturating_add(ASK_RUNS_MS) > now;
        if idle || shard::sealed_until(&self.sql)? > now || !shard::any_unknown(&self.sql)? {
            return Ok(None);
        }
        let Some(identity) = Identity::read(&self.sql)? else { return Ok(None) };
        let wants = self.wants(&identity).await?;
        let done = self.sql.transaction(|sql| {
            // It may have been sealed while the runs were asked for.
            Ok(shard::sealed_until(sql)? > now || shard::rejudge(sql, &wants)?)
        })?;
        if done {
            self.asked_at.set(now);
        }
        Ok((!done).then_some(now))
    }

    /// What is counted at present.
    async fn wants(&self, identity: &Identity) -> Result<Vec<shard::Want>> {
        let study: registry::Study = self.outside.registry(&identity.environment, &registry::Ask::Study).await?;
        let plans = study.plans()?;
        study.runs.iter().map(|run| shard::Want::of(run, &plans)).collect()
    }

    /// Serves the sinks and says when they want to be served next.
    async fn drain(&self) -> Result<Option<i64>> {
        shard::prepare(&self.sql, now())?;
        if shard::sealed_until(&self.sql)? == shard::FOREVER {
            return Ok(None);
        }
        let Some(identity) = Identity::read(&self.sql)? else { return Ok(None) };
        let sinks = sinks::configured(&self.outside);
        outbox::drain(&self.sql, &sinks, &identity, outbox::World { now, chance: super::random::chance, pass }).await?;
        let mut next = None;
        for sink in &sinks {
            next = [next, outbox::pending(&self.sql, sink.name())?].into_iter().flatten().min();
        }
        Ok(next)
    }

    /// Lets go of old events, one step of it, and says when the next is due.
    async fn archive(&self) -> Result<Option<i64>> {
        let Some(kept_ms) = self.kept_ms()? else { return Ok(None) };
        let Some(identity) = Identity::read(&self.sql)? else { return Ok(None) };
        match shard::sealed_until(&self.sql)? {
            shard::FOREVER => return Ok(None),
            // What is being carried must not change on the way.
            until if until > now() => return Ok(Some(until)),
            _ => {}
        }
        let forwarded = || outbox::forwarded(&self.sql, &sinks::names(&self.outside));
        let due = shard::due(&self.sql, kept_ms, forwarded()?)?;
        if due > now() {
            return Ok(Some(due));
        }
        // What is counted is asked anew each time: a metric that was published a moment ago must not miss what goes now.
        let wants = self.wants(&identity).await?;
        self.sql
            .transaction(|sql| {
                // It may have been sealed while the plans were asked for.
                if shard::sealed_until(sql)? > now() {
                    return Ok(now().saturating_add(AFTER_FAULT_MS));
                }
                shard::step(sql, &shard::Terms { now: now(), kept_ms, forwarded: forwarded()?, wants: &wants })
            })
            .map(Some)
    }
}

fn pass(ms: u64) -> LocalBoxFuture<'static, ()> {
    Box::pin(worker::Delay::from(core::time::Duration::from_millis(ms)))
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
