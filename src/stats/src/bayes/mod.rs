//! Posteriors: chances, expected gain and loss, and the traffic of bandits.

mod beta_binomial;
mod curve;
mod exploration_decay;
mod grid;
mod normal_bayes;
mod prob_best;
mod thompson_bernoulli;
mod thompson_gaussian;

pub use beta_binomial::{BetaBinomial, beta_binomial};
pub use exploration_decay::{Exploration, exploration_decay};
pub use normal_bayes::{NormalBayes, normal_bayes};
pub use thompson_bernoulli::{ThompsonBernoulli, thompson_bernoulli};
pub use thompson_gaussian::{ThompsonGaussian, thompson_gaussian};
