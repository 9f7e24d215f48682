use crate::bytes::{f64_at, record, text, text_ref_at, u8_at, u16_at, u32_at};
use crate::layout::{self, ACCEPT, REJECT, op};
use crate::{Attributes, Value};
use core::cmp::Ordering;

/// Whether the condition of a rule holds. `None` when its bytes are damaged.
#[inline(always)]
pub(crate) fn holds<A: Attributes + ?Sized>(bytes: &[u8], rule: &[u8], attributes: &A) -> Option<bool> {
    let tests = u16_at(rule, 4)?;
    if tests == 0 {
        return Some(true);
    }
    let table = u32_at(rule, 0)?;
    let mut index = 0_u16;
    loop {
        let test = record::<{ layout::TEST }>(bytes, table, index.into())?;
        let passed = passes(bytes, test, attributes.get(u16_at(test, 2)?))?;
        let next = u16_at(test, if passed { 4 } else { 6 })?;
        match next {
            ACCEPT => return Some(true),
            REJECT => return Some(false),
            // INVARIANT: jumps only go forward, so the walk ends whatever the bytes are.
            next if next > index && next < tests => index = next,
            _ => return None,
        }
    }
}

#[inline(always)]
fn passes(bytes: &[u8], test: &[u8], value: Value<'_>) -> Option<bool> {
    let operation = u8_at(test, 0)?;
    let number = || f64_at(test, 8);
    Some(match (operation, value) {
        (op::EXISTS, value) => value != Value::Missing,
        (op::IS_TRUE, Value::Boolean(value)) => value,
        (op::IS_FALSE, Value::Boolean(value)) => !value,
        (op::TEXT_EQUALS, Value::Text(value)) => text(bytes, text_ref_at(test, 8)?)? == value,
        (op::TEXT_IN, Value::Text(value)) => text_in(bytes, test, value)?,
        (op::NUMBER_EQUALS, Value::Number(value)) => value == number()?,
        (op::NUMBER_IN, Value::Number(value)) => number_in(bytes, test, value)?,
        (op::LESS, Value::Number(value)) => value < number()?,
        (op::AT_MOST, Value::Number(value)) => value <= number()?,
        (op::GREATER, Value::Number(value)) => value > number()?,
        (op::AT_LEAST, Value::Number(value)) => value >= number()?,
        (op::EXISTS..=op::AT_LEAST, _) => false,
        _ => return None,
    })
}

/// Sets are sorted by length first: most comparisons end before a byte is read.
fn text_in(bytes: &[u8], test: &[u8], value: &[u8]) -> Option<bool> {
    search(test, |table, middle| {
        let member = text(bytes, text_ref_at(record::<{ layout::TEXT }>(bytes, table, middle)?, 0)?)?;
        Some(member.len().cmp(&value.len()).then_with(|| member.cmp(value)))
    })
}

fn number_in(bytes: &[u8], test: &[u8], value: f64) -> Option<bool> {
    search(test, |table, middle| {
        f64_at(record::<8>(bytes, table, middle)?, 0)?.partial_cmp(&value).or(Some(Ordering::Less))
    })
}

fn search(test: &[u8], compare: impl Fn(u32, usize) -> Option<Ordering>) -> Option<bool> {
    let (table, count) = (u32_at(test, 8)?, u32_at(test, 12)?);
    let (mut low, mut high) = (0_usize, count as usize);
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(table, middle)? {
            Ordering::Equal => return Some(true),
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
        }
    }
    Some(false)
}
