//! A line that a sum of independent errors never crosses, at any time, with chance 1−α.
//!
//! `√( (v+ρ) (ln((v+ρ)/ρ) − 2 ln α) )` for intrinsic time `v` (the sum's variance so far), on both sides. ρ chooses the time at which the line is tightest:
//! `ρ = v_opt/(l + ln(1+l))`, `l = −2 ln α_opt`. Assumes sub-Gaussian increments. Source: Howard, Ramdas, McAuliffe & Sekhon (2021), "Time-uniform, nonparametric,
//! nonasymptotic confidence sequences", eq. 14 and prop. 3.

/// `(ρ, boundary)`; `None` unless `v ≥ 0`, `v_opt` is positive and both alphas are between 0 and 1.
#[must_use]
pub fn normal_mixture_boundary(v: f64, alpha: f64, v_opt: f64, alpha_opt: f64) -> Option<(f64, f64)> {
    let level = |alpha: f64| alpha > 0.0 && alpha < 1.0;
    let sound = v >= 0.0 && v.is_finite() && v_opt > 0.0 && v_opt.is_finite() && level(alpha) && level(alpha_opt);
    if !sound {
        return None;
    }
    let two_logs = -2.0 * libm::log(alpha_opt);
    let rho = v_opt / (two_logs + libm::log1p(two_logs));
    let boundary = libm::sqrt(v + rho) * libm::sqrt(libm::log1p(v / rho) - 2.0 * libm::log(alpha));
    (rho > 0.0 && boundary.is_finite()).then_some((rho, boundary))
}
