//! JSON as people write it: what the datafile and experiments.json have in common.
//!
//! [`read`] turns text into a type and says of a failure where it stands and what is allowed there. [`Problem`] is that
//! saying, a JSON path and a sentence, and [`Problems`] collects many of them. [`Entries`] is an object whose keys the
//! author chose, in the order written, each once; [`Json`] is any JSON, its keys once too. [`given`] reads a field
//! that may be left out, and [`did_you_mean`] offers the word that was probably meant.
//!
//! ```
//! use isoflag_written::{Entries, read};
//! let problem = read::<Entries<u8>>(r#"{ "a": 1, "a": 2 }"#, "$").err().map(|problem| problem.to_string());
//! assert_eq!(problem.as_deref(), Some("$: `a` is written twice, keep one of the two, at line 1 column 13"));
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
pub use given::given;
pub use json::Json;
pub use near::{did_you_mean, nearest};
pub use problem::{Problem, Problems};
pub use read::{member, read};
pub use whole::{given_whole, whole};
