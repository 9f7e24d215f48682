//! Laws that hold for any data: invariances, intervals and their tests, coverage, what looking often costs.

#![cfg(test)]

mod bayes;
mod coverage;
mod duality;
mod invariance;
mod multiple;
mod planning;
mod random;
mod sequential;
