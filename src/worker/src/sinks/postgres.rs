//! PostgreSQL 15 or newer. One call of a function takes a batch as one parameter. Tables come with numbered migrations, functions with
//! files that are written anew as often as they change; all are safe to run twice and by two at a time. A migration is part of a drain and
//! has its time: it makes tables and what is empty, and leaves facts where they are. One that takes longer all the same goes on in the database when its drain has given up, and
//! the next one waits for it or finds it done.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;

use super::{Batch, Failure, Sink};
use crate::host::{Connected, DbError, Outside};
use crate::outbox::{Form, Kind};

/// Tables, by number. One that was published stays as it is; what changes has a number of its own.
const TABLES: &[(u32, &str)] =
    &[(1, include_str!("postgres/001-facts.sql")), (4, include_str!("postgres/004-counts.sql"))];

/// Functions, written anew whenever they are not the ones the database has. The last one answers which those are.
const FUNCTIONS: &[&str] = &[
    include_str!("postgres/functions/fold-facts.sql"),
    include_str!("postgres/functions/fold.sql"),
    include_str!("postgres/functions/partitions.sql"),
    include_str!("postgres/functions/refresh.sql"),
    include_str!("postgres/functions/report.sql"),
    include_str!("postgres/functions/take.sql"),
    VERSION,
];
const VERSION: &str = include_str!("postgres/functions/version.sql");

struct Postgres {
    outside: Outside,
    /// For the time of one drain.
    connection: RefCell<Option<Rc<Connected>>>,
}

pub(super) fn open(outside: &Outside) -> Option<Box<dyn Sink>> {
    outside
        .has_postgres()
        .then(|| Box::new(Postgres { outside: outside.clone(), connection: RefCell::default() }) as Box<dyn Sink>)
}

impl Sink for Postgres {
    fn name(&self) -> &'static str {
        "postgres"
    }

    /// The functions know the order; names in every fact would be half of what is sent, and of what is parsed.
    fn form(&self) -> Form {
        Form::Bare
    }

    /// One it works on, one that lies ready for it, and one that we read meanwhile: so it never waits for us.
    fn depth(&self) -> usize {
        3
    }

    fn deliver<'a>(&'a self, batch: Batch<'a>) -> LocalBoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let connected = self.connected().await?;
            let call = match batch.kind {
                Kind::Events => "SELECT isoflag.take_events($1, $2::jsonb)::text",
                Kind::Aliases => "SELECT isoflag.take_aliases($1, $2::jsonb)::text",
                Kind::Exposures => "SELECT isoflag.take_exposures($1, $2::jsonb)::text",
                Kind::Losses => "SELECT isoflag.take_losses($1, $2::jsonb)::text",
            };
            let outcome = connected.query(call, &[batch.environment, &batch.array()]).await;
            // A statement that was refused leaves the connection as it was; anything else may have broken it.
            if outcome.as_ref().is_err_and(|error| error.code.is_none()) {
                *self.connection.borrow_mut() = None;
            }
            outcome.map(drop).map_err(|error| judge(&error))
        })
    }

    fn close(&self) -> LocalBoxFuture<'_, ()> {
        Box::pin(async {
            let held = self.connection.borrow_mut().take();
            if let Some(connected) = held.and_then(Rc::into_inner) {
                connected.close().await;
            }
        })
    }
}

impl Postgres {
    async fn connected(&self) -> Result<Rc<Connected>, Failure> {
        let held = self.connection.borrow().clone();
        if let Some(connected) = held {
            return Ok(connected);
        }
        let connected = Rc::new(self.connect().await?);
        *self.connection.borrow_mut() = Some(connected.clone());
        Ok(connected)
    }

    async fn connect(&self) -> Result<Connected, Failure> {
        let connected = self.outside.postgres().await.map_err(|error| judge(&error))?;
        let prepared = prepare(&connected).await;
        match prepared {
            Ok(()) => Ok(connected),
            Err(error) => {
                connected.close().await;
                // Nothing was said about any fact yet.
                Err(Failure::later(words(&error)))
            }
        }
    }
}

/// Brings the database up to date and its partitions ahead of time; two questions when there is nothing to do.
async fn prepare(connected: &Connected) -> Result<(), DbError> {
    let there = ask(connected, "SELECT isoflag.version()").await?;
    if outdated(there.as_deref(), version(VERSION)) {
        let done = ask(connected, "SELECT max(number)::text FROM isoflag.migrations").await?;
        let done = done.and_then(|text| text.parse().ok()).unwrap_or(0);
        for (_, tables) in TABLES.iter().filter(|(number, _)| *number > done) {
            connected.script(tables).await?;
        }
        // In one go, so that nobody ever calls some of these and some of those.
        connected.script(&FUNCTIONS.concat()).await?;
    }
    connected.query("SELECT isoflag.tend()::text", &[]).await.map(drop)
}

/// An answer, if there is what is asked.
async fn ask(connected: &Connected, question: &str) -> Result<Option<String>, DbError> {
    match connected.query(question, &[]).await {
        // `undefined_function`, `undefined_table` and `invalid_schema_name`: nobody was here before.
        Err(error) if matches!(error.code.as_deref(), Some("42883" | "42P01" | "3F000")) => Ok(None),
        answer => answer,
    }
}

/// What `isoflag.version` of this file answers: a number that rises, and a digest of all the files.
fn version(file: &str) -> &str {
    file.split('\'').nth(1).unwrap_or_default()
}

/// Whether a database is to get what is written here. Two builds may be at work on it for a while: the newer one's stays.
fn outdated(there: Option<&str>, here: &str) -> bool {
    let number = |version: &str| version.split_whitespace().next().and_then(|number| number.parse::<u32>().ok());
    there.is_none_or(|there| there != here && number(there) <= number(here))
}

/// Values that do not fit and rows that break a rule stay what they are; everything else passes.
fn judge(error: &DbError) -> Failure {
    match error.code.as_deref() {
        Some(code) if code.starts_with("22") || code.starts_with("23") || code.starts_with("54") => {
            Failure::Never { why: words(error) }
        }
        _ => Failure::later(words(error)),
    }
}

fn words(error: &DbError) -> String {
    match &error.code {
        Some(code) => format!("postgresql says {code}: {}", error.message),
        None => error.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_a_file_is_another_version() {
        let files = TABLES.iter().map(|(_, file)| *file).chain(FUNCTIONS.iter().copied());
        let text: String = files.filter(|file| *file != VERSION).collect();
        let digest: String = crate::hex::sha256(text.as_bytes()).chars().take(16).collect();
        let said = version(VERSION);
        assert!(
            said.ends_with(&format!(" {digest}")),
            "postgres/functions/version.sql says `{said}`; raise the number once a release, and let it say {digest}"
        );
    }

    #[test]
    fn an_older_build_leaves_a_newer_ones_functions_alone() {
        for (there, is_outdated) in [
            (None, true),
            (Some("4 aa"), true),
            (Some("5 aa"), true),
            (Some("5 bb"), false),
            (Some("6 aa"), false),
            (Some(""), true),
        ] {
            assert_eq!(outdated(there, "5 bb"), is_outdated, "{there:?}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_value_is_for_good_and_what_is_wrong_with_the_server_is_not() {
        for (code, never) in [
            (Some("22P05"), true),
            (Some("22003"), true),
            (Some("23514"), true),
            (Some("54000"), true),
            (Some("40P01"), false),
            (Some("57P01"), false),
            (Some("42501"), false),
            (Some("28P01"), false),
            (None, false),
        ] {
            let failure = judge(&DbError { code: code.map(str::to_owned), message: "m".into() });
            assert_eq!(matches!(failure, Failure::Never { .. }), never, "{code:?}");
        }
    }
}
