use crate::Given;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::path::PathBuf;

/// A file of decisions: one datafile, many contexts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionVectors {
    /// What the file is about, in a sentence.
    pub about: String,
    /// The environment it is compiled for, if it is for one.
    pub environment: Option<String>,
    /// The datafile that is compiled.
    pub datafile: Value,
    /// The cases.
    pub cases: Vec<Case>,
}

/// One decision and what must come of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// A sentence.
    pub name: String,
    /// The flag asked for.
    pub flag: String,
    /// The attributes.
    pub context: Map<String, Value>,
    /// Milliseconds since 1970.
    #[serde(default)]
    pub now: i64,
    /// The variant the host insists on.
    #[serde(rename = "override")]
    pub override_: Option<String>,
    /// The variant the unit had before.
    pub sticky: Option<String>,
    /// `variant` and `reason`, and those of `value`, `rule`, `bucket` and `exposure` that matter.
    pub expect: Map<String, Value>,
}

impl Case {
    /// What is handed in beside the context.
    pub fn given(&self) -> Given<'_> {
        Given { now: self.now, override_: self.override_.as_deref(), sticky: self.sticky.as_deref() }
    }
}

/// Where the vectors lie.
pub fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

/// Reads a file of vectors.
///
/// # Errors
///
/// When the file is missing or is not of this form; the text names the file.
pub fn read<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    let path = directory().join(name);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
