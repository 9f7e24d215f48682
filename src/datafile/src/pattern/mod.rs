//! Regular expressions, turned into tables the engine walks: one step a byte, no backtracking, no look at Unicode.
//!
//! A pattern searches: it holds where it occurs in the text, unless it is tied down by `^` and `$` (the two ends of the
//! text, not of a line). `\d \w \s \b` and their opposites are those of ASCII, also where case is ignored; `.` is any
//! character but a line feed; a character is a code point. What a table cannot do (look-around, back-references) or what
//! would need tables of Unicode in every program (`\p{…}`) is refused, as are flags inside a pattern.
//!
//! ```text
//! pattern ─▶ syntax tree ─▶ rewritten: ASCII classes, other cases spelt out ─▶ NFA ─▶ DFA ─▶ smallest DFA ─▶ bytes
//! ```

mod minimise;
mod patterns;
mod rewrite;
mod table;

pub(crate) use patterns::Patterns;

use regex_automata::dfa::dense;
use regex_automata::dfa::{Automaton, StartKind};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_syntax::ast;
use regex_syntax::hir::translate::TranslatorBuilder;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, Look, Repetition};

/// The longest table of one pattern, in bytes.
const TABLE_BYTES: usize = 64 << 10;
/// What a pattern may grow to on the way, before the smallest table is known.
const NFA_BYTES: usize = 1 << 20;
const DFA_BYTES: usize = 1 << 20;
const DETERMINISATION_BYTES: usize = 2 << 20;
/// How deep groups and classes may nest.
const NESTING: u32 = 60;

/// The table of a pattern, or what is wrong with the pattern.
fn compile(pattern: &str, ignore_case: bool) -> Result<Vec<u8>, String> {
    let mut tree = ast::parse::ParserBuilder::new().nest_limit(NESTING).build().parse(pattern).map_err(syntax)?;
    rewrite::rewrite(&mut tree, ignore_case)?;
    let hir = TranslatorBuilder::new().utf8(true).build().translate(pattern, &tree).map_err(|error| {
        format!("{}, at column {}", lower_first(&error.kind().to_string()), error.span().start.column)
    })?;
    let dfa = determinise(&anywhere(hir)).ok_or_else(too_large)?;
    let start = dfa
        .start_state_forward(&regex_automata::Input::new("").anchored(regex_automata::Anchored::Yes))
        .map_err(|error| error.to_string())?;
    table::table(minimise::minimise(&dfa, start)).filter(|table| table.len() <= TABLE_BYTES).ok_or_else(too_large)
}

/// The pattern behind any number of characters. Whole characters, not bytes: else `\B` could hold in the middle of one.
fn anywhere(hir: Hir) -> Hir {
    if hir.properties().look_set_prefix().contains(Look::Start) {
        return hir;
    }
    let any = Hir::class(Class::Unicode(ClassUnicode::new([ClassUnicodeRange::new('\0', char::MAX)])));
    let before = Hir::repetition(Repetition { min: 0, max: None, greedy: false, sub: Box::new(any) });
    Hir::concat(vec![before, hir])
}

fn determinise(hir: &Hir) -> Option<dense::DFA<Vec<u32>>> {
    let config = thompson::Config::new().which_captures(WhichCaptures::None).nfa_size_limit(Some(NFA_BYTES));
    let nfa = thompson::Compiler::new().configure(config).build_from_hir(hir).ok()?;
    let config = dense::Config::new()
        .accelerate(false)
        .start_kind(StartKind::Anchored)
        .dfa_size_limit(Some(DFA_BYTES))
        .determinize_size_limit(Some(DETERMINISATION_BYTES));
    dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()
}

fn too_large() -> String {
    let limit = TABLE_BYTES >> 10;
    format!(
        "the pattern grows to a table of more than {limit} KiB; ask for fewer repetitions or alternatives, or tie it down with ^"
    )
}

fn syntax(error: ast::Error) -> String {
    let what = match error.kind() {
        ast::ErrorKind::UnsupportedLookAround => {
            "look-around (`(?=`, `(?!`, `(?<`) is not possible; combine two tests with `all` and `not`".to_owned()
        }
        ast::ErrorKind::UnsupportedBackreference => {
            "back-references (`\\1`) are not possible; write out what may repeat".to_owned()
        }
        ast::ErrorKind::NestLimitExceeded(limit) => format!("groups nest deeper than {limit}"),
        kind => lower_first(&kind.to_string()),
    };
    format!("{what}, at column {}", error.span().start.column)
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
