//! The randomisation test: how often would chance alone, dealing the same arms anew, show as much?
//!
//! Every way to treat as many blocks is tried; `p` is the share of them whose difference of means is at least as far out as the observed one, which is
//! among them. No assumption but the randomisation itself; tests the sharp hypothesis that no block is affected.
//! Source: Fisher 1935; Imbens & Rubin, *Causal Inference*, ch. 5.

use crate::means::Moments;

/// More assignments than this are not enumerated: some seconds.
const MOST_ASSIGNMENTS: u64 = 50_000_000;

/// Outcome of the enumeration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RandomizationTest {
    /// Mean of the treated minus mean of the others.
    pub diff: f64,
    /// Assignments tried.
    pub assignments: u64,
    /// Share at least as far from 0.
    pub p_two_sided: f64,
    /// Share at least as high.
    pub p_greater: f64,
}

/// Tests by full enumeration; `None` when an arm is empty, lengths differ, a number is not finite, or there are more than 50 million assignments.
#[must_use]
pub fn randomization_test(treated: &[bool], outcome: &[f64]) -> Option<RandomizationTest> {
    let n = outcome.len();
    if treated.len() != n || n > 63 || !outcome.iter().all(|y| y.is_finite()) {
        return None;
    }
    let chosen = treated.iter().filter(|treated| **treated).count();
    let arm = |which: bool| -> Moments {
        outcome.iter().zip(treated).filter(|(_, treated)| **treated == which).map(|(y, _)| *y).collect()
    };
    let mean = arm(true).merge(&arm(false)).mean()?;
    let assignments = choose(n as u64, chosen as u64).filter(|count| *count <= MOST_ASSIGNMENTS)?;
    if chosen == 0 || chosen == n {
        return None;
    }
    // With outcomes around their mean the difference is the treated ones' sum times a constant, so sums decide.
    let observed: f64 = outcome.iter().zip(treated).filter(|(_, treated)| **treated).map(|(y, _)| y - mean).sum();
    let largest = outcome.iter().fold(0.0, |largest: f64, y| largest.max(y.abs()));
    // Sums that rounding alone holds apart are ties, and ties count.
    let tie = 4.0 * n as f64 * f64::EPSILON * largest;
    let (mut two_sided, mut greater) = (0_u64, 0_u64);
    let mut mask: u64 = (1 << chosen) - 1;
    for _ in 0..assignments {
        let sum: f64 = outcome.iter().enumerate().filter(|(bit, _)| mask >> bit & 1 == 1).map(|(_, y)| y - mean).sum();
        two_sided += u64::from(sum.abs() >= observed.abs() - tie);
        greater += u64::from(sum >= observed - tie);
        mask = next_with_as_many(mask);
    }
    let share = |count: u64| count as f64 / assignments as f64;
    Some(RandomizationTest {
        diff: arm(true).mean_minus(&arm(false))?,
        assignments,
        p_two_sided: share(two_sided),
        p_greater: share(greater),
    })
}

/// The next number with as many ones (Gosper).
fn next_with_as_many(mask: u64) -> u64 {
    let lowest = mask & mask.wrapping_neg();
    let carried = mask.wrapping_add(lowest);
    ((mask ^ carried) >> 2).checked_div(lowest).unwrap_or(0) | carried
}

fn choose(n: u64, k: u64) -> Option<u64> {
    (0..k.min(n.checked_sub(k)?)).try_fold(1_u64, |product, i| product.checked_mul(n - i).map(|x| x / (i + 1)))
}
