use serde::{Deserialize, Serialize};

/// What a ledger has to know about an experiment: who is compared, in which run, in which shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Experiment {
    /// The key of the flag, which is the key of the experiment.
    pub flag: String,
    /// The run, eight hex digits.
    pub run: String,
    /// The arm everything is compared with.
    pub control: String,
    /// The attribute that is randomised.
    pub unit: String,
    /// Attributes that are the unit where those before them are missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback_units: Vec<String>,
    /// The share of units let in, in basis points; where it grows over time, the last step.
    pub gate: u32,
    /// The steps of a gate that changes over time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ramp: Vec<RampStep>,
    /// The part of a layer it takes: the gate lets in a share of that part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<LayerShare>,
    /// The holdout it keeps out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holdout: Option<String>,
    /// The arms in order.
    pub arms: Vec<Arm>,
}

/// One arm of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Arm {
    /// The variant it serves.
    pub variant: String,
    /// Its weight against the sum of all: basis points, or 1 for every arm of an even split.
    pub weight: u32,
}

/// A step of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RampStep {
    /// Since when, in milliseconds since 1970; the first step has always been there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<i64>,
    /// The share of units let in, in basis points.
    pub gate: u32,
}

/// A part of a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerShare {
    /// The name of the layer.
    pub name: String,
    /// Slots from (inclusive) to (exclusive), in basis points.
    pub slots: Vec<[u32; 2]>,
}
