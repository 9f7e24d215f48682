//! Where an experiment stands, in plain words.

use serde::{Deserialize, Serialize};

/// What may and may not be concluded, in plain words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    /// In one word.
    pub state: State,
    /// The arm it is about.
    pub arm: Option<String>,
    /// Whether stopping now is justified.
    pub may_stop: bool,
    /// In one sentence.
    pub headline: String,
    /// What may be done or concluded.
    pub may: String,
    /// What may not.
    pub may_not: String,
    /// What is wrong.
    pub problems: Vec<String>,
}

/// Where an experiment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nobody was exposed.
    NoData,
    /// The split is broken; there is nothing to read.
    Invalid,
    /// Not decided yet.
    Collecting,
    /// An arm is better than control.
    Better,
    /// The treatment is worse than control.
    Worse,
    /// The planned sample is there and showed nothing.
    NoDifferenceShown,
}

/// One thing that was checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What.
    pub name: String,
    /// How it stands.
    pub state: CheckState,
    /// In a sentence.
    pub words: String,
}

/// How a check stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CheckState {
    /// As it should be.
    Passed,
    /// Not there yet.
    Open,
    /// Not as it should be.
    Failed,
}
