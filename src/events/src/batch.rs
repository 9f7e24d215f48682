use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::alias::Alias;
use crate::dropped::Dropped;
use crate::event::Event;
use crate::exposure::Exposure;
use crate::fault::{Code, Fault, Rejection};
use crate::fields::Fields;
use crate::json;
use crate::limits::{AHEAD, EARLIEST, EVENTS};

/// What the ingest knows and the batch does not.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// When the batch arrived.
    pub now: i64,
    /// Whether the sender may bring in the past (`"source": "import"`).
    pub may_import: bool,
    /// Facts made before this are refused unless they are brought in; 0 refuses none.
    pub horizon: i64,
}

/// One item worth storing.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A unit was shown a variant.
    Exposure(Exposure),
    /// Something happened to a unit.
    Event(Event),
    /// Two units are one and the same.
    Alias(Alias),
}

/// A batch, read: what to store, and what to tell the sender about the rest.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Batch {
    /// When the sender sent it, by its own clock; the difference to ours is the skew.
    pub sent_at: Option<i64>,
    /// Fields of the batch itself that say nothing and were passed over.
    pub ignored: Vec<Ignored>,
    /// What the sender says it lost.
    pub dropped: Option<Dropped>,
    /// The items that passed, in the order sent.
    pub items: Vec<Item>,
    /// The ones that did not.
    pub rejected: Vec<Rejection>,
}

/// A field of the batch that was passed over: the events beside it are none the worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// Which.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub message: &'static str,
}

/// Why there is no batch to speak of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The body is not a batch; `field` says where, when one field is at fault.
    NotABatch {
        /// The field at fault.
        field: Option<String>,
        /// What is wrong and what to do.
        message: String,
    },
    /// More events than a batch may hold.
    TooManyEvents {
        /// How many were sent.
        sent: usize,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotABatch { message, .. } => f.write_str(message),
            Refusal::TooManyEvents { sent } => write!(f, "{sent} events in one batch, {EVENTS} are allowed; split it"),
        }
    }
}

/// The batch as written, its events still uncut.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written<'a> {
    #[serde(default, borrow)]
    sent_at: Option<&'a RawValue>,
    #[serde(default)]
    sender: Option<Value>,
    #[serde(default)]
    dropped: Option<Value>,
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
}

/// Reads a batch. Each event is judged by itself.
///
/// ```
/// use isoflag_events::{Terms, validate};
/// let body = r#"{ "events": [
///   { "type": "exposure", "experiment": "checkout", "run": "1a2b3c4d", "unitType": "visitorId", "unit": "v-1",
///     "variant": "control", "at": 1763899999000 },
///   { "type": "event", "name": "checkout_completed", "units": { "visitorId": "v-1" }, "at": 1763899999500 } ] }"#;
/// let batch = validate(body, Terms { now: 1_763_900_000_000, may_import: false, horizon: 0 })?;
/// assert_eq!(batch.items.len(), 1);
/// assert_eq!(batch.rejected[0].field, "events[1].id");
/// # Ok::<(), isoflag_events::Refusal>(())
/// ```
pub fn validate(body: &str, terms: Terms) -> Result<Batch, Refusal> {
    let written: Written<'_> = serde_json::from_str(body).map_err(|error| Refusal::NotABatch {
        field: None,
        message: format!("the body is not a batch of events: {error}; send {{\"events\": [ … ]}}"),
    })?;
    if written.events.len() > EVENTS {
        return Err(Refusal::TooManyEvents { sent: written.events.len() });
    }
    let (sent_at, ignored) = sent_at(written.sent_at, terms.now);
    let dropped = Dropped::read(written.sender, written.dropped)
        .map_err(|(field, message)| Refusal::NotABatch { field: Some(field.to_owned()), message })?;
    let mut batch = Batch { sent_at, ignored, dropped, ..Batch::default() };
    for (index, raw) in written.events.iter().enumerate() {
        match item(raw.get(), &format!("events[{index}]"), terms) {
            Ok(item) => batch.items.push(item),
            Err(fault) => batch.rejected.push(fault.at(index)),
        }
    }
    Ok(batch)
}

/// When a batch was sent. A clock that is far off, of a device that starts in 1970 for example, leaves the skew unknown: the events
/// may have been made under a better one, and each is judged by its own time.
fn sent_at(written: Option<&RawValue>, now: i64) -> (Option<i64>, Vec<Ignored>) {
    let plausible = EARLIEST..=now.saturating_add(AHEAD);
    let at = written.and_then(|raw| raw.get().parse().ok()).filter(|at| plausible.contains(at));
    let ignored = if written.is_some() && at.is_none() {
        let message =
            "not milliseconds since the Unix epoch between 2000 and a year ahead; the skew of this batch is unknown";
        vec![Ignored { field: "sentAt", message }]
    } else {
        Vec::new()
    };
    (at, ignored)
}

/// Reads a batch of links, `{"aliases": […]}`: items of type `alias` that need not say so.
///
/// # Errors
///
/// As [`validate`].
pub fn validate_aliases(body: &str, terms: Terms) -> Result<Batch, Refusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Links<'a> {
        #[serde(borrow)]
        aliases: Vec<&'a RawValue>,
    }
    let written: Links<'_> = serde_json::from_str(body).map_err(|error| Refusal::NotABatch {
        field: None,
        message: format!("the body is not a batch of links: {error}; send {{\"aliases\": [ … ]}}"),
    })?;
    if written.aliases.len() > EVENTS {
        return Err(Refusal::TooManyEvents { sent: written.aliases.len() });
    }
    let mut batch = Batch::default();
    for (index, raw) in written.aliases.iter().enumerate() {
        let place = format!("aliases[{index}]");
        let fields = json::read(raw.get(), &place).and_then(|value| Fields::new(&place, value));
        match fields.and_then(|fields| Alias::take(fields, terms)) {
            Ok(alias) => batch.items.push(Item::Alias(alias)),
            Err(fault) => batch.rejected.push(fault.at(index)),
        }
    }
    Ok(batch)
}

fn item(text: &str, place: &str, terms: Terms) -> Result<Item, Fault> {
    let mut fields = Fields::new(place, json::read(text, place)?)?;
    match fields.text("type")?.as_str() {
        "exposure" => Exposure::take(fields, terms).map(Item::Exposure),
        "event" => Event::take(fields, terms).map(Item::Event),
        "alias" => Alias::take(fields, terms).map(Item::Alias),
        _ => Err(fields.fault("type", Code::BadValue, "must be `exposure`, `event` or `alias`")),
    }
}

#[cfg(test)]
mod tests;
