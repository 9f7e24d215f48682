use std::collections::HashMap;

/// The body of a program: tables one behind the other. Equal tables and equal texts are stored once; a datafile has many
/// flags and few distinct shapes.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) bytes: Vec<u8>,
    tables: HashMap<Box<[u8]>, u32>,
    texts: HashMap<String, u32>,
    /// Operands that were written before, by where they lie in memory and whether they were folded.
    pub(crate) shared: HashMap<(usize, bool), [u8; 8]>,
}

impl Tables {
    /// Tables behind a header of `size` bytes.
    pub(crate) fn behind(size: usize) -> Self {
        Self { bytes: vec![0; size], tables: HashMap::new(), texts: HashMap::new(), shared: HashMap::new() }
    }

    /// Says where a table stands, after appending it at a multiple of four bytes if it is new.
    pub(crate) fn table(&mut self, table: &[u8]) -> Option<u32> {
        if let Some(at) = self.tables.get(table) {
            return Some(*at);
        }
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        let at = u32::try_from(self.bytes.len()).ok()?;
        self.bytes.extend_from_slice(table);
        self.tables.insert(table.into(), at);
        Some(at)
    }

    /// Writes the reference to a text, after appending the text if it is new.
    pub(crate) fn text(&mut self, text: &str, out: &mut Vec<u8>) -> Option<()> {
        let at = match self.texts.get(text) {
            Some(at) => *at,
            None => {
                let at = u32::try_from(self.bytes.len()).ok()?;
                self.bytes.extend_from_slice(text.as_bytes());
                self.texts.insert(text.to_owned(), at);
                at
            }
        };
        out.extend(at.to_le_bytes());
        out.extend(u32::try_from(text.len()).ok()?.to_le_bytes());
        Some(())
    }

    /// Writes the reference to a set of `count` members.
    pub(crate) fn set(&mut self, members: &[u8], count: usize, out: &mut Vec<u8>) -> Option<()> {
        out.extend(self.table(members)?.to_le_bytes());
        out.extend(u32::try_from(count).ok()?.to_le_bytes());
        Some(())
    }
}
