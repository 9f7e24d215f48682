//! The datafile as people write it, checked, and compiled to a program.
//!
//! [`compile`] is the one way from the first to the second. It reports every problem it finds, each with the JSON path
//! where it stands, and gives back either all of them or a [`Compiled`]: the program's bytes, its digest, and the
//! experiments that a ledger has to know about.
//!
//! ```
//! let datafile = r#"{
//!   "version": 1,
//!   "flags": {
//!     "free-shipping": {
//!       "type": "boolean",
//!       "enabled": true,
//!       "variants": { "on": true, "off": false },
//!       "off": "off",
//!       "rules": [{ "if": { "attribute": "country", "in": ["DE", "FR"] }, "variant": "on" }]
//!     }
//!   }
//! }"#;
//! let compiled = isoflag_datafile::compile(datafile).map_err(|problems| problems[0].to_string())?;
//! assert_eq!(isoflag_engine::Program::open(&compiled.program).map(|program| program.len()), Ok(1));
//! # Ok::<(), String>(())
//! ```
//!
//! One file has one verb: [`wire`] is the JSON, `lower` turns one flag into the pieces of a program, `values` holds the
//! variants to the flag's type and schema, `condition` flattens a condition into tests, `encode` lays the pieces out as
//! bytes, `decompile` reads them back, `previous` keeps people where they are,
//! [`diff`] says who moves.
//!
//! # Decisions we took
//!
//! *Why is the run not written by hand?* People forget to change it. It is derived from everything that decides who
//! sees what inside the experiment, so a new salt or other weights open a new run and a wider gate does not.
//!
//! *What happens to people when weights change?* Compiled alone, a datafile has canonical cuts and a change of weights
//! shifts every arm behind it. Compiled to replace a program ([`Options::previous`]), the arms keep what they have and
//! hand over only the surplus (`rearrange`). The program in force is then an input of the build like the datafile.
//!
//! *Why must weights be written as percent with at most two decimals?* They are basis points in the program, exactly.
//! A third decimal would be rounded away behind the author's back.
//!
//! *Why is a key that stands twice refused?* JSON readers keep one of the two silently, and not all the same one.
//!
//! # What this crate does not do
//!
//! It decides nothing (that is the engine), fetches nothing and knows no clock.

mod check;
mod compile;
mod condition;
mod constant;
pub mod context;
mod decompile;
pub mod diff;
mod encode;
pub mod explain;
mod lower;
mod previous;
mod rearrange;
mod run;
mod split;
mod value_schema;
mod values;
pub mod wire;

pub use compile::{Arm, Compiled, Experiment, Options, compile, compile_with};
pub use constant::{Constant, constants};
pub use isoflag_written::Problem;
