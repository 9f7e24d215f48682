//! A switchback read by blocks: one mean per block, compared by Welch's test.
//!
//! Periods are cut into blocks of equal length, the unit that is randomised. Of a block whose arm differs from the one before, the first `burn_in` periods
//! are left out: the other arm's effect is still in them. Assumes effects that fade within the burn-in, and blocks long enough to be independent.
//! Source: Bojinov, Simchi-Levi & Zhao, Management Science 69 (2023), section 1.

use crate::means::Moments;

/// Block means by arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SwitchbackBlocks {
    /// Of control's blocks.
    pub control: Moments,
    /// Of treatment's blocks.
    pub treatment: Moments,
}

/// The block means, ready for [`welch_t_raw`](crate::welch_t_raw); `None` when a block has both arms, the length is 0, or a number is not finite.
#[must_use]
pub fn switchback_blocks(
    treated: &[bool],
    outcome: &[f64],
    block_length: usize,
    burn_in: usize,
) -> Option<SwitchbackBlocks> {
    if treated.len() != outcome.len() || block_length == 0 || !outcome.iter().all(|y| y.is_finite()) {
        return None;
    }
    let mut found = SwitchbackBlocks { control: Moments::default(), treatment: Moments::default() };
    let mut before = None;
    for (arms, values) in treated.chunks(block_length).zip(outcome.chunks(block_length)) {
        let arm = *arms.first()?;
        if arms.iter().any(|other| *other != arm) {
            return None;
        }
        let dropped = if before.is_some_and(|before| before != arm) { burn_in } else { 0 };
        before = Some(arm);
        let mean = values.iter().skip(dropped).copied().collect::<Moments>().mean();
        if let Some(mean) = mean {
            if arm { found.treatment.push(mean) } else { found.control.push(mean) }
        }
    }
    Some(found)
}
