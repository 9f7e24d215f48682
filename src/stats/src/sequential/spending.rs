//! How much of alpha may be spent by a share `t` of the planned information.
//!
//! | | α(t) |
//! |---|---|
//! | O'Brien–Fleming like | `2 (1 − Φ(z_{α/2} / √t))` |
//! | Pocock like | `α ln(1 + (e−1) t)` |
//! | power | `α t^ρ` |
//! | Hwang–Shih–DeCani | `α (1 − e^(−γt)) / (1 − e^(−γ))`, `α t` at γ = 0 |
//!
//! Cumulative: what is spent *by* `t`, not at it. A two-sided plan spends α/2 on each side by the same function; the doubled O'Brien–Fleming
//! function at α/2 is not the function at α. Sources: Lan & DeMets (1983), Kim & DeMets (1987), Hwang, Shih & DeCani (1990).

use crate::numeric::within;
use crate::special::normal;
use core::f64::consts::{E, LN_2};

/// A spending function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spending {
    /// Hardly anything early.
    OBrienFleming,
    /// About evenly.
    Pocock,
    /// `t` to this power, which is positive.
    Power(f64),
    /// Hwang–Shih–DeCani: early for positive parameters, late for negative ones.
    HwangShihDeCani(f64),
}

/// Alpha spent by the information fraction `t`, both sides together; 0 at `t ≤ 0`, all of alpha from `t = 1` on. `None` unless
/// `0 < alpha < 1`, sides are 1 or 2 and the function's parameter makes sense.
#[must_use]
pub fn spending_function(spending: Spending, t: f64, alpha: f64, sides: u8) -> Option<f64> {
    let per_side = per_side(alpha, sides)?;
    log_spent(spending, t, per_side).map(|log| f64::from(sides) * libm::exp(log))
}

/// Alpha of one side.
pub(crate) fn per_side(alpha: f64, sides: u8) -> Option<f64> {
    let sound = alpha > 0.0 && alpha < 1.0 && (1..=2).contains(&sides);
    sound.then(|| alpha / f64::from(sides))
}

/// Natural logarithm of what one side has spent by `t`: finite for every `t > 0`, however little it is.
pub(crate) fn log_spent(spending: Spending, t: f64, per_side: f64) -> Option<f64> {
    log_released(spending, 0.0, t, per_side)
}

/// Natural logarithm of what one side may spend between two looks, as one difference, so that a look close behind another, or behind all that could be
/// spent, keeps its digits; −∞ when nothing is left.
pub(crate) fn log_released(spending: Spending, from: f64, to: f64, per_side: f64) -> Option<f64> {
    let sound = match spending {
        Spending::OBrienFleming | Spending::Pocock => true,
        Spending::Power(power) => power > 0.0 && power.is_finite(),
        Spending::HwangShihDeCani(gamma) => gamma.is_finite(),
    };
    if from.is_nan() || to.is_nan() || !sound {
        return None;
    }
    let (from, to) = (within(from, 0.0, 1.0), within(to, 0.0, 1.0));
    if to <= from {
        return Some(f64::NEG_INFINITY);
    }
    let share = match spending {
        Spending::OBrienFleming => {
            let z = normal::upper_quantile(0.5 * per_side)?;
            let by = |t: f64| normal::log_sf(z / libm::sqrt(t));
            let before = if from > 0.0 { by(from) } else { f64::NEG_INFINITY };
            let now = by(to);
            return Some(LN_2 + now + libm::log(-libm::expm1(before - now)));
        }
        Spending::Pocock => libm::log(libm::log1p((E - 1.0) * (to - from) / (1.0 + (E - 1.0) * from))),
        Spending::Power(power) => power * libm::log(to) + libm::log(-libm::expm1(-power * libm::log(to / from))),
        Spending::HwangShihDeCani(0.0) => libm::log(to - from),
        Spending::HwangShihDeCani(gamma) => {
            // For γ < 0 both parts grow like e^|γ|; taken out, what is left is the same with |γ|.
            let size = gamma.abs();
            let part = |t: f64| libm::log(-libm::expm1(-size * t));
            let outside = if gamma < 0.0 { size * (to - 1.0) } else { -size * from };
            outside + part(to - from) - part(1.0)
        }
    };
    Some(libm::log(per_side) + share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Spending; 8] = [
        Spending::OBrienFleming,
        Spending::Pocock,
        Spending::Power(0.5),
        Spending::Power(3.0),
        Spending::HwangShihDeCani(-800.0),
        Spending::HwangShihDeCani(-4.0),
        Spending::HwangShihDeCani(0.0),
        Spending::HwangShihDeCani(900.0),
    ];

    #[test]
    fn spending_grows_from_nothing_to_alpha() {
        for spending in ALL {
            for sides in [1, 2] {
                let spent = |t| spending_function(spending, t, 0.05, sides).unwrap_or(f64::NAN);
                assert_eq!(spent(0.0), 0.0);
                assert!((spent(1.0) - 0.05).abs() < 1e-16);
                let mut last = 0.0;
                for step in 1..=200 {
                    let now = spent(f64::from(step) / 200.0);
                    assert!(now >= last && now <= 0.05 * (1.0 + 1e-14), "{spending:?} {step}: {now}");
                    last = now;
                }
            }
        }
    }

    #[test]
    fn the_smallest_spending_still_has_a_logarithm() {
        for spending in ALL {
            assert!(log_spent(spending, 1e-6, 0.025).is_some_and(f64::is_finite), "{spending:?}");
        }
    }

    #[test]
    fn what_makes_no_sense_spends_nothing() {
        assert_eq!(spending_function(Spending::Power(-1.0), 0.5, 0.05, 2), None);
        assert_eq!(spending_function(Spending::HwangShihDeCani(f64::NAN), 0.5, 0.05, 2), None);
        assert_eq!(spending_function(Spending::Pocock, f64::NAN, 0.05, 2), None);
        assert_eq!(spending_function(Spending::Pocock, 0.5, 0.05, 3), None);
        assert_eq!(spending_function(Spending::Pocock, 0.5, 1.0, 1), None);
    }
}
