//! Two totals per unit: their means, variances and covariance, from sums or rows.

use crate::means::Moments;
use crate::numeric::exact::around_means;

/// Units and the sums of two totals, their squares and their product: what ledgers add up across shards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PairSums {
    /// Units.
    pub n: f64,
    /// Sum of the outcome, or of a ratio's numerator.
    pub sum_y: f64,
    /// Sum of the covariate, or of a ratio's denominator.
    pub sum_x: f64,
    /// Sum of the outcome's squares.
    pub sum_yy: f64,
    /// Sum of the covariate's squares.
    pub sum_xx: f64,
    /// Sum of products.
    pub sum_xy: f64,
}

impl PairSums {
    /// The moments; `None` without units.
    #[must_use]
    pub fn moments(&self) -> Option<PairMoments> {
        let Self { n, sum_y, sum_x, sum_yy, sum_xx, sum_xy } = *self;
        let found = PairMoments {
            n,
            mean_y: sum_y / n,
            mean_x: sum_x / n,
            // Rounded sums of equal values can come out a hair off zero; what is no more than that is nothing.
            yy: settled(around_means(sum_yy, sum_y, sum_y, n), sum_yy),
            xx: settled(around_means(sum_xx, sum_x, sum_x, n), sum_xx),
            xy: around_means(sum_xy, sum_x, sum_y, n),
        };
        (n > 0.0 && found.is_finite()).then_some(found)
    }
}

/// Means of two totals and their sums of squares and products around the means. Mergeable.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PairMoments {
    pub(crate) n: f64,
    pub(crate) mean_y: f64,
    pub(crate) mean_x: f64,
    pub(crate) yy: f64,
    pub(crate) xx: f64,
    pub(crate) xy: f64,
}

impl PairMoments {
    /// Of rows `[y, x]`; `None` without rows.
    #[must_use]
    pub fn of_rows(rows: &[[f64; 2]]) -> Option<Self> {
        let ys: Moments = rows.iter().map(|[y, _]| *y).collect();
        let xs: Moments = rows.iter().map(|[_, x]| *x).collect();
        let (mean_y, mean_x) = (ys.mean()?, xs.mean()?);
        let mut found = Self { n: ys.n(), mean_y, mean_x, ..Self::default() };
        for [y, x] in rows {
            let (dy, dx) = (y - mean_y, x - mean_x);
            found.yy += dy * dy;
            found.xx += dx * dx;
            found.xy += dy * dx;
        }
        found.is_finite().then_some(found)
    }

    /// The moments of both together.
    #[must_use]
    pub fn merge(&self, other: &Self) -> Self {
        if self.n == 0.0 {
            return *other;
        }
        if other.n == 0.0 {
            return *self;
        }
        let n = self.n + other.n;
        let share = other.n / n;
        let (dy, dx) = (other.mean_y - self.mean_y, other.mean_x - self.mean_x);
        let weight = self.n * share;
        Self {
            n,
            mean_y: self.mean_y + dy * share,
            mean_x: self.mean_x + dx * share,
            yy: self.yy + other.yy + dy * dy * weight,
            xx: self.xx + other.xx + dx * dx * weight,
            xy: self.xy + other.xy + dy * dx * weight,
        }
    }

    /// The variance of `y − slope·x`; `None` with fewer than two units.
    pub(crate) fn variance_of_rest(&self, slope: f64) -> Option<f64> {
        if self.n < 2.0 {
            return None;
        }
        let explained = slope * slope * self.xx;
        let rest = self.yy + explained - 2.0 * slope * self.xy;
        // A perfect line leaves nothing but rounding.
        Some(settled(rest, self.yy + explained) / (self.n - 1.0))
    }

    fn is_finite(&self) -> bool {
        [self.n, self.mean_y, self.mean_x, self.yy, self.xx, self.xy].into_iter().all(f64::is_finite)
    }
}

/// A sum of squares that is no larger than the rounding of the numbers it was taken from is 0.
fn settled(around_mean: f64, size: f64) -> f64 {
    if around_mean <= 4.0 * f64::EPSILON * size { 0.0 } else { around_mean }
}
