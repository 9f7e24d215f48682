use std::collections::HashMap;

/// An attribute on the way to its number in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Symbol(u32);

/// The names of attributes, and the numbers of those that flags read, in the order in which they were first read.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    symbols: HashMap<String, Symbol>,
    names: Vec<String>,
    numbers: HashMap<Symbol, u16>,
    read: Vec<String>,
}

impl Attributes {
    pub(crate) fn symbol(&mut self, name: &str) -> Symbol {
        if let Some(symbol) = self.symbols.get(name) {
            return *symbol;
        }
        let symbol = Symbol(self.names.len() as u32);
        self.symbols.insert(name.to_owned(), symbol);
        self.names.push(name.to_owned());
        symbol
    }

    pub(crate) fn name(&self, symbol: Symbol) -> &str {
        self.names.get(symbol.0 as usize).map_or("", String::as_str)
    }

    /// Its number in the program. `None` when there are more than a program can number.
    pub(crate) fn number(&mut self, symbol: Symbol) -> Option<u16> {
        if let Some(number) = self.numbers.get(&symbol) {
            return Some(*number);
        }
        let number = u16::try_from(self.read.len()).ok().filter(|number| *number < u16::MAX)?;
        self.numbers.insert(symbol, number);
        self.read.push(self.name(symbol).to_owned());
        Some(number)
    }

    /// The names by their numbers in the program.
    pub(crate) fn into_read(self) -> Vec<String> {
        self.read
    }
}
