//! A request and an answer, as the routes see them.

use serde::Serialize;

/// A request, its body not yet read.
#[derive(Debug)]
pub(crate) struct Request {
    /// Upper case.
    pub(crate) method: String,
    /// Without host and query, still percent-encoded.
    pub(crate) path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
}

impl Request {
    pub(crate) fn new(
        method: String,
        path: String,
        query: Vec<(String, String)>,
        headers: Vec<(String, String)>,
    ) -> Self {
        Request { method, path, query, headers }
    }

    /// All query parameters, as they come.
    pub(crate) fn queries(&self) -> impl Iterator<Item = (&str, &str)> {
        self.query.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of a header, its name in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn empty(status: u16) -> Self {
        Response { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Answers with JSON that nobody may keep: all of it depends on the key that asked.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Response { status, headers: Vec::new(), body }
                .header("content-type", "application/json; charset=utf-8")
                .header("cache-control", "no-store"),
            Err(_) => Response::empty(500),
        }
    }

    pub(crate) fn bytes(content_type: &str, body: Vec<u8>) -> Self {
        Response { status: 200, headers: Vec::new(), body }.header("content-type", content_type)
    }

    /// Sets a header, in place of one set before.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(key, _)| *key != name);
        self.headers.push((name, value.into()));
        self
    }

    /// Lets any page read this answer. Keys are sent explicitly, never as cookies, so an open origin gives away nothing;
    /// and an error a page cannot read is an error nobody can mend.
    pub(crate) fn with_cors(self) -> Self {
        self.header("access-control-allow-origin", "*")
            .header("access-control-expose-headers", "etag, retry-after")
            .header("x-content-type-options", "nosniff")
    }

    /// Answers the question browsers ask before a request with a key in its header.
    pub(crate) fn preflight() -> Self {
        Response::empty(204)
            .header("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS")
            .header("access-control-allow-headers", "authorization, content-type, content-encoding, if-none-match")
            .header("access-control-max-age", "86400")
    }
}
