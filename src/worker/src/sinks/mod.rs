//! Where facts are forwarded. One trait; which sinks there are is what the operator bound or set.
//!
//! | sink | by |
//! |---|---|
//! | `postgres` | the Hyperdrive binding `HYPERDRIVE`, or the secret `ISOFLAG_POSTGRES_URL` |
//! | `queue` | the Queue binding `FACTS` |
//! | `http` | `ISOFLAG_HTTP_SINK_URL`, with the secret `ISOFLAG_HTTP_SINK_AUTHORIZATION` |
//!
//! A sink is handed facts at least once and in no order it may rely on; every fact carries an id to know it by. A loss is known by its
//! generation, shard, day and reason, and of two counts the greater is true. What a sink says of a failure is shown to operators, so no address and no secret may be in it.

mod http;
mod postgres;
mod queue;

use futures_util::future::{LocalBoxFuture, ready};

use crate::host::Outside;
use crate::outbox::{Fact, Form, Kind};

/// Facts of one kind and shard.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch<'a> {
    pub(crate) environment: &'a str,
    pub(crate) shard: u32,
    pub(crate) kind: Kind,
    pub(crate) facts: &'a [Fact],
}

/// Why a batch was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It may be taken another time; not before so long.
    Later { why: String, after_ms: i64 },
    /// It will never be taken as it is.
    Never { why: String },
}

impl Failure {
    fn later(why: impl Into<String>) -> Self {
        Failure::Later { why: why.into(), after_ms: 0 }
    }
}

/// A place facts are forwarded to.
pub(crate) trait Sink {
    /// As it is called in the status and kept in the ledger.
    fn name(&self) -> &'static str;

    /// How it wants facts written.
    fn form(&self) -> Form {
        Form::Named
    }

    /// How many batches it takes at a time. They are ticked off in their order all the same.
    fn depth(&self) -> usize {
        1
    }

    /// Takes a batch, all of it or nothing. What it has already is no failure.
    fn deliver<'a>(&'a self, batch: Batch<'a>) -> LocalBoxFuture<'a, Result<(), Failure>>;

    /// Lets go of what it holds open.
    fn close(&self) -> LocalBoxFuture<'_, ()> {
        Box::pin(ready(()))
    }
}

/// The sinks of this deployment.
pub(crate) fn configured(outside: &Outside) -> Vec<Box<dyn Sink>> {
    [postgres::open(outside), queue::open(outside), http::open(outside)].into_iter().flatten().collect()
}

/// The names of them, without opening anything.
pub(crate) fn names(outside: &Outside) -> Vec<&'static str> {
    configured(outside).iter().map(|sink| sink.name()).collect()
}

impl Batch<'_> {
    /// The facts as one JSON array.
    fn array(&self) -> String {
        let mut array = String::with_capacity(self.facts.iter().map(|fact| fact.json.len() + 1).sum::<usize>() + 2);
        for (at, fact) in self.facts.iter().enumerate() {
            array.push(if at == 0 { '[' } else { ',' });
            array.push_str(&fact.json);
        }
        if self.facts.is_empty() {
            array.push('[');
        }
        array.push(']');
        array
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_become_an_array() {
        let facts: Vec<Fact> = ["{}", "{\"a\":1}"].map(|json| Fact { seq: 1, json: json.into() }).into();
        let batch = |facts| Batch { environment: "p", shard: 0, kind: Kind::Events, facts };
        assert_eq!(batch(&facts).array(), "[{},{\"a\":1}]");
        assert_eq!(batch(&[]).array(), "[]");
    }
}
