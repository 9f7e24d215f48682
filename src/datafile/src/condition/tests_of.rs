use super::Node;
use super::operand::{self, Scalar, Subject};
use super::subject;
use crate::compiler::Compiler;
use crate::encode::Operand;
use crate::model::Model;
use crate::values::bound as bound_of;
use crate::wire::{AttributeType, Condition, Texts};
use isoflag_engine::layout::op;
use serde_json::Value;
use std::rc::Rc;

/// The tests that stand beside an attribute; all of them must hold.
pub(super) fn tests_of(
    condition: &Condition,
    name: &str,
    path: &str,
    model: &Model,
    compiler: &mut Compiler,
) -> Option<Vec<Node>> {
    let given = subject::tests(condition);
    if given.is_empty() {
        compiler.error(path, format!("nothing is asked of `{name}`, add a test such as `equals`, `in` or `exists`"));
        return None;
    }
    let subject = Subject::find(name, &format!("{path}.attribute"), model, compiler)?;
    let folds = condition.ignore_case == Some(true);
    let texts = ["`equals`", "`in`", "`startsWith`", "`endsWith`", "`includes`", "`matches`"];
    if condition.ignore_case.is_some() && !given.iter().any(|test| texts.contains(test)) {
        let path = format!("{path}.ignoreCase");
        compiler.error(path, format!("no test here compares texts; `ignoreCase` changes {}", texts.join(", ")));
        return None;
    }
    // Every test is resolved, so that every problem is reported.
    let mut found: Vec<Option<Node>> = Vec::new();
    if let Some(exists) = condition.exists {
        let node = subject.test(op::EXISTS, Operand::None);
        found.push(Some(if exists { node } else { Node::Not(Box::new(node)) }));
    }
    if let Some(value) = &condition.equals {
        let path = format!("{path}.equals");
        let scalar = subject.scalar(value, "equals", folds, &path, compiler);
        found.push(scalar.map(|scalar| equals(&subject, scalar, folds)));
    }
    if let Some(values) = &condition.one_of {
        found.push(one_of(&subject, values, folds, &format!("{path}.in"), compiler));
    }
    let bounds = [
        ("greaterThan", op::GREATER, &condition.greater_than),
        ("atLeast", op::AT_LEAST, &condition.at_least),
        ("lessThan", op::LESS, &condition.less_than),
        ("atMost", op::AT_MOST, &condition.at_most),
    ];
    for (word, op, bound) in bounds {
        let Some(bound) = bound else { continue };
        let path = format!("{path}.{word}");
        let fits = subject.is(&[AttributeType::Number], word, &path, compiler);
        let bound = bound_of(bound, &path, &mut compiler.problems).filter(|_| fits);
        found.push(bound.map(|bound| subject.test(op, Operand::Number(bound + 0.0))));
    }
    let parts = [
        ("startsWith", op::STARTS, op::FOLD_STARTS, &condition.starts_with),
        ("endsWith", op::ENDS, op::FOLD_ENDS, &condition.ends_with),
        ("includes", op::INCLUDES, op::FOLD_INCLUDES, &condition.includes),
    ];
    for (word, exact, folded, texts) in parts {
        let Some(texts) = texts else { continue };
        let op = if folds { folded } else { exact };
        found.push(part(&subject, texts, word, op, &format!("{path}.{word}"), compiler));
    }
    if let Some(pattern) = &condition.matches {
        let path = format!("{path}.matches");
        let table = match subject.is(&[AttributeType::String], "matches", &path, compiler) {
            false => None,
            true => compiler.pattern(pattern, folds).map_err(|message| compiler.error(path, message)).ok(),
        };
        found.push(table.map(|table| subject.test(op::MATCHES, Operand::Dfa(table))));
    }
    if let Some(bounds) = &condition.version {
        found.push(operand::version(&subject, bounds, &format!("{path}.version"), compiler));
    }
    if let Some(bounds) = &condition.date {
        found.push(operand::date(&subject, bounds, &format!("{path}.date"), compiler));
    }
    if let Some(networks) = &condition.in_network {
        found.push(operand::networks(&subject, networks, &format!("{path}.inNetwork"), compiler));
    }
    let lists = [
        ("contains", condition.contains.as_ref().map(std::slice::from_ref)),
        ("containsAny", condition.contains_any.as_deref()),
        ("containsAll", condition.contains_all.as_deref()),
    ];
    for (word, values) in lists {
        let Some(values) = values else { continue };
        found.push(operand::list(&subject, values, word, &format!("{path}.{word}"), compiler));
    }
    found.into_iter().collect()
}

fn equals(subject: &Subject<'_>, scalar: Scalar, folds: bool) -> Node {
    match scalar {
        Scalar::Boolean(value) => subject.test(if value { op::IS_TRUE } else { op::IS_FALSE }, Operand::None),
        Scalar::Number(value) => subject.test(op::NUMBER_EQUALS, Operand::Number(value)),
        Scalar::Text(text) => subject.test(if folds { op::FOLD_EQUALS } else { op::TEXT_EQUALS }, Operand::Text(text)),
    }
}

/// A set: texts and numbers each become one test however many there are.
fn one_of(subject: &Subject<'_>, values: &[Value], folds: bool, path: &str, compiler: &mut Compiler) -> Option<Node> {
    let scalars = subject.scalars(values, "in", folds, path, compiler)?;
    let mut nodes: Vec<Node> =
        scalars.booleans.into_iter().map(|value| equals(subject, Scalar::Boolean(value), false)).collect();
    if !scalars.texts.is_empty() {
        nodes
            .push(subject.test(if folds { op::FOLD_IN } else { op::TEXT_IN }, Operand::Texts(Rc::from(scalars.texts))));
    }
    if !scalars.numbers.is_empty() {
        nodes.push(subject.test(op::NUMBER_IN, Operand::Numbers(Rc::from(scalars.numbers))));
    }
    Node::any(nodes)
}

/// A part of a text: any of the texts given will do.
fn part(subject: &Subject<'_>, texts: &Texts, word: &str, op: u8, path: &str, compiler: &mut Compiler) -> Option<Node> {
    if !subject.is(&[AttributeType::String], word, path, compiler) {
        return None;
    }
    if texts.all().is_empty() {
        compiler.error(path, "the list is empty, so this could never hold");
        return None;
    }
    Node::any(texts.all().iter().map(|text| subject.test(op, Operand::Text(text.clone()))).collect())
}
