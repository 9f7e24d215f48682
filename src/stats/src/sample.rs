//! What goes into a method and what comes out: counts, moments, intervals.

/// Units and how many of them converted. Counts are `f64`, exact up to 2⁵³.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    /// Units.
    pub n: f64,
    /// Units that converted, between 0 and `n`.
    pub successes: f64,
}

impl Proportion {
    /// Share of units that converted; `None` unless there is a unit and no more conversions than units.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        let sound = self.n > 0.0 && self.n.is_finite() && (0.0..=self.n).contains(&self.successes);
        sound.then(|| self.successes / self.n)
    }

    /// `p(1−p)`, the variance of one unit, with `1−p` counted rather than subtracted.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        self.rate().map(|rate| rate * ((self.n - self.successes) / self.n))
    }
}

/// Units, the mean of their totals and the sample variance (divisor n−1; for conversions `p(1−p)`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// Units.
    pub n: f64,
    /// Mean over the units.
    pub mean: f64,
    /// Variance of one unit.
    pub variance: f64,
}

impl Sample {
    /// Square of the standard error of the mean; `None` for an empty or impossible sample.
    #[must_use]
    pub fn mean_variance(&self) -> Option<f64> {
        let sound = self.n > 0.0 && self.variance >= 0.0 && self.mean.is_finite();
        sound.then(|| self.variance / self.n).filter(|v| v.is_finite())
    }
}

/// Two ends; a one-sided interval has an infinite one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// `centre ± half_width`.
    #[must_use]
    pub fn around(centre: f64, half_width: f64) -> Self {
        Self { low: centre - half_width, high: centre + half_width }
    }

    /// Whether `value` lies strictly outside.
    #[must_use]
    pub fn excludes(&self, value: f64) -> bool {
        value < self.low || value > self.high
    }
}
