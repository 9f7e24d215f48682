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
//! *Why are capabilities features and constants, and not lines compiled or not?* A missing capability is a constant that is
//! false, so its code is removed by the optimiser and every combination is the same source. A program says what it needs,
//! and an engine with less refuses it whole ([`capability`]).
//!
//! *Why does a search bring its failure function along?* Knuth, Morris and Pratt need it or memory to make it in. With it
//! in the program a megabyte is searched in linear time, nothing is allocated, and a text that is folded on the way is
//! searched by the same code.
//!
//! *Why a budget of steps?* Jumps go forward and depth falls, so every decision ends, but bytes made by nobody could say
//! that it ends tomorrow. [`STEPS`] is far above what a written flag takes.
//!
//! *Why does folding look at a table of the program?* The engine would have to carry Unicode's. A program needs the
//! relatives of the characters in its own operands, which are a handful.
//!
//! *Why does a forced list come before the holdout, and a sticky variant behind it?* Whoever writes a unit down means that
//! unit. A sticky variant is what happened to come out before, and a holdout is there to see nothing at all.
//!
//! *Why does a network of IPv6 that is wide enough hold IPv4?* There is one space of addresses: IPv4 is ::ffff:0:0/96.
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
mod possible;
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
pub use possible::is_possible;
pub use program::{LoadError, Program};
pub use reason::Reason;
