use super::{Condition, Entries, Split, Texts};
use isoflag_written::Json;
use isoflag_written::given;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The type of a flag's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FlagType {
    /// true or false.
    Boolean,
    /// Text.
    String,
    /// A number.
    Number,
    /// Any JSON.
    Json,
}

/// One flag.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Flag {
    /// For people.
    #[serde(default, deserialize_with = "given")]
    pub description: Option<String>,
    /// For people: who to ask.
    #[serde(default, deserialize_with = "given")]
    pub owner: Option<String>,
    /// For people.
    #[serde(default)]
    pub tags: Vec<String>,
    /// For people and tools: the date from which the flag is stale.
    #[serde(default, deserialize_with = "given")]
    pub expires: Option<String>,
    /// The type of every variant's value.
    #[serde(rename = "type")]
    pub kind: FlagType,
    /// What the values of a flag of type `json` look like: a subset of JSON Schema.
    #[serde(default, deserialize_with = "given")]
    pub schema: Option<Json>,
    /// The kill switch: false serves `off` to everybody.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The variants: name to value.
    pub variants: Entries<Box<RawValue>>,
    /// The variant served while the flag is switched off.
    pub off: String,
    /// The variant served when no rule takes the context; `off` if absent.
    #[serde(default, deserialize_with = "given")]
    pub default: Option<String>,
    /// What other flags must serve, or else `off` is served.
    #[serde(default)]
    pub prerequisites: Vec<Prerequisite>,
    /// Rules, tried in order, each a [`Rule`].
    #[serde(default)]
    pub rules: Vec<Box<RawValue>>,
    /// What differs in an environment, each an [`Overlay`].
    #[serde(default)]
    pub environments: Entries<Box<RawValue>>,
}

fn yes() -> bool {
    true
}

/// What a flag is in one environment: each field given replaces the flag's own.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Overlay {
    /// The kill switch.
    #[serde(default, deserialize_with = "given")]
    pub enabled: Option<bool>,
    /// The variant served while the flag is switched off.
    #[serde(default, deserialize_with = "given")]
    pub off: Option<String>,
    /// The variant served when no rule takes the context.
    #[serde(default, deserialize_with = "given")]
    pub default: Option<String>,
    /// What other flags must serve.
    #[serde(default, deserialize_with = "given")]
    pub prerequisites: Option<Vec<Prerequisite>>,
    /// All the rules.
    #[serde(default, deserialize_with = "given")]
    pub rules: Option<Vec<Box<RawValue>>>,
}

/// Another flag, and what it must serve.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Prerequisite {
    /// The key of the other flag.
    pub flag: String,
    /// The variant, or the variants, that will do.
    pub variant: Texts,
}

/// One rule: a condition, and either a fixed variant or a split.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// For people.
    #[serde(default, deserialize_with = "given")]
    pub name: Option<String>,
    /// When the rule is in force; always if absent.
    #[serde(default, deserialize_with = "given")]
    pub schedule: Option<Schedule>,
    /// Whom the rule is for; everybody if absent.
    #[serde(rename = "if", default, deserialize_with = "given")]
    pub condition: Option<Condition>,
    /// The variant it serves.
    #[serde(default, deserialize_with = "given")]
    pub variant: Option<String>,
    /// The split it makes.
    #[serde(default, deserialize_with = "given")]
    pub split: Option<Split>,
}

/// From (inclusive) to until (exclusive), either of which may be open.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schedule {
    /// The first moment.
    #[serde(default, deserialize_with = "given")]
    pub from: Option<String>,
    /// The first moment after it.
    #[serde(default, deserialize_with = "given")]
    pub until: Option<String>,
}
