use super::Random;

/// A log-normal distribution by its own mean and standard deviation: money.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    location: f64,
    scale: f64,
}

impl LogNormal {
    /// `None` unless both are positive and finite.
    #[must_use]
    pub fn new(mean: f64, sd: f64) -> Option<Self> {
        let ratio = sd / mean;
        let scale_squared = libm::log1p(ratio * ratio);
        let sound = mean > 0.0 && mean.is_finite() && sd > 0.0 && scale_squared.is_finite();
        sound.then(|| Self { location: libm::log(mean) - 0.5 * scale_squared, scale: libm::sqrt(scale_squared) })
    }

    /// One value.
    pub fn draw(&self, random: &mut Random) -> f64 {
        libm::exp(self.location + self.scale * random.normal())
    }
}

impl Random {
    /// Chi-square with `df` degrees of freedom, 0 without any: Marsaglia & Tsang (2000), "A simple method for generating gamma variables".
    pub fn chi_square(&mut self, df: f64) -> f64 {
        if !(df > 0.0 && df.is_finite()) {
            return 0.0;
        }
        // Below shape 1, one degree pair more and a power of a uniform number take it back.
        let shape = 0.5 * df;
        let (shape, factor) =
            if shape < 1.0 { (shape + 1.0, libm::pow(self.uniform(), 1.0 / shape)) } else { (shape, 1.0) };
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / libm::sqrt(9.0 * d);
        loop {
            let x = self.normal();
            let root = 1.0 + c * x;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            if libm::log(self.uniform()) < 0.5 * x * x + d - d * v + d * libm::log(v) {
                return 2.0 * d * v * factor;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::chi_square;
    use alloc::vec::Vec;

    #[test]
    fn chi_squares_are_spread_as_their_distribution_says() {
        for (seed, df) in [0.7, 1.0, 2.0, 9.0, 5_000.0].into_iter().enumerate() {
            let mut random = Random::of_run(seed as u64, 1);
            let mut tenths = [0_u32; 10];
            for _ in 0..20_000 {
                let above = chi_square::sf(random.chi_square(df), df).unwrap_or(f64::NAN);
                tenths[((above * 10.0) as usize).min(9)] += 1;
            }
            let chi2: f64 = tenths.iter().map(|count| (f64::from(*count) - 2_000.0).powi(2) / 2_000.0).sum();
            assert!(chi_square::sf(chi2, 9.0).is_some_and(|chance| chance > 1e-3), "{df}: {tenths:?}");
        }
    }

    #[test]
    fn money_has_its_mean_and_deviation() {
        let Some(money) = LogNormal::new(40.0, 60.0) else { panic!("a distribution") };
        let mut random = Random::of_run(3, 2);
        let draws: Vec<f64> = (0..200_000).map(|_| money.draw(&mut random)).collect();
        let mean = draws.iter().sum::<f64>() / 200_000.0;
        // Four standard errors: 60/√200,000 each.
        assert!((mean - 40.0).abs() < 0.54, "{mean}");
        assert_eq!(LogNormal::new(0.0, 1.0), None);
    }

    #[test]
    fn runs_are_reproducible_and_have_nothing_in_common() {
        let first = |seed, run| Random::of_run(seed, run).bits();
        assert_eq!(first(1, 7), first(1, 7));
        assert!(first(1, 7) != first(1, 8) && first(1, 7) != first(2, 7) && first(1, 0) != first(0, 1));
    }
}
