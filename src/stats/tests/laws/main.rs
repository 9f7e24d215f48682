//! Laws that hold for any data: invariances, intervals and their tests, coverage.

#![cfg(test)]

mod coverage;
mod duality;
mod invariance;
mod random;
