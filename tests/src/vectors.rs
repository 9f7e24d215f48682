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
    /// `variant` and `reason`, and those of `value`, `rule`, `bucket` and `exposure` that matter.
    pub expect: Map<String, Value>,
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
