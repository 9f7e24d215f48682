//! Publishing: check, keep, move the pointer. All of it or nothing. What a datafile needs beside that is in `datafile`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::documents::{self, Document, Kind};
use super::{Published, audit, runs};
use crate::errors::{Error, Problem, Result};
use crate::hex;
use crate::host::Sql;

/// What a publisher is told, as kept beside the document.
#[derive(Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) experiments: Value,
    pub(super) warnings: Vec<Problem>,
}

pub(super) fn experiments(sql: &Sql, text: &str, actor: &str, now: i64) -> Result<Published> {
    if let Some(same) = unchanged(sql, Kind::Experiments, text)? {
        return Ok(same);
    }
    let parsed = isoflag_experiments::parse(text).map_err(|problems| refuse("experiments", told(problems)))?;
    let known = runs::all(sql)?;
    let warnings = parsed
        .experiments
        .keys()
        .filter(|key| !known.iter().any(|run| run.experiment == **key))
        .map(|key| Problem {
            path: format!("$.experiments[{}]", json!(key)),
            message: "no flag of this name was published with a `control` yet, so nothing is measured".to_owned(),
        })
        .collect();
    let outcome = Outcome { experiments: parsed.experiments.keys().cloned().collect(), warnings };
    keep(sql, Kind::Experiments, text, &hex::sha256(text.as_bytes()), outcome, actor, now)
}

pub(super) fn keep(
    sql: &Sql,
    kind: Kind,
    text: &str,
    digest: &str,
    outcome: Outcome,
    actor: &str,
    now: i64,
) -> Result<Published> {
    let version = documents::add(sql, kind, (text, digest, &json!(outcome).to_string()), actor, now)?;
    let detail = json!({ "kind": kind, "version": version, "digest": digest });
    audit(sql, actor, "published", &detail, now)?;
    Ok(Published { version, digest: digest.to_owned(), experiments: outcome.experiments, warnings: outcome.warnings })
}

/// The same text again is the same version: a pipeline may publish on every build.
pub(super) fn unchanged(sql: &Sql, kind: Kind, text: &str) -> Result<Option<Published>> {
    let Some(Document { version, digest, outcome, .. }) = documents::current(sql, kind)?.filter(|one| one.text == text)
    else {
        return Ok(None);
    };
    let outcome: Outcome = serde_json::from_str(&outcome).map_err(Error::internal)?;
    Ok(Some(Published { version, digest, experiments: outcome.experiments, warnings: outcome.warnings }))
}

pub(super) fn refuse(what: &str, problems: Vec<Problem>) -> Error {
    let message = match problems.as_slice() {
        [one] => format!("nothing was published, one thing in the {what} is wrong: {}: {}", one.path, one.message),
        more => format!("nothing was published, {} things in the {what} are wrong; see `problems`", more.len()),
    };
    Error::BadRequest { message, field: None, problems }
}

/// Problems of a document in the words that cross.
pub(super) fn told(problems: Vec<isoflag_datafile::Problem>) -> Vec<Problem> {
    problems.into_iter().map(|one| Problem { path: one.path, message: one.message }).collect()
}
