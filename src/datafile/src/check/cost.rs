//! What a decision can cost at most: a flag that asks others, which ask others, multiplies.

use crate::encode::{FlagCode, Operand, Outcome, SplitCode};
use isoflag_engine::STEPS;

/// The most that a flag may cost with all the flags it asks, in steps of the engine. Half of what the engine spends: the rest is for
/// looking at texts, whose length no datafile knows.
pub(crate) const MOST_STEPS: u64 = (STEPS / 2) as u64;

/// The steps of one decision, those of the flags it asks included, whose steps `of` knows. The engine remembers the flag that was
/// asked last, so of several tests in turn that ask the same one the first alone decides it.
pub(crate) fn steps(code: &FlagCode, of: impl Fn(usize) -> u64) -> u64 {
    let tests = code.prerequisites.iter().chain(code.rules.iter().flat_map(|rule| &rule.tests));
    let (mut steps, mut last) = (1_u64, None);
    for test in tests {
        steps = steps.saturating_add(1);
        if let Operand::Flag(flag, _) = test.operand
            && last != Some(flag)
        {
            steps = steps.saturating_add(of(flag as usize));
            last = Some(flag);
        }
    }
    code.rules.iter().fold(steps, |steps, rule| {
        steps.saturating_add(1).saturating_add(match &rule.outcome {
            Outcome::Split(split) => entries(split),
            Outcome::Variant(_) => 0,
        })
    })
}

/// The entries of a split's tables.
fn entries(split: &SplitCode) -> u64 {
    let slices = [&split.layer, &split.holdout].into_iter().flatten().map(|slice| slice.intervals.len());
    let gate = split.gate.as_ref().map_or(0, |gate| gate.steps.len());
    (split.units.len() + split.forced.len() + split.ranges.len() + gate + slices.sum::<usize>()) as u64
}
