//! The score interval of a difference of proportions.
//!
//! A difference δ belongs to it when `|d − δ| ≤ z √(V(δ) N/(N−1))`, `V(δ) = p̃_c(1−p̃_c)/n_c + p̃_t(1−p̃_t)/n_t`, where the rates `p̃` are the likeliest
//! ones with `p̃_t − p̃_c = δ`. The factor N/(N−1) is part of the method; without it the interval is Mee's, and with unrestricted rates it is
//! Wald's: both are sold as Miettinen–Nurminen. Source: Miettinen & Nurminen, Statistics in Medicine 4 (1985), 213–226.

use crate::numeric::within;
use crate::sample::{Interval, Proportion};

/// `diff` is treatment minus control.
pub(super) fn miettinen_nurminen(control: Proportion, treatment: Proportion, diff: f64, z: f64) -> Option<Interval> {
    let n = control.n + treatment.n;
    if n <= 1.0 {
        return None;
    }
    let factor = n / (n - 1.0);
    // Positive where δ is rejected.
    let excess = |delta: f64| {
        let rate = restricted_rate(control, treatment, delta);
        let other = within(rate + delta, 0.0, 1.0);
        let variance = rate * (1.0 - rate) / control.n + other * (1.0 - other) / treatment.n;
        (diff - delta) * (diff - delta) - z * z * variance * factor
    };
    Some(Interval { low: end(excess, diff, -1.0), high: end(excess, diff, 1.0) })
}

/// Where `excess` turns positive on the way from `inside` to `limit`; the limit itself when nothing is rejected.
fn end(excess: impl Fn(f64) -> f64, inside: f64, limit: f64) -> f64 {
    let (mut kept, mut gone) = (inside, limit);
    let (mut at_kept, mut at_gone) = (excess(kept), excess(gone));
    if at_gone <= 0.0 || kept == gone {
        return limit;
    }
    // Regula falsi with the Illinois rule: an end that stays counts half as much the next time. Every third step halves the rest.
    let mut moved_gone = None;
    for round in 0..200 {
        let width = gone - kept;
        if width.abs() <= 2.0 * f64::EPSILON * kept.abs().max(f64::EPSILON) {
            break;
        }
        let share = if round % 3 == 2 { 0.5 } else { at_kept / (at_kept - at_gone) };
        let middle = kept + width * within(share, 1e-16, 1.0 - 1e-16);
        let middle = if middle == kept || middle == gone { kept + 0.5 * width } else { middle };
        let value = excess(middle);
        if value > 0.0 {
            (gone, at_gone) = (middle, value);
            at_kept *= if moved_gone == Some(true) { 0.5 } else { 1.0 };
        } else {
            (kept, at_kept) = (middle, value);
            at_gone *= if moved_gone == Some(false) { 0.5 } else { 1.0 };
        }
        moved_gone = Some(value > 0.0);
    }
    0.5 * (kept + gone)
}

/// Control's likeliest rate when treatment's is `delta` higher: the zero of the score, which falls from one end of the possible rates to the other.
fn restricted_rate(control: Proportion, treatment: Proportion, delta: f64) -> f64 {
    let (low, high) = ((-delta).max(0.0), (1.0 - delta).min(1.0));
    if low >= high {
        return low.min(1.0);
    }
    let share = |part: f64, of: f64| if part > 0.0 { part / of } else { 0.0 };
    let (missed_control, missed_treatment) = (control.n - control.successes, treatment.n - treatment.successes);
    let score = |rate: f64| {
        let (p, q) = (rate, 1.0 - rate);
        // Rounding must not carry a rate past the end it stands at.
        let (other_p, other_q) = ((rate + delta).max(0.0), (1.0 - rate - delta).max(0.0));
        let up = [share(control.successes, p), share(treatment.successes, other_p)];
        let down = [share(missed_control, q), share(missed_treatment, other_q)];
        let value = up[0] + up[1] - down[0] - down[1];
        let slope = -(share(up[0], p) + share(up[1], other_p) + share(down[0], q) + share(down[1], other_q));
        (value, slope)
    };
    // At an end that no conversion (or miss) keeps us from, the score decides whether the likeliest rate lies there.
    if score(low).0 <= 0.0 {
        return low;
    }
    if score(high).0 >= 0.0 {
        return high;
    }
    let (mut below, mut above) = (low, high);
    let pooled = (control.successes + treatment.successes - treatment.n * delta) / (control.n + treatment.n);
    let mut rate = if pooled > low && pooled < high { pooled } else { 0.5 * (low + high) };
    for _ in 0..200 {
        let (value, slope) = score(rate);
        if value > 0.0 {
            below = rate;
        } else {
            above = rate;
        }
        let mut next = rate - value / slope;
        if !(next > below && next < above) {
            next = 0.5 * (below + above);
        }
        let done = (next - rate).abs() <= 4.0 * f64::EPSILON * next || next == rate;
        rate = next;
        if done {
            break;
        }
    }
    rate
}
