//! The way out: what sinks and shards may ask of the runtime.

use serde::de::DeserializeOwned;
use worker::{Env, Fetch, Headers, Method, RequestInit, RequestRedirect};

use super::postgres::{self, Connected, DbError};
use crate::errors::{Error, Result};
use crate::ledger::Ledger;
use crate::registry;
use crate::shard;

/// The world outside, as one deployment sees it.
#[derive(Clone)]
pub(crate) struct Outside {
    env: Env,
}

/// What an endpoint answered, as far as anyone wants to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Seconds.
    pub(crate) retry_after: Option<i64>,
}

impl Outside {
    pub(super) fn of(env: Env) -> Self {
        Outside { env }
    }

    /// A variable or secret of the deployment; an empty one is none.
    pub(crate) fn setting(&self, name: &str) -> Option<String> {
        self.env.var(name).ok().map(|value| value.to_string()).filter(|value| !value.trim().is_empty())
    }

    /// Asks the registry of an environment.
    pub(super) async fn registry<T: DeserializeOwned>(&self, environment: &str, ask: &registry::Ask) -> Result<T> {
        super::call("REGISTRY", &self.env, environment, ask).await
    }

    /// Asks several shards, all at once. Answers in their order.
    pub(crate) async fn shards<T: DeserializeOwned>(
        &self,
        ledger: &Ledger,
        asks: impl IntoIterator<Item = (u32, shard::Ask)>,
    ) -> Result<Vec<T>> {
        let asks = asks.into_iter().map(|(shard, ask)| Ok((ledger.name(shard), super::written(&ask)?)));
        super::read(super::all("SHARD", &self.env, asks.collect::<Result<_>>()?).await?)
    }

    pub(crate) fn has_queue(&self) -> bool {
        self.env.queue("FACTS").is_ok()
    }

    /// Puts messages, each a JSON text, into the queue.
    pub(crate) async fn enqueue(&self, messages: Vec<String>) -> Result<()> {
        let queue = self.env.queue("FACTS").map_err(Error::internal)?;
        let messages: Vec<_> = messages
            .into_iter()
            .map(|message| worker::MessageBuilder::new(message).content_type(worker::QueueContentType::Text).build())
            .collect();
        queue.send_batch(messages).await.map_err(Error::internal)
    }

    /// Posts JSON. Redirects are not followed: they would carry the secret along.
    pub(crate) async fn post(&self, url: &str, authorization: Option<&str>, body: String) -> Result<Answer> {
        let headers = Headers::new();
        headers.set("content-type", "application/json").map_err(Error::internal)?;
        if let Some(authorization) = authorization {
            headers.set("authorization", authorization).map_err(Error::internal)?;
        }
        let mut init = RequestInit::new();
        init.with_method(Method::Post).with_headers(headers).with_redirect(RequestRedirect::Manual);
        init.with_body(Some(body.into()));
        let request = worker::Request::new_with_init(url, &init).map_err(Error::internal)?;
        let mut response = Fetch::Request(request).send().await.map_err(Error::internal)?;
        let retry_after =
            response.headers().get("retry-after").ok().flatten().and_then(|seconds| seconds.trim().parse().ok());
        let status = response.status_code();
        // Read to the end, so that the connection can be used again.
        let _ = response.bytes().await;
        Ok(Answer { status, retry_after })
    }

    pub(crate) fn has_postgres(&self) -> bool {
        self.env.hyperdrive("HYPERDRIVE").is_ok() || self.setting("ISOFLAG_POSTGRES_URL").is_some()
    }

    /// Opens a connection, through Hyperdrive where it is bound.
    pub(crate) async fn postgres(&self) -> std::result::Result<Connected, DbError> {
        match self.env.hyperdrive("HYPERDRIVE") {
            Ok(hyperdrive) => {
                postgres::connect(&hyperdrive.connection_string(), Some((hyperdrive.host(), hyperdrive.port()))).await
            }
            Err(_) => postgres::connect(&self.setting("ISOFLAG_POSTGRES_URL").unwrap_or_default(), None).await,
        }
    }
}
