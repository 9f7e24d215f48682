use worker::{Context, Env, Headers, event};

use super::Host;
use super::body::Body;
use crate::errors::Error;
use crate::http::{Request, Response};
use crate::{auth, mount, routes};

#[event(fetch)]
async fn fetch(request: worker::Request, env: Env, _context: Context) -> worker::Result<worker::Response> {
    let mut ours = read(&request)?;
    let host = Host { env, request: Body::of(request) };
    let answered = match mount::inside(&ours.path, host.setting(mount::SETTING).as_deref()) {
        Some(path) => {
            ours.path = path;
            let answered = routes::answer(&host, &ours).await;
            if let Err(Error::Sealed { moved: true }) = answered {
                auth::forget();
                // Who only reads need not come again.
                if ours.method == "GET" { routes::answer(&host, &ours).await } else { answered }
            } else {
                answered
            }
        }
        None => {
            Err(Error::NotFound(format!("there is no `{}`; {} says where this worker is", ours.path, mount::SETTING)))
        }
    };
    let response = match answered {
        Ok(response) => response,
        Err(error) => {
            if let Error::Internal(what) = &error {
                // The path is ours to name, the query is not: a client key may stand in it.
                super::log(&format!("{} {}: {what}", ours.method, ours.path));
            }
            error.respond()
        }
    };
    write(response.with_cors(), ours.method == "HEAD")
}

fn read(request: &worker::Request) -> worker::Result<Request> {
    let query = request.url()?.query_pairs().map(|(key, value)| (key.into_owned(), value.into_owned())).collect();
    let headers = request.headers().entries().collect();
    Ok(Request::new(request.method().to_string(), request.path(), query, headers))
}

fn write(response: Response, only_head: bool) -> worker::Result<worker::Response> {
    let headers = Headers::new();
    for (name, value) in &response.headers {
        headers.set(name, value)?;
    }
    let builder = worker::Response::builder().with_status(response.status).with_headers(headers);
    // 204 and 304 must not carry a body, not even one of no bytes.
    Ok(if only_head || matches!(response.status, 204 | 304) { builder.empty() } else { builder.fixed(response.body) })
}
