use isoflag_engine::date;

/// What a moment may look like, for messages.
pub(crate) const FORMS: &str =
    "write `2026-03-01` (midnight UTC), `2026-03-01T09:00:00Z` or `2026-03-01T09:00:00+01:00`";

/// A date or date-time as the engine reads it in a context, so that both mean the same.
pub(crate) fn moment(text: &str) -> Option<i64> {
    date::parse(text.as_bytes())
}
