//! The ledger as a whole: which shard has what, and writing to all that a batch touches.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use isoflag_events::shard_of;

use crate::crowd::{Crowd, Place};
use crate::errors::{Error, Result};
use crate::host::{BUSY_SECONDS, Host, Outside};
use crate::registry::Generation;
use crate::shard::{Appended, Ask, Errand, Facts, GRACE_MS, Heard, Relay};

/// Batches an isolate has under way to one shard before it says so: a second or two of work, after which whoever waits had
/// better wait elsewhere.
const QUEUE: usize = 256;
/// Rounds of relays a request sees to: some megabytes of events. What is left the shards do by themselves.
const ROUNDS: usize = 6;
/// And no round for which calls may be lacking: a runtime may allow 1,000, of which a batch takes one for each shard beforehand.
const CALLS: usize = 600;

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
    /// Links of one type more than a unit may have, by identity.
    pub(crate) crowded: BTreeSet<String>,
}

/// What is said to shards of devices: the shard of the user it comes from, and what.
pub(crate) type Word = (u32, Relay);

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
        let shards: Vec<u32> = parts.keys().copied().collect();
        let places = enter(host, &names)?;
        let asks = parts.into_iter().map(|(shard, facts)| (shard, Ask::Append { skew, facts }));
        let appended = host.shards::<Appended>(self, asks).await;
        leave(&names, places);
        let mut stored = Stored::default();
        let mut words: Vec<Word> = Vec::new();
        let mut users: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        for (shard, appended) in shards.into_iter().zip(appended?) {
            // An event of several units is news if it is news to any of their shards.
            stored.news.extend(appended.exposures.into_iter().chain(appended.events));
            stored.stale.extend(appended.stale);
            stored.crowded.extend(appended.crowded);
            words.extend(appended.relays.into_iter().map(|relay| (shard, relay)));
            users.insert(shard, appended.users);
        }
        self.tell(&host.outside(), words, &users, GRACE_MS).await?;
        Ok(stored)
    }

    /// Has shards of devices hear what those of users have to say, and goes on for some of the users as long as that is worth a request. What is
    /// left then is left alone for a while.
    pub(crate) async fn tell(
        &self,
        outside: &Outside,
        mut words: Vec<Word>,
        users: &BTreeMap<u32, Vec<i64>>,
        for_ms: i64,
    ) -> Result<()> {
        let (mut calls, each) = (0, 2 * self.numbers().len());
        for _ in 0..ROUNDS {
            if words.is_empty() || (calls > 0 && calls + each > CALLS) {
                break;
            }
            calls += each;
            let heard = self.say(outside, words).await?;
            let asks: Vec<(u32, Ask)> = heard
                .into_iter()
                .map(|(shard, heard)| {
                    (shard, Ask::Heard { heard, users: users.get(&shard).cloned().unwrap_or_default(), for_ms })
                })
                .collect();
            let shards: Vec<u32> = asks.iter().map(|(shard, _)| *shard).collect();
            let next: Vec<Vec<Relay>> = outside.shards(self, asks).await?;
            words = shards
                .into_iter()
                .zip(next)
                .flat_map(|(shard, relays)| relays.into_iter().map(move |relay| (shard, relay)))
                .collect();
        }
        Ok(())
    }

    /// Says each word to the shard of its device; answers what the shards that wait for it are to be told.
    async fn say(&self, outside: &Outside, words: Vec<Word>) -> Result<BTreeMap<u32, Vec<Heard>>> {
        let mut waiting: BTreeMap<u32, Vec<Option<(u32, Heard)>>> = BTreeMap::new();
        let mut relays: BTreeMap<u32, Vec<Relay>> = BTreeMap::new();
        for (shard, mut relay) in words {
            let home = self.home(&relay.unit.0, &relay.unit.1);
            let waits = relay.errand.take().map(|Errand { user, next }| {
                let (unit_type, unit) = relay.unit.clone();
                (shard, Heard(user, unit_type, unit, relay.first.clone(), next))
            });
            waiting.entry(home).or_default().push(waits);
            relays.entry(home).or_default().push(relay);
        }
        let asks = relays.into_iter().map(|(shard, relays)| (shard, Ask::Heed { relays }));
        let done: Vec<Vec<bool>> = outside.shards(self, asks).await?;
        let mut heard: BTreeMap<u32, Vec<Heard>> = BTreeMap::new();
        for (waits, done) in waiting.into_values().flatten().zip(done.into_iter().flatten()) {
            if let Some((shard, word)) = waits {
                // What is not done is not struck, and so is said again.
                heard.entry(shard).or_default().extend(done.then_some(word));
            }
        }
        Ok(heard)
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
