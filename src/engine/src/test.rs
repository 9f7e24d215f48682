use crate::bytes::{i64_at, u8_at, u16_at};
use crate::capability::{DATE, FLAGS, FOLD, LIST, MATCHES, NETWORK, SCHEDULE, SUBSTRING, VERSION, has};
use crate::contains::contains;
use crate::evaluation::Evaluation;
use crate::layout::{self, op};
use crate::prerequisite::comes_out;
use crate::{Attributes, Observer, Value, date, matches, network, substring, version};

/// The tests that not every engine has. `None` when the bytes are damaged, and for a test this engine does not know.
#[inline(never)]
pub(crate) fn further<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    test: &[u8; layout::TEST],
) -> Option<bool> {
    let (operation, bytes) = (u8_at(test, 0)?, evaluation.bytes);
    match operation {
        op::NOW_BEFORE if has(SCHEDULE) => return Some(evaluation.now < i64_at(test, 8)?),
        op::NOW_NOT_BEFORE if has(SCHEDULE) => return Some(evaluation.now >= i64_at(test, 8)?),
        op::FLAG_IS if has(FLAGS) => return comes_out(evaluation, test),
        _ => {}
    }
    let value = evaluation.attribute(u16_at(test, 2)?);
    match value {
        Value::Text(text) => evaluation.spend_on(text)?,
        Value::List(list) => evaluation.spend((list.size() >> 5) as u32)?,
        _ => {}
    }
    match (operation, value) {
        (op::STARTS..=op::INCLUDES, Value::Text(value)) if has(SUBSTRING) => substring::passes(bytes, test, value),
        (op::FOLD_EQUALS..=op::FOLD_INCLUDES, Value::Text(value)) if has(FOLD) => substring::passes(bytes, test, value),
        (op::MATCHES, Value::Text(value)) if has(MATCHES) => matches::passes(bytes, test, value),
        (op::VERSION_EQUALS..=op::VERSION_AT_LEAST, Value::Text(value)) if has(VERSION) => {
            version::passes(bytes, test, value)
        }
        (op::DATE_BEFORE..=op::DATE_NOT_BEFORE, value) if has(DATE) => date::passes(test, value),
        (op::IN_NETWORK, Value::Text(value)) if has(NETWORK) => network::passes(bytes, test, value),
        (op::LIST_HAS_TEXT..=op::LIST_ANY_NUMBER, Value::List(list)) if has(LIST) => contains(bytes, test, list),
        _ => known(operation).then_some(false),
    }
}

/// Whether an operation is one this engine has, so that what it was asked of is of another type.
fn known(operation: u8) -> bool {
    match operation {
        op::STARTS..=op::INCLUDES => has(SUBSTRING),
        op::FOLD_EQUALS..=op::FOLD_INCLUDES => has(FOLD),
        op::MATCHES => has(MATCHES),
        op::VERSION_EQUALS..=op::VERSION_AT_LEAST => has(VERSION),
        op::DATE_BEFORE..=op::DATE_NOT_BEFORE => has(DATE),
        op::IN_NETWORK => has(NETWORK),
        op::LIST_HAS_TEXT..=op::LIST_ANY_NUMBER => has(LIST),
        _ => false,
    }
}
