//! The one form of event id taken: a UUID of version 7, whose leading time keeps neighbours in time neighbours on disk.

/// Returns the id in lower case, or nothing when it is not a UUIDv7.
///
/// Case carries no meaning in a UUID, so two spellings of one id must not count twice.
pub(crate) fn v7(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.len() != 36 {
        return None;
    }
    for (position, byte) in bytes.iter().enumerate() {
        let fits = match position {
            8 | 13 | 18 | 23 => *byte == b'-',
            14 => *byte == b'7',
            19 => matches!(byte, b'8' | b'9' | b'a' | b'b' | b'A' | b'B'),
            _ => byte.is_ascii_hexdigit(),
        };
        if !fits {
            return None;
        }
    }
    Some(text.to_ascii_lowercase())
}

/// When it was made: its first 48 bits, milliseconds since the Unix epoch. Nothing of what [`v7`] took is without them.
pub(crate) fn time(id: &str) -> i64 {
    let digits = id.bytes().filter(u8::is_ascii_hexdigit).take(12);
    digits.fold(0, |time, digit| time << 4 | i64::from(char::from(digit).to_digit(16).unwrap_or(0)))
}

/// How ids made before a time begin: every one of them sorts before this text, and no other does.
#[must_use]
pub fn before(time: i64) -> String {
    let time = time.clamp(0, (1 << 48) - 1);
    format!("{:08x}-{:04x}", time >> 16, time & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::{before, time, v7};

    #[test]
    fn an_id_knows_its_time_and_sorts_by_it() {
        let id = "019ab3f0-1c2d-7abc-8def-0123456789ab";
        let made = 0x019a_b3f0_1c2d;
        assert_eq!(time(id), made);
        assert!(*id >= *before(made) && *id < *before(made + 1) && *id >= *before(made - 1));
        assert_eq!(before(-5), "00000000-0000");
        assert_eq!(before(i64::MAX), "ffffffff-ffff");
    }

    #[test]
    fn only_version_seven_is_taken() {
        for (text, taken) in [
            ("019ab3f0-1c2d-7abc-8def-0123456789ab", true),
            ("019AB3F0-1C2D-7ABC-BDEF-0123456789AB", true),
            ("019ab3f0-1c2d-4abc-8def-0123456789ab", false),
            ("019ab3f0-1c2d-7abc-cdef-0123456789ab", false),
            ("019ab3f01c2d7abc8def0123456789ab", false),
            ("019ab3f0-1c2d-7abc-8def-0123456789ag", false),
            ("019ab3f0-1c2d-7abc-8def-0123456789a", false),
            ("", false),
        ] {
            assert_eq!(v7(text).is_some(), taken, "{text}");
        }
        assert_eq!(v7("019AB3F0-1C2D-7ABC-BDEF-0123456789AB").unwrap(), "019ab3f0-1c2d-7abc-bdef-0123456789ab");
    }
}
