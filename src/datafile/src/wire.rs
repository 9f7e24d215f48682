//! The datafile as JSON. Fields are named in full; nothing is renamed on the way but for case.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

pub use isoflag_written::Entries;

/// The whole datafile. Flags stay text until each is read by itself, so that one bad flag hides no other's problems.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Datafile {
    /// For editors: where the JSON Schema is.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Version of the format: 1.
    pub version: u32,
    /// The attributes a context may have, with their types. When given, every other attribute is a mistake.
    pub attributes: Option<Entries<AttributeType>>,
    /// The flags by key.
    pub flags: Entries<Box<RawValue>>,
}

/// The type of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AttributeType {
    /// true or false.
    Boolean,
    /// Text.
    String,
    /// A number.
    Number,
}

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
    pub description: Option<String>,
    /// For people: who to ask.
    pub owner: Option<String>,
    /// The type of every variant's value.
    #[serde(rename = "type")]
    pub kind: FlagType,
    /// What every value looks like, for a flag of type json: a subset of JSON Schema.
    pub schema: Option<Value>,
    /// The kill switch: false serves `off` to everybody.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// The variants: name to value.
    pub variants: Entries<Box<RawValue>>,
    /// The variant served while the flag is switched off.
    pub off: String,
    /// The variant served when no rule takes the context; `off` if absent.
    pub default: Option<String>,
    /// Rules, tried in order.
    #[serde(default)]
    pub rules: Vec<Rule>,
}

fn yes() -> bool {
    true
}

/// One rule: a condition, and either a fixed variant or a split.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// For people.
    pub name: Option<String>,
    /// When the rule applies; always if absent.
    #[serde(rename = "if")]
    pub condition: Option<Condition>,
    /// The variant it serves.
    pub variant: Option<String>,
    /// The split it makes.
    pub split: Option<Split>,
}

/// A condition: exactly one of `all`, `any`, `not`, or an attribute with its tests.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Condition {
    /// Every one holds.
    pub all: Option<Vec<Condition>>,
    /// At least one holds.
    pub any: Option<Vec<Condition>>,
    /// It does not hold.
    pub not: Option<Box<Condition>>,
    /// The attribute that is tested; all the tests given beside it must hold.
    pub attribute: Option<String>,
    /// It is this boolean, number or string.
    pub equals: Option<Value>,
    /// It is one of these.
    #[serde(rename = "in")]
    pub one_of: Option<Vec<Value>>,
    /// It is a number greater than this.
    pub greater_than: Option<f64>,
    /// It is a number at least this.
    pub at_least: Option<f64>,
    /// It is a number less than this.
    pub less_than: Option<f64>,
    /// It is a number at most this.
    pub at_most: Option<f64>,
    /// It is there, or (false) it is not.
    pub exists: Option<bool>,
}

/// A split of units over arms.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Split {
    /// The attribute that is randomised.
    pub unit: String,
    /// What makes this split independent of every other; the flag's key if absent.
    pub salt: Option<String>,
    /// The share of units let in, in percent; 100 if absent.
    pub gate: Option<f64>,
    /// The gate's own salt; the split's with `/gate` behind it if absent.
    pub gate_salt: Option<String>,
    /// The arm everything is compared with. It makes the split an experiment.
    pub control: Option<String>,
    /// Counts restarts: another number opens a new run although nothing else changed.
    pub restart: Option<u32>,
    /// The arms.
    pub arms: Vec<Arm>,
}

/// One arm of a split.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arm {
    /// The variant it serves.
    pub variant: String,
    /// Its share in percent, at most two decimals. Every arm has one, or none has.
    pub weight: Option<f64>,
}
