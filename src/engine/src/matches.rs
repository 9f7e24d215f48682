//! Runs a DFA that the compiler made from a regular expression. One look at a table for each byte: time does not depend
//! on the expression, and there is nothing to go back to.

use crate::bytes::{u16_at, u32_at};
use crate::layout;

/// The state from which no text leads to a match.
const DEAD: u16 = 0;

/// Whether the DFA of a test finds a match in a text.
pub(crate) fn passes(bytes: &[u8], test: &[u8], value: &[u8]) -> Option<bool> {
    let start = u32_at(test, 8)? as usize;
    let dfa = bytes.get(start..start.checked_add(u32_at(test, 12)? as usize)?)?;
    let (classes, matches) = (usize::from(u16_at(dfa, 2)?), u16_at(dfa, 6)?);
    let class_of: &[u8; 256] = dfa.get(8..)?.first_chunk()?;
    let table = dfa.get(layout::DFA..)?;
    // A state or class that leads out of the table is damage.
    let step =
        |state: u16, class: usize| u16_at(table, (usize::from(state) * classes).checked_add(class)?.checked_mul(2)?);
    let mut state = u16_at(dfa, 4)?;
    for byte in value {
        state = step(state, usize::from(*class_of.get(usize::from(*byte))?))?;
        // A match shows one byte late, which is how the compiler's automata look ahead.
        if state <= matches {
            return Some(state != DEAD);
        }
    }
    let state = step(state, classes.checked_sub(1)?)?;
    Some(state != DEAD && state <= matches)
}
