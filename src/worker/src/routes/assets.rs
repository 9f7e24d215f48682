//! The console: static files from wherever the host keeps them.
//!
//! On Cloudflare that is the assets binding, on a bare `workerd` a disk service. The second knows neither types nor
//! index files and lists folders, so nothing is left to either: only paths that name a file are fetched, and everything
//! else is a screen of the console.

use crate::errors::{Error, Result};
use crate::host::Host;
use crate::http::{Request, Response};
use crate::mount;

pub(super) async fn get(host: &Host, request: &Request) -> Result<Response> {
    let setting = host.setting(mount::SETTING);
    let path = request.path.as_str();
    let file = if names_a_file(path) { path } else { "/index.html" };
    let asset = host.asset(file).await?.ok_or_else(|| Error::NotFound(format!("there is no `{path}`")))?;
    let content_type = content_type(file)
        .map(str::to_owned)
        .or(asset.content_type)
        .unwrap_or_else(|| "application/octet-stream".into());
    // Vite puts a hash of the content into the names of what it builds; all else must be asked for again.
    let hashed = file.starts_with("/assets/");
    let kept = if hashed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = asset.etag.filter(|_| !hashed);
    let unchanged = tag.is_some() && tag.as_deref() == request.header("if-none-match");
    let body = if file == "/index.html" { rooted(asset.body, &mount::root(setting.as_deref())) } else { asset.body };
    let mut response = if unchanged { Response::empty(304) } else { Response::bytes(&content_type, body) };
    if let Some(tag) = tag {
        response = response.header("etag", tag);
    }
    Ok(response
        .header("cache-control", kept)
        .header("x-frame-options", "DENY")
        .header("referrer-policy", "no-referrer"))
}

/// Writes where the worker is mounted into the page, which is built to name its files relative to itself (`"./assets/…"`)
/// and served for every path of the console.
fn rooted(page: Vec<u8>, root: &str) -> Vec<u8> {
    match String::from_utf8(page) {
        Ok(text) => text.replace("\"./", &format!("\"{root}")).into_bytes(),
        Err(error) => error.into_bytes(),
    }
}

fn names_a_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|last| last.contains('.')) && !path.contains("/.")
}

fn content_type(file: &str) -> Option<&'static str> {
    Some(match file.rsplit('.').next()? {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "webmanifest" => "application/manifest+json",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{names_a_file, rooted};

    #[test]
    fn the_page_names_its_files_from_the_root() {
        let page = br#"<script src="./assets/a.js"></script><link href="./icon.svg">"#.to_vec();
        let expected = r#"<script src="/flags/assets/a.js"></script><link href="/flags/icon.svg">"#;
        assert_eq!(rooted(page, "/flags/"), expected.as_bytes());
        assert_eq!(rooted(vec![0xff], "/"), [0xff]);
    }

    #[test]
    fn screens_are_not_files() {
        for (path, file) in [
            ("/", false),
            ("/experiments/checkout", false),
            ("/index.html", true),
            ("/assets/index-1a2b.js", true),
            ("/v1.2/", false),
            ("/.git/config.txt", false),
        ] {
            assert_eq!(names_a_file(path), file, "{path}");
        }
    }
}
