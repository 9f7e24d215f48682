//! The branch −1 of Lambert's W: the `w ≤ −1` with `w e^w = x`, for `−1/e ≤ x < 0`.
//!
//! Solved in logarithms, `w + ln(−w) = ln(−x)`, where Newton converges in a handful of steps and arguments far below the smallest
//! double are no trouble. Starts: the branch-point series and the asymptotic one (Corless et al. 1996, equations 4.22 and 4.19).

/// `W₋₁(x)`; `None` outside `−1/e ≤ x < 0`.
#[must_use]
pub fn lambert_w_m1(x: f64) -> Option<f64> {
    if x < 0.0 { lambert_w_m1_of_log(libm::log(-x)) } else { None }
}

/// `W₋₁(−e^l)`; `None` unless `l ≤ −1` is finite.
#[must_use]
pub fn lambert_w_m1_of_log(l: f64) -> Option<f64> {
    if !l.is_finite() || l > -1.0 {
        return None;
    }
    let from_branch = -libm::sqrt(-2.0 * libm::expm1(l + 1.0));
    let mut w = if from_branch > -1.0 {
        -1.0 + from_branch * (1.0 - from_branch / 3.0)
    } else {
        let inner = libm::log(-l);
        l - inner + inner / l
    };
    w = w.min(-1.0);
    for _ in 0..50 {
        if w >= -1.0 {
            return Some(-1.0);
        }
        let step = (w + libm::log(-w) - l) * w / (w + 1.0);
        let next = (w - step).min(-1.0);
        let done = (next - w).abs() <= 2.0 * f64::EPSILON * w.abs();
        w = next;
        if done {
            break;
        }
    }
    Some(w)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_solves_its_equation() {
        let mut l = -1.0 - 1e-6;
        while l > -1e6 {
            let w = lambert_w_m1_of_log(l).unwrap_or(f64::NAN);
            assert!((w + libm::log(-w) - l).abs() < 1e-14 * l.abs().max(1.0), "{l} {w}");
            l *= 1.1;
        }
        assert_eq!(lambert_w_m1(0.0), None);
        assert_eq!(lambert_w_m1(-0.4), None);
        assert_eq!(lambert_w_m1_of_log(-1.0), Some(-1.0));
    }
}
