//! Statistics for the console and the command line, as wasm; one file has one verb.
//!
//! Plain objects come in and go out, in camelCase and typed: `methods.d.ts` says for every method what it is asked and what it answers, and a test holds it to
//! the reference cases. The numbers are those of native code to the last bit, because nothing here computes and everything below uses one library for every
//! transcendental.

mod keys;
mod plain;
mod plan;
mod simulate;
mod statistics;

pub use plan::plan;
pub use simulate::simulate;
pub use statistics::statistics;
