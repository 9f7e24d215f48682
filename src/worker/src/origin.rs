//! Where a client key may be used from. It stands in pages for everyone to read, so whoever copies it can use it; browsers at
//! least do not lie about the page they send from.

use crate::errors::{Error, Result};
use crate::http::Request;

/// More than a house has sites.
const MOST: usize = 32;

/// Checks a list as written: exact origins, or `https://*.example.com` for every host below one.
pub(crate) fn check(origins: &[String]) -> std::result::Result<(), String> {
    if origins.is_empty() || origins.len() > MOST {
        return Err(format!("name 1 to {MOST} origins, or leave them out to allow any"));
    }
    match origins.iter().find(|origin| !is_pattern(origin)) {
        None => Ok(()),
        Some(_) => {
            Err("each is an origin as browsers send it, `https://shop.example.com` or `http://localhost:3000`, or all \
                        below one, `https://*.example.com`: lower case, no path, no slash at the end"
                .to_owned())
        }
    }
}

fn is_pattern(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let rest = rest.strip_prefix("*.").unwrap_or(rest);
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (rest, None),
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
    };
    host.len() <= 253
        && host.split('.').all(label)
        && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port))
}

/// Lets a request pass that comes from one of the origins.
///
/// `Origin` comes with every POST and every request across sites. Where it is missing (a GET to the page's own site) the page
/// stands in `Referer`.
pub(crate) fn admit(origins: &[String], request: &Request) -> Result<()> {
    let from = match request.header("origin") {
        Some(origin) => Some(origin),
        None => request.header("referer").map(origin_of),
    };
    match from {
        Some(from) if origins.iter().any(|pattern| matches(pattern, from)) => Ok(()),
        Some(_) => Err(Error::Forbidden(
            "this client key may not be used from this origin; add the page's origin to the key's `origins` (`PATCH /v1/keys/ENVIRONMENT/ID`)".into(),
        )),
        None => Err(Error::Forbidden(
            "this client key is for the pages of its `origins`, and this request says neither `Origin` nor `Referer`; on a server use a server key".into(),
        )),
    }
}

/// The origin of a URL: scheme, host and port.
fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url)
}

fn matches(pattern: &str, origin: &str) -> bool {
    let Some((scheme, host)) = pattern.split_once("*.") else { return pattern == origin };
    // `https://*.example.com` is any host below it, however deep, and not example.com itself.
    origin
        .strip_prefix(scheme)
        .and_then(|rest| rest.strip_suffix(host))
        .is_some_and(|below| below.len() > 1 && below.ends_with('.') && !below.contains(['/', ':', '@']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_checked_as_written() {
        for (origin, good) in [
            ("https://shop.example.com", true),
            ("http://localhost:3000", true),
            ("https://*.example.com", true),
            ("https://*.example.com:8443", true),
            ("https://shop.example.com/", false),
            ("https://Shop.example.com", false),
            ("https://shop.example.com:443a", false),
            ("https://shop.example.com:080", false),
            ("https://*", false),
            ("https://a.*.example.com", false),
            ("*", false),
            ("null", false),
            ("ftp://example.com", false),
            ("https://user@example.com", false),
            ("https://", false),
        ] {
            assert_eq!(check(&[origin.to_owned()]).is_ok(), good, "{origin}");
        }
        assert!(check(&[]).is_err());
        assert!(check(&vec!["https://example.com".to_owned(); 33]).is_err());
    }

    #[test]
    fn a_pattern_is_below_its_host_and_nowhere_else() {
        for (pattern, origin, same) in [
            ("https://shop.example.com", "https://shop.example.com", true),
            ("https://shop.example.com", "http://shop.example.com", false),
            ("https://shop.example.com", "https://shop.example.com:8443", false),
            ("https://*.example.com", "https://a.example.com", true),
            ("https://*.example.com", "https://a.b.example.com", true),
            ("https://*.example.com", "https://example.com", false),
            ("https://*.example.com", "https://.example.com", false),
            ("https://*.example.com", "https://evil-example.com", false),
            ("https://*.example.com", "https://evil.com/.example.com", false),
            ("https://*.example.com", "https://evil.com:1.example.com", false),
            ("https://*.example.com", "http://a.example.com", false),
            ("https://*.example.com:8443", "https://a.example.com:8443", true),
            ("https://*.example.com:8443", "https://a.example.com", false),
        ] {
            assert_eq!(matches(pattern, origin), same, "{pattern} {origin}");
        }
    }

    #[test]
    fn the_referer_speaks_where_origin_is_silent() {
        let ask = |headers: &[(&str, &str)]| {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            let request = Request::new("GET".into(), "/v1/program".into(), vec![], headers);
            admit(&["https://shop.example".to_owned()], &request).is_ok()
        };
        assert!(ask(&[("origin", "https://shop.example")]));
        assert!(ask(&[("referer", "https://shop.example/cart?step=2")]));
        assert!(ask(&[("referer", "https://shop.example")]));
        assert!(!ask(&[("origin", "https://other.example"), ("referer", "https://shop.example/")]));
        assert!(!ask(&[("origin", "null")]));
        assert!(!ask(&[("referer", "https://other.example/?https://shop.example")]));
        assert!(!ask(&[]));
    }
}
