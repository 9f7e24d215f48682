//! Where the logarithm of a chance reaches a value: quantiles.

/// The step from a miss this small lands within its square, half a unit in the last place of the chance.
const LAST_MISS: f64 = 1e-8;

/// The `x` with `f(x) = target`, by Newton's steps kept inside a shrinking bracket. `f` returns its value, the logarithm of a chance, and its slope; it must
/// rise. Where it is concave, as logarithms of distribution functions are, it is reached from anywhere in a handful of steps.
///
/// `None` when `f` does not reach the target within 1e300 of `start`, or is no number.
pub(crate) fn solve(target: f64, start: f64, scale: f64, f: impl Fn(f64) -> (f64, f64)) -> Option<f64> {
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let (mut x, mut reach) = (start, scale);
    for _ in 0..400 {
        let (value, slope) = f(x);
        let miss = target - value;
        if miss.is_nan() {
            return None;
        }
        if miss == 0.0 {
            return Some(x);
        }
        if miss.abs() < LAST_MISS && slope > 0.0 {
            return Some(x + miss / slope);
        }
        if miss > 0.0 {
            low = x;
        } else {
            high = x;
        }
        let mut next = x + miss / slope;
        // Without a bracket on that side no step goes further than the reach, which then doubles; inside one, halving is always possible.
        if low == f64::NEG_INFINITY || high == f64::INFINITY {
            if next.is_nan() || (next - x).abs() > reach {
                next = x + if miss > 0.0 { reach } else { -reach };
                reach *= 4.0;
            }
        } else if !(next > low && next < high) {
            next = 0.5 * (low + high);
        }
        if (next - x).abs() <= 2.0 * f64::EPSILON * next.abs() || next == x {
            return Some(next);
        }
        if !next.is_finite() || next.abs() > 1e300 {
            return None;
        }
        x = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_where_a_function_passes() {
        let cube = |x: f64| (x * x * x, 3.0 * x * x);
        for target in [-1e12, -2.0, 0.5, 27.0, 1e9] {
            let x = solve(target, 0.1, 1.0, cube).unwrap_or(f64::NAN);
            assert!((x * x * x - target).abs() < 1e-14 * target.abs(), "{target} {x}");
        }
        let flat = |x: f64| (libm::tanh(x), 0.0);
        assert_eq!(solve(2.0, 0.0, 1.0, flat), None);
        let steep = |x: f64| (if x < 3.0 { -1.0 } else { 1.0 }, 0.0);
        assert!((solve(0.0, 100.0, 1.0, steep).unwrap_or(f64::NAN) - 3.0).abs() < 1e-14);
    }
}
