//! A Cloudflare Queue: a message for each fact, for consumers of one's own.

use futures_util::future::LocalBoxFuture;

use super::{Batch, Failure, Sink};
use crate::host::Outside;
use crate::outbox::Fact;

/// What one call to a queue may carry, less some room for what the runtime adds to each message.
const MESSAGES: usize = 100;
const CALL_BYTES: usize = 240_000;
const MESSAGE_BYTES: usize = 127_000;

struct Queue {
    outside: Outside,
}

pub(super) fn open(outside: &Outside) -> Option<Box<dyn Sink>> {
    outside.has_queue().then(|| Box::new(Queue { outside: outside.clone() }) as Box<dyn Sink>)
}

impl Sink for Queue {
    fn name(&self) -> &'static str {
        "queue"
    }

    fn deliver<'a>(&'a self, batch: Batch<'a>) -> LocalBoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            if batch.facts.iter().any(|fact| fact.json.len() > MESSAGE_BYTES) {
                return Err(Failure::Never { why: format!("a message of a queue holds {MESSAGE_BYTES} bytes") });
            }
            for part in parts(batch.facts) {
                let messages = part
                    .iter()
                    .map(|fact| format!("{{\"environment\":\"{}\",\"fact\":{}}}", batch.environment, fact.json))
                    .collect();
                // A failure after some parts sends those again later; consumers know a fact by its id.
                self.outside
                    .enqueue(messages)
                    .await
                    .map_err(|_| Failure::later("the queue did not take the messages"))?;
            }
            Ok(())
        })
    }
}

fn parts(facts: &[Fact]) -> Vec<&[Fact]> {
    let mut parts = Vec::new();
    let mut rest = facts;
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest
            .iter()
            .take(MESSAGES)
            .take_while(|fact| {
                bytes += fact.json.len() + 64;
                bytes <= CALL_BYTES
            })
            .count();
        let (part, more) = rest.split_at(fitting.max(1));
        parts.push(part);
        rest = more;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_the_limits_and_lose_nothing() {
        let facts: Vec<Fact> =
            (0..250).map(|seq| Fact { seq, json: "x".repeat(if seq < 3 { 120_000 } else { 1_000 }) }).collect();
        let parts = parts(&facts);
        assert_eq!(parts.iter().map(|part| part.len()).collect::<Vec<_>>(), [1, 1, 100, 100, 48]);
        assert_eq!(parts.concat(), facts);
    }
}
