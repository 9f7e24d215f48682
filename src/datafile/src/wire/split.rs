use super::{Entries, Gate, Texts};
use isoflag_written::{given, given_whole};
use serde::Deserialize;

/// From (inclusive) to (exclusive), in percent with at most two decimals.
pub type Slot = [f64; 2];

/// A split of units over arms.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Split {
    /// The attribute that is randomised; of several, the first that is there.
    pub unit: Texts,
    /// What makes this split independent of every other; the flag's key if absent.
    #[serde(default, deserialize_with = "given")]
    pub salt: Option<String>,
    /// The share of units let in; everybody if absent.
    #[serde(default, deserialize_with = "given")]
    pub gate: Option<Gate>,
    /// The gate's own salt; the split's with `/gate` behind it if absent.
    #[serde(default, deserialize_with = "given")]
    pub gate_salt: Option<String>,
    /// The slots of a layer that it takes.
    #[serde(default, deserialize_with = "given")]
    pub layer: Option<LayerSlots>,
    /// The holdout it keeps out.
    #[serde(default, deserialize_with = "given")]
    pub holdout: Option<String>,
    /// Units that get a variant whatever their bucket: variant to ids.
    #[serde(default)]
    pub force: Entries<Vec<String>>,
    /// The arm everything is compared with. It makes the split an experiment.
    #[serde(default, deserialize_with = "given")]
    pub control: Option<String>,
    /// Counts restarts: another number opens a new run although nothing else changed.
    #[serde(default, deserialize_with = "given_whole")]
    pub restart: Option<u32>,
    /// The arms.
    pub arms: Vec<Arm>,
}

/// One step of a gate that opens over time.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    /// The share of units let in, in percent.
    pub percent: f64,
    /// Since when; the first step has always been there.
    #[serde(default, deserialize_with = "given")]
    pub from: Option<String>,
}

/// A part of a layer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LayerSlots {
    /// The name of the layer.
    pub name: String,
    /// The slots.
    pub slots: Vec<Slot>,
}

/// One arm of a split.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Arm {
    /// The variant it serves.
    pub variant: String,
    /// Its share in percent, at most two decimals. Every arm has one, or none has.
    #[serde(default, deserialize_with = "given")]
    pub weight: Option<f64>,
}
