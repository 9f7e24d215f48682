//! What a fuzzer does with bytes: one function a target. `tests/fuzz` finds bytes by coverage (`npm run prove -- fuzz`);
//! `cargo test` runs the kept ones, and mutations of them under a fixed seed.

mod context;
mod datafile;
mod program;

pub use context::context;
pub use datafile::datafile;
pub use program::program;
