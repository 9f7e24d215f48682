//! What people published, every version of it, and which one counts.

use serde::{Deserialize, Serialize};

use crate::errors::Result;
use crate::host::{Cell, Sql};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Datafile,
    Experiments,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Datafile => "datafile",
            Kind::Experiments => "experiments",
        }
    }
}

/// A document as written.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Document {
    pub(crate) version: u32,
    pub(crate) text: String,
    pub(crate) digest: String,
    /// What its publisher was told, JSON.
    pub(crate) outcome: String,
}

/// The document in force.
pub(super) fn current(sql: &Sql, kind: Kind) -> Result<Option<Document>> {
    sql.first(
        "SELECT d.version, d.text, d.digest, d.outcome FROM pointers p JOIN documents d USING (kind, version) WHERE p.kind = ?",
        vec![kind.name().into()],
    )
}

/// Keeps a document as the next version and makes it the one in force. Returns its number.
pub(super) fn add(
    sql: &Sql,
    kind: Kind,
    (text, digest, outcome): (&str, &str, &str),
    actor: &str,
    now: i64,
) -> Result<u32> {
    let last: Option<(u32,)> =
        sql.first("SELECT coalesce(max(version), 0) FROM documents WHERE kind = ?", vec![kind.name().into()])?;
    let version = last.map_or(0, |(last,)| last) + 1;
    let number = || Cell::from(i64::from(version));
    sql.run(
        "INSERT INTO documents (kind, version, text, digest, outcome, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?)",
        vec![kind.name().into(), number(), text.into(), digest.into(), outcome.into(), now.into(), actor.into()],
    )?;
    sql.run(
        "INSERT INTO pointers (kind, version, moved_at) VALUES (?, ?, ?)
         ON CONFLICT (kind) DO UPDATE SET version = excluded.version, moved_at = excluded.moved_at",
        vec![kind.name().into(), number(), now.into()],
    )?;
    Ok(version)
}

pub(super) fn keep_program(sql: &Sql, digest: &str, bytes: Vec<u8>, now: i64) -> Result<()> {
    sql.run(
        "INSERT INTO programs (digest, bytes, created_at) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING",
        vec![digest.into(), bytes.into(), now.into()],
    )
}

/// A program's bytes.
pub(super) fn program(sql: &Sql, digest: &str) -> Result<Option<Vec<u8>>> {
    let rows = sql.rows("SELECT bytes FROM programs WHERE digest = ?", vec![digest.into()])?;
    Ok(rows.into_iter().flatten().find_map(|cell| if let Cell::Blob(bytes) = cell { Some(bytes) } else { None }))
}
