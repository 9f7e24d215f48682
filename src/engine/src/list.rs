use crate::Value;
use crate::bytes::{f64_at, u32_at};

/// A list among the attributes, packed by the host: its members one behind the other, each padded to eight bytes.
///
/// ```text
/// member   0 u32 kind (1 false, 2 true, 3 number, 4 text)   4 u32 length of what follows   8 an f64, or the text
/// ```
///
/// One run of bytes is what a host can lay in linear memory with nothing to free afterwards. Members of any other kind
/// are passed over; a list that is cut short ends where it is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct List<'a>(&'a [u8]);

/// Kind of a member: false.
const FALSE: u32 = 1;
/// Kind of a member: true.
const TRUE: u32 = 2;
/// Kind of a member: a number.
const NUMBER: u32 = 3;
/// Kind of a member: a text.
const TEXT: u32 = 4;

impl<'a> List<'a> {
    /// A list from its packed members.
    pub const fn new(members: &'a [u8]) -> Self {
        Self(members)
    }

    /// Its members in order. Never [`Value::List`].
    pub const fn members(&self) -> Members<'a> {
        Members(self.0)
    }

    /// Its size in bytes.
    pub(crate) const fn size(&self) -> usize {
        self.0.len()
    }
}

/// The members of a list.
#[derive(Clone, Debug)]
pub struct Members<'a>(&'a [u8]);

impl<'a> Iterator for Members<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        let (kind, len) = (u32_at(self.0, 0)?, u32_at(self.0, 4)? as usize);
        let end = len.checked_add(8)?;
        let payload = self.0.get(8..end)?;
        self.0 = self.0.get(end.checked_next_multiple_of(8)?..).unwrap_or_default();
        Some(match kind {
            FALSE => Value::Boolean(false),
            TRUE => Value::Boolean(true),
            NUMBER => f64_at(payload, 0).map_or(Value::Missing, Value::Number),
            TEXT => Value::Text(payload),
            _ => Value::Missing,
        })
    }
}
