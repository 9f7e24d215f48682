use serde::Serialize;
use serde_json::Value;

/// How one flag was decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The flag.
    pub flag: String,
    /// The variant served, if there is one.
    pub variant: Option<String>,
    /// Its value.
    pub value: Option<Value>,
    /// Why, in the words of every host.
    pub reason: &'static str,
    /// The rule that decided, counted from 0.
    pub rule: Option<u16>,
    /// The bucket that chose the variant.
    pub bucket: Option<u16>,
    /// Whether showing the variant is an exposure to the flag's experiment.
    pub exposed: bool,
    /// The run of its experiment, if it is one.
    pub run: Option<String>,
    /// What other flags had to say before any rule, where the flag has prerequisites.
    pub prerequisites: Option<PrerequisitesSeen>,
    /// The rules that were tried, in order.
    pub rules: Vec<RuleSeen>,
    /// How many rules stand behind them and were not.
    pub untried: usize,
}

/// What came of the prerequisites.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PrerequisitesSeen {
    /// The tests that were made.
    pub tests: Vec<TestSeen>,
    /// Whether they hold.
    pub hold: bool,
}

/// A rule that was tried.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RuleSeen {
    /// Its number, counted from 0.
    pub rule: u16,
    /// The tests that were made; those that could not change the outcome were not.
    pub tests: Vec<TestSeen>,
    /// Whether its condition holds.
    pub holds: bool,
    /// Whether it decided. One that holds and does not has a split that leaves the unit to the rules behind.
    pub decided: bool,
    /// The variant it serves, if it serves one.
    pub variant: Option<String>,
    /// What its split saw, if it has one and it came to that.
    pub split: Option<SplitSeen>,
}

/// A test that was made. Operators and operands are named as in a datafile.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TestSeen {
    /// The attribute it asks of; none for flags and the time.
    pub attribute: Option<String>,
    /// What is asked: `equals`, `in`, `version.atLeast`, `date.before`, `now.from`, `flag` …
    pub operator: &'static str,
    /// What with. Dates are milliseconds since 1970; a pattern is compiled and cannot be shown.
    pub operand: Option<Value>,
    /// Whether upper and lower case count alike. The operand is folded then.
    pub ignore_case: bool,
    /// What the context has there, if anything.
    pub found: Option<Value>,
    /// What came out.
    pub passed: bool,
    /// How the flag that was asked was decided; when it was the last one asked as well, what came out alone.
    pub answer: Option<Box<Explanation>>,
}

/// What a split saw.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SplitSeen {
    /// The attributes that may be the unit, in the order they are tried.
    pub units: Vec<String>,
    /// The one that was; none when the context has none of them.
    pub unit: Option<UnitSeen>,
    /// Whether it is an experiment.
    pub experiment: bool,
    /// The variant a forced list names for this unit.
    pub forced: Option<String>,
    /// The holdout.
    pub holdout: Option<SliceSeen>,
    /// The slots of its layer.
    pub layer: Option<SliceSeen>,
    /// The gate.
    pub gate: Option<GateSeen>,
    /// Where the unit falls in the split itself.
    pub position: Option<PositionSeen>,
    /// The arms' shares of the positions, when it came to them.
    pub ranges: Vec<RangeSeen>,
}

/// Who is split.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UnitSeen {
    /// The attribute.
    pub attribute: String,
    /// Its value, as it is hashed.
    pub value: String,
}

/// A position and what is shown to people of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct PositionSeen {
    /// 0 to 2³² − 1.
    pub position: u32,
    /// 0 to 9999.
    pub bucket: u16,
}

/// The position of a unit in a layer or holdout.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SliceSeen {
    /// Where the unit falls.
    #[serde(flatten)]
    pub at: PositionSeen,
    /// The buckets that belong to the split: first and exclusive end.
    pub slots: Vec<(u16, u16)>,
    /// Whether the unit is among them.
    pub inside: bool,
}

/// The position of a unit at a gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct GateSeen {
    /// Where the unit falls.
    #[serde(flatten)]
    pub at: PositionSeen,
    /// The exclusive end of the positions that are let in now; none when everybody is.
    pub cut: Option<u32>,
    /// The same as a bucket; 10000 when everybody is.
    pub until: u16,
    /// Whether the unit is let in.
    pub inside: bool,
}

/// One share of the positions.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct RangeSeen {
    /// The variant.
    pub variant: String,
    /// The exclusive end of its positions; none for the last, which takes the rest.
    pub cut: Option<u32>,
    /// Its first bucket.
    pub from: u16,
    /// The exclusive end of its buckets.
    pub until: u16,
    /// Whether the unit falls into it.
    pub taken: bool,
}
