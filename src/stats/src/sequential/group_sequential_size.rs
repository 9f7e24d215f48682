//! What a group sequential plan costs in units at most, and saves on average.
//!
//! θ is the drift, the mean of `Z` at full information, at which the upper boundary is crossed with the planned power (crossing the lower one is no success).
//! A fixed test needs `z_a + z_b`, so the largest sample grows by `inflation = θ²/(z_a + z_b)²`; the expected one, relative to the fixed test's, is
//! `inflation · Σ t_k P(the test ends at look k)`, the last look ending it in any case. Source: Jennison & Turnbull (2000), ch. 2–3 and 7.

use crate::numeric::root::root;
use crate::sequential::group_sequential_bounds::group_sequential_bounds;
use crate::sequential::paths::{Paths, Sides};
use crate::sequential::spending::{Spending, per_side};
use crate::special::normal;
use alloc::vec::Vec;

/// Sizes relative to the test with one look.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupSequentialSize {
    /// The boundaries.
    pub z: Vec<f64>,
    /// Mean of `Z` at full information under the planned effect.
    pub drift: f64,
    /// Largest sample over the fixed one.
    pub inflation: f64,
    /// Expected sample over the fixed one under the planned effect.
    pub expected_over_fixed_h1: f64,
    /// Expected sample over the fixed one without an effect.
    pub expected_over_fixed_h0: f64,
    /// Chance to stop at each look by crossing a boundary, either one, under the planned effect.
    pub stop_probability_h1: Vec<f64>,
}

/// The size; `None` when there are no boundaries (see [`group_sequential_bounds`]) or `power` is not between alpha per side and 1.
#[must_use]
pub fn group_sequential_size(
    fractions: &[f64],
    alpha: f64,
    sides: u8,
    spending: Spending,
    power: f64,
) -> Option<GroupSequentialSize> {
    let (per_side, count) = (per_side(alpha, sides)?, Sides::from_count(sides)?);
    if !(power > per_side && power < 1.0) {
        return None;
    }
    let z = group_sequential_bounds(fractions, alpha, sides, spending)?.z;
    let z_power = normal::ppf(power)?;
    // With this drift one look alone has the power.
    let alone = fractions.iter().zip(&z).map(|(t, z)| (z + z_power) / libm::sqrt(*t)).fold(f64::INFINITY, f64::min);
    // Paths that crossed the lower boundary first are missing from that look; a little more drift makes up for them.
    let most = alone.max(0.0) + 1.0;
    let looks = Looks::new(fractions, &z, count, most);
    let drift = root(0.0, most, |drift| looks.above(drift) - power)?;
    let fixed = normal::upper_quantile(per_side)? + z_power;
    let inflation = (drift / fixed) * (drift / fixed);
    Some(GroupSequentialSize {
        z,
        drift,
        inflation,
        expected_over_fixed_h1: inflation * looks.expected(drift),
        expected_over_fixed_h0: inflation * looks.expected(0.0),
        stop_probability_h1: looks.stops(drift),
    })
}

/// Each look's time and boundary, with the paths that reach it.
struct Looks(Vec<(f64, f64, Paths)>);

impl Looks {
    fn new(fractions: &[f64], z: &[f64], sides: Sides, drift: f64) -> Self {
        let mut paths = Paths::start(sides);
        let mut looks = Vec::with_capacity(fractions.len());
        for (look, (t, z_now)) in fractions.iter().zip(z).enumerate() {
            let bound = z_now * libm::sqrt(*t);
            let following = fractions.get(look + 1).map(|next| {
                let later = z.iter().skip(look + 1).copied().fold(0.0, f64::max);
                paths.inside(*t, bound, *next, later, drift)
            });
            let now = core::mem::replace(&mut paths, following.unwrap_or_else(|| Paths::start(sides)));
            looks.push((*t, bound, now));
        }
        Self(looks)
    }

    /// Chance to cross the upper boundary first, at any look.
    fn above(&self, drift: f64) -> f64 {
        self.0.iter().map(|(t, bound, paths)| paths.above(*t, *bound, drift)).sum()
    }

    /// Chance to cross either boundary first, at each look.
    fn stops(&self, drift: f64) -> Vec<f64> {
        let both =
            |(t, bound, paths): &(f64, f64, Paths)| paths.above(*t, *bound, drift) + paths.below(*t, *bound, drift);
        self.0.iter().map(both).collect()
    }

    /// Expected information at the end.
    fn expected(&self, drift: f64) -> f64 {
        let last = self.0.last().map_or(0.0, |(t, _, _)| *t);
        // What is saved where the test ends early.
        let saved = |((t, _, _), chance): (&(f64, f64, Paths), f64)| (last - t) * chance;
        last - self.0.iter().zip(self.stops(drift)).map(saved).sum::<f64>()
    }
}
