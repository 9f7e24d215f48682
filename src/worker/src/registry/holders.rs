//! Keys and the environment they belong to.

use serde_json::json;

use super::moves::Generation;
use super::{Holder, ListedKey, audit};
use crate::errors::{Error, Result};
use crate::hex;
use crate::host::Sql;
use crate::key::Role;

/// Notes an environment once; its number of shards is changed by a move alone.
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

/// A key to be added.
pub(super) struct New<'a> {
    pub(super) id: &'a str,
    pub(super) role: Role,
    pub(super) hash: &'a str,
    pub(super) origins: Option<&'a [String]>,
}

pub(super) fn add(sql: &Sql, environment: &str, shards: u32, new: &New<'_>, now: i64) -> Result<()> {
    enrol(sql, environment, shards, now)?;
    let New { id, role, hash, origins } = *new;
    sql.run(
        "INSERT INTO keys (hash, id, role, created_at, origins) VALUES (?, ?, ?, ?, ?)",
        vec![hash.into(), id.into(), role.name().into(), now.into(), text_of(origins).into()],
    )?;
    audit(sql, "root", "key_made", &json!({ "id": id, "role": role, "origins": origins }), now)
}

pub(super) fn find(sql: &Sql, hash: &str) -> Result<Option<Holder>> {
    let row: Option<(String, String, Role, u32, u32, Option<String>)> = sql.first(
        "SELECT k.hash, k.id, k.role, e.generation, e.shards, k.origins FROM keys k, environments e
         WHERE k.hash = ? AND k.revoked_at IS NULL",
        vec![hash.into()],
    )?;
    let Some((_, id, role, generation, shards, origins)) = row.filter(|(stored, ..)| hex::same(stored, hash)) else {
        return Ok(None);
    };
    Ok(Some(Holder { id, role, ledger: Generation { generation, shards }, origins: origins_of(origins)? }))
}

pub(super) fn all(sql: &Sql) -> Result<Vec<ListedKey>> {
    type Row = (String, Role, Option<String>, i64, Option<i64>);
    let rows: Vec<Row> =
        sql.read("SELECT id, role, origins, created_at, revoked_at FROM keys ORDER BY created_at DESC, id", vec![])?;
    rows.into_iter()
        .map(|(id, role, origins, created_at, revoked_at)| {
            Ok(ListedKey { id, role, origins: origins_of(origins)?, created_at, revoked_at })
        })
        .collect()
}

/// Sets the origins of a client key; of another one nothing is changed. Says whose key it is.
pub(super) fn set_origins(sql: &Sql, id: &str, origins: Option<&[String]>, now: i64) -> Result<Option<Role>> {
    let role: Option<(Role,)> =
        sql.first("SELECT role FROM keys WHERE id = ? AND revoked_at IS NULL", vec![id.into()])?;
    if role == Some((Role::Client,)) {
        sql.run("UPDATE keys SET origins = ? WHERE id = ?", vec![text_of(origins).into(), id.into()])?;
        audit(sql, "root", "key_changed", &json!({ "id": id, "origins": origins }), now)?;
    }
    Ok(role.map(|(role,)| role))
}

fn text_of(origins: Option<&[String]>) -> Option<String> {
    origins.map(|origins| json!(origins).to_string())
}

fn origins_of(text: Option<String>) -> Result<Option<Vec<String>>> {
    text.map(|text| serde_json::from_str(&text).map_err(Error::internal)).transpose()
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
