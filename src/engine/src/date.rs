//! Dates as RFC 3339 writes them, in milliseconds since 1970. A date alone is midnight UTC; a date with a time of day has
//! an offset or a Z. There are no leap seconds in milliseconds since 1970, so second 60 is no date.

use crate::Value;
use crate::bytes::{i64_at, u8_at};
use crate::layout::op;
use crate::reader::Reader;

/// Reads a date or a date with a time of day; `None` for a text that is neither. Fractions of a millisecond are dropped.
pub fn parse(text: &[u8]) -> Option<i64> {
    let mut text = Reader(text);
    let year = number(&mut text, 4)?;
    text.one_of(b"-")?;
    let month = number(&mut text, 2)?;
    text.one_of(b"-")?;
    let day = number(&mut text, 2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_of_month = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=days_of_month).contains(&day) {
        return None;
    }
    let midnight = days_since_1970(year, month, day) * 86_400_000;
    if text.0.is_empty() {
        return Some(midnight);
    }
    text.one_of(b"Tt")?;
    let hour = at_most(&mut text, 23)?;
    text.one_of(b":")?;
    let minute = at_most(&mut text, 59)?;
    text.one_of(b":")?;
    let second = at_most(&mut text, 59)?;
    let millisecond = if text.one_of(b".").is_some() { fraction(&mut text)? } else { 0 };
    let mut minutes = hour * 60 + minute;
    let sign = text.one_of(b"Zz+-")?;
    if matches!(sign, b'+' | b'-') {
        let hours = at_most(&mut text, 23)?;
        text.one_of(b":")?;
        let offset = hours * 60 + at_most(&mut text, 59)?;
        minutes += if sign == b'-' { offset } else { -offset };
    }
    text.0.is_empty().then_some(midnight + (minutes * 60 + second) * 1000 + millisecond)
}

/// Whether a value is a date, or a number of milliseconds since 1970, that stands to the operand as the test asks.
pub(crate) fn passes(test: &[u8], value: Value<'_>) -> Option<bool> {
    let operand = i64_at(test, 8)?;
    let value = match value {
        Value::Number(value) => value,
        Value::Text(text) => match parse(text) {
            Some(value) => value as f64,
            None => return Some(false),
        },
        _ => return Some(false),
    };
    // INVARIANT: the milliseconds of years 0 to 9999 are far below 2⁵³, so as doubles they are exact.
    let operand = operand as f64;
    Some(match u8_at(test, 0)? {
        op::DATE_BEFORE => value < operand,
        op::DATE_NOT_AFTER => value <= operand,
        op::DATE_AFTER => value > operand,
        _ => value >= operand,
    })
}

/// Days of the Gregorian calendar. A year that begins in March ends with the leap day, so months before it need no case.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719_468
}

/// A number of exactly so many digits.
#[inline(never)]
fn number(text: &mut Reader<'_>, digits: u32) -> Option<i64> {
    let mut number = 0;
    for _ in 0..digits {
        number = number * 10 + i64::from(text.digit()?);
    }
    Some(number)
}

/// Two digits that say no more than the greatest.
#[inline(never)]
fn at_most(text: &mut Reader<'_>, greatest: i64) -> Option<i64> {
    number(text, 2).filter(|number| *number <= greatest)
}

/// One digit or more, in milliseconds; those behind the third are dropped.
fn fraction(text: &mut Reader<'_>) -> Option<i64> {
    let mut weight = 100;
    let mut milliseconds = i64::from(text.digit()?) * weight;
    while let Some(digit) = text.digit() {
        weight /= 10;
        milliseconds += i64::from(digit) * weight;
    }
    Some(milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        // Made with Python's datetime and, for the year 0, with `Date.parse` of Node 20.
        let known: [(&[u8], i64); 13] = [
            (b"1970-01-01", 0),
            (b"1970-01-01T00:00:00Z", 0),
            (b"1969-12-31t23:59:59.999z", -1),
            (b"2000-02-29", 951_782_400_000),
            (b"2024-02-29T12:34:56.789123456+05:30", 1_709_190_296_789),
            (b"2024-02-29T23:59:59-00:00", 1_709_251_199_000),
            (b"2024-12-31T23:30:00-01:00", 1_735_691_400_000),
            (b"0000-01-01", -62_167_219_200_000),
            (b"0000-02-29", -62_162_121_600_000),
            (b"9999-12-31T23:59:59.9999Z", 253_402_300_799_999),
            (b"0001-01-01T00:00:00+23:59", -62_135_683_140_000),
            (b"1900-03-01", -2_203_891_200_000),
            (b"2026-11-24T00:00:00.5Z", 1_795_478_400_500),
        ];
        for (text, milliseconds) in known {
            assert_eq!(parse(text), Some(milliseconds), "{:?}", core::str::from_utf8(text));
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let mut expected = days_since_1970(1600, 1, 1);
        for year in 1600..2000 {
            for month in 1..=12 {
                for day in 1..=31 {
                    let mut text = *b"0000-00-00";
                    for (at, digit) in [
                        (0, year / 1000),
                        (1, year / 100 % 10),
                        (2, year / 10 % 10),
                        (3, year % 10),
                        (5, month / 10),
                        (6, month % 10),
                        (8, day / 10),
                        (9, day % 10),
                    ] {
                        text[at] = b'0' + digit as u8;
                    }
                    if let Some(found) = parse(&text) {
                        assert_eq!(found, expected * 86_400_000, "{year} {month} {day}");
                        expected += 1;
                    }
                }
            }
        }
        assert_eq!(expected, days_since_1970(2000, 1, 1));
    }

    #[test]
    fn what_is_no_date() {
        let none: [&[u8]; 24] = [
            b"",
            b"2024",
            b"2024-1-01",
            b"2024-13-01",
            b"2024-00-01",
            b"2024-02-30",
            b"2023-02-29",
            b"1900-02-29",
            b"2024-01-00",
            b"2024-01-32",
            b"2024-01-01T00:00:00",
            b"2024-01-01T00:00Z",
            b"2024-01-01 00:00:00Z",
            b"2024-01-01T24:00:00Z",
            b"2024-01-01T00:60:00Z",
            b"2016-12-31T23:59:60Z",
            b"2024-01-01T00:00:00.Z",
            b"2024-01-01T00:00:00+24:00",
            b"2024-01-01T00:00:00+00:60",
            b"2024-01-01T00:00:00+0000",
            b"2024-01-01T00:00:00ZZ",
            b"+2024-01-01",
            b"12024-01-01",
            b"2024-01-01Z",
        ];
        for text in none {
            assert_eq!(parse(text), None, "{:?}", core::str::from_utf8(text));
        }
    }
}
