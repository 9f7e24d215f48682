//! The standard normal distribution.
//!
//! `sf(x) = erfc(x/√2)/2`. libm's `erfc` is right to the last digits out to where doubles end, but `x/√2` is rounded first, and
//! that rounding grows with `x²`; the lost part of the argument is put back with one Newton term. Beyond `x = 30` the logarithm comes from the
//! continued fraction of the Mills ratio (DLMF 7.9.1), which needs no number smaller than 1e-300. The quantile is Wichura's
//! AS 241 (1988), relative error about 1e-16 over all doubles.

use core::f64::consts::{FRAC_1_SQRT_2, LN_2};

/// ln √(2π).
pub(crate) const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_8;
/// 2/√π.
const TWO_OVER_SQRT_PI: f64 = core::f64::consts::FRAC_2_SQRT_PI;
/// 1/√2 minus its double, so that x/√2 is known to twice the digits.
const FRAC_1_SQRT_2_LOW: f64 = -4.833_646_656_726_457e-17;
/// Where `ln(sf)` gives way to the continued fraction: far from underflow (1e-197), and eight terms of the fraction are enough.
const LOG_TAIL_FROM: f64 = 30.0;

/// Chance of a value up to `x`.
#[must_use]
pub fn cdf(x: f64) -> f64 {
    sf(-x)
}

/// Chance of a value above `x`, with full relative precision in the upper tail.
#[must_use]
pub fn sf(x: f64) -> f64 {
    let y = x * FRAC_1_SQRT_2;
    if !y.is_finite() {
        return if x > 0.0 { 0.0 } else { 1.0 };
    }
    let lost = libm::fma(x, FRAC_1_SQRT_2, -y) + x * FRAC_1_SQRT_2_LOW;
    0.5 * (libm::erfc(y) - lost * TWO_OVER_SQRT_PI * libm::exp(-y * y))
}

/// Natural logarithm of [`sf`], finite for every finite `x`.
#[must_use]
pub fn log_sf(x: f64) -> f64 {
    if x <= 0.0 {
        libm::log1p(-sf(-x))
    } else if x < LOG_TAIL_FROM {
        libm::log(sf(x))
    } else {
        // sf(x) = φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))), evaluated from the far end.
        let mut fraction = x;
        for term in (1..=12).rev() {
            fraction = x + f64::from(term) / fraction;
        }
        -0.5 * x * x - LN_SQRT_TAU - libm::log(fraction)
    }
}

/// Natural logarithm of the chance of a value at least as far from 0 as `z`, on either side.
#[must_use]
pub fn log_two_sided(z: f64) -> f64 {
    let z = z.abs();
    if z < 1.0 {
        // Near p = 1 the logarithm is the small number -erf, not the difference of two large ones.
        libm::log1p(-libm::erf(z * FRAC_1_SQRT_2))
    } else {
        LN_2 + log_sf(z)
    }
}

/// The value with chance `p` below it; `None` unless `0 < p < 1`.
#[must_use]
pub fn ppf(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return Some(q * ratio(r, &CENTRE_NUMERATOR, &CENTRE_DENOMINATOR));
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let x = if r <= 5.0 {
        ratio(r - 1.6, &TAIL_NUMERATOR, &TAIL_DENOMINATOR)
    } else {
        ratio(r - 5.0, &FAR_NUMERATOR, &FAR_DENOMINATOR)
    };
    Some(if q < 0.0 { -x } else { x })
}

/// The value with chance `q` above it; the `z_q` of the textbooks.
#[must_use]
pub fn upper_quantile(q: f64) -> Option<f64> {
    ppf(q).map(|x| -x)
}

fn ratio(x: f64, numerator: &[f64; 8], denominator: &[f64; 8]) -> f64 {
    let horner = |c: &[f64; 8]| c.iter().rev().fold(0.0, |sum, c| sum * x + c);
    horner(numerator) / horner(denominator)
}

// M. J. Wichura, "Algorithm AS 241: The percentage points of the normal distribution", Applied Statistics 37 (1988), PPND16.
const CENTRE_NUMERATOR: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const CENTRE_DENOMINATOR: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const TAIL_NUMERATOR: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    7.745_450_142_783_414e-4,
];
const TAIL_DENOMINATOR: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const FAR_NUMERATOR: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const FAR_DENOMINATOR: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_7e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quantile_undoes_the_tail() {
        let mut q = 0.5;
        while q > 1e-290 {
            let x = upper_quantile(q).unwrap_or(f64::NAN);
            // d ln sf / dx is about -x, so an error of one unit in x shows as x² units in q.
            assert!((sf(x) - q).abs() <= 4.0 * f64::EPSILON * (1.0 + x * x) * q, "{q} {x}");
            q *= 0.7;
        }
    }

    #[test]
    fn the_two_logarithms_meet() {
        let below = libm::log(sf(LOG_TAIL_FROM));
        assert!((below - log_sf(LOG_TAIL_FROM)).abs() < 1e-12);
    }

    #[test]
    fn outside_its_domain_there_is_no_quantile() {
        for p in [0.0, 1.0, -0.1, 1.1, f64::NAN] {
            assert_eq!(ppf(p), None);
        }
        assert_eq!((sf(f64::INFINITY), cdf(f64::INFINITY)), (0.0, 1.0));
    }
}
