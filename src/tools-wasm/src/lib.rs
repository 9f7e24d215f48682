//! The compiler for the command line and build steps, as wasm; one file has one verb.
//!
//! Text goes in and plain objects come out: these calls run once per build or per question of a person, so objects may
//! cross here; the engine's own face passes integers only. What is wrong with a datafile is an answer, never a throw.

mod compile;
mod constants;
mod diff;
mod explain;
mod with_values;

pub use compile::{CompileOptions, check, compile};
pub use constants::constants;
pub use diff::{diff, diff_contexts};
pub use explain::explain;
