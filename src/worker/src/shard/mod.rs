//! One shard of the ledger: it takes in facts about its units, once each, and counts them up when asked.

mod append;
mod archive;
mod cells;
mod errands;
mod links;
mod losses;
mod metric;
mod moving;
mod refresh;
mod rejudge;
mod relays;
mod totals;
mod verdicts;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::errors::{Error, Result};
use crate::host::Sql;
use crate::migrations;
use crate::outbox;

pub(crate) use append::{Appended, Came, EventRow, ExposureRow, Facts};
pub(crate) use archive::{Archived, Terms, archived, due, step};
pub(crate) use cells::{Counted, Want};
pub(crate) use errands::{Errand, GRACE_MS, Heard, due as errands_due, overdue, portions};
pub(crate) use links::{AliasRow, Relay, TYPES};
pub(crate) use moving::{Cargo, FOREVER, Load, Rest, sealed_until};
pub(crate) use rejudge::{any_unknown, rejudge};

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/shard-001.sql"),
    include_str!("../migrations/shard-002.sql"),
    include_str!("../migrations/shard-003.sql"),
    include_str!("../migrations/shard-004.sql"),
    include_str!("../migrations/shard-005.sql"),
    include_str!("../migrations/shard-006.sql"),
    include_str!("../migrations/shard-007.sql"),
    include_str!("../migrations/shard-008.sql"),
    include_str!("../migrations/shard-009.sql"),
    include_str!("../migrations/shard-010.sql"),
    include_str!("../migrations/shard-011.sql"),
    include_str!("../migrations/shard-012.sql"),
];

/// What may be asked of a shard.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// Stores what it does not have yet. Answers [`Appended`].
    Append { skew: Option<i64>, facts: Facts },
    /// Hears what the shards of users say of its devices. Answers of each whether that is done.
    Heed { relays: Vec<Relay> },
    /// Notes what the shards of devices have heard; whoever says so goes on, for so long. Answers the next [`Relay`]s for these users.
    Heard { heard: Vec<Heard>, users: Vec<i64>, for_ms: i64 },
    /// Notes what a sender lost. Answers nothing.
    Lost { sender: String, counts: BTreeMap<String, u64> },
    /// Counts on. Answers a [`Counted`].
    Count { wants: Vec<Want> },
    /// How sinks fare, and what was let go; facts received before `edge` wait for nothing but the sinks. Answers [`Kept`].
    Sinks { names: Vec<String>, edge: Option<i64> },
    /// Has dead letters tried again, those of one sink or all. Answers how many.
    Replay { sink: Option<String> },
    /// Which of these events it lacks and would take. Answers their ids.
    Missing { ids: Vec<String> },
    /// Reads on in the facts of a kind. Answers an [`outbox::Page`].
    Export { kind: outbox::Kind, after: i64, most: outbox::Most },
    /// Takes nothing until then. Answers whether it was sealed without a gap.
    Seal { until: i64 },
    /// Reads on in what is to be carried to other shards. Answers a [`Load`].
    Carry { cargo: Cargo, after: i64 },
    /// What belongs to no unit. Answers a [`Rest`].
    Rest,
    /// Takes in what was carried. Answers nothing.
    Fill { cargo: Cargo, rows: String },
    /// The same of what belongs to no unit.
    FillRest { rest: Rest },
    /// Forgets everything. Answers nothing.
    Erase,
}

/// What a shard has to say of the facts it keeps.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    pub(crate) sinks: Vec<outbox::SinkStatus>,
    pub(crate) archived: Archived,
}

impl Ask {
    /// Whether a shard whose facts were carried away still does it.
    fn ends_it(&self) -> bool {
        matches!(self, Ask::Seal { .. } | Ask::Erase)
    }

    /// Whether there may be something to forward now, or to let go.
    pub(crate) fn wakes(&self) -> bool {
        matches!(
            self,
            Ask::Append { .. }
                | Ask::Heed { .. }
                | Ask::Heard { .. }
                | Ask::Lost { .. }
                | Ask::Sinks { .. }
                | Ask::Replay { .. }
                | Ask::Count { .. }
        )
    }
}

/// Lays out the database, or brings it up to date.
pub(crate) fn prepare(sql: &Sql, now: i64) -> Result<()> {
    migrations::apply(sql, MIGRATIONS, now)
}

pub(crate) fn answer(sql: &Sql, ask: Ask, now: i64) -> Result<Value> {
    prepare(sql, now)?;
    let sealed = sealed_until(sql)?;
    if sealed == FOREVER && !ask.ends_it() {
        return Err(Error::Sealed { moved: true });
    }
    if sealed > now && matches!(ask, Ask::Append { .. } | Ask::Heed { .. } | Ask::Heard { .. } | Ask::Lost { .. }) {
        return Err(Error::Sealed { moved: false });
    }
    match ask {
        Ask::Append { skew, facts } => value(sql.transaction(|sql| append::append(sql, skew, facts, now))?),
        Ask::Heed { relays } => value(sql.transaction(|sql| relays::heed(sql, &relays))?),
        Ask::Heard { heard, users, for_ms } => {
            sql.transaction(|sql| errands::heard(sql, &heard, now.saturating_add(for_ms)))?;
            value(portions(sql, &users)?)
        }
        Ask::Lost { sender, counts } => value(sql.transaction(|sql| losses::note(sql, &sender, &counts, now))?),
        Ask::Count { wants } => value(cells::count(sql, &wants, sealed > now)?),
        Ask::Sinks { names, edge } => {
            let sinks: Result<Vec<outbox::SinkStatus>> =
                names.iter().map(|name| outbox::status(sql, name, edge)).collect();
            value(Kept { sinks: sinks?, archived: archived(sql)? })
        }
        Ask::Replay { sink } => value(sql.transaction(|sql| outbox::again(sql, sink.as_deref()))?),
        Ask::Missing { ids } => value(append::missing(sql, &ids)?),
        Ask::Seal { until } => value(sql.transaction(|sql| moving::seal(sql, until, now))?),
        Ask::Carry { cargo, after } => value(moving::carry(sql, cargo, after)?),
        Ask::Rest => value(moving::rest(sql)?),
        Ask::Fill { cargo, rows } => value(sql.transaction(|sql| moving::fill(sql, cargo, &rows, now))?),
        Ask::FillRest { rest } => value(sql.transaction(|sql| moving::fill_rest(sql, &rest))?),
        // By whoever holds the storage.
        Ask::Erase => value(()),
        Ask::Export { kind, after, most } => value(outbox::page(sql, kind, after, most)?),
    }
}

fn value(of: impl Serialize) -> Result<Value> {
    serde_json::to_value(of).map_err(Error::internal)
}
