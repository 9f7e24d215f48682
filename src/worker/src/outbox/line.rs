//! Batches on their way to a sink: several at a time, ticked off in their order.

use futures_util::stream::{FuturesOrdered, StreamExt as _};

use crate::errors::Result;

/// Sends what `read` gives until it gives nothing more, or until `end` wants no more.
///
/// * `read` is told how many are under way and takes up behind them.
/// * `end` hears how each of them fared, in the order they were read, whichever was taken first. Behind one that failed nothing is
///   ticked off: when it says `false`, what is still under way is let go, as if it had never been sent.
///
/// The first goes alone, for it finds out whether the sink is there at all; from then on `depth` are under way.
pub(super) async fn in_line<W, O, F: Future<Output = O>>(
    depth: usize,
    mut read: impl FnMut(usize) -> Result<Option<W>>,
    send: impl Fn(W) -> F,
    mut end: impl FnMut(O) -> Result<bool>,
) -> Result<()> {
    let mut under_way = FuturesOrdered::new();
    let mut room = 1;
    loop {
        while under_way.len() < room {
            let Some(work) = read(under_way.len())? else { break };
            under_way.push_back(send(work));
        }
        let Some(outcome) = under_way.next().await else { return Ok(()) };
        if !end(outcome)? {
            return Ok(());
        }
        room = depth;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;
    use std::future::poll_fn;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;
    use crate::errors::Error;

    /// What happens to batches 0 to `most` when the sink answers them in this order; it takes those that are `true`.
    fn happens(depth: usize, most: usize, answers: &[(usize, bool)]) -> (Vec<String>, bool) {
        let said = RefCell::new(Vec::new());
        let answered = RefCell::new(BTreeMap::new());
        let mut batches = 0..most;
        let mut line = Box::pin(in_line(
            depth,
            |under_way| {
                let next = batches.next();
                said.borrow_mut().extend(next.map(|batch| format!("{batch} goes behind {under_way}")));
                Ok(next)
            },
            |batch| {
                let answered = &answered;
                poll_fn(move |cx| match answered.borrow().get(&batch) {
                    Some(taken) => Poll::Ready((batch, *taken)),
                    None => {
                        cx.waker().wake_by_ref();
                        Poll::Pending
                    }
                })
            },
            |(batch, taken)| {
                said.borrow_mut().push(format!("{batch} {}", if taken { "is ticked off" } else { "failed" }));
                Ok(taken)
            },
        ));
        let mut cx = Context::from_waker(Waker::noop());
        let mut ended = line.as_mut().poll(&mut cx).is_ready();
        for (batch, taken) in answers {
            assert!(!ended, "nobody waits for the answer to {batch}");
            said.borrow_mut().push(format!("{batch} is answered"));
            answered.borrow_mut().insert(*batch, *taken);
            ended = line.as_mut().poll(&mut cx).is_ready();
        }
        drop(line);
        (said.into_inner(), ended)
    }

    #[test]
    fn the_first_goes_alone_and_whatever_is_answered_first_they_are_ticked_off_in_order() {
        let (said, ended) = happens(3, 5, &[(0, true), (2, true), (1, true), (4, true), (3, true)]);
        let expected = [
            "0 goes behind 0",
            "0 is answered",
            "0 is ticked off",
            "1 goes behind 0",
            "2 goes behind 1",
            "3 goes behind 2",
            "2 is answered",
            "1 is answered",
            "1 is ticked off",
            "4 goes behind 2",
            "2 is ticked off",
            "4 is answered",
            "3 is answered",
            "3 is ticked off",
            "4 is ticked off",
        ];
        assert_eq!(said, expected);
        assert!(ended);
    }

    #[test]
    fn behind_one_that_fails_nothing_is_ticked_off_though_it_was_taken() {
        let (said, ended) = happens(3, 9, &[(0, true), (2, true), (3, true), (1, false)]);
        let last: Vec<&str> = said.iter().rev().take(2).map(String::as_str).collect();
        assert_eq!(last, ["1 failed", "1 is answered"]);
        assert!(ended);
        assert_eq!(said.iter().filter(|one| one.ends_with("is ticked off")).collect::<Vec<_>>(), ["0 is ticked off"]);
    }

    #[test]
    fn a_sink_that_goes_away_is_told_of_once_and_what_is_under_way_is_let_go() {
        let (said, ended) = happens(2, 9, &[(0, true), (1, true), (2, false)]);
        assert!(ended);
        assert_eq!(said.iter().filter(|one| one.ends_with("failed")).collect::<Vec<_>>(), ["2 failed"]);
        assert!(said.contains(&"3 goes behind 1".to_owned()) && !said.contains(&"3 is ticked off".to_owned()));
        // One that was never there is asked with one batch.
        assert_eq!(happens(3, 9, &[(0, false)]).0, ["0 goes behind 0", "0 is answered", "0 failed"]);
    }

    #[test]
    fn a_sink_of_depth_one_has_one_batch_at_a_time() {
        let (said, ended) = happens(1, 3, &[(0, true), (1, true), (2, true)]);
        assert!(ended && said.iter().filter(|one| one.contains("behind")).all(|one| one.ends_with("behind 0")));
        assert_eq!(said.len(), 9);
        assert_eq!(happens(2, 0, &[]), (Vec::new(), true));
    }

    #[test]
    fn what_cannot_be_read_or_ticked_off_ends_it() {
        let mut cx = Context::from_waker(Waker::noop());
        let read = pin!(in_line(2, |_| Err(Error::internal("broken")), |(): ()| std::future::ready(()), |()| Ok(true)))
            .poll(&mut cx);
        assert!(matches!(read, Poll::Ready(Err(_))));
        let end =
            pin!(in_line(2, |_| Ok(Some(())), |(): ()| std::future::ready(()), |()| Err(Error::internal("broken"))))
                .poll(&mut cx);
        assert!(matches!(end, Poll::Ready(Err(_))));
    }
}
