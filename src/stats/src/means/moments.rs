//! Mean and variance from sums, and moments that merge.
//!
//! From `(n, Σx, Σx²)`: variance `(Σx² − (Σx)²/n)/(n−1)`, with the product kept exactly, so what is lost is only what the
//! sums had already lost when they were rounded. [`Moments`] are for values at hand: they carry `(n, mean, Σ(x−mean)²)` with the mean to twice
//! the digits of a double, so that offsets of 10¹² cost nothing, and merge in any split and order (Chan, Golub & LeVeque 1983).

use crate::numeric::exact::{around_means, two_sum};
use crate::sample::Sample;

/// Units, their sum and their sum of squares: what ledgers add up across shards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sums {
    /// Units, those with 0 included.
    pub n: f64,
    /// Sum over units.
    pub sum: f64,
    /// Sum of squares over units.
    pub sum_squares: f64,
}

impl Sums {
    /// The mean; `None` without units.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0.0).then(|| self.sum / self.n).filter(|mean| mean.is_finite())
    }

    /// The unbiased variance; `None` with fewer than two units.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        if self.n < 2.0 || !self.n.is_finite() {
            return None;
        }
        let around_mean = around_means(self.sum_squares, self.sum, self.sum, self.n);
        // Rounded sums of equal values can come out a hair below zero.
        Some(around_mean.max(0.0) / (self.n - 1.0)).filter(|v| v.is_finite())
    }

    /// Mean and variance together; `None` with fewer than two units.
    #[must_use]
    pub fn sample(&self) -> Option<Sample> {
        Some(Sample { n: self.n, mean: self.mean()?, variance: self.variance()? })
    }
}

/// Moments of values seen one by one, mergeable.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    n: f64,
    mean: f64,
    mean_low: f64,
    around_mean: f64,
}

impl Moments {
    /// Takes in one value.
    pub fn push(&mut self, value: f64) {
        *self = self.merge(&Self { n: 1.0, mean: value, ..Self::default() });
    }

    /// The moments of both lists together.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        if other.n == 0.0 {
            return *self;
        }
        if self.n == 0.0 {
            return *other;
        }
        let n = self.n + other.n;
        let (apart, error) = two_sum(other.mean, -self.mean);
        let apart = apart + (error + (other.mean_low - self.mean_low));
        let (mean, error) = two_sum(self.mean, apart * (other.n / n));
        let (mean, mean_low) = two_sum(mean, error + self.mean_low);
        let around_mean = self.around_mean + other.around_mean + apart * apart * (self.n * (other.n / n));
        Self { n, mean, mean_low, around_mean }
    }

    /// This mean minus the other's, to the digits both means carry beyond a double: values of 10⁹ that differ by cents.
    #[must_use]
    pub fn mean_minus(&self, other: &Self) -> Option<f64> {
        let (apart, error) = two_sum(self.mean, -other.mean);
        (self.n > 0.0 && other.n > 0.0).then_some(apart + (error + (self.mean_low - other.mean_low)))
    }

    /// Values taken in.
    #[must_use]
    pub fn n(&self) -> f64 {
        self.n
    }

    /// The mean; `None` without values.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0.0).then_some(self.mean)
    }

    /// The unbiased variance; `None` with fewer than two values.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        (self.n >= 2.0).then(|| self.around_mean / (self.n - 1.0))
    }

    /// Mean and variance together; `None` with fewer than two values.
    #[must_use]
    pub fn sample(&self) -> Option<Sample> {
        Some(Sample { n: self.n, mean: self.mean()?, variance: self.variance()? })
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        values.into_iter().fold(Self::default(), |mut moments, value| {
            moments.push(value);
            moments
        })
    }
}
