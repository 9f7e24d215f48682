//! Programs written here and decided by the engine: every test, and every part of a split.

use super::code::*;
use super::encode;
use isoflag_engine::bucket::key;
use isoflag_engine::layout::{ACCEPT, REJECT};
use isoflag_engine::{Decision, Input, Pin, Program, Reason, Value, decide};

mod damage;
mod laws;
mod model;
mod operands;

const OFF: u16 = 0;
const ON: u16 = 1;
const THIRD: u16 = 2;

fn test(op: u8, operand: Operand) -> Test {
    Test { op, attribute: 0, on_true: ACCEPT, on_false: REJECT, operand }
}

fn flag(key: &str, rules: Vec<RuleCode>) -> FlagCode {
    let variants = ["off", "on", "third"].map(|name| (name.to_owned(), "0".to_owned())).to_vec();
    let (reads, prerequisites, experiment) = (vec![0], Vec::new(), None);
    FlagCode {
        key: key.to_owned(),
        kind: 2,
        enabled: true,
        off: OFF,
        default: OFF,
        variants,
        reads,
        prerequisites,
        rules,
        experiment,
    }
}

fn targets(tests: Vec<Test>) -> RuleCode {
    RuleCode { tests, outcome: Outcome::Variant(ON) }
}

fn splits(split: SplitCode) -> RuleCode {
    RuleCode { tests: Vec::new(), outcome: Outcome::Split(Box::new(split)) }
}

/// Half on, half third.
fn halves() -> SplitCode {
    SplitCode {
        units: vec![0, 1],
        experiment: true,
        key: key(b"split"),
        gate: None,
        layer: None,
        holdout: None,
        forced: Vec::new(),
        ranges: vec![(1 << 31, ON), (u32::MAX, THIRD)],
    }
}

fn program(flags: Vec<FlagCode>) -> Vec<u8> {
    let attributes = vec!["a".to_owned(), "b".to_owned()];
    encode(&ProgramCode { flags, attributes, environment: Some("staging".to_owned()) }).unwrap().0
}

fn ask(bytes: &[u8], key: &str, attributes: &[Value<'_>], now: i64, pin: Pin) -> Decision {
    let program = Program::open(bytes).unwrap();
    let flag = program.flag(program.find(key.as_bytes()).unwrap()).unwrap();
    decide(&flag, &Input { attributes, now, pin })
}

/// Whether a test passes, or `None` when the flag is unusable.
fn passes(op: u8, operand: Operand, value: Value<'_>) -> Option<bool> {
    let bytes = program(vec![flag("f", vec![targets(vec![test(op, operand)])])]);
    let decision = ask(&bytes, "f", &[value], 0, Pin::None);
    (decision.reason != Reason::Unusable).then_some(decision.reason == Reason::Targeted)
}

fn text(op: u8, operand: &str, value: &str) -> bool {
    passes(op, Operand::Text(operand.to_owned()), Value::Text(value.as_bytes())).unwrap()
}

fn texts(op: u8, operand: &[&str], value: &str) -> bool {
    let operand: Vec<String> = operand.iter().map(|text| (*text).to_owned()).collect();
    passes(op, Operand::Texts(operand.into()), Value::Text(value.as_bytes())).unwrap()
}

/// A list as hosts pack it.
fn packed(members: &[Value<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for member in members {
        let (kind, payload): (u32, &[u8]) = match member {
            Value::Boolean(member) => (1 + u32::from(*member), &[]),
            Value::Number(member) => (3, &member.to_le_bytes()),
            Value::Text(member) => (4, member),
            _ => (0, &[]),
        };
        bytes.extend(kind.to_le_bytes());
        bytes.extend((payload.len() as u32).to_le_bytes());
        bytes.extend(payload);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    bytes
}
