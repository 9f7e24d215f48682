//! Forwarding facts to sinks: from the ledger's own numbering, a batch at a time, as often as it takes.
//!
//! A sink is sent every fact at least once and recognises by its id what it has. What a sink cannot take now is tried again, later and
//! later; what it will never take stands among the dead letters with the reason, holds nobody up, and can be sent again by hand.

mod dead;
mod drain;
mod line;
mod log;
mod state;

use serde::{Deserialize, Serialize};

use crate::errors::Result;
use crate::host::Sql;

pub(crate) use dead::again;
pub(crate) use drain::{World, drain};
pub(crate) use log::{Most, Page, page};
pub(crate) use state::{END, SinkStatus, forwarded, pending, status};

/// A kind of fact. Each has a numbering of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Exposures,
    Aliases,
    Losses,
    Events,
}

impl Kind {
    /// Exposures first: who reads a sink finds out who saw what before what they did.
    pub(crate) const ALL: [Kind; 4] = [Kind::Exposures, Kind::Aliases, Kind::Losses, Kind::Events];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Exposures => "exposures",
            Kind::Aliases => "aliases",
            Kind::Losses => "losses",
            Kind::Events => "events",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How a fact is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As a JSON object, every value under its name.
    Named,
    /// As a JSON array of the same values without their names, nor its type.
    Bare,
}

/// A fact as sinks and exports get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fact {
    /// Its number within its kind and shard.
    pub(crate) seq: i64,
    /// In one [`Form`].
    pub(crate) json: String,
}

/// Which shard of which environment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Identity {
    pub(crate) environment: String,
    pub(crate) shard: u32,
    /// How often the environment had been moved to other shards when this one was made.
    #[serde(default)]
    pub(crate) generation: u32,
}

impl Identity {
    /// Reads the name of a Durable Object: `environment/shard`, and perhaps a generation.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let mut parts = name.trim_matches('/').split('/');
        let (environment, shard) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?);
        Some(Identity { environment, shard, generation: parts.next().map_or(Ok(0), str::parse).ok()? })
    }

    /// Notes it where an alarm will find it.
    pub(crate) fn keep(&self, sql: &Sql) -> Result<()> {
        sql.run(
            "INSERT INTO identity (one, environment, shard, generation) VALUES (1, ?, ?, ?)
             ON CONFLICT DO UPDATE SET generation = excluded.generation WHERE generation <> excluded.generation",
            vec![self.environment.as_str().into(), i64::from(self.shard).into(), i64::from(self.generation).into()],
        )
    }

    pub(crate) fn read(sql: &Sql) -> Result<Option<Self>> {
        sql.first("SELECT environment, shard, generation FROM identity", vec![])
    }
}
