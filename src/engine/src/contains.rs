use crate::List;
use crate::Value;
use crate::bytes::{f64_at, text, text_ref_at, u8_at};
use crate::layout::op;
use crate::set::{number_in, text_among};

/// Whether a list has the member that a test names, or one of them.
pub(crate) fn contains(bytes: &[u8], test: &[u8], list: List<'_>) -> Option<bool> {
    let operation = u8_at(test, 0)?;
    for member in list.members() {
        let found = match (operation, member) {
            (op::LIST_HAS_TEXT, Value::Text(member)) => text(bytes, text_ref_at(test, 8)?)? == member,
            (op::LIST_HAS_NUMBER, Value::Number(member)) => f64_at(test, 8)? == member,
            (op::LIST_HAS_TRUE, Value::Boolean(member)) => member,
            (op::LIST_HAS_FALSE, Value::Boolean(member)) => !member,
            (op::LIST_ANY_TEXT, Value::Text(member)) => text_among(bytes, test, 8, member)?,
            (op::LIST_ANY_NUMBER, Value::Number(member)) => number_in(bytes, test, member)?,
            _ => false,
        };
        if found {
            return Some(true);
        }
    }
    Some(false)
}
