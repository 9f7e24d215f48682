//! A program before it is bytes: every name is a number, every text checked.

use isoflag_engine::bucket::Key;
use std::rc::Rc;

/// A whole program.
#[derive(Debug, Default)]
pub(crate) struct ProgramCode {
    pub(crate) flags: Vec<FlagCode>,
    /// The names of the attributes, by their numbers.
    pub(crate) attributes: Vec<String>,
    /// The environment it is compiled for.
    pub(crate) environment: Option<String>,
}

/// A flag. How deep it asks other flags, and what it reads through them, is found out when it is encoded.
#[derive(Debug)]
pub(crate) struct FlagCode {
    pub(crate) key: String,
    pub(crate) kind: u8,
    pub(crate) enabled: bool,
    pub(crate) off: u16,
    pub(crate) default: u16,
    /// Names and JSON literals.
    pub(crate) variants: Vec<(String, String)>,
    /// The attributes of its own tests and splits.
    pub(crate) reads: Vec<u16>,
    /// Tests that come before every rule; where they fail, the off variant is served.
    pub(crate) prerequisites: Vec<Test>,
    pub(crate) rules: Vec<RuleCode>,
    pub(crate) experiment: Option<ExperimentCode>,
}

#[derive(Debug)]
pub(crate) struct ExperimentCode {
    /// Empty until the arms lie where they will.
    pub(crate) run: String,
    pub(crate) control: u16,
    /// The first attribute of the unit.
    pub(crate) unit: u16,
    /// Not encoded: part of what the run is named by.
    pub(crate) restart: u32,
}

#[derive(Debug)]
pub(crate) struct RuleCode {
    pub(crate) tests: Vec<Test>,
    pub(crate) outcome: Outcome,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    Variant(u16),
    Split(Box<SplitCode>),
}

#[derive(Debug)]
pub(crate) struct SplitCode {
    /// The first one present is the unit.
    pub(crate) units: Vec<u16>,
    pub(crate) experiment: bool,
    pub(crate) key: Key,
    pub(crate) gate: Option<GateCode>,
    /// The slots of its layer.
    pub(crate) layer: Option<SliceCode>,
    pub(crate) holdout: Option<SliceCode>,
    /// Variants and the units forced into them.
    pub(crate) forced: Vec<(u16, Vec<String>)>,
    /// Exclusive cuts, ascending, and variants; the last cut is never read. None for an arm that nobody gets.
    pub(crate) ranges: Vec<(u32, u16)>,
}

#[derive(Debug)]
pub(crate) struct GateCode {
    pub(crate) key: Key,
    /// Ascending by time; the first one begins at `i64::MIN`.
    pub(crate) steps: Vec<GateStep>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct GateStep {
    pub(crate) from: i64,
    /// `None`: everybody.
    pub(crate) cut: Option<u32>,
}

/// A part of the units: those whose position under a key lies in one of some intervals, both ends included.
#[derive(Clone, Debug)]
pub(crate) struct SliceCode {
    pub(crate) key: Key,
    pub(crate) intervals: Vec<(u32, u32)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) op: u8,
    pub(crate) attribute: u16,
    pub(crate) on_true: u16,
    pub(crate) on_false: u16,
    pub(crate) operand: Operand,
}

/// What a test compares with, as written: sets are sorted, texts folded, addresses masked when they are encoded.
/// Long ones are shared: a segment with a large set may stand in thousands of rules.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Operand {
    None,
    Number(f64),
    Text(String),
    Texts(Rc<[String]>),
    Numbers(Rc<[f64]>),
    /// Milliseconds since 1970.
    Time(i64),
    Version(Version),
    /// Addresses of 128 bits (IPv4 as ::ffff:a.b.c.d) and lengths of prefixes, of 128.
    Networks(Rc<[(u128, u8)]>),
    /// The table of a DFA, in the program's own form.
    Dfa(Rc<[u8]>),
    /// The number of a flag, and of one of its variants.
    Flag(u32, u16),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) major: u64,
    pub(crate) minor: u64,
    pub(crate) patch: u64,
    /// Dot-separated, empty if there is none.
    pub(crate) pre_release: String,
}
