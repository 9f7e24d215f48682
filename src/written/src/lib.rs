//! JSON as people write it: what the datafile and experiments.json have in common.
//!
//! [`read`] turns text into a type and says of everything that does not fit where it stands and what is allowed there;
//! [`salvage`] also gives what does fit. [`Problem`] is that saying, a JSON path and a sentence, and [`Problems`] collects many of them. [`Entries`] is an object whose keys the
//! author chose, in the order written, each once; [`Json`] is any JSON, its keys once too. [`given`] reads a field
//! that may be left out, and [`did_you_mean`] offers the word that was probably meant.
//!
//! ```
//! use isoflag_written::{Entries, read};
//! let problems = read::<Entries<u8>>(r#"{ "a": 1, "a": 2, "b": "c" }"#, "$").unwrap_err();
//! let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
//! assert_eq!(told, ["$: `a` is written twice, keep one of the two", "$.b: invalid type: string \"c\", expected a whole number"]);
//! ```
//!
//! # What this crate does not do
//!
//! It knows no field of any file and writes none.

mod entries;
mod given;
mod json;
mod near;
mod place;
mod problem;
mod read;
mod whole;
mod wording;

pub use entries::{Entries, unique};
pub use given::{given, given_object};
pub use json::Json;
pub use near::{did_you_mean, nearest};
pub use place::Place;
pub use problem::{Problem, Problems};
pub use read::{member, read, salvage};
pub use whole::{given_whole, whole};
