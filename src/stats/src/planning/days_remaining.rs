//! Days until a planned sample is reached: `ceil((required − current) / (daily × allocation))`.
//!
//! Assumes arrivals go on as measured. Whoever shows it says where `daily` comes from.

/// Whole days to go: 0 when the sample is reached, `None` when nothing arrives.
#[must_use]
pub fn days_remaining(required_total: f64, current_total: f64, daily_units: f64, allocation: f64) -> Option<f64> {
    if current_total >= required_total {
        return Some(0.0);
    }
    let arriving = daily_units * allocation;
    (arriving > 0.0).then(|| libm::ceil((required_total - current_total) / arriving)).filter(|days| days.is_finite())
}
