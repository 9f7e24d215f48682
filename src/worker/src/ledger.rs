//! The ledger as a whole: which shard has what, and writing to all that a batch touches.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use isoflag_events::shard_of;

use crate::crowd::{Crowd, Place};
use crate::errors::{Error, Result};
use crate::host::{BUSY_SECONDS, Host};
use crate::registry::Generation;
use crate::shard::{Appended, Ask, Facts, Relay};

/// Batches an isolate has under way to one shard before it says so: a second or two of work, after which whoever waits had
/// better wait elsewhere.
const QUEUE: usize = 256;

thread_local! {
    static CROWD: RefCell<Crowd> = RefCell::default();
}

/// The shards of one environment.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) environment: String,
    /// How many there are.
    pub(crate) shards: u32,
    /// How often that number was changed: units are placed by it, so each has objects of its own.
    pub(crate) generation: u32,
}

/// What became of facts that were written.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Ids that some shard did not have.
    pub(crate) news: BTreeSet<String>,
    /// Ids from before what some shard can tell apart.
    pub(crate) stale: BTreeSet<String>,
}

impl Ledger {
    pub(crate) fn of(environment: &str, Generation { generation, shards }: Generation) -> Self {
        Ledger { environment: environment.to_owned(), shards, generation }
    }

    /// What a shard is called.
    pub(crate) fn name(&self, shard: u32) -> String {
        let Ledger { environment, generation, .. } = self;
        if *generation == 0 { format!("{environment}/{shard}") } else { format!("{environment}/{shard}/{generation}") }
    }

    /// The shard that keeps a unit.
    pub(crate) fn home(&self, unit_type: &str, unit: &str) -> u32 {
        shard_of(unit_type, unit, self.shards)
    }

    /// The numbers of all shards.
    pub(crate) fn numbers(&self) -> std::ops::Range<u32> {
        0..self.shards
    }

    /// Writes each shard its part, all at once, and has heard what follows from it. If one fails the sender is told so and sends
    /// everything again; the others will know their part.
    pub(crate) async fn store(&self, host: &Host, parts: BTreeMap<u32, Facts>, skew: Option<i64>) -> Result<Stored> {
        let names: Vec<String> = parts.keys().map(|shard| self.name(*shard)).collect();
        let places = enter(host, &names)?;
        let asks = parts.into_iter().map(|(shard, facts)| (shard, Ask::Append { skew, facts }));
        let appended = host.shards::<Appended>(self, asks).await;
        leave(&names, places);
        let mut stored = Stored::default();
        let mut relays: BTreeMap<u32, Vec<Relay>> = BTreeMap::new();
        for appended in appended? {
            // An event of several units is news if it is news to any of their shards.
            stored.news.extend(appended.exposures.into_iter().chain(appended.events));
            stored.stale.extend(appended.stale);
            for relay in appended.relays {
                relays.entry(self.home(&relay.unit.0, &relay.unit.1)).or_default().push(relay);
            }
        }
        let heard = relays.into_iter().map(|(shard, relays)| (shard, Ask::Heed { relays }));
        host.shards::<()>(self, heard).await?;
        Ok(stored)
    }
}

/// Takes a place in the queue of each shard, unless more is under way to one of them than it can take.
fn enter(host: &Host, names: &[String]) -> Result<Vec<Place>> {
    let most = host.setting("ISOFLAG_SHARD_QUEUE").and_then(|text| text.trim().parse().ok()).unwrap_or(QUEUE);
    let mut places = Vec::new();
    for name in names {
        match CROWD.with_borrow_mut(|crowd| crowd.enter(name, most, host.now())) {
            Some(place) => places.push(place),
            None => {
                leave(names, places);
                return Err(Error::Unavailable { seconds: BUSY_SECONDS });
            }
        }
    }
    Ok(places)
}

fn leave(names: &[String], places: Vec<Place>) {
    CROWD.with_borrow_mut(|crowd| names.iter().zip(places).for_each(|(name, place)| crowd.leave(name, place)));
}
