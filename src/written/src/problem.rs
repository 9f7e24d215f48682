use crate::Place;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One thing that is wrong, or looks wrong: where, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// Where, as a JSON path: `$.flags["checkout"].rules[0].if`.
    pub path: String,
    /// What was found, what is allowed, what to do next.
    pub message: String,
    /// Of text that is no JSON, where it is none: no path leads there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

impl Problem {
    /// A problem at a path.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), place: None }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.message)?;
        self.place.map_or(Ok(()), |Place { line, column }| write!(f, ", at line {line} column {column}"))
    }
}

impl std::error::Error for Problem {}

/// Collects problems while a walk over a file keeps track of where it is.
#[derive(Debug, Default)]
pub struct Problems {
    /// What is wrong.
    pub errors: Vec<Problem>,
    /// What looks wrong and is allowed.
    pub warnings: Vec<Problem>,
}

impl Problems {
    /// Notes something wrong.
    pub fn error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.errors.push(Problem::new(path, message));
    }

    /// Notes something that looks wrong.
    pub fn warn(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.warnings.push(Problem::new(path, message));
    }
}
