//! Keys and the environment they belong to.

use serde_json::json;

use super::{Holder, audit};
use crate::errors::Result;
use crate::hex;
use crate::host::Sql;
use crate::key::Role;

/// Notes an environment once; its number of shards never changes after.
pub(super) fn enrol(sql: &Sql, environment: &str, shards: u32, now: i64) -> Result<u32> {
    let existing: Option<(u32,)> =
        sql.first("SELECT shards FROM environments WHERE name = ?", vec![environment.into()])?;
    if let Some((shards,)) = existing {
        return Ok(shards);
    }
    let values = vec![environment.into(), i64::from(shards).into(), now.into()];
    sql.run("INSERT INTO environments (name, shards, created_at) VALUES (?, ?, ?)", values)?;
    audit(sql, "root", "environment_made", &json!({ "name": environment, "shards": shards }), now)?;
    Ok(shards)
}

pub(super) fn known(sql: &Sql, environment: &str) -> Result<bool> {
    let rows = sql.rows("SELECT name FROM environments WHERE name = ?", vec![environment.into()])?;
    Ok(!rows.is_empty())
}

pub(super) fn add(sql: &Sql, environment: &str, shards: u32, id: &str, role: Role, hash: &str, now: i64) -> Result<()> {
    enrol(sql, environment, shards, now)?;
    let values = vec![hash.into(), id.into(), role.name().into(), now.into()];
    sql.run("INSERT INTO keys (hash, id, role, created_at) VALUES (?, ?, ?, ?)", values)?;
    audit(sql, "root", "key_made", &json!({ "id": id, "role": role }), now)
}

pub(super) fn find(sql: &Sql, hash: &str) -> Result<Option<Holder>> {
    let row: Option<(String, String, Role, u32)> = sql.first(
        "SELECT k.hash, k.id, k.role, e.shards FROM keys k, environments e WHERE k.hash = ? AND k.revoked_at IS NULL",
        vec![hash.into()],
    )?;
    Ok(row.filter(|(stored, ..)| hex::same(stored, hash)).map(|(_, id, role, shards)| Holder { id, role, shards }))
}

pub(super) fn revoke(sql: &Sql, id: &str, now: i64) -> Result<bool> {
    let revoked = sql.rows(
        "UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING id",
        vec![now.into(), id.into()],
    )?;
    if revoked.is_empty() {
        return Ok(false);
    }
    audit(sql, "root", "key_revoked", &json!({ "id": id }), now)?;
    Ok(true)
}
