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
//! ```text
//! text ─▶ wire ─▶ model ─▶ lower (condition, pattern, slice, …) ─▶ check ─▶ encode ─▶ bytes
//!         JSON    names    names to numbers, salts to keys,       across    tables
//!                          percentages to cuts                    flags
//! ```
//!
//! [`compile_with`] compiles for one environment, to replace a program, or leaving out what is wrong; [`check`] looks at
//! every environment. `decompile` reads a program back, `previous` keeps people where they are.
//!
//! # What a condition can ask
//!
//! | type | tests |
//! |---|---|
//! | any | `exists` |
//! | boolean | `equals`, `in` |
//! | string | `equals`, `in`, `startsWith`, `endsWith`, `includes` (one text or several), `matches`; all with `ignoreCase` |
//! | number | `equals`, `in`, `greaterThan`, `atLeast`, `lessThan`, `atMost` |
//! | list | `contains`, `containsAny`, `containsAll` |
//! | version | `version` with `equals`, `greaterThan`, `atLeast`, `lessThan`, `atMost` |
//! | date | `date` with `before`, `notAfter`, `after`, `notBefore` |
//! | ip | `inNetwork` (one network or several) |
//!
//! Beside attributes it can name a `segment` or ask which `variant` another `flag` serves, and combine all of it with
//! `all`, `any` and `not`. There are no negated tests: a test of a missing attribute is false, and its negation is true
//! only through `not`.
//!
//! # Decisions we took
//!
//! *Why is the run not written by hand?* People forget to change it. It is derived from everything that decides who
//! sees what inside the experiment, so a new salt or other weights open a new run and a wider gate does not.
//!
//! *What opens a new run?* Whatever could give a unit another arm: the flag's key, the unit or the list of units, the
//! salt, the control, where the arms lie (weights of 50 and 50 or none at all are the same halves), and `restart`. What only
//! decides who takes part opens none: conditions, segments, prerequisites, schedules, the gate and its ramp, the slots of
//! a layer, the holdout, forced lists. Who takes part before and after has the same arm, and what a unit did counts for
//! the arm it saw.
//!
//! *May two rules of a flag take the same slots of a layer?* Yes, only one of them decides; two flags may not, unless
//! their schedules never meet. A flag that is switched off takes none, so a finished experiment can stay in the file.
//!
//! *Why is a shared salt an error here and a warning there?* Under one salt the units that pass a gate, a holdout or a
//! slot are exactly the first ones of a split, so its arms are no longer random: always a mistake. Two splits that share
//! a salt agree about everybody, and now and then that is what one wants.
//!
//! *Which sense is checked?* What is cheap and certain: parts of a conjunction that exclude each other, rules behind one
//! that takes everybody they are for. Silence is no proof that a rule is ever reached.
//!
//! *Why are `\d`, `\w`, `\s` and `\b` those of ASCII, and `\p{…}` refused?* The tables of Unicode would be in every program
//! that uses them, and differ from one browser's version to the next. Case is ignored by simple folding, with the few
//! characters that matter spelt out at compile time.
//!
//! *Why may a chain of flags that ask each other have 16 links only?* So that the engine can follow it without a stack of
//! its own, and a person too.
//!
//! *What happens to people when weights change?* Compiled alone, a datafile has canonical cuts and a change of weights
//! shifts every arm behind it. Compiled to replace a program ([`Options::previous`]), the arms keep what they have and
//! hand over only the surplus (`rearrange`). The program in force is then an input of the build like the datafile.
//!
//! *Why must weights be written as percent with at most two decimals?* They are basis points in the program, exactly.
//! A third decimal would be rounded away behind the author's back.
//!
//! *Why is a key that stands twice refused?* JSON readers keep one of the two silently, and not all the same one. That goes
//! for what is inside a value or a schema too.
//!
//! *Why is `null` not the same as leaving a field out?* Because it mostly comes from a program that meant to write something:
//! `"gate": null` would let everybody in. There is one way to say nothing, and the JSON Schema knows no other.
//!
//! # What this crate does not do
//!
//! It decides nothing (that is the engine), fetches nothing and knows no clock.

mod allocation;
mod attributes;
mod build;
mod check;
mod compile;
mod compiler;
mod condition;
mod constant;
pub mod context;
mod decompile;
pub mod diff;
mod encode;
mod experiment;
pub mod explain;
mod graph;
mod guardrails;
mod lower;
mod model;
mod names;
mod network;
mod pattern;
mod previous;
mod rearrange;
mod run;
mod segments;
mod semver;
mod time;
mod value_schema;
mod values;
pub mod wire;

pub use allocation::Allocation;
pub use compile::{Compiled, LeftOut, Options, check, compile, compile_with, environments};
pub use constant::{Constant, constants};
pub use experiment::{Arm, Experiment, LayerShare, RampStep};
pub use isoflag_written::Problem;
