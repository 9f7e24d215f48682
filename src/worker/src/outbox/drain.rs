//! One alarm's work: every sink is served until it has everything, fails, or the time is up.

use std::cell::Cell;
use std::pin::pin;

use futures_util::future::{Either, LocalBoxFuture, join_all, select};

use super::line::in_line;
use super::log::{self, Most};
use super::{Fact, Form, Identity, Kind, dead, state};
use crate::errors::Result;
use crate::host::Sql;
use crate::sinks::{Batch, Failure, Sink};

/// Facts in one batch: enough that a round trip does not show. And bytes: a Durable Object and a sink hold it all in memory, and several
/// sinks two of them each.
const BATCH: Most = Most { facts: 1_000, bytes: 2 << 20 };
/// An alarm that works longer is cut into several; in between others get their turn.
const BUDGET_MS: i64 = 20_000;
/// A sink that says nothing for so long has failed, whether it was connecting or taking a batch.
const DEADLINE_MS: u64 = 15_000;
/// How long the end of a connection is waited for.
const GOODBYE_MS: u64 = 2_000;
/// Requests of one alarm that look for what is wrong in a refused batch. Enough to find one among a batch; and below the 50 a runtime may
/// allow, for behind those every request fails.
const SEARCHES: u32 = 30;

/// What the drain cannot know by itself.
#[derive(Clone, Copy)]
pub(crate) struct World {
    pub(crate) now: fn() -> i64,
    /// A number in [0, 1).
    pub(crate) chance: fn() -> f64,
    /// Is over after so many milliseconds.
    pub(crate) pass: fn(u64) -> LocalBoxFuture<'static, ()>,
}

/// What becomes of it in time.
async fn within<T>(work: impl Future<Output = T>, time: LocalBoxFuture<'static, ()>) -> Option<T> {
    match select(pin!(work), time).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Serves all sinks at once. What fails is noted; nothing is thrown.
pub(crate) async fn drain(sql: &Sql, sinks: &[Box<dyn Sink>], identity: &Identity, world: World) -> Result<()> {
    join_all(sinks.iter().map(|sink| async move {
        let served = serve(sql, sink.as_ref(), identity, world).await;
        // Whoever does not even hear us out is not waited for.
        let _ = within(sink.close(), (world.pass)(GOODBYE_MS)).await;
        served
    }))
    .await
    .into_iter()
    .collect()
}

async fn serve(sql: &Sql, sink: &dyn Sink, identity: &Identity, world: World) -> Result<()> {
    let until = (world.now)().saturating_add(BUDGET_MS);
    if state::retry_at(sql, sink.name())? > (world.now)() {
        return Ok(());
    }
    let searches = Cell::new(SEARCHES);
    let searches = &searches;
    let mut places = Vec::new();
    for kind in Kind::ALL {
        places.push(Place { kind, after: state::cursor(sql, sink.name(), kind)? });
    }
    in_line(
        sink.depth(),
        |under_way| if (world.now)() < until { next(sql, sink, &mut places, under_way) } else { Ok(None) },
        |work: Work| async move {
            let delivered = deliver(sink, identity, work.kind, &work.facts, searches, world.pass).await;
            (work, delivered)
        },
        |(work, delivered)| {
            let now = (world.now)();
            sql.transaction(|sql| {
                // What was found out is kept, whatever came of the rest.
                if delivered.settled > 0 || delivered.whole {
                    work.done(sql, sink.name(), &delivered, now)?;
                }
                if let Some((why, asked_ms)) = &delivered.failure {
                    state::went_wrong(sql, sink.name(), why, *asked_ms, (world.chance)(), now)?;
                }
                Ok(delivered.whole)
            })
        },
    )
    .await
}

struct Work {
    kind: Kind,
    facts: Vec<Fact>,
    /// Dead letters that get another try, rather than what comes next in the log.
    again: Option<Vec<i64>>,
}

/// How far a kind was read, which is ahead of what the sink has.
struct Place {
    kind: Kind,
    after: i64,
}

impl Place {
    fn read_on(&mut self, sql: &Sql, form: Form) -> Result<Vec<Fact>> {
        let facts = log::after(sql, self.kind, form, self.after, BATCH)?;
        self.after = facts.last().map_or(self.after, |last| last.seq);
        Ok(facts)
    }
}

/// What comes next, behind what was read already.
fn next(sql: &Sql, sink: &dyn Sink, places: &mut [Place], under_way: usize) -> Result<Option<Work>> {
    for kind in Kind::ALL {
        let numbers = dead::waiting(sql, sink.name(), kind, BATCH.facts)?;
        if numbers.is_empty() {
            continue;
        }
        // They stay on the list until they are delivered, so what is on it may be under way.
        if under_way > 0 {
            return Ok(None);
        }
        let facts = log::by_numbers(sql, kind, sink.form(), &numbers, BATCH.bytes)?;
        // A batch may have been cut by its bytes; what was cut waits. What is no longer in the ledger is let go.
        let last = facts.last().map_or(i64::MAX, |fact| fact.seq);
        let again = numbers.into_iter().filter(|seq| *seq <= last).collect();
        return Ok(Some(Work { kind, facts, again: Some(again) }));
    }
    for place in places {
        let facts = place.read_on(sql, sink.form())?;
        if !facts.is_empty() {
            return Ok(Some(Work { kind: place.kind, facts, again: None }));
        }
    }
    Ok(None)
}

impl Work {
    fn done(&self, sql: &Sql, sink: &str, delivered: &Delivered, now: i64) -> Result<()> {
        let last = self.facts.iter().take(delivered.settled).next_back().map_or(0, |fact| fact.seq);
        match &self.again {
            Some(numbers) if delivered.whole => dead::revive(sql, sink, self.kind, numbers)?,
            Some(numbers) => {
                let settled: Vec<i64> = numbers.iter().copied().filter(|seq| *seq <= last).collect();
                dead::revive(sql, sink, self.kind, &settled)?;
            }
            None => state::advance(sql, sink, self.kind, last)?,
        }
        dead::bury(sql, sink, self.kind, &delivered.refused, now)?;
        state::went_well(sql, sink, now)
    }
}

/// How far a batch came.
#[derive(Debug, Default, PartialEq)]
struct Delivered {
    /// Facts that were taken or refused for good, from the first on.
    settled: usize,
    refused: Vec<(i64, String)>,
    /// Whether that is all of them.
    whole: bool,
    /// Why it is not, and how long the sink asked to be left alone. Nothing when there were no more requests for searching.
    failure: Option<(String, i64)>,
}

/// Delivers facts. A batch that is refused is halved until what is wrong stands alone, so that one bad fact holds up none; when `searches`
/// are used up, the next alarm goes on behind what is settled.
async fn deliver(
    sink: &dyn Sink,
    identity: &Identity,
    kind: Kind,
    facts: &[Fact],
    searches: &Cell<u32>,
    pass: fn(u64) -> LocalBoxFuture<'static, ()>,
) -> Delivered {
    let mut delivered = Delivered::default();
    let mut parts = vec![facts];
    while let Some(part) = parts.pop() {
        if part.len() < facts.len() {
            let Some(left) = searches.get().checked_sub(1) else { return delivered };
            searches.set(left);
        }
        let batch = Batch { environment: &identity.environment, shard: identity.shard, kind, facts: part };
        let answer = within(sink.deliver(batch), pass(DEADLINE_MS)).await.unwrap_or_else(|| {
            Err(Failure::Later { why: format!("no answer within {} s", DEADLINE_MS / 1000), after_ms: 0 })
        });
        match (answer, part) {
            (Ok(()), _) | (_, []) => delivered.settled += part.len(),
            (Err(Failure::Later { why, after_ms }), _) => {
                delivered.failure = Some((why, after_ms));
                return delivered;
            }
            (Err(Failure::Never { why }), [fact]) => {
                delivered.refused.push((fact.seq, why));
                delivered.settled += 1;
            }
            (Err(Failure::Never { .. }), part) => {
                let (left, right) = part.split_at(part.len() / 2);
                parts.extend([right, left]);
            }
        }
    }
    delivered.whole = true;
    delivered
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_util::FutureExt as _;
    use futures_util::future::{pending, ready};

    use super::*;

    /// Refuses every batch that holds a bad fact, and fails from the n-th call on.
    struct Fussy {
        calls: RefCell<Vec<usize>>,
        fails_at: usize,
    }

    impl Sink for Fussy {
        fn name(&self) -> &'static str {
            "fussy"
        }

        fn deliver<'a>(&'a self, batch: Batch<'a>) -> LocalBoxFuture<'a, std::result::Result<(), Failure>> {
            self.calls.borrow_mut().push(batch.facts.len());
            let bad = batch.facts.iter().find(|fact| fact.json == "bad").map(|fact| fact.seq);
            let answer = if self.calls.borrow().len() > self.fails_at {
                Err(Failure::Later { why: "down".into(), after_ms: 7 })
            } else {
                bad.map_or(Ok(()), |seq| Err(Failure::Never { why: format!("{seq} is bad") }))
            };
            ready(answer).boxed_local()
        }
    }

    fn never(_: u64) -> LocalBoxFuture<'static, ()> {
        pending().boxed_local()
    }

    fn at_once(_: u64) -> LocalBoxFuture<'static, ()> {
        ready(()).boxed_local()
    }

    fn run(facts: &[Fact], fails_at: usize) -> (Delivered, Vec<usize>) {
        let sink = Fussy { calls: RefCell::default(), fails_at };
        let identity = Identity { environment: "p".into(), shard: 0, generation: 0 };
        let searches = Cell::new(SEARCHES);
        let answer = deliver(&sink, &identity, Kind::Events, facts, &searches, never).now_or_never().unwrap();
        (answer, sink.calls.into_inner())
    }

    #[test]
    fn bad_facts_are_singled_out() {
        let facts: Vec<Fact> =
            (0..8).map(|seq| Fact { seq, json: if seq == 2 || seq == 7 { "bad" } else { "good" }.into() }).collect();
        let (delivered, calls) = run(&facts, usize::MAX);
        let refused = vec![(2, "2 is bad".to_owned()), (7, "7 is bad".to_owned())];
        assert_eq!(delivered, Delivered { settled: 8, refused, whole: true, failure: None });
        assert_eq!(calls, [8, 4, 2, 2, 1, 1, 4, 2, 2, 1, 1]);
        assert_eq!(run(&[], usize::MAX), (Delivered { whole: true, ..Delivered::default() }, vec![0]));
    }

    #[test]
    fn what_was_found_out_is_kept_when_the_next_request_fails() {
        let facts: Vec<Fact> = (0..4).map(|seq| Fact { seq, json: "bad".into() }).collect();
        let failure = Some(("down".to_owned(), 7));
        assert_eq!(run(&facts, 2).0, Delivered { failure: failure.clone(), ..Delivered::default() });
        let refused = vec![(0, "0 is bad".to_owned())];
        assert_eq!(run(&facts, 3).0, Delivered { settled: 1, refused, whole: false, failure });
    }

    #[test]
    fn a_batch_of_bad_facts_costs_an_alarm_few_requests_and_each_gets_further() {
        let facts: Vec<Fact> = (0..1000).map(|seq| Fact { seq, json: "bad".into() }).collect();
        let (mut from, mut alarms) = (0, 0);
        while let Some(rest) = facts.get(from..).filter(|rest| !rest.is_empty()) {
            let (delivered, calls) = run(rest, usize::MAX);
            assert!(calls.len() <= 31 && delivered.settled > 0 && delivered.failure.is_none(), "{from}: {calls:?}");
            assert_eq!(delivered.refused.len(), delivered.settled);
            from += delivered.settled;
            alarms += 1;
        }
        assert!(alarms < 100, "{alarms}");
    }

    /// Takes a batch and says nothing.
    struct Silent;

    impl Sink for Silent {
        fn name(&self) -> &'static str {
            "silent"
        }

        fn deliver<'a>(&'a self, _: Batch<'a>) -> LocalBoxFuture<'a, std::result::Result<(), Failure>> {
            pending().boxed_local()
        }
    }

    #[test]
    fn a_sink_that_says_nothing_has_failed_when_its_time_is_over() {
        let identity = Identity { environment: "p".into(), shard: 0, generation: 0 };
        let facts = [Fact { seq: 1, json: "good".into() }];
        let searches = Cell::new(SEARCHES);
        let run = |pass| deliver(&Silent, &identity, Kind::Events, &facts, &searches, pass).now_or_never();
        let failure = Some(("no answer within 15 s".to_owned(), 0));
        assert_eq!(run(at_once), Some(Delivered { failure, ..Delivered::default() }));
        assert_eq!(run(never), None);
    }
}
