//! One decision, step by step: which tests were made and what they found, where the unit fell, and what it was compared
//! with.
//!
//! The engine decides as it always does and an [`Observer`](isoflag_engine::Observer) looks on, so an explanation cannot
//! differ from the decision it explains. What a test asks is read back from the program: segments and prerequisites stand
//! where they were compiled to, and what could not change the outcome was not asked.

mod seen;
#[cfg(test)]
mod tests;
mod witness;
mod words;

pub use seen::{
    Explanation, GateSeen, PositionSeen, PrerequisitesSeen, RangeSeen, RuleSeen, SliceSeen, SplitSeen, TestSeen,
    UnitSeen,
};

use crate::context::Attributes;
use crate::decompile::decompile;
use isoflag_engine::{Input, Program};
use serde_json::{Map, Value};
use witness::Witness;

/// Explains how a program decides a flag for a context, at an instant in milliseconds since 1970. `None` when the program
/// has no such flag.
///
/// # Errors
///
/// When it is no program, or damaged.
pub fn explain(
    program: &[u8],
    flag: &str,
    context: &Map<String, Value>,
    now: i64,
) -> Result<Option<Explanation>, isoflag_engine::LoadError> {
    let known = decompile(program)?;
    let program = Program::open(program)?;
    let Some(found) = program.find(flag.as_bytes()).and_then(|number| program.flag(number)) else { return Ok(None) };
    let Some(written) = known.find(flag) else { return Ok(None) };
    let attributes = Attributes::read(&program, context);
    let mut witness = Witness::new(&known, &program, context, written);
    let decision = isoflag_engine::explain(&found, &Input::new(&attributes, now), &mut witness);
    Ok(Some(witness.finish(&decision)))
}
