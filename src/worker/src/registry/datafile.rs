//! Publishing a datafile: compiled to replace the program in force, and held against it before anybody is moved.
//!
//! *Which environment is it compiled for?* That of the key. A datafile that declares environments must name it; one that
//! declares none is the same everywhere.
//!
//! *What is published twice?* Nothing. The same text again is the version that is in force, so a pipeline may publish on
//! every build. The bytes depend on the program in force too, because arms keep the people they have: that is why the text
//! is compared and not the digest.
//!
//! *When is a datafile refused that is right in itself?* When people who take part in a running experiment would come to
//! see something else while it goes on: they change arms, drop out, or their variant has another value. No analysis can
//! undo that, so somebody has to say that it is meant (`?confirm=moves`).
//!
//! *Why is ending an experiment never refused?* Shipping a winner and pulling a broken variant are what ends are for, and the
//! kill switch is pulled in a hurry. The data up to then stays what it was. The answer tells it all the same.
//!
//! *And a new run with everybody where they were?* Neither: a `restart` was written by hand.
//!
//! *Can it be asked beforehand?* Yes, `?dryRun=true` answers what publishing would answer, and changes nothing. It is never
//! refused for whom it would move: it is how one looks.

use isoflag_datafile::{Compiled, Options, compile_with, diff, environments};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::documents::{self, Kind};
use super::publish::{Outcome, Published, keep, refuse, unchanged};
use super::runs;
use crate::errors::{Error, Problem, Result};
use crate::host::Sql;

/// What a row of a Durable Object may hold, less some room for its other columns.
const PROGRAM_BYTES: usize = 1_900_000;

/// Who publishes where, and how sure they are.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Publication {
    pub(crate) actor: String,
    pub(crate) environment: String,
    pub(crate) dry_run: bool,
    /// Moving people who take part in a running experiment is meant.
    pub(crate) moves: bool,
}

/// What the publisher of a datafile is told.
#[derive(Debug, Serialize)]
pub(super) struct PublishedDatafile {
    #[serde(flatten)]
    pub(super) published: Published,
    /// Whom it moves, see `isoflag_datafile::diff`; none when it replaces nothing or is what is in force.
    pub(super) diff: Option<Value>,
    /// What has to be confirmed before people are moved.
    pub(super) moves: Vec<Problem>,
}

pub(super) fn publish(sql: &Sql, text: &str, how: &Publication, now: i64) -> Result<PublishedDatafile> {
    if let Some(published) = unchanged(sql, Kind::Datafile, text, how.dry_run)? {
        return Ok(PublishedDatafile { published, diff: None, moves: Vec::new() });
    }
    let in_force = documents::current(sql, Kind::Datafile)?;
    let previous = match &in_force {
        Some(document) => documents::program(sql, &document.digest)?,
        None => None,
    };
    let Compiled { program, digest, experiments, allocations, mut warnings, .. } =
        compile(sql, text, how, previous.as_deref())?;
    if program.len() > PROGRAM_BYTES {
        let text = format!("the program has {} bytes, {PROGRAM_BYTES} are allowed", program.len());
        return Err(Error::TooLarge(text));
    }
    let diff = previous.map(|previous| diff::diff(&previous, &program, now)).transpose().map_err(Error::internal)?;
    let moves = diff.as_ref().map(moves).unwrap_or_default();
    let diff = diff.map(|diff| json!(diff));
    if !how.dry_run && !how.moves && !moves.is_empty() {
        return Err(refuse_moves(moves, diff));
    }
    warnings.extend(runs::returning(sql, &experiments)?);
    let outcome = Outcome { experiments: json!(experiments), warnings };
    if how.dry_run {
        return Ok(PublishedDatafile { published: Published::dry(in_force, digest, outcome), diff, moves });
    }
    runs::follow(sql, &experiments, &allocations, now)?;
    documents::keep_program(sql, &digest, program, now)?;
    let published = keep(sql, Kind::Datafile, text, &digest, outcome, &how.actor, now)?;
    Ok(PublishedDatafile { published, diff, moves })
}

fn compile(sql: &Sql, text: &str, how: &Publication, previous: Option<&[u8]>) -> Result<Compiled> {
    let declared = environments(text);
    let environment = how.environment.as_str();
    if !declared.is_empty() && !declared.iter().any(|name| name == environment) {
        let message = format!(
            "this key publishes to `{environment}` and the datafile declares {} only; add `{environment}`, or use a key of \
             another environment",
            declared.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        );
        return Err(refuse("datafile", vec![Problem::new("$.environments", message)]));
    }
    let plans = documents::current(sql, Kind::Experiments)?.map(|document| document.text);
    let options = Options {
        environment: (!declared.is_empty()).then_some(environment),
        previous,
        experiments: plans.as_deref(),
        ..Options::default()
    };
    compile_with(text, options).map_err(|problems| refuse("datafile", problems))
}

/// The alarms that somebody has to confirm, at the flags they are about.
fn moves(diff: &diff::Diff) -> Vec<Problem> {
    let alarms = diff.changed.iter().flat_map(|flag| {
        let alarms = flag.experiment.iter().flat_map(|experiment| &experiment.alarms);
        alarms.filter(|alarm| alarm.kind.moves_people()).map(|alarm| (&flag.flag, &alarm.message))
    });
    alarms.map(|(flag, message)| Problem::new(format!("$.flags[{}]", json!(flag)), message)).collect()
}

fn refuse_moves(problems: Vec<Problem>, diff: Option<Value>) -> Error {
    let message = "this would move people who take part in a running experiment, nothing was published; see `problems` and \
                   `diff`, and publish with `?confirm=moves` if it is meant";
    Error::Conflict { message: message.to_owned(), problems, diff }
}
