//! The Horvitz–Thompson estimate of a switchback whose effects carry over m periods.
//!
//! `mean over t = m … T−1 of y_t [1{treated on t−m … t}/P(that) − 1{control on t−m … t}/P(that)]`, a coin with the given chance of treatment thrown
//! at every decision point: the chance of one arm throughout is that chance to the power of the coins the window meets. Unbiased for the effect of always
//! against never treating, as long as no effect lasts longer than m. Source: Bojinov, Simchi-Levi & Zhao, Management Science 69 (2023).

/// The estimate; `None` when lengths differ, no full window exists, the first decision is not at period 0, decisions do not ascend, or the chance is not
/// between 0 and 1.
#[must_use]
pub fn switchback_ht(
    treated: &[bool],
    outcome: &[f64],
    decision_points: &[usize],
    carryover: usize,
    probability: f64,
) -> Option<f64> {
    let ascending = decision_points.iter().zip(decision_points.iter().skip(1)).all(|(a, b)| a < b);
    let sound = treated.len() == outcome.len() && ascending && decision_points.first() == Some(&0);
    if !sound || outcome.len() <= carryover || !(probability > 0.0 && probability < 1.0) {
        return None;
    }
    let window = carryover + 1;
    let mut sum = 0.0;
    for ((start, arms), y) in treated.windows(window).enumerate().zip(outcome.iter().skip(carryover)) {
        // The coin in force at the window's start and every one thrown later in it.
        let coins = 1 + decision_points.iter().filter(|point| **point > start && **point <= start + carryover).count();
        let chance = |p: f64| libm::pow(p, coins as f64);
        if arms.iter().all(|treated| *treated) {
            sum += y / chance(probability);
        } else if arms.iter().all(|treated| !treated) {
            sum -= y / chance(1.0 - probability);
        }
    }
    Some(sum / (outcome.len() - carryover) as f64).filter(|estimate| estimate.is_finite())
}
