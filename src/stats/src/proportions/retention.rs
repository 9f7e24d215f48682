//! Retention: who comes back.
//!
//! A unit is eligible when its last day of the window has passed: `exposed + days ≤ last_full_day`; younger units could not have come back yet and would
//! drag the rate down. It is retained when it was active on day `exposed + days`, or on any day after its first and up to that. The arms are
//! then compared as proportions. Assumes whole days counted alike for exposure and activity.

use crate::sample::Proportion;

/// Which days count as coming back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// Exactly `exposed + days`.
    OnDay,
    /// Any day in `(exposed, exposed + days]`.
    Within,
}

/// The days of a retention metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetentionWindow {
    /// Which days count.
    pub kind: Retention,
    /// Length of the window.
    pub days: f64,
    /// The last day whose activity is complete.
    pub last_full_day: f64,
}

/// Eligible and retained units among `(day of first exposure, days active)`.
#[must_use]
pub fn retained<'a>(units: impl IntoIterator<Item = (f64, &'a [f64])>, window: RetentionWindow) -> Proportion {
    let mut counted = Proportion { n: 0.0, successes: 0.0 };
    for (exposed, active) in units {
        let end = exposed + window.days;
        if end > window.last_full_day {
            continue;
        }
        let came_back = active.iter().any(|&day| match window.kind {
            Retention::OnDay => day == end,
            Retention::Within => day > exposed && day <= end,
        });
        counted.n += 1.0;
        counted.successes += if came_back { 1.0 } else { 0.0 };
    }
    counted
}
