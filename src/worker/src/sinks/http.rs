//! Any endpoint that takes JSON: `{"environment", "shard", "kind", "facts": […]}` by POST.

use futures_util::future::LocalBoxFuture;
use serde_json::json;

use super::{Batch, Failure, Sink};
use crate::host::{Answer, Outside};

struct Http {
    outside: Outside,
    url: String,
    authorization: Option<String>,
}

pub(super) fn open(outside: &Outside) -> Option<Box<dyn Sink>> {
    let url = outside.setting("ISOFLAG_HTTP_SINK_URL")?;
    let authorization = outside.setting("ISOFLAG_HTTP_SINK_AUTHORIZATION");
    Some(Box::new(Http { outside: outside.clone(), url, authorization }))
}

impl Sink for Http {
    fn name(&self) -> &'static str {
        "http"
    }

    fn deliver<'a>(&'a self, batch: Batch<'a>) -> LocalBoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let body = format!(
                "{{\"environment\":{},\"shard\":{},\"kind\":\"{}\",\"facts\":{}}}",
                json!(batch.environment),
                batch.shard,
                batch.kind.name(),
                batch.array()
            );
            match self.outside.post(&self.url, self.authorization.as_deref(), body).await {
                Ok(answer) => judge(&answer),
                Err(_) => Err(Failure::later("the endpoint cannot be reached")),
            }
        })
    }
}

/// A refusal for good is one about the content; a wrong address, secret or method is the operator's to mend, and nothing is buried for it.
fn judge(answer: &Answer) -> Result<(), Failure> {
    match answer.status {
        200..=299 => Ok(()),
        status @ (400 | 413 | 415 | 422) => Err(Failure::Never { why: format!("the endpoint answered {status}") }),
        status @ 300..=399 => {
            Err(Failure::later(format!("the endpoint answered {status}; set the address it redirects to")))
        }
        status => Err(Failure::Later {
            why: format!("the endpoint answered {status}"),
            after_ms: answer.retry_after.unwrap_or(0).min(3600).saturating_mul(1000),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_about_the_content_is_for_good() {
        for (status, good, never) in
            [(200, true, false), (204, true, false), (302, false, false), (400, false, true), (401, false, false)]
                .into_iter()
                .chain([
                    (404, false, false),
                    (413, false, true),
                    (422, false, true),
                    (429, false, false),
                    (503, false, false),
                ])
        {
            let outcome = judge(&Answer { status, retry_after: None });
            assert_eq!(outcome.is_ok(), good, "{status}");
            assert_eq!(matches!(outcome, Err(Failure::Never { .. })), never, "{status}");
        }
        let busy = judge(&Answer { status: 503, retry_after: Some(7) });
        assert_eq!(busy, Err(Failure::Later { why: "the endpoint answered 503".into(), after_ms: 7000 }));
    }
}
