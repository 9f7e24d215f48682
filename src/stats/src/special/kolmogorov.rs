//! The Kolmogorov–Smirnov statistic of n uniform values.
//!
//! Far out, where both sides cannot be far out at once, twice Smirnov's finite sum for one side. Otherwise Durbin's matrix to the power n (Marsaglia, Tsang & Wang,
//! Journal of Statistical Software 8, 2003), and beyond 1000 values the expansion of Pelz and Good to `n^(−3/2)` (JRSS B 38, 1976), whose error is
//! then below 1e-6 of the chance.

use crate::numeric::within;
use crate::special::gamma::stirling_error;
use crate::special::normal::LN_SQRT_TAU;
use alloc::vec;
use alloc::vec::Vec;
use core::f64::consts::{FRAC_PI_2, PI};

/// From n d² = 3.5 on both sides are far out together with less than `e^(−6·3.5)` of the chance.
const ONE_SIDE_FROM: f64 = 3.5;
/// Beyond this many values the matrix costs more than it adds.
const MATRIX_UP_TO: usize = 1000;
/// Entries are brought back when they pass this, so that no power overflows.
const LARGE: f64 = 1e140;

/// Chance of a statistic of at least `d` among `n` values; `None` unless `0 ≤ d ≤ 1` and there are values.
#[must_use]
pub fn sf(d: f64, n: usize) -> Option<f64> {
    let count = n as f64;
    if !(0.0..=1.0).contains(&d) || n == 0 {
        None
    } else if d <= 0.5 / count {
        Some(1.0)
    } else if d >= 0.5 || count * d * d >= ONE_SIDE_FROM {
        Some((2.0 * one_sided(d, count)).min(1.0))
    } else if n <= MATRIX_UP_TO {
        Some(within(1.0 - durbin(d, n), 0.0, 1.0))
    } else {
        Some(within(1.0 - pelz_good(d, count), 0.0, 1.0))
    }
}

/// Smirnov: `d Σ_j C(n,j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j)`, all terms positive.
fn one_sided(d: f64, n: f64) -> f64 {
    let last = libm::floor(n * (1.0 - d));
    let log_choose = |j: f64| {
        if j == 0.0 || j == n {
            return 0.0;
        }
        let (k, rest) = (j, n - j);
        stirling_error(n)
            - stirling_error(k)
            - stirling_error(rest)
            - LN_SQRT_TAU
            - k * libm::log(k / n)
            - rest * libm::log(rest / n)
            - 0.5 * (libm::log(k) + libm::log(rest) - libm::log(n))
    };
    let (mut sum, mut j) = (0.0, 0.0);
    while j <= last {
        let (up, down) = (d + j / n, 1.0 - d - j / n);
        let log_down = if j == n { 0.0 } else { (n - j) * libm::log(down.max(0.0)) };
        sum += libm::exp(log_choose(j) + (j - 1.0) * libm::log(up) + log_down);
        j += 1.0;
    }
    d * sum
}

/// `P(D < d)`: `n!/n^n` times the middle entry of the n-th power of Durbin's matrix.
fn durbin(d: f64, n: usize) -> f64 {
    let count = n as f64;
    let k = libm::floor(count * d) as usize + 1;
    let h = k as f64 - count * d;
    let size = 2 * k - 1;
    let mut base = Matrix { size, entries: vec![0.0; size * size], exponent: 0.0 };
    let mut factorial = 1.0;
    let inverse: Vec<f64> = core::iter::once(1.0)
        .chain((1..=size).map(|i| {
            factorial *= i as f64;
            1.0 / factorial
        }))
        .collect();
    for (row, line) in base.entries.chunks_mut(size).enumerate() {
        for (column, entry) in line.iter_mut().enumerate() {
            // The first column and the last row carry the boundary.
            if row + 1 >= column {
                let order = row + 1 - column;
                let mut value = 1.0;
                if column == 0 {
                    value -= libm::pow(h, order as f64);
                }
                if row + 1 == size {
                    value -= libm::pow(h, order as f64);
                }
                if column == 0 && row + 1 == size && 2.0 * h > 1.0 {
                    value += libm::pow(2.0 * h - 1.0, order as f64);
                }
                *entry = value * inverse.get(order).copied().unwrap_or_default();
            }
        }
    }
    let power = base.power(n);
    let middle = power.entries.get((k - 1) * size + k - 1).copied().unwrap_or_default();
    let mut log = libm::log(middle) + power.exponent;
    // n!/n^n
    log += LN_SQRT_TAU + 0.5 * libm::log(count) - count + stirling_error(count);
    libm::exp(log)
}

/// A square matrix times `e^exponent`.
struct Matrix {
    size: usize,
    entries: Vec<f64>,
    exponent: f64,
}

impl Matrix {
    fn times(&self, other: &Self) -> Self {
        let size = self.size;
        let mut entries = vec![0.0; size * size];
        for (line, out) in self.entries.chunks(size).zip(entries.chunks_mut(size)) {
            for (factor, row) in line.iter().zip(other.entries.chunks(size)).filter(|(factor, _)| **factor != 0.0) {
                for (sum, entry) in out.iter_mut().zip(row) {
                    *sum += factor * entry;
                }
            }
        }
        let mut exponent = self.exponent + other.exponent;
        let largest = entries.iter().fold(0.0, |largest: f64, entry| largest.max(*entry));
        if largest > LARGE {
            entries.iter_mut().for_each(|entry| *entry /= LARGE);
            exponent += libm::log(LARGE);
        }
        Self { size, entries, exponent }
    }

    fn power(&self, n: usize) -> Self {
        let mut entries = vec![0.0; self.size * self.size];
        entries.iter_mut().step_by(self.size + 1).for_each(|entry| *entry = 1.0);
        let one = Self { size: self.size, entries, exponent: 0.0 };
        (0..usize::BITS - n.leading_zeros()).rev().fold(one, |power, bit| {
            let squared = power.times(&power);
            if n >> bit & 1 == 1 { squared.times(self) } else { squared }
        })
    }
}

/// Pelz and Good's expansion of `P(D < d)`.
fn pelz_good(d: f64, n: f64) -> f64 {
    let z = libm::sqrt(n) * d;
    let z2 = z * z;
    let (z4, z6) = (z2 * z2, z2 * z2 * z2);
    let (mut k0, mut k1, mut k2, mut k2_whole, mut k3, mut k3_whole) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    // Sums over all k are symmetric around −½ (for k + ½) and 0 (for k).
    for k in 0..20 {
        let half = (f64::from(k) + 0.5) * PI;
        let (h2, whole) = (half * half, f64::from(k) * PI);
        let (h4, w2) = (h2 * h2, whole * whole);
        let (at_half, at_whole) = (2.0 * libm::exp(-0.5 * h2 / z2), 2.0 * libm::exp(-0.5 * w2 / z2));
        k0 += at_half;
        k1 += (h2 - z2) * at_half;
        k2 += (6.0 * z6 + 2.0 * z4 + (2.0 * z4 - 5.0 * z2) * h2 + (1.0 - 2.0 * z2) * h4) * at_half;
        k2_whole += w2 * at_whole;
        k3 += (h4 * h2 * (5.0 - 30.0 * z2) + h4 * (212.0 * z4 - 60.0 * z2) + h2 * (135.0 * z4 - 96.0 * z6)
            - 30.0 * z6
            - 90.0 * z4 * z4)
            * at_half;
        k3_whole += (3.0 * w2 * z2 - w2 * w2) * at_whole;
    }
    let second = k2 / (72.0 * z6 * z) - k2_whole / (36.0 * z2 * z);
    let third = k3 / (6480.0 * z4 * z6) + k3_whole / (216.0 * z6);
    libm::sqrt(FRAC_PI_2) * (k0 / z + k1 / (6.0 * z4 * libm::sqrt(n)) + second / n + third / (n * libm::sqrt(n)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_three_ways_meet() {
        for n in [20_usize, 300, 1000] {
            let d = libm::sqrt(ONE_SIDE_FROM / n as f64);
            let (far, near) = (2.0 * one_sided(d, n as f64), 1.0 - durbin(d, n));
            assert!((far / near - 1.0).abs() < 1e-8, "{n}: {far} {near}");
        }
        for z in [0.5, 0.8, 1.2, 1.8] {
            let d = z / libm::sqrt(1000.0);
            let (matrix, expansion) = (1.0 - durbin(d, 1000), 1.0 - pelz_good(d, 1000.0));
            assert!((matrix / expansion - 1.0).abs() < 2e-6, "{z}: {matrix} {expansion}");
        }
    }

    #[test]
    fn one_value_is_uniform() {
        // |U − ½| decides: D = max(U, 1 − U).
        for d in [0.5, 0.6, 0.9] {
            assert!((sf(d, 1).unwrap_or(f64::NAN) - 2.0 * (1.0 - d)).abs() < 1e-15);
        }
        assert_eq!((sf(0.3, 1), sf(1.0, 5), sf(0.1, 0)), (Some(1.0), Some(0.0), None));
    }
}
