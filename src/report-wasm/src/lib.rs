//! The report of an experiment, and what is wrong with the plan of one, as wasm.
//!
//! Apart from the statistics' wasm, because reading experiments.json with a path for every mistake, and writing a report, weighs more than all the statistics
//! under it: who asks for a sample size should not download it.

mod analyze;
mod check;

pub use analyze::analyze;
pub use check::check;
