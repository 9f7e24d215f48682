//! A share of traffic that keeps exploring, and shrinks.
//!
//! `ε = max(ε_min, ε_0 decay^step)`; each of K arms gets `(1−ε) P(best) + ε/K`. The floor is what keeps a bandit able to notice that the world has changed.

use alloc::vec::Vec;

/// A schedule.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exploration {
    /// Exploring share at step 0.
    pub epsilon0: f64,
    /// What is left of it after each step.
    pub decay: f64,
    /// Never less than this.
    pub epsilon_min: f64,
}

/// `(ε, allocation)`; `None` without arms, or when a share leaves 0…1 or `step` is negative.
#[must_use]
pub fn exploration_decay(schedule: &Exploration, step: f64, prob_best: &[f64]) -> Option<(f64, Vec<f64>)> {
    let share = |x: f64| (0.0..=1.0).contains(&x);
    let Exploration { epsilon0, decay, epsilon_min } = *schedule;
    let sound = share(epsilon0) && share(decay) && share(epsilon_min) && step >= 0.0 && step.is_finite();
    // Chances out of a quadrature may sum, or reach, a few units in the last place beyond 1.
    let chances = prob_best.iter().all(|p| (0.0..=1.0 + 1e-9).contains(p));
    if !sound || !chances || prob_best.is_empty() {
        return None;
    }
    let epsilon = epsilon_min.max(epsilon0 * libm::pow(decay, step));
    let even = epsilon / prob_best.len() as f64;
    Some((epsilon, prob_best.iter().map(|p| (1.0 - epsilon) * p + even).collect()))
}
