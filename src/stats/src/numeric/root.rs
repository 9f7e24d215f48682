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

/// Evaluations after which a function was not so straight after all.
const MOST_CHORDS: u32 = 12;

/// The root of a falling function that is nearly straight and costs too much to be asked twice: chords from `start`, whose first has the given slope. It ends
/// when the next point would be the same to the last digits, without asking there. `f` is at least 0 at `low` and at most 0 at `high`.
pub(crate) fn nearly_straight(
    mut low: f64,
    mut high: f64,
    start: f64,
    slope: f64,
    f: impl Fn(f64) -> f64,
) -> Option<f64> {
    let (mut x, mut slope) = (start, slope);
    let mut before: Option<(f64, f64)> = None;
    for _ in 0..MOST_CHORDS {
        let fx = f(x);
        if fx.is_nan() {
            return None;
        }
        if fx >= 0.0 {
            low = low.max(x);
        }
        if fx <= 0.0 {
            high = high.min(x);
        }
        let mut last_step = f64::INFINITY;
        if let Some((x_before, f_before)) = before {
            slope = (fx - f_before) / (x - x_before);
            last_step = x - x_before;
        }
        let next = x - fx / slope;
        // What a chord misses by is about its step times the step before, times half the bend.
        if ((next - x) * last_step).abs() <= f64::EPSILON * x * x {
            return Some(next);
        }
        before = Some((x, fx));
        x = if next > low && next < high { next } else { 0.5 * (low + high) };
    }
    root(low, high, f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    #[test]
    fn chords_ask_seldom_and_find_the_last_digits() {
        let asked = Cell::new(0);
        let bent = |x: f64| {
            asked.set(asked.get() + 1);
            5.0 - x - 0.01 * x * x
        };
        let found = nearly_straight(0.0, 10.0, 4.0, -1.0, bent).unwrap_or(f64::NAN);
        let want = 50.0 * (libm::sqrt(1.2) - 1.0);
        assert!((found - want).abs() < 2e-15 * want, "{found} {want}");
        assert!(asked.get() <= 5, "{}", asked.get());
        // Not straight at all: the bracket helps.
        let found = nearly_straight(0.0, 10.0, 9.0, -1.0, |x| libm::exp(-3.0 * x) - 0.5).unwrap_or(f64::NAN);
        assert!((found - core::f64::consts::LN_2 / 3.0).abs() < 1e-15, "{found}");
        assert_eq!(nearly_straight(1.0, 2.0, 1.5, -1.0, |x| if x > 1.2 { f64::NAN } else { 1.0 }), None);
    }

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
