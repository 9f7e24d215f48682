//! The vectors are the specification; this crate reads them and holds the engine to them natively.
//!
//! `tests/hosts` runs the same files in Node, workerd and Chromium. An unknown field in a vector is refused, so that a
//! misspelt expectation cannot pass.

mod answer;
mod chance;
mod context;
pub mod fuzz;
mod native;
pub mod stats;
mod vectors;

pub use answer::{Answer, Exposure};
pub use chance::Chance;
pub use native::{Given, Native};
pub use vectors::{Case, DecisionVectors, directory, read};
