//! The evaluator: a pure function from (program, flag, attributes) to a decision.
//!
//! A **program** is the compiled form of a datafile: bytes that are read in place. Opening one checks a header and the
//! bounds of three tables, whatever its size; nothing is parsed and nothing is copied. The same bytes give the same
//! decision on every host, because everything that decides is an integer and everything that varies is handed in.
//!
//! ```text
//! Program::open(bytes) ─▶ program.find(key) ─▶ decide(&flag, &input) ─▶ Decision { variant, reason, rule, bucket, unit, exposed }
//! ```
//!
//! The order of evaluation is [`decide`], one function. Where a unit falls is [`bucket`], the written specification of
//! bucketing. The bytes are described in [`layout`].
//!
//! # What this crate does not do
//!
//! It has no clock, no randomness, no I/O, no logging and no global state. It does not know JSON, so it hands out a
//! variant as an index and its value as the text the author wrote. It does not send exposures: a [`Decision`] says
//! whether it would cause one. It never trusts bytes: a damaged flag answers [`Reason::Unusable`], and no input traps.
//!
//! # Decisions we took
//!
//! *Why is a condition a list of tests with jumps and not a tree?* A tree asks for recursion, and recursion over
//! untrusted bytes asks for a depth limit. Jumps only go forward, so every walk ends.
//!
//! *Why does a unit outside the gate go on to the next rule?* So that a rollout behind an experiment still reaches the
//! people the experiment does not take.
//!
//! *Why is an empty id a missing one?* Everybody with an empty id would share one bucket, which is never what was meant.

#![no_std]

pub mod bucket;
mod bytes;
pub mod capability;
mod condition;
mod constant;
mod contains;
mod context;
pub mod date;
mod decide;
mod evaluation;
mod flag;
mod folded;
mod gate;
pub mod layout;
mod list;
mod matches;
pub mod network;
mod observe;
mod prerequisite;
mod program;
mod reader;
mod reason;
mod set;
mod slice;
mod split;
mod substring;
mod test;
mod unit;
pub mod version;

pub use context::{Attributes, Input, Pin, Value};
pub use decide::{Decision, decide};
pub use evaluation::STEPS;
pub use flag::{Experiment, Flag, Kind, Variant};
pub use list::{List, Members};
pub use observe::{Observer, Tested, explain};
pub use program::{LoadError, Program};
pub use reason::Reason;
