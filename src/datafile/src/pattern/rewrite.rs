//! The syntax tree rewritten so that nothing in it depends on tables of Unicode: classes of ASCII are spelt out, and where
//! case is ignored every letter becomes the class of its relatives.

use regex_syntax::ast::{
    AssertionKind, Ast, ClassBracketed, ClassPerl, ClassPerlKind, ClassSet, ClassSetItem, ClassSetRange, ClassSetUnion,
    Flag, Flags, FlagsItem, FlagsItemKind, Group, GroupKind, Literal, LiteralKind, Span,
};
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

/// Rewrites a tree in place, or says what in it is not possible. The parser's nest limit bounds the recursion.
pub(super) fn rewrite(tree: &mut Ast, ignore_case: bool) -> Result<(), String> {
    match tree {
        Ast::Empty(_) | Ast::Dot(_) => {}
        Ast::Flags(flags) => return Err(refused("flags such as `(?i)`", "use `ignoreCase` for case", &flags.span)),
        Ast::ClassUnicode(class) => return Err(unicode(&class.span)),
        Ast::Literal(literal) if ignore_case => {
            let span = literal.span;
            *tree = class_of(span, relatives(literal.c, literal.c, span));
        }
        Ast::Literal(_) => {}
        Ast::ClassPerl(perl) => *tree = Ast::class_bracketed(ascii(perl)),
        Ast::ClassBracketed(class) => set(&mut class.kind, ignore_case)?,
        Ast::Assertion(assertion) => match assertion.kind {
            AssertionKind::WordBoundary | AssertionKind::NotWordBoundary => {
                let span = assertion.span;
                let word = std::mem::replace(tree, Ast::empty(span));
                *tree = without_unicode(span, word);
            }
            AssertionKind::StartLine | AssertionKind::EndLine | AssertionKind::StartText | AssertionKind::EndText => {}
            _ => return Err(refused("this kind of boundary", "there are `\\b` and `\\B`", &assertion.span)),
        },
        Ast::Repetition(repetition) => rewrite(&mut repetition.ast, ignore_case)?,
        Ast::Group(group) => {
            if let GroupKind::NonCapturing(flags) = &group.kind
                && !flags.items.is_empty()
            {
                return Err(refused("flags such as `(?i:`", "use `ignoreCase` for case", &flags.span));
            }
            rewrite(&mut group.ast, ignore_case)?;
        }
        Ast::Alternation(several) => several.asts.iter_mut().try_for_each(|one| rewrite(one, ignore_case))?,
        Ast::Concat(several) => several.asts.iter_mut().try_for_each(|one| rewrite(one, ignore_case))?,
    }
    Ok(())
}

fn set(kind: &mut ClassSet, ignore_case: bool) -> Result<(), String> {
    match kind {
        ClassSet::Item(one) => item(one, ignore_case),
        ClassSet::BinaryOp(operation) => {
            set(&mut operation.lhs, ignore_case)?;
            set(&mut operation.rhs, ignore_case)
        }
    }
}

fn item(one: &mut ClassSetItem, ignore_case: bool) -> Result<(), String> {
    let (span, low, high) = match one {
        ClassSetItem::Empty(_) => return Ok(()),
        ClassSetItem::Unicode(class) => return Err(unicode(&class.span)),
        ClassSetItem::Ascii(class) => {
            return Err(refused("named classes such as `[:alpha:]`", "write out the range, as in `a-z`", &class.span));
        }
        ClassSetItem::Perl(perl) => {
            *one = ClassSetItem::Bracketed(Box::new(ascii(perl)));
            return Ok(());
        }
        ClassSetItem::Bracketed(class) => return set(&mut class.kind, ignore_case),
        ClassSetItem::Union(union) => return union.items.iter_mut().try_for_each(|member| item(member, ignore_case)),
        ClassSetItem::Literal(literal) => (literal.span, literal.c, literal.c),
        ClassSetItem::Range(range) => (range.span, range.start.c, range.end.c),
    };
    if ignore_case {
        *one = ClassSetItem::Union(relatives(low, high, span));
    }
    Ok(())
}

/// `\d`, `\w`, `\s` and their opposites, of ASCII.
fn ascii(perl: &ClassPerl) -> ClassBracketed {
    let ranges: &[(char, char)] = match perl.kind {
        ClassPerlKind::Digit => &[('0', '9')],
        ClassPerlKind::Space => &[('\t', '\r'), (' ', ' ')],
        ClassPerlKind::Word => &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
    };
    let items = ranges.iter().map(|(low, high)| range(*low, *high, perl.span)).collect();
    ClassBracketed {
        span: perl.span,
        negated: perl.negated,
        kind: ClassSet::Item(ClassSetItem::Union(ClassSetUnion { span: perl.span, items })),
    }
}

/// The characters of a range and every other case of them.
fn relatives(low: char, high: char, span: Span) -> ClassSetUnion {
    let mut class = ClassUnicode::new([ClassUnicodeRange::new(low, high)]);
    class.case_fold_simple();
    ClassSetUnion { span, items: class.iter().map(|found| range(found.start(), found.end(), span)).collect() }
}

fn class_of(span: Span, union: ClassSetUnion) -> Ast {
    Ast::class_bracketed(ClassBracketed { span, negated: false, kind: ClassSet::Item(ClassSetItem::Union(union)) })
}

fn range(low: char, high: char, span: Span) -> ClassSetItem {
    let literal = |c| Literal { span, kind: LiteralKind::Verbatim, c };
    ClassSetItem::Range(ClassSetRange { span, start: literal(low), end: literal(high) })
}

/// `(?-u:…)`: the boundary of ASCII words.
fn without_unicode(span: Span, ast: Ast) -> Ast {
    let items = [FlagsItemKind::Negation, FlagsItemKind::Flag(Flag::Unicode)];
    let items = items.into_iter().map(|kind| FlagsItem { span, kind }).collect();
    Ast::group(Group { span, kind: GroupKind::NonCapturing(Flags { span, items }), ast: Box::new(ast) })
}

fn unicode(span: &Span) -> String {
    refused("classes of Unicode (`\\p{…}`)", "write out the characters or ranges", span)
}

fn refused(what: &str, instead: &str, span: &Span) -> String {
    format!("{what} are not possible in a pattern; {instead}, at column {}", span.start.column)
}
