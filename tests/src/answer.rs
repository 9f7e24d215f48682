use isoflag_engine::Decision;
use serde::Serialize;
use serde_json::Value as Json;

/// A decision in the words every host uses.
#[derive(Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Name of the variant.
    pub variant: Option<String>,
    /// Its value.
    pub value: Option<Json>,
    /// Why.
    pub reason: &'static str,
    /// The rule that decided.
    pub rule: Option<u16>,
    /// The bucket in its split.
    pub bucket: Option<u16>,
    /// The exposure it would cause.
    pub exposure: Option<Exposure>,
}

impl From<Decision> for Answer {
    fn from(decision: Decision) -> Self {
        Self {
            variant: None,
            value: None,
            reason: decision.reason.name(),
            rule: decision.rule,
            bucket: decision.bucket,
            exposure: None,
        }
    }
}

/// An exposure, as the host would send it.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exposure {
    /// The experiment, which is the key of the flag.
    pub experiment: String,
    /// Its run.
    pub run: String,
    /// The attribute that is randomised.
    pub unit_type: String,
    /// The id.
    pub unit: String,
    /// The variant.
    pub variant: String,
}
