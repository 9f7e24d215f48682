use crate::bytes::{f64_at, record, text, text_ref_at, u8_at, u16_at};
use crate::capability::ALL;
use crate::evaluation::Evaluation;
use crate::layout::{self, ACCEPT, REJECT, op};
use crate::observe::Tested;
use crate::set::{number_in, text_in};
use crate::test::further;
use crate::{Attributes, Observer, Value};

/// Walks a list of tests. `None` when its bytes are damaged, or it takes too many steps.
#[inline(never)]
pub(crate) fn holds<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    table: u32,
    tests: u16,
) -> Option<bool> {
    evaluation.spend(u32::from(tests) + 1)?;
    if tests == 0 {
        return Some(true);
    }
    let mut index = 0_u16;
    loop {
        let test: &[u8; layout::TEST] = record(evaluation.bytes, table, index.into())?;
        let passed = passes(evaluation, test)?;
        let (operation, attribute) = (u8_at(test, 0)?, u16_at(test, 2)?);
        evaluation.observer.test(Tested { index, operation, attribute, passed });
        let next = if passed { u16_at(test, 4)? } else { u16_at(test, 6)? };
        match next {
            ACCEPT => return Some(true),
            REJECT => return Some(false),
            // INVARIANT: jumps only go forward, so the walk ends whatever the bytes are.
            next if next > index && next < tests => index = next,
            _ => return None,
        }
    }
}

/// The tests nearly every flag is made of; the others are a call away, so that these stay small.
#[inline]
fn passes<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    test: &[u8; layout::TEST],
) -> Option<bool> {
    let operation = u8_at(test, 0)?;
    if operation > op::AT_LEAST {
        return if ALL == 0 { None } else { further(evaluation, test) };
    }
    let value = evaluation.attribute(u16_at(test, 2)?);
    let bytes = evaluation.bytes;
    let number = || f64_at(test, 8);
    Some(match (operation, value) {
        (op::EXISTS, value) => !matches!(value, Value::Missing),
        (op::IS_TRUE, Value::Boolean(value)) => value,
        (op::IS_FALSE, Value::Boolean(value)) => !value,
        (op::TEXT_EQUALS, Value::Text(value)) => {
            evaluation.spend_on(value)?;
            text(bytes, text_ref_at(test, 8)?)? == value
        }
        (op::TEXT_IN, Value::Text(value)) => {
            evaluation.spend_on(value)?;
            text_in(bytes, test, 8, value)?
        }
        (op::NUMBER_EQUALS, Value::Number(value)) => value == number()?,
        (op::NUMBER_IN, Value::Number(value)) => number_in(bytes, test, value)?,
        (op::LESS, Value::Number(value)) => value < number()?,
        (op::AT_MOST, Value::Number(value)) => value <= number()?,
        (op::GREATER, Value::Number(value)) => value > number()?,
        (op::AT_LEAST, Value::Number(value)) => value >= number()?,
        _ => false,
    })
}
