use super::code::{FlagCode, Operand, Outcome, Test};
use isoflag_engine::layout::{MAX_DEPTH, op};

/// What a flag is through the flags it asks.
#[derive(Clone, Debug)]
pub(crate) struct Closure {
    /// The length of the longest chain of flags it asks.
    pub(crate) depth: u8,
    /// The attributes it reads and those they read.
    pub(crate) reads: Vec<u16>,
    /// Whether any of them depends on the time.
    pub(crate) reads_now: bool,
}

/// The closure of every flag. `None` when flags ask each other in a circle, or in a chain longer than a program may have.
pub(crate) fn closures(flags: &[FlagCode]) -> Option<Vec<Closure>> {
    let mut found = vec![None; flags.len()];
    for number in 0..flags.len() {
        close(flags, number, MAX_DEPTH, &mut found)?;
    }
    found.into_iter().collect()
}

fn close(flags: &[FlagCode], number: usize, room: u8, found: &mut Vec<Option<Closure>>) -> Option<Closure> {
    if let Some(closure) = found.get(number)? {
        return (closure.depth <= room).then(|| closure.clone());
    }
    let flag = flags.get(number)?;
    let mut closure = Closure { depth: 0, reads: flag.reads.clone(), reads_now: false };
    for test in tests(flag) {
        closure.reads_now |= matches!(test.op, op::NOW_BEFORE | op::NOW_NOT_BEFORE);
        let Operand::Flag(asked, _) = test.operand else { continue };
        let asked = close(flags, asked as usize, room.checked_sub(1)?, found)?;
        closure.depth = closure.depth.max(asked.depth + 1);
        closure.reads_now |= asked.reads_now;
        for attribute in asked.reads {
            if !closure.reads.contains(&attribute) {
                closure.reads.push(attribute);
            }
        }
    }
    closure.reads_now |= flag.rules.iter().any(|rule| match &rule.outcome {
        Outcome::Split(split) => split.gate.as_ref().is_some_and(|gate| gate.steps.len() > 1),
        Outcome::Variant(_) => false,
    });
    *found.get_mut(number)? = Some(closure.clone());
    Some(closure)
}

/// Every test of a flag: its prerequisites, and those of its rules.
pub(crate) fn tests(flag: &FlagCode) -> impl Iterator<Item = &Test> {
    flag.prerequisites.iter().chain(flag.rules.iter().flat_map(|rule| &rule.tests))
}
