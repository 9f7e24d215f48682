//! The paths of a test statistic that have crossed no boundary yet.
//!
//! Seen at information fractions `t_1 < t_2 < …`, the score of an experiment is a Brownian motion `B` with drift θ, and `Z = B/√t`. The density of `B` over the
//! paths still inside is carried from look to look by the recursion of Armitage, McPherson & Rowe (1969),
//! `f_k(x) = ∫ f_{k−1}(s) φ((x − s)/√Δ)/√Δ ds`, over what lies inside the boundary of look k−1; the chance to cross at look k is
//! `∫ f_{k−1}(s) Φ(−(b_k − s)/√Δ) ds`. The density is kept without drift: with it, every path counts `exp(θ s − θ² t/2)` times as much, so one recursion
//! answers for every θ.
//!
//! Both factors are Gaussians no narrower than `c = 1/√(1/Δ_k + 1/Δ_{k+1})` and analytic, so Gauss–Legendre panels of `6 c` or `10 c` give the integrals to about
//! 1e-12, where Simpson's rule needs hundreds of nodes for 1e-6. Two boundaries that mirror each other need half the nodes.

use crate::numeric::quadrature::{NARROW, WIDE, narrow_panel, wide_panel};
use crate::special::normal;
use alloc::vec;
use alloc::vec::Vec;

/// Beyond so many deviations the normal density adds nothing to any digit.
const REACH: f64 = 8.0;
/// Widths of panels in deviations of the integrand.
const WIDE_PANEL: f64 = 10.0;
const NARROW_PANEL: f64 = 6.0;
/// The smallest part of the information that two looks may lie apart. The work grows like the root of its inverse: here 0.1 s.
const CLOSEST: f64 = 1e-6;
/// 1/√(2π).
const ONE_OVER_SQRT_TAU: f64 = 0.398_942_280_401_432_7;
/// No z is larger: its chance would be no double.
const HIGHEST_Z: f64 = 38.0;

/// Whether these are information fractions of looks: positive, finite, rising, none too close to the one before or, seen from the last, to 0.
pub(crate) fn are_looks(fractions: &[f64]) -> bool {
    let rising = fractions.windows(2).all(|pair| matches!(pair, [before, t] if t - before >= CLOSEST * t));
    let (first, last) = (fractions.first().copied().unwrap_or(0.0), fractions.last().copied().unwrap_or(0.0));
    rising && first > 0.0 && last.is_finite() && first >= CLOSEST * last
}

/// How a test can end: by `Z ≥ bound` alone, or by `|Z| ≥ bound`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sides {
    One,
    Two,
}

impl Sides {
    pub(crate) fn from_count(sides: u8) -> Option<Self> {
        match sides {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            _ => None,
        }
    }

    pub(crate) fn count(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Two => 2.0,
        }
    }
}

/// The density of `B` at one time over the paths still inside, as `(value, mass)`. With two sides every entry stands for its mirror image too.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    sides: Sides,
    time: f64,
    nodes: Vec<(f64, f64)>,
}

impl Paths {
    /// All paths, at 0 before any look.
    pub(crate) fn start(sides: Sides) -> Self {
        Self { sides, time: 0.0, nodes: vec![(0.0, 1.0 / sides.count())] }
    }

    /// Chance that `B` is at `bound` or above at `time`, having been inside until now.
    pub(crate) fn above(&self, time: f64, bound: f64, drift: f64) -> f64 {
        let step = time - self.time;
        let deviation = libm::sqrt(step);
        let chance = |s: f64| {
            let weight = if drift == 0.0 { 1.0 } else { libm::exp(drift * (s - 0.5 * drift * self.time)) };
            weight * normal::sf((bound - s - drift * step) / deviation)
        };
        self.sum(chance)
    }

    /// Chance that `B` is at `−bound` or below at `time`; 0 when nothing ends there.
    pub(crate) fn below(&self, time: f64, bound: f64, drift: f64) -> f64 {
        match self.sides {
            Sides::One => 0.0,
            // The mirror image of crossing the upper boundary under the opposite drift.
            Sides::Two => self.above(time, bound, -drift),
        }
    }

    /// Density of `B` at `x` at `time` without drift, among the paths inside until now.
    pub(crate) fn density(&self, time: f64, x: f64) -> f64 {
        let step = time - self.time;
        let deviation = libm::sqrt(step);
        // A path to x came from around x·t_{k−1}/t_k, as a Brownian bridge does, or, where those were stopped, from the boundary.
        let share = self.time / time;
        let reach = REACH * libm::sqrt(step * share);
        let (lowest, highest) = self.range();
        let (low, high) = ((share * x).min(highest) - reach, (share * x).max(lowest) + reach);
        let scale = -0.5 / step;
        let of = |nodes: &[(f64, f64)], x: f64| -> f64 {
            nodes.iter().map(|(s, mass)| mass * libm::exp(scale * (x - s) * (x - s))).sum()
        };
        let straight = of(self.nodes_within(low, high), x);
        let mirrored = match self.sides {
            Sides::One => 0.0,
            Sides::Two => of(self.nodes_within(-high, -low), -x),
        };
        (straight + mirrored) * ONE_OVER_SQRT_TAU / deviation
    }

    /// The paths inside `bound` at `time`, on nodes fit for the next look at `next`. No later look has a `Z` above `later_z` that matters, no
    /// drift is larger than `drift`.
    pub(crate) fn inside(&self, time: f64, bound: f64, next: f64, later_z: f64, drift: f64) -> Self {
        let step = time - self.time;
        let narrowest = 1.0 / libm::sqrt(1.0 / step + 1.0 / (next - time));
        // Paths to z at a share r of the time were around z√r, give or take √(1−r): nowhere above √(z² + REACH²).
        let later = later_z.min(HIGHEST_Z);
        let highest = libm::sqrt(time) * libm::sqrt(later * later + REACH * REACH) + drift * time;
        let high = bound.min(highest);
        let low = match self.sides {
            Sides::One => (-REACH * libm::sqrt(time)).min(high),
            Sides::Two => 0.0,
        };
        let length = high - low;
        let panels = |deviations: f64| libm::ceil(length / (deviations * narrowest)).max(1.0);
        let (wide, narrow) = (panels(WIDE_PANEL), panels(NARROW_PANEL));
        // Either rule gives the same digits; the work grows like the square of the nodes.
        let wide_is_less = wide * WIDE as f64 <= narrow * NARROW as f64;
        let panels = if wide_is_less { wide } else { narrow };
        let ends = (0..panels as u32)
            .map(|panel| (f64::from(panel) * length / panels, f64::from(panel + 1) * length / panels));
        let mut nodes = Vec::new();
        for (from, to) in ends {
            let (from, to) = (low + from, low + to);
            if wide_is_less {
                nodes.extend(wide_panel(from, to));
            } else {
                nodes.extend(narrow_panel(from, to));
            }
        }
        for (x, mass) in &mut nodes {
            *mass *= self.density(time, *x);
        }
        Self { sides: self.sides, time, nodes }
    }

    /// Lowest and highest node, mirror images included.
    fn range(&self) -> (f64, f64) {
        let highest = self.nodes.last().map_or(0.0, |(s, _)| *s);
        let lowest = match self.sides {
            Sides::One => self.nodes.first().map_or(0.0, |(s, _)| *s),
            Sides::Two => -highest,
        };
        (lowest, highest)
    }

    fn nodes_within(&self, low: f64, high: f64) -> &[(f64, f64)] {
        let from = self.nodes.partition_point(|(s, _)| *s < low);
        let to = self.nodes.partition_point(|(s, _)| *s <= high);
        self.nodes.get(from..to).unwrap_or_default()
    }

    fn sum(&self, of: impl Fn(f64) -> f64) -> f64 {
        let each = |(s, mass): &(f64, f64)| match self.sides {
            Sides::One => mass * of(*s),
            Sides::Two => mass * (of(*s) + of(-s)),
        };
        self.nodes.iter().map(each).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_is_lost() {
        for sides in [Sides::One, Sides::Two] {
            let mut paths = Paths::start(sides);
            let mut ended = 0.0;
            let looks = [0.1, 0.11, 0.4, 0.75, 1.0];
            for (time, next) in looks.iter().zip(looks.iter().skip(1)) {
                let bound = 2.0 * libm::sqrt(*time);
                ended += paths.above(*time, bound, 0.0) + paths.below(*time, bound, 0.0);
                paths = paths.inside(*time, bound, *next, 2.0, 0.0);
                let inside = paths.sum(|_| 1.0);
                assert!((inside + ended - 1.0).abs() < 1e-12, "{sides:?} {time}: {inside} {ended}");
            }
        }
    }

    #[test]
    fn drift_moves_paths_as_if_they_had_been_drawn_with_it() {
        // Without a first boundary to speak of, the second look is one normal variable.
        let paths = Paths::start(Sides::Two).inside(0.4, 50.0, 1.0, 3.0, 4.0);
        let found = paths.above(1.0, 2.0, 4.0);
        assert!((found - normal::sf(-2.0)).abs() < 1e-12, "{found}");
        let found = paths.below(1.0, 2.0, 4.0);
        assert!((found / normal::sf(6.0) - 1.0).abs() < 1e-9, "{found}");
    }

    #[test]
    fn looks_rise_from_above_zero() {
        assert!(are_looks(&[0.2, 0.5]) && are_looks(&[1.0]));
        for wrong in [&[][..], &[0.0, 0.5], &[0.5, 0.5], &[0.5, 0.4], &[0.5, f64::NAN], &[f64::INFINITY]] {
            assert!(!are_looks(wrong), "{wrong:?}");
        }
    }
}
