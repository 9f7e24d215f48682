use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use std::collections::BTreeMap;

/// Folds texts as Unicode's simple case folding does, and remembers what the engine has to know to do the same: it
/// lower-cases ASCII in code and looks everything else up in a table, which holds the relatives of the characters folded
/// here and no others.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// Every character of a folded operand, and its relatives: to the one that stands for all of them.
    known: BTreeMap<char, char>,
}

impl Folder {
    pub(crate) fn fold(&mut self, text: &str) -> String {
        text.chars().map(|character| self.character(character)).collect()
    }

    /// The pairs the engine looks up, ascending.
    pub(crate) fn table(&self) -> impl Iterator<Item = (char, char)> {
        self.known.iter().map(|(from, to)| (*from, *to)).filter(|(from, to)| !from.is_ascii() && from != to)
    }

    fn character(&mut self, character: char) -> char {
        if let Some(folded) = self.known.get(&character) {
            return *folded;
        }
        let mut class = ClassUnicode::new([ClassUnicodeRange::new(character, character)]);
        class.case_fold_simple();
        let relatives: Vec<char> = class.iter().flat_map(|range| range.start()..=range.end()).collect();
        // One of ASCII if there is one, for the engine lower-cases those by itself; else the first: any would do.
        let ascii = relatives.iter().find(|relative| relative.is_ascii()).map(char::to_ascii_lowercase);
        let folded = ascii.or(relatives.first().copied()).unwrap_or(character);
        self.known.extend(relatives.into_iter().map(|relative| (relative, folded)));
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relatives_fold_to_one() {
        let mut folder = Folder::default();
        assert_eq!(folder.fold("STRASSE ẞß ΣΑΣ K"), folder.fold("straſse ßẞ σας \u{212a}"));
        assert_ne!(folder.fold("ß"), folder.fold("ss"), "simple folding keeps the number of characters");
        assert_ne!(folder.fold("İ"), folder.fold("i"), "the Turkish pairs are not part of it");
        let table: Vec<_> = folder.table().collect();
        assert!(table.contains(&('ſ', 's')) && table.contains(&('\u{212a}', 'k')), "{table:?}");
        assert!(table.is_sorted() && table.iter().all(|(from, _)| !from.is_ascii()));
    }
}
