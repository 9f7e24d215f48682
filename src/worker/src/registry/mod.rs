//! The registry of one environment: who may do what, what is published, which runs there are, and who did what when.

mod attestation;
mod changes;
mod datafile;
mod documents;
mod holders;
mod moves;
mod publish;
mod runs;

use std::collections::BTreeMap;

use isoflag_experiments::Experiments;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::errors::{Error, Result};
use crate::hex;
use crate::host::Sql;
use crate::key::Role;
use crate::migrations;

pub(crate) use attestation::{AttestationKey, Rotated};
pub(crate) use datafile::Publication;
pub(crate) use documents::{Document, Kind};
pub(crate) use moves::{Generation, Move, Moves};
pub(crate) use runs::RunRow;

/// The object that knows which environments there are. No environment can have its name.
///
/// Keys name the environment to ask, and anyone can make one up: asking here first means that only a handful of objects
/// ever exist, whatever names are tried.
pub(crate) const DIRECTORY: &str = "_directory";

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/registry-001.sql"),
    include_str!("../migrations/registry-002.sql"),
    include_str!("../migrations/registry-003.sql"),
    include_str!("../migrations/registry-004.sql"),
    include_str!("../migrations/registry-005.sql"),
];

/// What may be asked of a registry.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Ask {
    /// Notes an environment in the directory. Answers how many shards it was made with.
    Enrol { environment: String, shards: u32 },
    /// Is there such an environment? Asked of the directory; answers whether.
    Known { environment: String },
    /// Who holds the key with this hash? Answers an optional [`Holder`].
    Holder { hash: String },
    /// Adds a key, and lays out the environment when it is its first. Answers nothing.
    AddKey { environment: String, shards: u32, id: String, role: Role, hash: String, origins: Option<Vec<String>> },
    /// Changes the origins of a client key. Answers its role, or nothing when there is no such key.
    SetOrigins { id: String, origins: Option<Vec<String>> },
    /// All keys there ever were, newest first. Answers [`ListedKey`]s.
    Keys,
    /// Ends a key. Answers whether there was one.
    RevokeKey { id: String },
    /// Checks, compiles and publishes a datafile, or says what publishing it would do. Answers `PublishedDatafile` in `datafile`.
    PublishDatafile { text: String, how: Publication },
    /// Checks and publishes plans and metrics, or says what publishing them would do. Answers `PublishedExperiments` in `publish`.
    PublishExperiments { text: String, actor: String, dry_run: bool },
    /// The document in force. Answers an optional [`Document`].
    Document { kind: Kind },
    /// The digest of the program in force. Answers an optional string.
    ProgramDigest,
    /// The bytes of programs, as hex. Answers a map of those there are.
    Programs { digests: Vec<String> },
    /// Runs by experiment and run. Answers [`RunRow`]s of those there are.
    Runs { runs: Vec<(String, String)> },
    /// The key to sign exposures with, hex; `fresh` becomes it where there is none yet. Answers an optional string.
    SigningKey { fresh: String },
    /// The keys signatures are checked by, newest first. Answers [`AttestationKey`]s.
    AttestationKeys,
    /// Replaces the key, and says for how many milliseconds the one before still holds. Answers [`Rotated`].
    RotateAttestation { fresh: String, grace: i64 },
    /// What a report needs. Answers [`Study`].
    Study,
    /// How many shards there are, and what becomes of that. Answers [`Moves`].
    Moves,
    /// Begins a move to another number of shards, or goes on with it. Answers an optional [`Move`].
    Move { shards: u32, afresh: bool, actor: String },
    /// Notes how far a move came. Answers nothing.
    NoteMove { generation: u32, position: String },
    /// Names the shards that were moved to. Answers whether that could be.
    Switch { generation: u32, actor: String },
    /// Gives a move up. Answers [`Moves`].
    CallOff { actor: String },
    /// Notes that nothing is left of a generation. Answers nothing.
    Erased { generation: u32, actor: String },
}

/// Who holds a key.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Holder {
    pub(crate) id: String,
    pub(crate) role: Role,
    pub(crate) ledger: Generation,
    pub(crate) origins: Option<Vec<String>>,
}

/// A key as people see it: everything but the key.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedKey {
    pub(crate) id: String,
    pub(crate) role: Role,
    pub(crate) origins: Option<Vec<String>>,
    pub(crate) created_at: i64,
    pub(crate) revoked_at: Option<i64>,
}

/// The intent behind a report: plans and metrics as written, and all runs, newest first.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Study {
    pub(crate) experiments: Option<String>,
    pub(crate) runs: Vec<RunRow>,
}

impl Study {
    /// The plans and metrics, read.
    pub(crate) fn plans(&self) -> Result<Experiments> {
        self.experiments.as_deref().map_or_else(
            || Ok(Experiments::default()),
            |text| {
                isoflag_experiments::parse(text)
                    .map_err(|_| Error::internal("the experiments in force were published by another version"))
            },
        )
    }
}

pub(crate) fn answer(sql: &Sql, ask: Ask, now: i64) -> Result<Value> {
    let founding = matches!(ask, Ask::Enrol { .. } | Ask::AddKey { .. });
    if migrations::done(sql)? == 0 && !founding {
        // Nobody made anything yet, and a question makes nothing either.
        return Ok(Value::Null);
    }
    migrations::apply(sql, MIGRATIONS, now)?;
    match ask {
        Ask::Enrol { environment, shards } => {
            value(sql.transaction(|sql| holders::enrol(sql, &environment, shards, now))?)
        }
        Ask::Known { environment } => value(holders::known(sql, &environment)?),
        Ask::AddKey { environment, shards, id, role, hash, origins } => {
            let new = holders::New { id: &id, role, hash: &hash, origins: origins.as_deref() };
            value(sql.transaction(|sql| holders::add(sql, &environment, shards, &new, now))?)
        }
        Ask::Holder { hash } => value(holders::find(sql, &hash)?),
        Ask::SetOrigins { id, origins } => {
            value(sql.transaction(|sql| holders::set_origins(sql, &id, origins.as_deref(), now))?)
        }
        Ask::Keys => value(holders::all(sql)?),
        Ask::RevokeKey { id } => value(sql.transaction(|sql| holders::revoke(sql, &id, now))?),
        Ask::PublishDatafile { text, how } => value(sql.transaction(|sql| datafile::publish(sql, &text, &how, now))?),
        Ask::PublishExperiments { text, actor, dry_run } => {
            value(sql.transaction(|sql| publish::experiments(sql, &text, &actor, dry_run, now))?)
        }
        Ask::Document { kind } => value(documents::current(sql, kind)?),
        Ask::ProgramDigest => value(documents::current(sql, Kind::Datafile)?.map(|document| document.digest)),
        Ask::Programs { digests } => {
            let mut found = BTreeMap::new();
            for digest in digests {
                // As hex: they cross once per isolate and program, inside JSON like every other answer.
                if let Some(bytes) = documents::program(sql, &digest)? {
                    found.insert(digest, hex::encode(&bytes));
                }
            }
            value(found)
        }
        Ask::Runs { runs } => value(runs::some(sql, &runs)?),
        Ask::SigningKey { fresh } => value(sql.transaction(|sql| attestation::signing(sql, fresh, now))?),
        Ask::AttestationKeys => value(attestation::all(sql)?),
        Ask::RotateAttestation { fresh, grace } => {
            value(sql.transaction(|sql| attestation::rotate(sql, &fresh, grace, now))?)
        }
        Ask::Study => {
            let experiments = documents::current(sql, Kind::Experiments)?.map(|document| document.text);
            value(Study { experiments, runs: runs::all(sql)? })
        }
        Ask::Moves => value(moves::status(sql)?),
        Ask::Move { shards, afresh, actor } => {
            value(sql.transaction(|sql| moves::begin(sql, shards, afresh, &actor, now))?)
        }
        Ask::NoteMove { generation, position } => value(moves::note(sql, generation, &position)?),
        Ask::Switch { generation, actor } => value(sql.transaction(|sql| moves::switch(sql, generation, &actor, now))?),
        Ask::CallOff { actor } => {
            sql.transaction(|sql| moves::call_off(sql, &actor, now))?;
            value(moves::status(sql)?)
        }
        Ask::Erased { generation, actor } => value(sql.transaction(|sql| moves::erased(sql, generation, &actor, now))?),
    }
}

fn value(of: impl Serialize) -> Result<Value> {
    serde_json::to_value(of).map_err(Error::internal)
}

/// Notes who did what.
fn audit(sql: &Sql, actor: &str, action: &str, detail: &Value, now: i64) -> Result<()> {
    let values = vec![now.into(), actor.into(), action.into(), json!(detail).to_string().into()];
    sql.run("INSERT INTO audit (at, actor, action, detail) VALUES (?, ?, ?, ?)", values)
}
