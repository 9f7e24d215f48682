//! What is tried, and which metrics judge it.

use crate::written::{Guardrail, Metric, Plan};
use isoflag_written::{given, given_object, unique};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Metrics and the experiments that are judged by them. Made by [`crate::parse`].
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Experiments {
    /// For editors: where the JSON Schema is.
    #[serde(rename = "$schema", default, deserialize_with = "given")]
    pub schema: Option<String>,
    /// Version of the format, 1.
    pub version: u32,
    /// By key.
    #[serde(default, deserialize_with = "unique")]
    pub metrics: BTreeMap<String, Metric>,
    /// By key, which is the key of the flag.
    #[serde(default, deserialize_with = "unique")]
    pub experiments: BTreeMap<String, Experiment>,
}

/// What one flag's experiment is for and how it will be judged.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Experiment {
    /// For people; the key if absent.
    #[serde(default, deserialize_with = "given")]
    pub name: Option<String>,
    /// What one expects and why.
    #[serde(default, deserialize_with = "given")]
    pub hypothesis: Option<String>,
    /// Whom to ask.
    #[serde(default, deserialize_with = "given")]
    pub owner: Option<String>,
    /// The one metric that decides.
    pub primary: String,
    /// Metrics that are watched and decide nothing.
    #[serde(default)]
    pub secondary: Vec<String>,
    /// Metrics a win may be paid with: returns beside sales, unsubscribed beside opened.
    #[serde(default)]
    pub counters: Vec<String>,
    /// Metrics that must not get worse.
    #[serde(default)]
    pub guardrails: Vec<Guardrail>,
    /// Attributes by which the result will be looked at, written before looking; what is looked at by others is exploration.
    #[serde(default)]
    pub segments: Vec<String>,
    /// How long and for what effect one is going to look, written before looking.
    #[serde(default, deserialize_with = "given_object")]
    pub plan: Option<Plan>,
}

impl Experiment {
    /// Keys of all its metrics, primary first.
    pub fn metrics(&self) -> impl Iterator<Item = &String> {
        let guardrails = self.guardrails.iter().map(|guardrail| &guardrail.metric);
        std::iter::once(&self.primary).chain(&self.secondary).chain(&self.counters).chain(guardrails)
    }
}
