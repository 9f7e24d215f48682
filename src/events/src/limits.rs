//! What a batch may hold. Every limit is generous for an honest sender and bounds the work a hostile one can ask for.

/// The most bytes of a batch. Eight times the 64 KiB a browser lets beacons carry, and small enough to parse in a few ms.
pub const BODY_BYTES: usize = 512 * 1024;
/// The most events in a batch.
pub const EVENTS: usize = 1000;
/// The longest unit id, experiment key, variant or unit type, in UTF-8 bytes.
pub const ID_BYTES: usize = 256;
/// The longest event name or property name, in UTF-8 bytes.
pub const NAME_BYTES: usize = 128;
/// The most units one event may name: each is one more shard to write to.
pub const UNITS: usize = 8;
/// The most active experiments an event may be tagged with.
pub const EXPERIMENTS: usize = 64;
/// The most bytes of an event's properties, written as JSON.
pub const PROPERTIES_BYTES: usize = 16 * 1024;
/// The most reasons a sender may have lost events for.
pub const REASONS: usize = 16;
/// The most of one reason that is believed of one sender, a page or a process: more is counted as this much. One that says more has
/// gone wrong or lies, and must not drown what the others say.
pub const LOST: u64 = 1_000_000;
/// How deep an event may nest: the event, its properties, and four levels inside.
pub const DEPTH: usize = 6;
/// The earliest time taken, 2000-01-01. Seconds sent for milliseconds land in January 1970 and are caught here.
pub const EARLIEST: i64 = 946_684_800_000;
/// How far ahead of us a sender's clock may be. Microseconds sent for milliseconds land in the year 57,000; a phone
/// that is months fast is a fact to keep, not to lose.
pub const AHEAD: i64 = 366 * 86_400_000;
/// How long before it comes in a link made with a client key counts: anyone can say anything, and of several links the earliest counts.
/// A sign-in needs the network, so an honest link comes in at once, or when the worker is back.
pub const LINK_LATE: i64 = 86_400_000;
/// The largest integer a JavaScript number holds exactly; a numeric unit id beyond it may already be another one.
pub const SAFE_INTEGER: i64 = 9_007_199_254_740_991;
/// The largest number taken, either side of zero. The report throws out sums beyond 1e75 as unsound, with the whole day they
/// stand for; no sender can reach that by an honest number of events.
pub const NUMBER: f64 = 1e30;
