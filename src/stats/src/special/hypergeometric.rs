//! The hypergeometric distribution: conversions in one arm when those of both arms together are given.
//!
//! The mass is a quotient of three binomial ones (Loader 2000), right to the last digits for tables of 10⁹.

use crate::numeric::within;
use crate::special::binomial;

/// `marked` of `total` units convert, `drawn` of them are in the arm counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hypergeometric {
    pub(crate) total: f64,
    pub(crate) marked: f64,
    pub(crate) drawn: f64,
}

impl Hypergeometric {
    /// Fewest conversions the arm can have.
    pub(crate) fn least(&self) -> f64 {
        (self.drawn + self.marked - self.total).max(0.0)
    }

    /// Most conversions the arm can have.
    pub(crate) fn most(&self) -> f64 {
        self.drawn.min(self.marked)
    }

    /// The likeliest number of conversions.
    pub(crate) fn mode(&self) -> f64 {
        let mode = libm::floor((self.drawn + 1.0) * (self.marked + 1.0) / (self.total + 2.0));
        within(mode, self.least(), self.most())
    }

    /// `ln P(X = k)` for `least ≤ k ≤ most`.
    pub(crate) fn log_mass(&self, k: f64) -> f64 {
        let (p, q) = (self.drawn / self.total, (self.total - self.drawn) / self.total);
        binomial::log_pmf(k, self.marked, p, q) + binomial::log_pmf(self.drawn - k, self.total - self.marked, p, q)
            - binomial::log_pmf(self.drawn, self.total, p, q)
    }

    /// `P(X = k+1) / P(X = k)`.
    fn step_up(&self, k: f64) -> f64 {
        (self.marked - k) / (k + 1.0) * ((self.drawn - k) / (self.total - self.marked - self.drawn + k + 1.0))
    }

    /// `P(X ≥ k) / P(X = k)` for k at or above the mode, where the masses fall.
    pub(crate) fn upward(&self, k: f64) -> f64 {
        let (mut sum, mut term, mut at) = (1.0, 1.0, k);
        while at < self.most() {
            term *= self.step_up(at);
            at += 1.0;
            sum += term;
            if term < sum * (0.01 * f64::EPSILON) {
                break;
            }
        }
        sum
    }

    /// `P(X ≤ k) / P(X = k)` for k at or below the mode.
    pub(crate) fn downward(&self, k: f64) -> f64 {
        // Counting the units that do not convert turns the distribution around.
        let mirrored = Self { marked: self.total - self.marked, ..*self };
        mirrored.upward(self.drawn - k)
    }

    /// `P(X ≥ k)`.
    pub(crate) fn above(&self, k: f64) -> f64 {
        if k > self.mode() {
            libm::exp(self.log_mass(k)) * self.upward(k)
        } else if k <= self.least() {
            1.0
        } else {
            1.0 - self.below(k - 1.0)
        }
    }

    /// `P(X ≤ k)`.
    pub(crate) fn below(&self, k: f64) -> f64 {
        if k < self.mode() {
            libm::exp(self.log_mass(k)) * self.downward(k)
        } else if k >= self.most() {
            1.0
        } else {
            1.0 - self.above(k + 1.0)
        }
    }
}
