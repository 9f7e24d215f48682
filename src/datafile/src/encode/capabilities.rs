use super::closure::tests;
use super::code::{FlagCode, Outcome};
use isoflag_engine::capability;
use isoflag_engine::layout::op;

/// What an engine must be able to do to decide a flag.
pub(crate) fn capabilities(flag: &FlagCode) -> u32 {
    let tests = tests(flag).fold(0, |needed, test| needed | of_operation(test.op));
    flag.rules.iter().fold(tests, |needed, rule| needed | of_outcome(&rule.outcome))
}

fn of_operation(operation: u8) -> u32 {
    match operation {
        op::STARTS..=op::INCLUDES => capability::SUBSTRING,
        op::FOLD_EQUALS..=op::FOLD_INCLUDES => capability::FOLD,
        op::MATCHES => capability::MATCHES,
        op::VERSION_EQUALS..=op::VERSION_AT_LEAST => capability::VERSION,
        op::DATE_BEFORE..=op::DATE_NOT_BEFORE => capability::DATE,
        op::IN_NETWORK => capability::NETWORK,
        op::LIST_HAS_TEXT..=op::LIST_ANY_NUMBER => capability::LIST,
        op::NOW_BEFORE | op::NOW_NOT_BEFORE => capability::SCHEDULE,
        op::FLAG_IS => capability::FLAGS,
        _ => 0,
    }
}

fn of_outcome(outcome: &Outcome) -> u32 {
    let Outcome::Split(split) = outcome else { return 0 };
    let ramps = split.gate.as_ref().is_some_and(|gate| gate.steps.len() > 1);
    let sliced = split.layer.is_some() || split.holdout.is_some() || !split.forced.is_empty();
    (if ramps { capability::SCHEDULE } else { 0 }) | (if sliced { capability::SLICES } else { 0 })
}
