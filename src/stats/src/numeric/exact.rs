//! Arithmetic that keeps the digits a single `f64` operation would lose.
//!
//! Two numbers `(high, low)` whose sum is the exact result: the error-free transformations of Dekker (1971) and Knuth,
//! as in Muller et al., *Handbook of Floating-Point Arithmetic*, chapter 4. The fused multiply-add is libm's on every target, so
//! that native code and wasm agree to the last bit.

/// `a + b` as the rounded sum and the exact error of that rounding.
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let from_b = sum - a;
    let from_a = sum - from_b;
    (sum, (a - from_a) + (b - from_b))
}

/// `a * b` as the rounded product and the exact error of that rounding.
pub(crate) fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, libm::fma(a, b, -product))
}

/// `a * b - c * d` without cancellation (Kahan's algorithm): within two units in the last place.
pub(crate) fn difference_of_products(a: f64, b: f64, c: f64, d: f64) -> f64 {
    let (product, error) = two_product(c, d);
    libm::fma(a, b, -product) - error
}

/// `Σxy − ΣxΣy/n`, the sum of products around the means, as exact as the sums it is given.
pub(crate) fn around_means(sum_xy: f64, sum_x: f64, sum_y: f64, n: f64) -> f64 {
    let (product, error) = two_product(sum_x, sum_y);
    let share = product / n;
    let rest = (libm::fma(-share, n, product) + error) / n;
    (sum_xy - share) - rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_that_doubles_lose_is_kept() {
        // 30,000,001 of 1e9 against 30,000,000 of 1e9: both products need 55 bits.
        assert_eq!(difference_of_products(30_000_001.0, 1e9, 30_000_000.0, 1e9), 1e9);
        assert_eq!(two_sum(1e16, 1.0), (1e16, 1.0));
        assert_eq!(two_product(134_217_729.0, 134_217_729.0), (18_014_398_777_917_440.0, 1.0));
    }
}
