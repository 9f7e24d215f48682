use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// What replacing one program with another does to people.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diff {
    /// The instant both are compared at, in milliseconds since 1970.
    pub now: i64,
    /// The flags that only the new program has.
    pub added: Vec<String>,
    /// The flags that only the old program has.
    pub removed: Vec<String>,
    /// The flags that are not the same, in the order of the new program; behind them the removed ones that are experiments, compared
    /// as if they were switched off.
    pub changed: Vec<FlagDiff>,
    /// How many flags are the same.
    pub unchanged: usize,
}

/// What becomes of one flag.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FlagDiff {
    /// Its key.
    pub flag: String,
    /// The share of units that get another variant.
    pub moved: Range,
    /// Whether every combination of conditions was followed by itself. If not, they are too many, and no groups are listed.
    pub complete: bool,
    /// Whether some contexts come to the least and some to the most of every range. If not, ranges are bounds that nobody
    /// moves outside of, and how wide they really are only contexts can say.
    pub exact: bool,
    /// The contexts of which some get another variant or another exposure, told apart by what they answer.
    pub groups: Vec<Group>,
    /// Conditions that only one of the programs asks. Which share of units they concern is not known without contexts.
    pub conditions: Vec<ConditionChange>,
    /// Variants of the same name with other values.
    pub values: Vec<ValueChange>,
    /// Units in forced lists, which no share counts.
    pub forced: Vec<ForcedChange>,
    /// Instants after `now` at which one of the programs decides otherwise by itself.
    pub later: BTreeSet<i64>,
    /// What becomes of its experiment, if it had one that was running.
    pub experiment: Option<ExperimentDiff>,
}

/// A share that depends on who asks: what it is at least and at most, over all answers to the conditions. Equal where no
/// condition matters. Contexts without a unit are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Range {
    /// At least.
    pub least: f64,
    /// At most.
    pub most: f64,
}

/// Contexts that answer all conditions alike. The shares are of the units among them.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    /// What they answer; everybody when empty.
    pub when: Vec<When>,
    /// The share that gets another variant.
    pub moved: f64,
    /// From what to what: only what differs in variant or exposure.
    pub flows: Vec<Flow>,
}

/// One answer that makes a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct When {
    /// The attribute that holds the unit, if the question is whether the context has one.
    pub unit: Option<String>,
    /// The attributes of the condition, if it is one.
    pub attributes: BTreeSet<String>,
    /// Where the old program asks it.
    pub before: BTreeSet<Place>,
    /// Where the new program asks it.
    pub after: BTreeSet<Place>,
    /// The answer.
    pub holds: bool,
}

/// Where a condition stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The flag.
    pub flag: String,
    /// The rule, counted from 0; none for the prerequisites.
    pub rule: Option<u16>,
}

/// A share of units that comes out one way before and another way after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flow {
    /// Before.
    pub from: End,
    /// After.
    pub to: End,
    /// The share.
    pub share: f64,
}

/// How a decision comes out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct End {
    /// The variant.
    pub variant: String,
    /// The reason, in the words of every host.
    pub reason: String,
    /// The rule that decided.
    pub rule: Option<u16>,
    /// Whether it is an exposure to the flag's experiment.
    pub exposed: bool,
}

/// A condition that only one of the programs asks, or two different ones that they ask at the same place.
#[derive(Debug, PartialEq, Serialize)]
pub struct ConditionChange {
    /// The attributes asked by either.
    pub attributes: BTreeSet<String>,
    /// Where the old program asks it.
    pub before: Option<Place>,
    /// Where the new program asks it.
    pub after: Option<Place>,
}

/// A variant whose value is another one.
#[derive(Debug, PartialEq, Serialize)]
pub struct ValueChange {
    /// The variant.
    pub variant: String,
    /// Its value before.
    pub before: Value,
    /// Its value after.
    pub after: Value,
}

/// A unit that is forced, or forced to something else, or no longer.
#[derive(Debug, PartialEq, Serialize)]
pub struct ForcedChange {
    /// The id.
    pub unit: String,
    /// The variant it was forced to.
    pub before: Option<String>,
    /// The variant it is forced to.
    pub after: Option<String>,
}

/// What becomes of an experiment that is running.
#[derive(Debug, PartialEq, Serialize)]
pub struct ExperimentDiff {
    /// The run before.
    pub before: String,
    /// The run after; none when the experiment is gone or switched off.
    pub after: Option<String>,
    /// The share of units that are in it before and after and change arms.
    pub moved: Range,
    /// The share of units that leave it.
    pub dropped: Range,
    /// The share of units that enter it.
    pub entered: Range,
    /// What its owner has to know.
    pub alarms: Vec<Alarm>,
}

/// Something that harms an experiment that is running.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alarm {
    /// Which harm.
    pub kind: AlarmKind,
    /// What happens and what to do about it.
    pub message: String,
}

impl AlarmKind {
    /// Whether people who take part come to see something else while their experiment goes on, which no analysis can undo.
    ///
    /// An experiment that ends, or begins anew with everybody where they were, is somebody's decision and harms no data; and
    /// of other conditions nobody knows whom they concern, unless units are seen to leave.
    #[must_use]
    pub fn moves_people(self) -> bool {
        matches!(self, Self::UnitsMoveWithinRun | Self::UnitsMove | Self::ValuesChanged | Self::UnitsDropped)
    }
}

/// The harms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum AlarmKind {
    /// It is gone, or switched off.
    Ended,
    /// A new run begins; what was measured so far stays with the old one.
    NewRun,
    /// Units change arms inside one run.
    UnitsMoveWithinRun,
    /// Units change arms as a new run begins.
    UnitsMove,
    /// Everything is compared with another arm.
    ControlChanged,
    /// The same variants of the same run have other values.
    ValuesChanged,
    /// Units that took part no longer do.
    UnitsDropped,
    /// Who takes part is decided by other conditions; how many that concerns is not known without contexts.
    ConditionsChanged,
}
