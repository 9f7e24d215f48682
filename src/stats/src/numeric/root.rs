//! The root of a continuous function between two points where its signs differ.
//!
//! Chandrupatla (1997), "A new hybrid quadratic/bisection algorithm": inverse quadratic interpolation where the last three points allow it, a bisection
//! where they do not. Never leaves the bracket, never takes more than a few times the steps of bisection.

/// Bisection alone needs 53 steps for the digits of a double, and at most about 2,000 for its whole range.
const MOST_STEPS: u32 = 2_200;

/// The root between `low` and `high`, to the last digits; `None` when the signs of `f` there do not differ or a value is no number.
pub(crate) fn root(low: f64, high: f64, f: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut a, mut b) = (high, low);
    let (mut fa, mut fb) = (f(a), f(b));
    if fa == 0.0 || fb == 0.0 {
        return Some(if fa == 0.0 { a } else { b });
    }
    let differ = (fa < 0.0 && fb > 0.0) || (fa > 0.0 && fb < 0.0);
    if !differ {
        return None;
    }
    let mut share = 0.5;
    for _ in 0..MOST_STEPS {
        let x = a + share * (b - a);
        let fx = f(x);
        if fx.is_nan() {
            return None;
        }
        // c is the point that b was, or a: whichever lies beyond the root from x stays in the bracket.
        let (c, fc) = if (fx > 0.0) == (fa > 0.0) {
            (a, fa)
        } else {
            let before = (b, fb);
            (b, fb) = (a, fa);
            before
        };
        (a, fa) = (x, fx);
        let best = if fa.abs() < fb.abs() { a } else { b };
        let tolerance = f64::EPSILON * best.abs() + f64::MIN_POSITIVE;
        let smallest = tolerance / (b - a).abs();
        if smallest >= 0.5 || fa == 0.0 {
            return Some(best);
        }
        let (position, height) = ((a - b) / (c - b), (fa - fb) / (fc - fb));
        let smooth = height * height < position && (1.0 - height) * (1.0 - height) < 1.0 - position;
        share = if smooth {
            fa / (fb - fa) * (fc / (fb - fc)) + (c - a) / (b - a) * (fa / (fc - fa)) * (fb / (fc - fb))
        } else {
            0.5
        };
        share = share.max(smallest).min(1.0 - smallest);
    }
    Some(a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    #[test]
    fn it_finds_the_last_digits_in_few_steps() {
        let steps = Cell::new(0);
        let counted = |x: f64| {
            steps.set(steps.get() + 1);
            libm::exp(x) - 2.0
        };
        let x = root(0.0, 100.0, counted).unwrap_or(f64::NAN);
        assert!((x - core::f64::consts::LN_2).abs() < 2e-16, "{x}");
        assert!(steps.get() < 25, "{}", steps.get());
    }

    #[test]
    fn an_end_may_be_the_root_and_steep_functions_end() {
        assert_eq!(root(0.0, 3.0, |x| x), Some(0.0));
        assert_eq!(root(-3.0, 0.0, |x| x), Some(0.0));
        assert_eq!(root(1.0, 3.0, |x| x), None);
        assert_eq!(root(0.0, 1.0, |_| f64::NAN), None);
        let jump = root(0.0, 1.0, |x| if x < 0.3 { -1.0 } else { 1.0 }).unwrap_or(f64::NAN);
        assert!((jump - 0.3).abs() < 1e-15);
        let tiny = root(0.0, 1.0, |x| x - 1e-200).unwrap_or(f64::NAN);
        assert!((tiny / 1e-200 - 1.0).abs() < 1e-15);
    }
}
