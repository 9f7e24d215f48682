use crate::encode::Version;
use isoflag_engine::version;
use std::cmp::Ordering;

/// A version as the engine reads it in a context, so that both mean the same.
pub(crate) fn version(text: &str) -> Option<Version> {
    let found = version::parse(text.as_bytes())?;
    let [major, minor, patch] = found.numbers;
    let pre_release = std::str::from_utf8(found.pre_release).ok()?.to_owned();
    Some(Version { major, minor, patch, pre_release })
}

/// Which of two versions comes first.
pub(crate) fn precedence(a: &Version, b: &Version) -> Ordering {
    version::precedence(&parsed(a), &parsed(b))
}

fn parsed(version: &Version) -> version::Version<'_> {
    let Version { major, minor, patch, pre_release } = version;
    version::Version { numbers: [*major, *minor, *patch], pre_release: pre_release.as_bytes() }
}
