use super::compile;
use std::collections::HashMap;
use std::rc::Rc;

/// The longest tables of all patterns of a program together, in bytes. Equal patterns count once.
const BYTES: usize = 1 << 20;

type Table = Result<Rc<[u8]>, String>;

/// The patterns of a datafile, each made once however often it is written.
#[derive(Default)]
pub(crate) struct Patterns {
    tables: HashMap<(String, bool), Table>,
    bytes: usize,
}

impl Patterns {
    /// The table of a pattern, or what is wrong with it.
    pub(crate) fn table(&mut self, pattern: &str, ignore_case: bool) -> Table {
        if let Some(known) = self.tables.get(&(pattern.to_owned(), ignore_case)) {
            return known.clone();
        }
        let table = compile(pattern, ignore_case).and_then(|table| {
            self.bytes += table.len();
            if self.bytes > BYTES {
                return Err(
                    "the tables of all patterns together are larger than 1 MiB, use fewer or simpler ones".into()
                );
            }
            Ok(Rc::from(table))
        });
        self.tables.insert((pattern.to_owned(), ignore_case), table.clone());
        table
    }
}
