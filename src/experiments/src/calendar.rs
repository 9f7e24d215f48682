//! Days in UTC.

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;

/// The day a time falls on, in days since the epoch.
pub(crate) fn day_of(time: i64) -> i64 {
    time.div_euclid(DAY)
}

/// `2026-11-20` for a day since the epoch: Howard Hinnant's `civil_from_days`, with years that begin in March.
pub(crate) fn date(day: i64) -> String {
    let shifted = day.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day_of_month:02}", year + era * 400 + next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        let cases = [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (20_777, "2026-11-20"),
            (20_819, "2027-01-01"),
        ];
        for (day, text) in cases {
            assert_eq!(date(day), text);
        }
        assert_eq!(day_of(-1), -1);
        assert_eq!(day_of(20_777 * DAY + 5), 20_777);
    }
}
