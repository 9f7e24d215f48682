//! How long facts are kept one by one, as the operator says it.

use crate::errors::{Error, Result};

/// The setting that names the days.
pub(crate) const SETTING: &str = "ISOFLAG_RETENTION_DAYS";

/// A quarter: longer than most conversion windows, and a report does not change when it is over.
const DAYS: f64 = 90.0;
/// A century. More is a slip, as is less than nothing.
const MOST: f64 = 36_500.0;
const DAY_MS: f64 = 86_400_000.0;

/// For how many milliseconds facts are kept; nothing is for good.
pub(crate) fn kept_ms(setting: Option<&str>) -> Result<Option<i64>> {
    let days = match setting.map(str::trim) {
        None | Some("") => DAYS,
        Some(text) => text.parse().ok().filter(|days| (0.0..=MOST).contains(days)).ok_or_else(|| {
            Error::bad(format!(
                "`{text}` in {SETTING} is not a number of days; write 90, 0.5, or 0 to keep everything (nothing is let go until then)"
            ))
        })?,
    };
    #[expect(clippy::cast_possible_truncation, reason = "at most a century")]
    let ms = (days * DAY_MS) as i64;
    Ok((days > 0.0).then_some(ms))
}

#[cfg(test)]
mod tests {
    use super::kept_ms;

    #[test]
    fn days_are_read_or_refused_and_none_is_for_good() {
        for (setting, kept) in [
            (None, Some(90 * 86_400_000)),
            (Some("  "), Some(90 * 86_400_000)),
            (Some(" 30 "), Some(30 * 86_400_000)),
            (Some("0.5"), Some(43_200_000)),
            (Some("0"), None),
        ] {
            assert_eq!(kept_ms(setting), Ok(kept), "{setting:?}");
        }
        for setting in ["-1", "ninety", "90 days", "NaN", "inf", "1e9"] {
            let refused = kept_ms(Some(setting)).unwrap_err();
            assert!(format!("{refused:?}").contains(setting), "{refused:?}");
        }
    }
}
