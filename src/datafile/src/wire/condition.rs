use super::Texts;
use isoflag_written::given;
use serde::Deserialize;
use serde_json::{Number, Value};

/// A condition: exactly one of `all`, `any`, `not`, `segment`, a `flag` with its `variant`, or an `attribute` with its
/// tests.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Condition {
    /// Every one holds.
    #[serde(default, deserialize_with = "given")]
    pub all: Option<Vec<Condition>>,
    /// At least one holds.
    #[serde(default, deserialize_with = "given")]
    pub any: Option<Vec<Condition>>,
    /// It does not hold.
    #[serde(default, deserialize_with = "given")]
    pub not: Option<Box<Condition>>,
    /// The condition of that name holds.
    #[serde(default, deserialize_with = "given")]
    pub segment: Option<String>,
    /// Another flag, decided for the same context.
    #[serde(default, deserialize_with = "given")]
    pub flag: Option<String>,
    /// The variant, or the variants, it must serve.
    #[serde(default, deserialize_with = "given")]
    pub variant: Option<Texts>,
    /// The attribute that is tested; all the tests given beside it must hold.
    #[serde(default, deserialize_with = "given")]
    pub attribute: Option<String>,
    /// It is this boolean, number or string.
    #[serde(default, deserialize_with = "given")]
    pub equals: Option<Value>,
    /// It is one of these.
    #[serde(rename = "in", default, deserialize_with = "given")]
    pub one_of: Option<Vec<Value>>,
    /// It is there, or (false) it is not.
    #[serde(default, deserialize_with = "given")]
    pub exists: Option<bool>,
    /// It is a number greater than this.
    #[serde(default, deserialize_with = "given")]
    pub greater_than: Option<Number>,
    /// It is a number at least this.
    #[serde(default, deserialize_with = "given")]
    pub at_least: Option<Number>,
    /// It is a number less than this.
    #[serde(default, deserialize_with = "given")]
    pub less_than: Option<Number>,
    /// It is a number at most this.
    #[serde(default, deserialize_with = "given")]
    pub at_most: Option<Number>,
    /// It is a text that begins with this, or with one of these.
    #[serde(default, deserialize_with = "given")]
    pub starts_with: Option<Texts>,
    /// It is a text that ends with this, or with one of these.
    #[serde(default, deserialize_with = "given")]
    pub ends_with: Option<Texts>,
    /// It is a text in which this, or one of these, occurs.
    #[serde(default, deserialize_with = "given")]
    pub includes: Option<Texts>,
    /// It is a text in which the pattern occurs.
    #[serde(default, deserialize_with = "given")]
    pub matches: Option<String>,
    /// Upper and lower case are the same in `equals`, `in`, `startsWith`, `endsWith`, `includes` and `matches`.
    #[serde(default, deserialize_with = "given")]
    pub ignore_case: Option<bool>,
    /// It is a version within these bounds.
    #[serde(default, deserialize_with = "given")]
    pub version: Option<Box<VersionBounds>>,
    /// It is a moment within these bounds.
    #[serde(default, deserialize_with = "given")]
    pub date: Option<Box<DateBounds>>,
    /// It is an address in this network, or in one of these.
    #[serde(default, deserialize_with = "given")]
    pub in_network: Option<Texts>,
    /// It is a list in which this is.
    #[serde(default, deserialize_with = "given")]
    pub contains: Option<Value>,
    /// It is a list in which at least one of these is.
    #[serde(default, deserialize_with = "given")]
    pub contains_any: Option<Vec<Value>>,
    /// It is a list in which all of these are.
    #[serde(default, deserialize_with = "given")]
    pub contains_all: Option<Vec<Value>>,
}

/// Bounds of a version.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VersionBounds {
    /// Of the same precedence.
    #[serde(default, deserialize_with = "given")]
    pub equals: Option<String>,
    /// Of higher precedence.
    #[serde(default, deserialize_with = "given")]
    pub greater_than: Option<String>,
    /// Of the same precedence or higher.
    #[serde(default, deserialize_with = "given")]
    pub at_least: Option<String>,
    /// Of lower precedence.
    #[serde(default, deserialize_with = "given")]
    pub less_than: Option<String>,
    /// Of the same precedence or lower.
    #[serde(default, deserialize_with = "given")]
    pub at_most: Option<String>,
}

/// Bounds of a moment.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DateBounds {
    /// Earlier.
    #[serde(default, deserialize_with = "given")]
    pub before: Option<String>,
    /// At that moment or earlier.
    #[serde(default, deserialize_with = "given")]
    pub not_after: Option<String>,
    /// Later.
    #[serde(default, deserialize_with = "given")]
    pub after: Option<String>,
    /// At that moment or later.
    #[serde(default, deserialize_with = "given")]
    pub not_before: Option<String>,
}
