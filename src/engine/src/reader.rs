/// What is left of a text that is read from its start.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// Takes the next byte if it is one of some marks.
    #[inline(never)]
    pub(crate) fn one_of(&mut self, marks: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        for mark in marks {
            if mark == first {
                self.0 = rest;
                return Some(*first);
            }
        }
        None
    }

    pub(crate) fn digit(&mut self) -> Option<u8> {
        self.one_of(b"0123456789").map(|digit| digit - b'0')
    }

    /// Takes everything before the next mark, and the mark; everything when there is none. Says whether there was one.
    #[inline(never)]
    pub(crate) fn until(&mut self, mark: u8) -> (&'a [u8], bool) {
        let text = self.0;
        let mut length = 0;
        for byte in text {
            if *byte == mark {
                break;
            }
            length += 1;
        }
        let (before, behind) = text.split_at_checked(length).unwrap_or((text, &[]));
        self.0 = behind.get(1..).unwrap_or_default();
        (before, !behind.is_empty())
    }
}
