//! Moves of an environment to another number of shards.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::audit;
use crate::errors::{Error, Result};
use crate::host::Sql;

/// The ledger with one number of shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Generation {
    pub(crate) generation: u32,
    pub(crate) shards: u32,
}

/// A move under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Move {
    pub(crate) from: Generation,
    pub(crate) to: Generation,
    /// How far it came, in the words of who carries; empty before the first step.
    pub(crate) position: String,
}

/// Where an environment stands.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Moves {
    pub(crate) ledger: Generation,
    pub(crate) moving: Option<Generation>,
    pub(crate) left_behind: Vec<Generation>,
}

pub(super) fn status(sql: &Sql) -> Result<Moves> {
    let left_behind: Vec<Generation> =
        sql.read("SELECT generation, shards FROM left_behind ORDER BY generation", vec![])?;
    Ok(Moves { ledger: ledger(sql)?, moving: under_way(sql)?.map(|(to, _)| to), left_behind })
}

fn ledger(sql: &Sql) -> Result<Generation> {
    sql.first("SELECT generation, shards FROM environments", vec![])?
        .ok_or_else(|| Error::internal("the registry of no environment"))
}

fn under_way(sql: &Sql) -> Result<Option<(Generation, String)>> {
    let row: Option<(u32, u32, String)> = sql.first("SELECT generation, shards, position FROM moves", vec![])?;
    Ok(row.map(|(generation, shards, position)| (Generation { generation, shards }, position)))
}

/// The move to a number of shards: the one under way, or a new one. `afresh` begins it again, with objects nobody wrote to. Nothing when
/// there are so many already.
pub(super) fn begin(sql: &Sql, shards: u32, afresh: bool, actor: &str, now: i64) -> Result<Option<Move>> {
    let from = ledger(sql)?;
    match under_way(sql)? {
        Some((to, _)) if to.shards != shards => {
            return Err(Error::bad(format!(
                "a move to {} shards is under way; finish it, or call it off with `DELETE /v1/reshard`",
                to.shards
            )));
        }
        Some((to, position)) if !afresh => return Ok(Some(Move { from, to, position })),
        Some(_) => call_off(sql, actor, now)?,
        None if from.shards == shards => return Ok(None),
        None => {}
    }
    let (last,): (u32,) = sql
        .first("SELECT max(generation) FROM (SELECT generation FROM environments UNION SELECT generation FROM left_behind)", vec![])?
        .unwrap_or_default();
    let to = Generation { generation: last.saturating_add(1), shards };
    sql.run(
        "INSERT INTO moves (one, shards, generation, position) VALUES (1, ?, ?, '')",
        vec![i64::from(to.shards).into(), i64::from(to.generation).into()],
    )?;
    audit(sql, actor, "move_begun", &json!({ "from": from, "to": to }), now)?;
    Ok(Some(Move { from, to, position: String::new() }))
}

pub(super) fn note(sql: &Sql, generation: u32, position: &str) -> Result<()> {
    sql.run("UPDATE moves SET position = ? WHERE generation = ?", vec![position.into(), i64::from(generation).into()])
}

/// From now on the ledger is the one that was moved to. Says whether it is: the move may have been called off.
pub(super) fn switch(sql: &Sql, generation: u32, actor: &str, now: i64) -> Result<bool> {
    let Some((to, _)) = under_way(sql)?.filter(|(to, _)| to.generation == generation) else { return Ok(false) };
    let from = ledger(sql)?;
    leave(sql, from)?;
    sql.run(
        "UPDATE environments SET shards = ?, generation = ?",
        vec![i64::from(to.shards).into(), i64::from(to.generation).into()],
    )?;
    sql.run("DELETE FROM moves", vec![])?;
    audit(sql, actor, "moved", &json!({ "from": from, "to": to }), now)?;
    Ok(true)
}

/// Gives up the move under way.
pub(super) fn call_off(sql: &Sql, actor: &str, now: i64) -> Result<()> {
    let Some((to, _)) = under_way(sql)? else { return Ok(()) };
    leave(sql, to)?;
    sql.run("DELETE FROM moves", vec![])?;
    audit(sql, actor, "move_called_off", &json!({ "to": to }), now)
}

fn leave(sql: &Sql, generation: Generation) -> Result<()> {
    sql.run(
        "INSERT INTO left_behind (generation, shards) VALUES (?, ?)",
        vec![i64::from(generation.generation).into(), i64::from(generation.shards).into()],
    )
}

/// Notes that a generation is erased.
pub(super) fn erased(sql: &Sql, generation: u32, actor: &str, now: i64) -> Result<()> {
    sql.run("DELETE FROM left_behind WHERE generation = ?", vec![i64::from(generation).into()])?;
    audit(sql, actor, "generation_erased", &json!({ "generation": generation }), now)
}
