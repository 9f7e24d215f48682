//! Posterior densities, each on an axis on which it is log-concave, unbounded and analytic.
//!
//! A rate's Beta(a, b) posterior is put on the log-odds axis, where it is `x^a y^b / B(a, b)` with `x = 1/(1+e^(−v))`, `y = 1−x`: no end points, no singularity
//! for a below 1, one shape for a = 0.5 and a = 10⁹. It is evaluated as its height times a deviance from its top, since the parts of `a ln x + b ln y − ln B`
//! cancel.

use crate::special::gamma::{log1p_minus, stirling_error};
use crate::special::normal::LN_SQRT_TAU;

/// A density's logarithm this far below its top adds nothing to a double.
const NEGLIGIBLE: f64 = 34.0;
/// Width of a panel in deviations: 16 nodes integrate what several curves make together.
const PANEL: f64 = 3.5;
/// Width of a panel on an exponential tail, in its length.
const TAIL_PANEL: f64 = 6.0;

/// From here on `few·w` and `n ln(…)` are so large that their difference, at most a few dozen, would lose digits.
const MANY: f64 = 4096.0;

/// What the quadrature asks of a density.
pub(crate) trait Curve {
    /// The density.
    fn density(&self, at: f64) -> f64;
    /// Outside there is nothing to speak of.
    fn ends(&self) -> (f64, f64);
    /// How wide a panel may be that begins here.
    fn panel(&self, from: f64) -> f64;
}

/// A normal posterior.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bell {
    pub(crate) mean: f64,
    pub(crate) sd: f64,
}

impl Curve for Bell {
    fn density(&self, at: f64) -> f64 {
        let z = (at - self.mean) / self.sd;
        libm::exp(-0.5 * z * z - LN_SQRT_TAU) / self.sd
    }

    fn ends(&self) -> (f64, f64) {
        let reach = libm::sqrt(2.0 * NEGLIGIBLE) * self.sd;
        (self.mean - reach, self.mean + reach)
    }

    fn panel(&self, _from: f64) -> f64 {
        PANEL * self.sd
    }
}

/// A Beta posterior on the log-odds axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LogOdds {
    a: f64,
    b: f64,
    n: f64,
    /// Log-odds of the mean, where the density on this axis is highest.
    top: f64,
    /// Density there.
    height: f64,
    /// Widest panel.
    widest: f64,
    ends: (f64, f64),
}

impl LogOdds {
    /// Of Beta(a, b); `None` unless both are positive and finite.
    pub(crate) fn new(a: f64, b: f64) -> Option<Self> {
        let n = a + b;
        if !(a > 0.0 && b > 0.0 && n.is_finite()) {
            return None;
        }
        let sd = libm::sqrt(n / a / b);
        let log_height = -LN_SQRT_TAU - libm::log(sd) - stirling_error(a) - stirling_error(b) + stirling_error(n);
        let mut curve = Self {
            a,
            b,
            n,
            top: libm::log(a / b),
            height: libm::exp(log_height),
            widest: (PANEL * sd).max(TAIL_PANEL / a.min(b)),
            ends: (0.0, 0.0),
        };
        curve.ends = (curve.end(-sd), curve.end(sd));
        Some(curve)
    }

    /// Logarithm of the density over that at the top, `distance` from it.
    fn deviance(&self, distance: f64) -> f64 {
        // Seen from the rarer side, so that its share of the odds is at most a half and nothing below comes near ln 0.
        let (few, w) = if self.a <= self.b { (self.a, distance) } else { (self.b, -distance) };
        let share = few / self.n;
        if few * w.abs() > MANY && w.abs() < 0.5 {
            // few·w − n ln(1 + share·(e^w − 1)) with the linear parts, which cancel, left out.
            let beyond = expm1_minus(w);
            return -few * beyond - self.n * log1p_minus(share * (w + beyond));
        }
        if w > 700.0 {
            return few * w - self.n * (w + libm::log(share));
        }
        few * w - self.n * libm::log1p(share * libm::expm1(w))
    }

    /// Where the deviance passes what is negligible, on the side of `step`: Newton's method on a concave function, which ends outside.
    fn end(&self, step: f64) -> f64 {
        let mut distance = libm::sqrt(2.0 * NEGLIGIBLE) * step;
        for _ in 0..60 {
            let excess = self.deviance(distance) + NEGLIGIBLE;
            if (-4.0..=0.5).contains(&excess) {
                break;
            }
            distance -= excess / (self.a - self.n * logistic(self.top + distance));
        }
        self.top + distance
    }

    /// Minus the second derivative of the density's logarithm.
    fn curvature(&self, at: f64) -> f64 {
        let odds = libm::exp(-at.abs());
        self.n * odds / ((1.0 + odds) * (1.0 + odds))
    }
}

impl Curve for LogOdds {
    fn density(&self, at: f64) -> f64 {
        self.height * libm::exp(self.deviance(at - self.top))
    }

    fn ends(&self) -> (f64, f64) {
        self.ends
    }

    fn panel(&self, from: f64) -> f64 {
        // Where e^−|v| still counts, the density bends on the scale of 1 (its poles lie at ±iπ); beyond, it is exponential to the last digit.
        let bends = libm::log(self.n).max(0.0) + 36.0;
        let mut width = if from < -bends - 1.0 {
            self.widest.min(-bends - from)
        } else if from > bends {
            self.widest
        } else {
            self.widest.min(TAIL_PANEL)
        };
        // The curvature is highest where the odds are even, so within the panel at the point nearest to that.
        while width * libm::sqrt(self.curvature(0.0_f64.max(from).min(from + width))) > PANEL {
            width *= 0.9;
        }
        width
    }
}

/// The rate at these log-odds.
pub(crate) fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// `e^w − 1 − w` for `|w| ≤ ½`.
fn expm1_minus(w: f64) -> f64 {
    /// 2/k! from k = 2.
    const SERIES: [f64; 14] = {
        let mut terms = [1.0; 14];
        let mut factorial = 1.0;
        let (mut rest, mut k): (&mut [f64], f64) = (&mut terms, 2.0);
        while let Some((term, others)) = rest.split_first_mut() {
            *term = 1.0 / factorial;
            k += 1.0;
            factorial *= k;
            rest = others;
        }
        terms
    };
    0.5 * w * w * SERIES.iter().rev().fold(0.0, |sum, term| sum * w + term)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::quadrature::narrow_panel;

    #[test]
    fn every_shape_has_mass_one() {
        for (a, b) in [(1.0, 1.0), (0.5, 40.0), (1e-3, 2.0), (1e-3, 1e9), (155.0, 4659.0), (3e7, 9.7e8), (1e12, 3.0)] {
            for (a, b) in [(a, b), (b, a)] {
                let Some(curve) = LogOdds::new(a, b) else { panic!("{a} {b}") };
                let (mut at, end) = curve.ends();
                let (mut mass, mut panels) = (0.0, 0);
                while at < end {
                    let next = at + curve.panel(at);
                    mass += narrow_panel(at, next).iter().map(|(v, w)| w * curve.density(*v)).sum::<f64>();
                    (at, panels) = (next, panels + 1);
                }
                assert!((mass - 1.0).abs() < 1e-12 && panels < 40, "{a} {b}: {:e} in {panels}", mass - 1.0);
            }
        }
        assert!(LogOdds::new(0.0, 1.0).is_none() && LogOdds::new(1.0, f64::INFINITY).is_none());
    }

    #[test]
    fn the_two_forms_of_the_deviance_meet() {
        let curve = LogOdds::new(3e6, 7e6);
        let at = |w: f64| curve.map_or(f64::NAN, |curve| curve.deviance(w));
        for w in [MANY / 3e6, -MANY / 3e6] {
            assert!((at(w * (1.0 + 1e-12)) - at(w)).abs() < 1e-11, "{w}");
        }
    }
}
