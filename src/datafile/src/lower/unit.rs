use crate::attributes::Symbol;
use crate::compiler::Compiler;
use crate::condition::declared;
use crate::model::Model;
use crate::wire::{AttributeType, Split};
use std::collections::HashSet;

/// The attributes of which the first one present is the unit.
pub(super) fn units(split: &Split, path: &str, model: &Model, compiler: &mut Compiler) -> Option<Vec<Symbol>> {
    let path = format!("{path}.unit");
    let before = compiler.count();
    let mut seen = HashSet::new();
    let mut symbols = Vec::new();
    for (name, path) in split.unit.each(&path) {
        check_unit(name, &path, model, compiler);
        if !seen.insert(name) {
            compiler.error(&path, format!("`{name}` stands here twice, remove one of the two"));
        }
        if name.to_lowercase().contains("session") {
            let text = format!(
                "`{name}` looks like a session: who comes back may get another variant, and visits of one person are \
                 not independent; randomise a visitor, user or account"
            );
            compiler.warn(&path, text);
        }
        symbols.push(compiler.attributes.symbol(name));
    }
    if symbols.is_empty() {
        compiler.error(&path, "the list is empty, name the attribute that is randomised");
    }
    if symbols.len() > 1 && split.control.is_some() {
        let text = "an experiment with several units counts a person twice who is first known by one and then by another; \
                    name one unit";
        compiler.warn(&path, text);
    }
    (compiler.count() == before).then_some(symbols)
}

/// Reports an attribute that cannot be a unit.
pub(super) fn check_unit(name: &str, path: &str, model: &Model, compiler: &mut Compiler) {
    let Some(Some(found)) = declared(name, path, model, compiler) else { return };
    let kind = match found.kind {
        AttributeType::String | AttributeType::Number => return,
        AttributeType::Boolean => "a boolean",
        AttributeType::List => "a list",
        AttributeType::Version => "a version",
        AttributeType::Date => "a date",
        AttributeType::Ip => "an address",
    };
    compiler.error(path, format!("`{name}` is declared as {kind}, a unit is a string or a whole number"));
}
