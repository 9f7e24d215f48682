use super::Random;
use crate::special::binomial::log_pmf;

/// From this mean on rejection is faster than counting up, and its constants hold.
const REJECTION_FROM: f64 = 10.0;

impl Random {
    /// Conversions among `n` units with rate `p`, exactly distributed, in a time that does not grow with `n`; 0 when there is no such distribution.
    ///
    /// Small means by inversion; others by Hörmann's (1993) transformed rejection with squeeze, BTRS.
    pub fn binomial(&mut self, n: f64, p: f64) -> f64 {
        let sound = n > 0.0 && n.is_finite() && p > 0.0;
        if !sound {
            return 0.0;
        }
        if p > 0.5 {
            return n - self.binomial(n, 1.0 - p);
        }
        if n * p < REJECTION_FROM { self.counted_up(n, p) } else { self.rejected(n, p) }
    }

    /// The mass function summed until it passes a uniform number.
    fn counted_up(&mut self, n: f64, p: f64) -> f64 {
        let odds = p / (1.0 - p);
        let mut mass = libm::exp(n * libm::log1p(-p));
        let mut left = self.uniform();
        let mut k = 0.0;
        while left > mass && k < n {
            left -= mass;
            k += 1.0;
            mass *= odds * (n - k + 1.0) / k;
        }
        k
    }

    fn rejected(&mut self, n: f64, p: f64) -> f64 {
        let q = 1.0 - p;
        let deviation = libm::sqrt(n * p * q);
        let b = 1.15 + 2.53 * deviation;
        let a = -0.0873 + 0.0248 * b + 0.01 * p;
        let centre = n * p + 0.5;
        let squeeze = 0.92 - 4.2 / b;
        let alpha = (2.83 + 5.1 / b) * deviation;
        let at_mode = log_pmf(libm::floor((n + 1.0) * p), n, p, q);
        loop {
            let u = self.uniform() - 0.5;
            let v = self.uniform();
            let edge = 0.5 - u.abs();
            let k = libm::floor((2.0 * a / edge + b) * u + centre);
            let inside = (0.0..=n).contains(&k);
            if inside && edge >= 0.07 && v <= squeeze {
                return k;
            }
            if inside && libm::log(v * alpha / (a / (edge * edge) + b)) <= log_pmf(k, n, p, q) - at_mode {
                return k;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::chi_square;

    #[test]
    fn counts_are_as_frequent_as_the_mass_function_says() {
        const DRAWS: u32 = 40_000;
        for (seed, (n, p)) in
            [(12.0, 0.3), (60.0, 0.4), (1_000.0, 0.012), (400.0, 0.93), (1e9, 3e-8)].iter().enumerate()
        {
            let mut random = Random::of_run(seed as u64, 0);
            let mut counts = [0_u32; 100];
            let offset = if *p > 0.5 { n - 99.0 } else { 0.0 };
            for _ in 0..DRAWS {
                let k = random.binomial(*n, *p) - offset;
                counts[k as usize] += 1;
            }
            let (mut chi2, mut cells) = (0.0, 0.0);
            for (k, count) in counts.iter().enumerate() {
                let expected = f64::from(DRAWS) * libm::exp(log_pmf(k as f64 + offset, *n, *p, 1.0 - p));
                if expected > 8.0 {
                    chi2 += (f64::from(*count) - expected) * (f64::from(*count) - expected) / expected;
                    cells += 1.0;
                }
            }
            let chance = chi_square::sf(chi2, cells).unwrap_or(0.0);
            assert!(chance > 1e-3, "{n} {p}: chi2 {chi2} over {cells} cells");
        }
    }
}
