//! A storage that takes nothing: how it is told from a fault of ours, and who remembers it.
//!
//! It shows in two ways. A statement fails and says why; so it is when an object has reached the size the platform allows. Or the runtime
//! gives up the object whose storage failed, and whoever asked it is told; so it is when the disk is full or away.

use std::cell::Cell;
use std::fmt::Display;

use crate::errors::{Error, Lack};

/// How long what was seen is told to those who only ask how we are.
const REMEMBERED_MS: i64 = 30_000;

thread_local! {
    static SEEN: Cell<Option<(Lack, i64)>> = const { Cell::new(None) };
}

/// What a failure is that a statement, a transaction or an object came to; nothing when it is not the storage's.
pub(super) fn lack(why: &str) -> Option<Lack> {
    if why.contains("SQLITE_FULL") {
        return Some(Lack::Room);
    }
    // What comes with a reference stands in the runtime's log and nowhere else; an object that cannot be opened is told so.
    let unreachable = [
        "SQLITE_IOERR",
        "SQLITE_CANTOPEN",
        "SQLITE_READONLY",
        "SQLITE_CORRUPT",
        "SQLITE_NOTADB",
        "internal error; reference",
    ];
    unreachable.iter().any(|code| why.contains(code)).then_some(Lack::Storage)
}

/// A failure of a statement or a transaction.
pub(super) fn failed(why: impl Display, query: &str) -> Error {
    let why = why.to_string();
    lack(&why).map_or_else(|| Error::internal(format!("{why} in `{query}`")), Error::Lacking)
}

pub(super) fn note(lack: Lack, now: i64) {
    SEEN.set(Some((lack, now)));
}

/// What was lacking a moment ago.
pub(super) fn lacking(now: i64) -> Option<Lack> {
    SEEN.get().filter(|(_, at)| now.saturating_sub(*at) < REMEMBERED_MS).map(|(lack, _)| lack)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_storage_is_blamed_for_what_is_its_own() {
        for (why, expected) in [
            ("Error: database or disk is full: SQLITE_FULL", Some(Lack::Room)),
            ("Error: disk I/O error: SQLITE_IOERR_WRITE", Some(Lack::Storage)),
            ("Error: unable to open database file: SQLITE_CANTOPEN", Some(Lack::Storage)),
            ("Error: internal error; reference = 0sno8g5l3a13i32bv1lhp0rn", Some(Lack::Storage)),
            ("Error: string or blob too big: SQLITE_TOOBIG", None),
            ("Error: the worker was restarted", None),
            ("Error: Durable Object is overloaded. Too many requests queued.", None),
        ] {
            assert_eq!(lack(why), expected, "{why}");
        }
    }

    #[test]
    fn it_is_remembered_for_a_while() {
        assert_eq!(lacking(0), None);
        note(Lack::Room, 1_000);
        assert_eq!(lacking(REMEMBERED_MS + 999), Some(Lack::Room));
        assert_eq!(lacking(REMEMBERED_MS + 1_000), None);
    }
}
