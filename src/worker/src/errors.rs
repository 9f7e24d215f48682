//! What can go wrong with a request, and the one map from that to what is answered.

use serde::{Deserialize, Serialize};

use crate::http::Response;

pub(crate) use isoflag_datafile::Problem;

/// A refusal. It crosses from Durable Objects to routes as it is, and becomes an answer in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Error {
    /// The request cannot be understood; the sender must change it.
    BadRequest { message: String, field: Option<String>, problems: Vec<Problem> },
    /// Nobody we know.
    Unauthorized(String),
    /// Somebody we know, who may not do this.
    Forbidden(String),
    /// No such thing.
    NotFound(String),
    /// It would do what somebody has to confirm. `diff` says whom it moves.
    Conflict { message: String, problems: Vec<Problem>, diff: Option<serde_json::Value> },
    /// More than we read.
    TooLarge(String),
    /// In a form we do not read.
    Unsupported(String),
    /// Too fast; come back after so many seconds.
    TooMany { seconds: u64 },
    /// More than we can do just now, for reasons the sender has no part in; come back after so many seconds.
    Unavailable { seconds: u64 },
    /// The storage takes nothing, or cannot be reached: somebody has to see to it, and until then nothing is acknowledged.
    Lacking(Lack),
    /// So many units are yet to be counted before there is an answer. What was counted is kept.
    Counting { left: u64 },
    /// What was asked is being carried elsewhere, or is (`moved`), and must be asked for there.
    Sealed { moved: bool },
    /// Our fault. The text is for our log and never for the sender.
    Internal(String),
}

/// What a storage lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Lack {
    /// Room: its disk is full, or an object is as large as the platform allows.
    Room,
    /// Itself: it cannot be opened, read or written.
    Storage,
}

impl Lack {
    /// How long senders are asked to wait: room is made by people, a connection may come back by itself.
    fn seconds(self) -> u64 {
        match self {
            Lack::Room => 30,
            Lack::Storage => 5,
        }
    }

    fn message(self) -> &'static str {
        match self {
            Lack::Room => "the storage is full",
            Lack::Storage => "the storage cannot be reached",
        }
    }
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Error::BadRequest { message: message.into(), field: None, problems: Vec::new() }
    }

    /// Something that cannot happen while the code and its storage agree.
    pub(crate) fn internal(what: impl std::fmt::Display) -> Self {
        Error::Internal(what.to_string())
    }

    fn status(&self) -> (u16, &'static str) {
        match self {
            Error::BadRequest { .. } => (400, "bad_request"),
            Error::Unauthorized(_) => (401, "unauthorized"),
            Error::Forbidden(_) => (403, "forbidden"),
            Error::NotFound(_) => (404, "not_found"),
            Error::Conflict { .. } => (409, "needs_confirmation"),
            Error::TooLarge(_) => (413, "payload_too_large"),
            Error::Unsupported(_) => (415, "unsupported_media_type"),
            Error::TooMany { .. } => (429, "too_many_requests"),
            Error::Internal(_) => (500, "internal"),
            Error::Counting { .. } => (503, "counting"),
            Error::Lacking(_) => (503, "storage"),
            Error::Unavailable { .. } | Error::Sealed { .. } => (503, "unavailable"),
        }
    }

    pub(crate) fn respond(&self) -> Response {
        if let Error::Sealed { .. } = self {
            return Error::Unavailable { seconds: 1 }.respond();
        }
        let (status, code) = self.status();
        let (message, field, problems) = match self {
            Error::BadRequest { message, field, problems } => (message.clone(), field.as_deref(), problems.as_slice()),
            Error::Conflict { message, problems, .. } => (message.clone(), None, problems.as_slice()),
            Error::Unauthorized(message)
            | Error::Forbidden(message)
            | Error::NotFound(message)
            | Error::TooLarge(message)
            | Error::Unsupported(message) => (message.clone(), None, [].as_slice()),
            Error::TooMany { seconds } => {
                (format!("too many requests with this key; try again in {seconds} s"), None, [].as_slice())
            }
            Error::Unavailable { seconds } => (
                format!("the server is busy; sending the same request again in {seconds} s is safe"),
                None,
                [].as_slice(),
            ),
            Error::Lacking(lack) => (
                format!(
                    "{}; nothing is acknowledged before it is kept, and sending the same request again in {} s is safe",
                    lack.message(),
                    lack.seconds()
                ),
                None,
                [].as_slice(),
            ),
            Error::Counting { left } => (
                format!("still counting: {left} units are left; what was counted is kept, ask again in a second"),
                None,
                [].as_slice(),
            ),
            Error::Internal(_) | Error::Sealed { .. } => {
                ("the server failed; sending the same request again is safe".to_owned(), None, [].as_slice())
            }
        };
        let diff = if let Error::Conflict { diff, .. } = self { diff.as_ref() } else { None };
        let response = Response::json(status, &Answer { error: Answered { code, message, field, problems, diff } });
        match self {
            Error::Unauthorized(_) => response.header("www-authenticate", "Bearer"),
            Error::Unsupported(_) => response.header("accept-encoding", "gzip, deflate"),
            Error::TooMany { seconds } | Error::Unavailable { seconds } => {
                response.header("retry-after", seconds.to_string())
            }
            Error::Lacking(lack) => response.header("retry-after", lack.seconds().to_string()),
            Error::Counting { .. } => response.header("retry-after", "1"),
            _ => response,
        }
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    error: Answered<'a>,
}

#[derive(Serialize)]
struct Answered<'a> {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    problems: &'a [Problem],
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a serde_json::Value>,
}
