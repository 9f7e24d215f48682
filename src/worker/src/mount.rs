//! Where the worker lives: at the root of a host of its own, or under a path of the site's own domain, where what it is asked
//! is first-party traffic.

/// The setting that names the path, `/flags` for one.
pub(crate) const SETTING: &str = "ISOFLAG_PATH_PREFIX";

/// A path as the routes know it; nothing when it is not ours. Health is answered in both places: whoever checks it may come
/// from inside, where there is no site.
pub(crate) fn inside(path: &str, prefix: Option<&str>) -> Option<String> {
    let prefix = prefix.map(trimmed).unwrap_or_default();
    if prefix.is_empty() || path == "/healthz" {
        return Some(path.to_owned());
    }
    let rest = path.strip_prefix('/')?.strip_prefix(prefix)?;
    // `/flagship` is not inside `/flags`.
    (rest.is_empty() || rest.starts_with('/')).then(|| if rest.is_empty() { "/".to_owned() } else { rest.to_owned() })
}

/// The address of the root as pages name it: `/` or `/flags/`.
pub(crate) fn root(prefix: Option<&str>) -> String {
    match prefix.map(trimmed).unwrap_or_default() {
        "" => "/".to_owned(),
        prefix => format!("/{prefix}/"),
    }
}

fn trimmed(prefix: &str) -> &str {
    prefix.trim().trim_matches('/')
}

#[cfg(test)]
mod tests {
    use super::{inside, root};

    #[test]
    fn a_path_is_ours_only_below_the_prefix() {
        for (path, prefix, ours) in [
            ("/v1/events", None, Some("/v1/events")),
            ("/v1/events", Some(""), Some("/v1/events")),
            ("/v1/events", Some("/"), Some("/v1/events")),
            ("/flags/v1/events", Some("/flags"), Some("/v1/events")),
            ("/flags/v1/events", Some("flags/"), Some("/v1/events")),
            ("/a/b/v1/events", Some("/a/b"), Some("/v1/events")),
            ("/flags", Some("/flags"), Some("/")),
            ("/flags/", Some("/flags"), Some("/")),
            ("/flagship/v1/events", Some("/flags"), None),
            ("/v1/events", Some("/flags"), None),
            ("/healthz", Some("/flags"), Some("/healthz")),
        ] {
            assert_eq!(inside(path, prefix).as_deref(), ours, "{path} under {prefix:?}");
        }
        assert_eq!([root(None), root(Some("/flags/")), root(Some("a/b"))], ["/", "/flags/", "/a/b/"]);
    }
}
