//! Asymptotic confidence sequences: intervals that may be looked at as often as one likes.
//!
//! For an estimate with standard error `se` after `n` units,
//! `half width = se √n · √( 2(nρ²+1)/(nρ)² · ln(√(nρ²+1)/α) )` covers the truth *at all times at once* with chance `1−α`, as n grows, and
//! `p = min(1, √(nρ²+1) exp(−ρ² n d² / (2 se² (nρ²+1))))` is valid whenever one stops. `ρ` chooses the sample at which the sequence is tightest, `n*`:
//! any value is valid, the planned total is best. `ρ² = (−W₋₁(−α²/e) − 1)/n*` exactly, about `(−2 ln α + ln(1−2 ln α))/n*`.
//!
//! Assumes independent units and enough of them for the estimated variance to settle: asymptotic, so not for the first few dozen.
//! Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences" (2024,
//! arXiv:2103.06476).

use crate::p_value::PValue;
use crate::sample::Interval;
use crate::special::lambert_w_m1_of_log;

/// How ρ is found from `n*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rho {
    /// The closed form.
    Approximate,
    /// The optimum, by Lambert's W.
    Exact,
}

/// An estimate so far, and the sequence it belongs to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// The estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Units so far.
    pub n: f64,
    /// Chance that the whole sequence ever misses the truth.
    pub alpha: f64,
    /// Units at which the sequence is tightest.
    pub n_star: f64,
}

/// What one look shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AsymptoticCs {
    /// The sequence's parameter.
    pub rho: f64,
    /// Half the interval's width.
    pub half_width: f64,
    /// Estimate plus or minus the half width.
    pub interval: Interval,
    /// Valid at any stopping time.
    pub p: PValue,
}

/// The two-sided sequence at one look; `None` unless `se`, `n` and `n_star` are positive and alpha is between 0 and 1.
#[must_use]
pub fn asymptotic_cs(look: &Look, rho: Rho) -> Option<AsymptoticCs> {
    check(look)?;
    let rho = match rho {
        Rho::Approximate => rho_approximate(look.alpha, look.n_star),
        // −α²/e in logarithms, so that no alpha is too small.
        Rho::Exact => libm::sqrt((-lambert_w_m1_of_log(2.0 * libm::log(look.alpha) - 1.0)? - 1.0) / look.n_star),
    };
    let (spread, growth) = growth(look.n, rho)?;
    let half_width = look.se * libm::sqrt(2.0 * growth / spread * (0.5 * libm::log(growth) - libm::log(look.alpha)));
    let z = look.estimate / look.se;
    let log_p = 0.5 * libm::log(growth) - 0.5 * z * z * (spread / growth);
    // Beyond z = 1e154 its square is no number any more; such data have no variance worth the name.
    let whole = half_width.is_finite() && log_p.is_finite();
    whole.then(|| AsymptoticCs {
        rho,
        half_width,
        interval: Interval::around(look.estimate, half_width),
        p: PValue::from_log(log_p),
    })
}

/// `(ρ, half width)` of the one-sided sequence, `ln(1 + √(nρ²+1)/(2α))` in place of `ln(√(nρ²+1)/α)`; either bound holds with chance 1−α.
#[must_use]
pub fn asymptotic_cs_one_sided(look: &Look) -> Option<(f64, f64)> {
    check(look)?;
    // 2α spans both sides of the sequence the approximation was made for; from 1 on it has no meaning.
    if look.alpha >= 0.5 {
        return None;
    }
    let rho = rho_approximate(2.0 * look.alpha, look.n_star);
    let (spread, growth) = growth(look.n, rho)?;
    let log = libm::log1p(libm::sqrt(growth) / (2.0 * look.alpha));
    let half_width = look.se * libm::sqrt(2.0 * growth / spread * log);
    half_width.is_finite().then_some((rho, half_width))
}

fn check(look: &Look) -> Option<()> {
    let positive = |x: f64| x > 0.0 && x.is_finite();
    let sound = look.estimate.is_finite()
        && positive(look.se)
        && positive(look.n)
        && positive(look.n_star)
        && positive(look.alpha)
        && look.alpha < 1.0;
    sound.then_some(())
}

fn rho_approximate(alpha: f64, n_star: f64) -> f64 {
    let two_logs = -2.0 * libm::log(alpha);
    libm::sqrt((two_logs + libm::log1p(two_logs)) / n_star)
}

/// `(nρ², nρ² + 1)`.
fn growth(n: f64, rho: f64) -> Option<(f64, f64)> {
    let spread = n * rho * rho;
    (spread > 0.0 && spread.is_finite()).then_some((spread, spread + 1.0))
}
