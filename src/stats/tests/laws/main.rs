//! Laws that hold for any data: invariances, intervals and their tests, coverage, what looking often costs.

#![cfg(test)]

mod bayes;
mod coverage;
mod coverage_of_comparisons;
mod duality;
mod enumerated;
mod invariance;
mod multiple;
mod planning;
mod random;
mod sequential;
