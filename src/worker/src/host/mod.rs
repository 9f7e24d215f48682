//! The runtime, behind the few words the rest of the crate needs. The only place that names `worker::`.

mod body;
mod entry;
mod objects;
mod outside;
mod postgres;
mod random;
mod sql;
mod storage;

use futures_util::future::{LocalBoxFuture, try_join_all};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use worker::{Env, Method, RequestInit};

use crate::errors::{Error, Lack, Result};
use crate::ledger::Ledger;

pub(crate) use outside::{Answer, Outside};
pub(crate) use postgres::{Connected, DbError};
pub(crate) use sql::{Cell, Sql};

/// How long a sender is asked to wait for an object that is busy or being restarted.
pub(crate) const BUSY_SECONDS: u64 = 1;

/// What one request may ask of the runtime.
pub(crate) struct Host {
    env: Env,
    request: body::Body,
}

/// A file of the console.
pub(crate) struct Asset {
    pub(crate) content_type: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Host {
    /// Milliseconds since the Unix epoch. In this runtime the clock stands still between inputs and outputs.
    pub(crate) fn now(&self) -> i64 {
        now()
    }

    /// Lets others have their turn: in one process with its objects a request that asks them again and again would keep all others waiting
    /// at the door.
    pub(crate) async fn breathe(&self) {
        worker::Delay::from(core::time::Duration::from_millis(1)).await;
    }

    /// A variable of the deployment.
    pub(crate) fn setting(&self, name: &str) -> Option<String> {
        self.env.var(name).ok().map(|value| value.to_string())
    }

    /// Random bytes fit for secrets.
    pub(crate) fn random<const BYTES: usize>(&self) -> Result<[u8; BYTES]> {
        random::bytes()
    }

    /// Reads the body, refusing to hold more than `limit` bytes of it.
    pub(crate) async fn body(&self, limit: usize) -> Result<String> {
        self.request.read(limit).await
    }

    /// Asks the registry of an environment.
    pub(crate) async fn registry<T: DeserializeOwned>(
        &self,
        environment: &str,
        ask: &crate::registry::Ask,
    ) -> Result<T> {
        call("REGISTRY", &self.env, environment, ask).await
    }

    /// Asks the bucket of a key for tokens.
    pub(crate) async fn limiter(&self, key: &str, ask: &crate::limiter::Ask) -> Result<crate::limiter::Granted> {
        call("LIMITER", &self.env, key, ask).await
    }

    /// Asks one shard of an environment.
    pub(crate) async fn shard<T: DeserializeOwned>(
        &self,
        ledger: &Ledger,
        shard: u32,
        ask: &crate::shard::Ask,
    ) -> Result<T> {
        call("SHARD", &self.env, &ledger.name(shard), ask).await
    }

    /// Asks several shards, all at once. Answers in their order.
    pub(crate) async fn shards<T: DeserializeOwned>(
        &self,
        ledger: &Ledger,
        asks: impl IntoIterator<Item = (u32, crate::shard::Ask)>,
    ) -> Result<Vec<T>> {
        self.outside().shards(ledger, asks).await
    }

    /// Asks every shard the same.
    pub(crate) async fn every_shard<T: DeserializeOwned>(
        &self,
        ledger: &Ledger,
        ask: &crate::shard::Ask,
    ) -> Result<Vec<T>> {
        let body = written(ask)?;
        let asks = ledger.numbers().map(|shard| (ledger.name(shard), body.clone())).collect();
        read(all("SHARD", &self.env, asks).await?)
    }

    /// The names of the sinks of this deployment.
    pub(crate) fn sinks(&self) -> Vec<&'static str> {
        crate::sinks::names(&self.outside())
    }

    /// What sinks and shards may ask of the runtime.
    pub(crate) fn outside(&self) -> Outside {
        Outside::of(self.env.clone())
    }

    /// What a storage lacked a moment ago, as far as this isolate heard.
    pub(crate) fn lacking(&self) -> Option<Lack> {
        storage::lacking(now())
    }

    /// Fetches a file of the console; nothing when there is none.
    pub(crate) async fn asset(&self, path: &str) -> Result<Option<Asset>> {
        let Ok(assets) = self.env.assets("ASSETS") else { return Ok(None) };
        let mut response = assets.fetch(format!("http://assets{path}"), None).await.map_err(Error::internal)?;
        if response.status_code() != 200 {
            return Ok(None);
        }
        let header = |name: &str| response.headers().get(name).ok().flatten();
        let (content_type, etag) = (header("content-type"), header("etag"));
        let body = response.bytes().await.map_err(Error::internal)?;
        Ok(Some(Asset { content_type, etag, body }))
    }
}

/// Writes to the operator's log. Never hand it a key, a URL or anything a sender wrote.
pub(crate) fn log(message: &str) {
    worker::console_error!("{message}");
}

fn now() -> i64 {
    i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX)
}

/// Asks a Durable Object, which answers a `Result` in JSON. The path tells it its own name, which it cannot know otherwise. The answer leaves the object only when all it wrote is
/// durable: the runtime holds it back until then.
async fn call<T: DeserializeOwned>(objects: &str, env: &Env, name: &str, ask: &impl Serialize) -> Result<T> {
    let answer = exchange(objects, env, name.to_owned(), written(ask)?).await?;
    serde_json::from_str(answer.get()).map_err(Error::internal)
}

fn written(ask: &impl Serialize) -> Result<String> {
    serde_json::to_string(ask).map_err(Error::internal)
}

fn read<T: DeserializeOwned>(answers: Vec<Box<RawValue>>) -> Result<Vec<T>> {
    answers.iter().map(|answer| serde_json::from_str(answer.get()).map_err(Error::internal)).collect()
}

/// Asks several objects, name and question of each.
fn all<'a>(
    objects: &'a str,
    env: &'a Env,
    asks: Vec<(String, String)>,
) -> LocalBoxFuture<'a, Result<Vec<Box<RawValue>>>> {
    Box::pin(try_join_all(asks.into_iter().map(|(name, body)| exchange(objects, env, name, body))))
}

/// Asks without types: there are many, and all of them would carry a copy of this along.
fn exchange<'a>(
    objects: &'a str,
    env: &'a Env,
    name: String,
    body: String,
) -> LocalBoxFuture<'a, Result<Box<RawValue>>> {
    Box::pin(async move {
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_body(Some(body.into()));
        let request =
            worker::Request::new_with_init(&format!("http://object/{name}"), &init).map_err(Error::internal)?;
        let stub =
            env.durable_object(objects).and_then(|objects| objects.get_by_name(&name)).map_err(Error::internal)?;
        let answer = match asked(&stub, request).await {
            Ok(text) => serde_json::from_str::<Result<Box<RawValue>>>(&text).map_err(Error::internal)?,
            // An object that is overloaded, was moved, trapped or lost its storage throws or answers as its seat does. Whatever it was
            // asked may be asked again.
            Err(why) => {
                log(&format!("`{name}` did not answer: {why}"));
                Err(storage::lack(&why).map_or(Error::Unavailable { seconds: BUSY_SECONDS }, Error::Lacking))
            }
        };
        if let Err(Error::Lacking(lack)) = &answer {
            storage::note(*lack, now());
        }
        answer
    })
}

/// What an object answered, or why it did not.
async fn asked(stub: &worker::Stub, request: worker::Request) -> core::result::Result<String, String> {
    let mut response = stub.fetch_with_request(request).await.map_err(|error| error.to_string())?;
    if response.status_code() != 200 {
        return Err(response.status_code().to_string());
    }
    response.text().await.map_err(|error| error.to_string())
}
