use crate::encode::{Operand, Test};
use crate::lower::Scope;
use crate::wire::{AttributeType, Condition};
use isoflag_engine::layout::{ACCEPT, REJECT, op};
use isoflag_written::did_you_mean;
use serde_json::Value;

/// A condition with its attributes resolved and its tests named, still a tree.
pub(crate) enum Node {
    Test { op: u8, attribute: u16, operand: Operand },
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
}

/// Resolves a condition, reporting what is wrong with it.
pub(crate) fn resolve(condition: &Condition, path: &str, scope: &mut Scope<'_>) -> Option<Node> {
    let forms =
        [condition.all.is_some(), condition.any.is_some(), condition.not.is_some(), condition.attribute.is_some()];
    if forms.iter().filter(|given| **given).count() != 1 {
        scope.error(path, "a condition has exactly one of `all`, `any`, `not`, `attribute`");
        return None;
    }
    if condition.attribute.is_none() && has_tests(condition) {
        scope.error(path, "tests such as `equals` and `in` stand beside an `attribute`");
        return None;
    }
    if let Some(children) = &condition.all {
        return children_of(children, &format!("{path}.all"), scope).map(Node::All);
    }
    if let Some(children) = &condition.any {
        return children_of(children, &format!("{path}.any"), scope).map(Node::Any);
    }
    if let Some(child) = &condition.not {
        return resolve(child, &format!("{path}.not"), scope).map(|child| Node::Not(Box::new(child)));
    }
    tests_of(condition, condition.attribute.as_deref()?, path, scope)
}

fn children_of(children: &[Condition], path: &str, scope: &mut Scope<'_>) -> Option<Vec<Node>> {
    if children.is_empty() {
        scope.error(path, "the list is empty, give at least one condition or remove it");
        return None;
    }
    // Every child is resolved, so that every problem is reported.
    let nodes: Vec<Option<Node>> =
        children.iter().enumerate().map(|(index, child)| resolve(child, &format!("{path}[{index}]"), scope)).collect();
    nodes.into_iter().collect()
}

fn has_tests(condition: &Condition) -> bool {
    condition.equals.is_some()
        || condition.one_of.is_some()
        || condition.exists.is_some()
        || bounds(condition).iter().any(|(_, _, bound)| bound.is_some())
}

fn bounds(condition: &Condition) -> [(&'static str, u8, Option<f64>); 4] {
    [
        ("greaterThan", op::GREATER, condition.greater_than),
        ("atLeast", op::AT_LEAST, condition.at_least),
        ("lessThan", op::LESS, condition.less_than),
        ("atMost", op::AT_MOST, condition.at_most),
    ]
}

fn tests_of(condition: &Condition, name: &str, path: &str, scope: &mut Scope<'_>) -> Option<Node> {
    if !has_tests(condition) {
        let tests = "`equals`, `in`, `greaterThan`, `atLeast`, `lessThan`, `atMost`, `exists`";
        scope.error(path, format!("nothing is asked of `{name}`, add one of {tests}"));
        return None;
    }
    let declared = scope.attribute_type(name, &format!("{path}.attribute"))?;
    let attribute = scope.attribute_id(name)?;
    let test = |op, operand| Node::Test { op, attribute, operand };
    let mut tests = Vec::new();
    if let Some(exists) = condition.exists {
        let node = test(op::EXISTS, Operand::None);
        tests.push(if exists { node } else { Node::Not(Box::new(node)) });
    }
    if let Some(value) = &condition.equals {
        let path = format!("{path}.equals");
        tests.push(match scalar(value, declared, name, &path, scope)? {
            Scalar::Boolean(value) => test(if value { op::IS_TRUE } else { op::IS_FALSE }, Operand::None),
            Scalar::Number(value) => test(op::NUMBER_EQUALS, Operand::Number(value)),
            Scalar::Text(value) => test(op::TEXT_EQUALS, Operand::Text(value)),
        });
    }
    if let Some(values) = &condition.one_of {
        tests.push(one_of(values, declared, name, &format!("{path}.in"), attribute, scope)?);
    }
    for (word, op, bound) in bounds(condition) {
        let Some(bound) = bound else { continue };
        if declared.is_some_and(|declared| declared != AttributeType::Number) {
            scope.error(&format!("{path}.{word}"), format!("`{name}` is not a number, `{word}` compares numbers"));
            return None;
        }
        tests.push(test(op, Operand::Number(bound)));
    }
    if tests.len() == 1 { tests.pop() } else { Some(Node::All(tests)) }
}

/// A set: texts and numbers each become one test however many there are.
fn one_of(
    values: &[Value],
    declared: Option<AttributeType>,
    name: &str,
    path: &str,
    attribute: u16,
    scope: &mut Scope<'_>,
) -> Option<Node> {
    if values.is_empty() {
        scope.error(path, "the list is empty, so the rule could never match");
        return None;
    }
    let (mut texts, mut numbers, mut nodes) = (Vec::new(), Vec::new(), Vec::new());
    for (index, value) in values.iter().enumerate() {
        match scalar(value, declared, name, &format!("{path}[{index}]"), scope)? {
            Scalar::Text(text) => texts.push(text),
            Scalar::Number(number) => numbers.push(number),
            Scalar::Boolean(value) => {
                let op = if value { op::IS_TRUE } else { op::IS_FALSE };
                nodes.push(Node::Test { op, attribute, operand: Operand::None });
            }
        }
    }
    if !texts.is_empty() {
        nodes.push(Node::Test { op: op::TEXT_IN, attribute, operand: Operand::Texts(texts) });
    }
    if !numbers.is_empty() {
        nodes.push(Node::Test { op: op::NUMBER_IN, attribute, operand: Operand::Numbers(numbers) });
    }
    Some(Node::Any(nodes))
}

enum Scalar {
    Boolean(bool),
    Number(f64),
    Text(String),
}

fn scalar(
    value: &Value,
    declared: Option<AttributeType>,
    name: &str,
    path: &str,
    scope: &mut Scope<'_>,
) -> Option<Scalar> {
    let (scalar, kind) = match value {
        Value::Bool(value) => (Scalar::Boolean(*value), AttributeType::Boolean),
        Value::String(value) => (Scalar::Text(value.clone()), AttributeType::String),
        // Adding zero turns -0 into 0, which is the same number but not the same bytes.
        Value::Number(value) => (Scalar::Number(value.as_f64()? + 0.0), AttributeType::Number),
        _ => {
            scope.error(path, "give a boolean, a number or a string");
            return None;
        }
    };
    if declared.is_some_and(|declared| declared != kind) {
        scope.error(path, format!("`{name}` is declared with another type, so {value} never equals it"));
        return None;
    }
    Some(scalar)
}

/// The types of the attributes that are declared, or a problem for one that is not.
pub(crate) fn undeclared<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    format!("attribute `{name}` is not declared in `$.attributes`{}", did_you_mean(name, known))
}

/// Flattens the tree into tests with forward jumps.
pub(crate) fn flatten(node: &Node) -> Option<Vec<Test>> {
    let mut flat = Flat::default();
    flat.emit(node, Label::Accept, Label::Reject);
    flat.finish()
}

#[derive(Clone, Copy)]
enum Label {
    Accept,
    Reject,
    Later(usize),
}

#[derive(Default)]
struct Flat {
    tests: Vec<(u8, u16, Operand, Label, Label)>,
    /// Where each later label came to stand.
    bound: Vec<usize>,
}

impl Flat {
    fn emit(&mut self, node: &Node, on_true: Label, on_false: Label) {
        match node {
            Node::Test { op, attribute, operand } => {
                self.tests.push((*op, *attribute, operand.clone(), on_true, on_false));
            }
            Node::Not(child) => self.emit(child, on_false, on_true),
            Node::All(children) => self.chain(children, |next| (next, on_false), on_true, on_false),
            Node::Any(children) => self.chain(children, |next| (on_true, next), on_true, on_false),
        }
    }

    /// Every child but the last may go on to the next one; `through` says on which of its two answers.
    fn chain(&mut self, children: &[Node], through: impl Fn(Label) -> (Label, Label), on_true: Label, on_false: Label) {
        let Some((last, before)) = children.split_last() else { return };
        for child in before {
            let label = self.bound.len();
            self.bound.push(usize::MAX);
            let (on_true, on_false) = through(Label::Later(label));
            self.emit(child, on_true, on_false);
            if let Some(bound) = self.bound.get_mut(label) {
                *bound = self.tests.len();
            }
        }
        self.emit(last, on_true, on_false);
    }

    /// `None` when there are more tests than jumps can name.
    fn finish(self) -> Option<Vec<Test>> {
        if self.tests.len() >= usize::from(REJECT) {
            return None;
        }
        let target = |label| match label {
            Label::Accept => Some(ACCEPT),
            Label::Reject => Some(REJECT),
            Label::Later(label) => self.bound.get(label).and_then(|index| u16::try_from(*index).ok()),
        };
        self.tests
            .iter()
            .map(|(op, attribute, operand, on_true, on_false)| {
                Some(Test {
                    op: *op,
                    attribute: *attribute,
                    on_true: target(*on_true)?,
                    on_false: target(*on_false)?,
                    operand: operand.clone(),
                })
            })
            .collect()
    }
}
