//! The datafile as JSON. Fields are named in full; nothing is renamed on the way but for case.
//!
//! What has a life of its own (a flag, a rule, a segment) stays text until it is read by itself, so that one that is
//! wrong hides no problem of another.

mod condition;
mod flag;
mod forms;
mod split;

pub use condition::{Condition, DateBounds, VersionBounds};
pub use flag::{Flag, FlagType, Overlay, Prerequisite, Rule, Schedule};
pub use forms::{Gate, Texts};
pub use isoflag_written::Entries;
pub use split::{Arm, LayerSlots, Slot, Split, Step};

use isoflag_written::{given, whole};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The whole datafile.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Datafile {
    /// For editors: where the JSON Schema is.
    #[serde(rename = "$schema", default, deserialize_with = "given")]
    pub schema: Option<String>,
    /// Version of the format: 1.
    #[serde(deserialize_with = "whole")]
    pub version: u32,
    /// The environments a flag may differ in.
    #[serde(default, deserialize_with = "given")]
    pub environments: Option<Vec<String>>,
    /// The attributes a context may have. When given, every other attribute is a mistake. Each an [`Attribute`].
    #[serde(default, deserialize_with = "given")]
    pub attributes: Option<Entries<Box<RawValue>>>,
    /// Conditions with a name, each a [`Segment`].
    #[serde(default)]
    pub segments: Entries<Box<RawValue>>,
    /// Sets of mutually exclusive splits, each a [`Layer`].
    #[serde(default)]
    pub layers: Entries<Box<RawValue>>,
    /// Units kept out of experiments, each a [`Holdout`].
    #[serde(default)]
    pub holdouts: Entries<Box<RawValue>>,
    /// The flags by key, each a [`Flag`].
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
    /// A list of texts, numbers and booleans.
    List,
    /// A text that is a version by SemVer 2.0.0.
    Version,
    /// A date or date-time by RFC 3339 as text, or milliseconds since 1970 as a number.
    Date,
    /// A text that is an IPv4 or IPv6 address.
    Ip,
}

/// An attribute: its type alone, or an object.
#[derive(Debug)]
pub struct Attribute {
    /// Its type.
    pub kind: AttributeType,
    /// For people.
    pub description: Option<String>,
    /// The texts it may be, or that may be in it.
    pub values: Option<Vec<String>>,
}

/// A condition with a name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Segment {
    /// For people.
    #[serde(default, deserialize_with = "given")]
    pub description: Option<String>,
    /// Who is in it.
    #[serde(rename = "if")]
    pub condition: Condition,
}

/// Splits that share a layer take different slots of it, so nobody is in two of them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Layer {
    /// For people.
    #[serde(default, deserialize_with = "given")]
    pub description: Option<String>,
    /// The unit of all its splits.
    pub unit: String,
    /// What makes it independent of everything else; `layer/` and its name if absent.
    #[serde(default, deserialize_with = "given")]
    pub salt: Option<String>,
}

/// Units kept out of the experiments that name it: a share of its own, or slots of a layer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Holdout {
    /// For people.
    #[serde(default, deserialize_with = "given")]
    pub description: Option<String>,
    /// The unit that is held out.
    #[serde(default, deserialize_with = "given")]
    pub unit: Option<String>,
    /// What makes it independent of everything else; `holdout/` and its name if absent.
    #[serde(default, deserialize_with = "given")]
    pub salt: Option<String>,
    /// The share held out, in percent.
    #[serde(default, deserialize_with = "given")]
    pub percent: Option<f64>,
    /// The layer whose slots are held out, instead of a share.
    #[serde(default, deserialize_with = "given")]
    pub layer: Option<String>,
    /// Those slots.
    #[serde(default, deserialize_with = "given")]
    pub slots: Option<Vec<Slot>>,
}
