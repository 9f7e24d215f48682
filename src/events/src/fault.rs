use serde::{Deserialize, Serialize};

/// Why an event was refused, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Code {
    /// Not JSON, or JSON that cannot be held exactly (a number out of range, half a surrogate pair).
    Malformed,
    /// A field that must be there is not.
    Missing,
    /// A field of the wrong type.
    WrongType,
    /// A field of the right type with a value outside its rules.
    BadValue,
    /// Longer, deeper or more than allowed.
    TooLarge,
    /// A time nobody can mean.
    BadTime,
    /// A field we do not know; most often a spelling.
    UnknownField,
    /// A key given twice in one object: readers disagree on which one counts.
    DuplicateKey,
    /// Well formed, but not for this key.
    NotAllowed,
    /// Older than what the ledger keeps: whether it was counted before can no longer be told.
    TooOld,
}

/// One refused item of a batch, as answered to the sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Position in the batch.
    pub index: usize,
    /// The field at fault, from the batch: `events[3].name`.
    pub field: String,
    /// Why, for programs.
    pub code: Code,
    /// Why, and what to do next, for people.
    pub message: String,
}

/// A rejection before its position is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) field: String,
    pub(crate) code: Code,
    pub(crate) message: String,
}

impl Fault {
    pub(crate) fn new(field: impl Into<String>, code: Code, message: impl Into<String>) -> Self {
        Fault { field: field.into(), code, message: message.into() }
    }

    pub(crate) fn at(self, index: usize) -> Rejection {
        Rejection { index, field: self.field, code: self.code, message: self.message }
    }
}

/// Shortens what a sender wrote, so that an answer never grows with the mistake, and spells out what answers cannot show.
pub(crate) fn shown(text: &str) -> String {
    const CHARACTERS: usize = 64;
    let mut shown: String = text.chars().take(CHARACTERS).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown.replace('\0', "\\u0000")
}
