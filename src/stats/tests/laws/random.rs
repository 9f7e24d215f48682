//! Reproducible random numbers for properties and simulations.

use isoflag_stats::{Proportion, Sample, normal};

/// SplitMix64 (Steele, Lea & Flood 2014): the same numbers on every machine.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Strictly between 0 and 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// A whole number from `low` to `high`.
    pub(crate) fn whole(&mut self, low: f64, high: f64) -> f64 {
        self.between(low, high.floor() + 1.0).floor().min(high.floor())
    }

    pub(crate) fn normal(&mut self) -> f64 {
        normal::ppf(self.uniform()).unwrap()
    }

    /// Conversions of `n` units, one coin each.
    pub(crate) fn binomial(&mut self, n: f64, p: f64) -> f64 {
        (0..n as u32).filter(|_| self.uniform() < p).count() as f64
    }

    /// An arm of few or many units with any number of conversions.
    pub(crate) fn proportion(&mut self) -> Proportion {
        let high = 10_f64.powf(self.between(0.5, 6.0));
        let n = self.whole(2.0, high);
        let share = self.uniform().powi(3);
        let successes = self.whole(0.0, (n * share).ceil());
        Proportion { n, successes }
    }

    pub(crate) fn sample(&mut self) -> Sample {
        let high = 10_f64.powf(self.between(0.5, 6.0));
        Sample { n: self.whole(2.0, high), mean: self.between(-3.0, 3.0), variance: self.between(0.01, 9.0) }
    }
}

/// Whether two numbers agree to all but their last digits, at the scale given.
pub(crate) fn near(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-11 * scale.abs().max(a.abs()).max(b.abs()) || a == b
}
