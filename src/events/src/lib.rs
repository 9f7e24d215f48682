//! Exposures and events as senders write them: read, limited, checked, named.
//!
//! A batch comes in as text; out come the items worth storing and, for every other one, a [`Rejection`] that names the
//! field and says what to do. Three promises shape the crate:
//!
//! * **One bad event never sinks its batch.** Each event is cut out of the batch as raw JSON and read by itself, so an
//!   out-of-range number, a lone surrogate or absurd nesting costs that event and none of its neighbours.
//! * **Nothing is corrected.** A time is stored as stated or refused when it is grossly wrong (seconds for milliseconds);
//!   it is never moved, except that a link by a client key counts a day back at most: of several the earliest counts. The sender's clock error is a fact of its own. A misspelt field is refused rather than ignored,
//!   because revenue under `propertes` would be lost in silence.
//! * **The same fact has the same name.** An event carries the UUIDv7 its sender made once. An exposure is named by
//!   [`Exposure::identity`], a hash of who saw what, so server, client and retries describe one row.
//!
//! [`shard_of`] says which part of the ledger keeps a unit.
//!
//! Deliberately not here: a clock (the time is an argument), storage, keys and HTTP. Whether an exposure is *believable*
//! is for the ledger to judge; whether it is *well formed* is judged here.

mod alias;
mod batch;
mod bot;
mod dropped;
mod event;
mod exposure;
mod fault;
mod fields;
mod identity;
mod json;
pub mod limits;
mod uuid;

pub use alias::Alias;
pub use batch::{Batch, Ignored, Item, Refusal, Terms, validate, validate_aliases};
pub use bot::is_bot;
pub use dropped::Dropped;
pub use event::Event;
pub use exposure::Exposure;
pub use fault::{Code, Rejection};
pub use identity::shard_of;
pub use uuid::before as ids_before;
