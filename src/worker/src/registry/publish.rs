//! Publishing: check, keep, move the pointer. All of it or nothing. What a datafile needs beside that is in `datafile`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::changes::Changes;
use super::documents::{self, Document, Kind};
use super::{audit, runs};
use crate::errors::{Error, Problem, Result};
use crate::hex;
use crate::host::Sql;

/// What a publisher is told, as kept beside the document.
#[derive(Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) experiments: Value,
    pub(super) warnings: Vec<Problem>,
}

/// What every publisher is told.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Published {
    /// The version in force now; after a dry run the one that still is, if any.
    pub(super) version: Option<u32>,
    pub(super) digest: String,
    pub(super) experiments: Value,
    pub(super) warnings: Vec<Problem>,
    pub(super) dry_run: bool,
    /// Whether it is the text in force, to the letter.
    pub(super) unchanged: bool,
}

impl Published {
    /// After a dry run of what would replace a document.
    pub(super) fn dry(in_force: Option<Document>, digest: String, outcome: Outcome) -> Self {
        let Outcome { experiments, warnings } = outcome;
        let version = in_force.map(|document| document.version);
        Self { version, digest, experiments, warnings, dry_run: true, unchanged: false }
    }
}

/// What the publisher of plans and metrics is told.
#[derive(Debug, Serialize)]
pub(super) struct PublishedExperiments {
    #[serde(flatten)]
    pub(super) published: Published,
    pub(super) changes: Changes,
}

pub(super) fn experiments(sql: &Sql, text: &str, actor: &str, dry_run: bool, now: i64) -> Result<PublishedExperiments> {
    if let Some(published) = unchanged(sql, Kind::Experiments, text, dry_run)? {
        return Ok(PublishedExperiments { published, changes: Changes::default() });
    }
    let parsed = isoflag_experiments::parse(text).map_err(|problems| refuse("experiments", problems))?;
    let known = runs::all(sql)?;
    let warnings = parsed
        .experiments
        .keys()
        .filter(|key| !known.iter().any(|run| run.experiment == **key))
        .map(|key| {
            let message = "no flag of this name was published with a `control` yet, so nothing is measured";
            Problem::new(format!("$.experiments[{}]", json!(key)), message)
        })
        .collect();
    let in_force = documents::current(sql, Kind::Experiments)?;
    // What another version of ours published may be more than this one reads: then all of it is new.
    let before = in_force.as_ref().and_then(|document| isoflag_experiments::parse(&document.text).ok());
    let changes = Changes::between(&before.unwrap_or_default(), &parsed);
    let outcome = Outcome { experiments: parsed.experiments.keys().cloned().collect(), warnings };
    let digest = hex::sha256(text.as_bytes());
    let published = if dry_run {
        Published::dry(in_force, digest, outcome)
    } else {
        keep(sql, Kind::Experiments, text, &digest, outcome, actor, now)?
    };
    Ok(PublishedExperiments { published, changes })
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
    let Outcome { experiments, warnings } = outcome;
    let (version, digest) = (Some(version), digest.to_owned());
    Ok(Published { version, digest, experiments, warnings, dry_run: false, unchanged: false })
}

/// The same text again is the same version: a pipeline may publish on every build.
pub(super) fn unchanged(sql: &Sql, kind: Kind, text: &str, dry_run: bool) -> Result<Option<Published>> {
    let Some(Document { version, digest, outcome, .. }) = documents::current(sql, kind)?.filter(|one| one.text == text)
    else {
        return Ok(None);
    };
    let Outcome { experiments, warnings } = serde_json::from_str(&outcome).map_err(Error::internal)?;
    Ok(Some(Published { version: Some(version), digest, experiments, warnings, dry_run, unchanged: true }))
}

pub(super) fn refuse(what: &str, problems: Vec<Problem>) -> Error {
    let message = match problems.as_slice() {
        [one] => format!("nothing was published, one thing in the {what} is wrong: {one}"),
        more => format!("nothing was published, {} things in the {what} are wrong; see `problems`", more.len()),
    };
    Error::BadRequest { message, field: None, problems }
}
