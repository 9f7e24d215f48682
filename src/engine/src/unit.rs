//! The bytes of a unit, as the bucketing specification fixes them.

use crate::Value;

/// Above this, two neighbouring integers share one double: the id would not be an id.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Room for a sign and sixteen digits.
pub(crate) struct Digits([u8; 17]);

impl Digits {
    pub(crate) const fn new() -> Self {
        Self([0; 17])
    }

    /// Writes a whole number in decimal and gives back the digits written.
    fn write(&mut self, number: i64) -> Option<&[u8]> {
        let mut rest = number.unsigned_abs();
        let mut start = self.0.len();
        loop {
            start = start.checked_sub(1)?;
            *self.0.get_mut(start)? = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if number < 0 {
            start = start.checked_sub(1)?;
            *self.0.get_mut(start)? = b'-';
        }
        self.0.get(start..)
    }
}

/// A whole number that no other double stands for; `None` for any other.
#[inline]
fn safe_integer(number: f64) -> Option<i64> {
    let whole = number as i64;
    ((-MAX_SAFE_INTEGER..=MAX_SAFE_INTEGER).contains(&number) && whole as f64 == number).then_some(whole)
}

/// Whether a value is a unit: a text that is not empty, or a safe integer.
#[inline]
pub(crate) fn is_unit(value: Value<'_>) -> bool {
    match value {
        Value::Text(text) => !text.is_empty(),
        Value::Number(number) => safe_integer(number).is_some(),
        _ => false,
    }
}

/// A text as it is, a safe integer in decimal; anything else, and an empty text, is no unit.
#[inline]
pub(crate) fn unit_bytes<'a>(value: Value<'a>, digits: &'a mut Digits) -> Option<&'a [u8]> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text),
        Value::Number(number) => digits.write(safe_integer(number)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_unit_only_as_a_safe_integer() {
        let cases: [(f64, Option<&[u8]>); 10] = [
            (0.0, Some(b"0")),
            (-0.0, Some(b"0")),
            (42.0, Some(b"42")),
            (-7.0, Some(b"-7")),
            (9_007_199_254_740_991.0, Some(b"9007199254740991")),
            (-9_007_199_254_740_991.0, Some(b"-9007199254740991")),
            (9_007_199_254_740_992.0, None),
            (1.5, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ];
        for (number, expected) in cases {
            let mut digits = Digits::new();
            assert_eq!(unit_bytes(Value::Number(number), &mut digits), expected, "{number}");
            assert_eq!(is_unit(Value::Number(number)), expected.is_some(), "{number}");
        }
    }
}
