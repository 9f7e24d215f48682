use isoflag_engine::{Attributes, Input, List, Pin, Program, Reason, Value, decide};

/// A context in which every attribute is the same.
struct Everywhere<'a>(Value<'a>);

impl Attributes for Everywhere<'_> {
    fn get(&self, _: u16) -> Value<'_> {
        self.0
    }
}

/// A list of a text, a number and a boolean, as hosts pack it.
const LIST: &[u8] = b"\x04\0\0\0\x07\0\0\0user-42\0\x03\0\0\0\x08\0\0\0\0\0\0\0\0\0\x14\x40\x02\0\0\0\0\0\0\0";

/// Any bytes as a program: an error, or an answer for every flag. Never a trap, never a hang.
pub fn program(data: &[u8]) {
    let mut bytes = data.to_vec();
    // A program says how long it is. Bytes put in or taken out are meant to be met further on than there.
    if let (Some(length), Ok(len)) = (bytes.get_mut(8..12), u32::try_from(data.len())) {
        length.copy_from_slice(&len.to_le_bytes());
    }
    let Ok(program) = Program::open(&bytes) else { return };
    for flag in (0..program.len().min(64)).filter_map(|number| program.flag(number)) {
        for value in [
            Value::Missing,
            Value::Boolean(true),
            Value::Number(5.0),
            Value::Text(b"user-42"),
            Value::Text(b"1.2.3-rc.1"),
            Value::Text(b"10.1.2.3"),
            Value::Text(b"2026-01-01T00:00:00Z"),
            Value::List(List::new(LIST)),
        ] {
            for pin in [Pin::None, Pin::Override(0), Pin::Sticky(1)] {
                let attributes = Everywhere(value);
                let decision = decide(&flag, &Input { attributes: &attributes, now: 1_767_225_600_000, pin });
                assert_eq!(decision.variant.is_none(), decision.reason == Reason::Unusable, "{decision:?}");
                // Its name may lie outside of the program: that is read by hosts once, and not at every decision.
                let _ = decision.variant.and_then(|variant| flag.variant(variant));
            }
        }
        let _ = (flag.experiment(), flag.key().and_then(|key| program.find(key)));
    }
}
