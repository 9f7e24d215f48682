//! One alarm's work: every sink is served until it has everything, fails, or the time is up.

use futures_util::future::join_all;

use super::line::in_line;
use super::{Fact, Form, Identity, Kind, dead, log, state};
use crate::errors::Result;
use crate::host::Sql;
use crate::sinks::{Batch, Failure, Sink};

/// Facts in one batch: enough that a round trip does not show.
const BATCH: i64 = 1_000;
/// An alarm that works longer is cut into several; in between others get their turn.
const BUDGET_MS: i64 = 20_000;

/// What the drain cannot know by itself.
#[derive(Clone, Copy)]
pub(crate) struct World {
    pub(crate) now: fn() -> i64,
    /// A number in [0, 1).
    pub(crate) chance: fn() -> f64,
}

/// Serves all sinks at once. What fails is noted; nothing is thrown.
pub(crate) async fn drain(sql: &Sql, sinks: &[Box<dyn Sink>], identity: &Identity, world: World) -> Result<()> {
    join_all(sinks.iter().map(|sink| async move {
        let served = serve(sql, sink.as_ref(), identity, world).await;
        sink.close().await;
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
    let mut places = Vec::new();
    for kind in Kind::ALL {
        places.push(Place { kind, after: state::cursor(sql, sink.name(), kind)?, most: BATCH });
    }
    in_line(
        sink.depth(),
        |under_way| if (world.now)() < until { next(sql, sink, &mut places, under_way) } else { Ok(None) },
        |work: Work| async move {
            let delivered = deliver(sink, identity, work.kind, &work.facts).await;
            (work, delivered)
        },
        |(work, delivered)| {
            let now = (world.now)();
            match delivered {
                Ok(refused) => sql.transaction(|sql| work.done(sql, sink.name(), &refused, now)).map(|()| true),
                Err((why, asked_ms)) => {
                    state::went_wrong(sql, sink.name(), &why, asked_ms, (world.chance)(), now).map(|()| false)
                }
            }
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
    /// Facts to read at a time: what of them does not fit into a batch was read for nothing.
    most: i64,
}

impl Place {
    fn read_on(&mut self, sql: &Sql, form: Form) -> Result<Vec<Fact>> {
        let (facts, cut) = log::after(sql, self.kind, form, self.after, self.most)?;
        if let Some(last) = facts.last() {
            self.after = last.seq;
            self.most = fewer_or_more(self.most, facts.len(), cut);
        }
        Ok(facts)
    }
}

/// As many as fitted, when some did not; else twice as many as before.
fn fewer_or_more(most: i64, fitted: usize, cut: bool) -> i64 {
    if cut { i64::try_from(fitted).unwrap_or(BATCH) } else { most.saturating_mul(2).min(BATCH) }
}

/// What comes next, behind what was read already.
fn next(sql: &Sql, sink: &dyn Sink, places: &mut [Place], under_way: usize) -> Result<Option<Work>> {
    for kind in Kind::ALL {
        let numbers = dead::waiting(sql, sink.name(), kind, BATCH)?;
        if numbers.is_empty() {
            continue;
        }
        // They stay on the list until they are delivered, so what is on it may be under way.
        if under_way > 0 {
            return Ok(None);
        }
        let facts = log::by_numbers(sql, kind, sink.form(), &numbers)?;
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
    fn done(&self, sql: &Sql, sink: &str, refused: &[(i64, String)], now: i64) -> Result<()> {
        match &self.again {
            Some(numbers) => dead::revive(sql, sink, self.kind, numbers)?,
            None => {
                let last = self.facts.last().map_or(0, |fact| fact.seq);
                state::advance(sql, sink, self.kind, last)?;
            }
        }
        dead::bury(sql, sink, self.kind, refused, now)?;
        state::went_well(sql, sink, now)
    }
}

/// Delivers facts and answers those the sink refused for good. A batch that is refused is halved until what is wrong stands alone, so
/// that one bad fact holds up none.
async fn deliver(
    sink: &dyn Sink,
    identity: &Identity,
    kind: Kind,
    facts: &[Fact],
) -> std::result::Result<Vec<(i64, String)>, (String, i64)> {
    let mut refused = Vec::new();
    let mut parts = vec![facts];
    while let Some(part) = parts.pop() {
        let batch = Batch { environment: &identity.environment, shard: identity.shard, kind, facts: part };
        match (sink.deliver(batch).await, part) {
            (Ok(()), _) | (_, []) => {}
            (Err(Failure::Later { why, after_ms }), _) => return Err((why, after_ms)),
            (Err(Failure::Never { why }), [fact]) => refused.push((fact.seq, why)),
            (Err(Failure::Never { .. }), part) => {
                let (left, right) = part.split_at(part.len() / 2);
                parts.extend([right, left]);
            }
        }
    }
    Ok(refused)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use futures_util::FutureExt as _;
    use futures_util::future::{LocalBoxFuture, ready};

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

    type Ended = std::result::Result<Vec<(i64, String)>, (String, i64)>;

    fn run(facts: &[Fact], fails_at: usize) -> (Ended, Vec<usize>) {
        let sink = Fussy { calls: RefCell::default(), fails_at };
        let identity = Identity { environment: "p".into(), shard: 0 };
        let answer = deliver(&sink, &identity, Kind::Events, facts).now_or_never().unwrap();
        (answer, sink.calls.into_inner())
    }

    #[test]
    fn bad_facts_are_singled_out() {
        let facts: Vec<Fact> =
            (0..8).map(|seq| Fact { seq, json: if seq == 2 || seq == 7 { "bad" } else { "good" }.into() }).collect();
        let (refused, calls) = run(&facts, usize::MAX);
        assert_eq!(refused, Ok(vec![(2, "2 is bad".to_owned()), (7, "7 is bad".to_owned())]));
        assert_eq!(calls, [8, 4, 2, 2, 1, 1, 4, 2, 2, 1, 1]);
        assert_eq!(run(&[], usize::MAX), (Ok(Vec::new()), vec![0]));
    }

    #[test]
    fn of_long_facts_no_more_are_read_than_go_into_a_batch() {
        let mut most = BATCH;
        let asked: Vec<i64> = [140, 140, 90, 90, 180, 360, 720, 1000]
            .into_iter()
            .map(|fitting| {
                let read = most;
                most = fewer_or_more(most, usize::try_from(read.min(fitting)).unwrap(), read > fitting);
                read
            })
            .collect();
        assert_eq!(asked, [1000, 140, 280, 90, 180, 360, 720, 1000]);
        assert_eq!(fewer_or_more(1, 1, true), 1);
    }

    #[test]
    fn a_sink_that_is_down_ends_the_batch_whole() {
        let facts: Vec<Fact> = (0..4).map(|seq| Fact { seq, json: "bad".into() }).collect();
        assert_eq!(run(&facts, 2).0, Err(("down".to_owned(), 7)));
    }
}
