use super::Node;
use crate::attributes::Symbol;
use crate::encode::{Operand, Test};
use isoflag_engine::layout::{ACCEPT, NO_ATTRIBUTE, REJECT};

/// The most tests a condition may be: jumps name the others by 16 bits.
pub(crate) const MOST_TESTS: usize = REJECT as usize - 1;

/// Flattens the tree into tests with forward jumps. `number` gives an attribute its number in the program. `None` when
/// there are more tests than jumps can name, or more attributes than numbers.
pub(crate) fn flatten(node: &Node, mut number: impl FnMut(Symbol) -> Option<u16>) -> Option<Vec<Test>> {
    if node.tests() > MOST_TESTS {
        return None;
    }
    let mut flat = Flat::default();
    flat.emit(node, Label::Accept, Label::Reject);
    flat.finish(&mut number)
}

#[derive(Clone, Copy)]
enum Label {
    Accept,
    Reject,
    Later(usize),
}

#[derive(Default)]
struct Flat<'a> {
    tests: Vec<(u8, Option<Symbol>, &'a Operand, Label, Label)>,
    /// Where each later label came to stand.
    bound: Vec<usize>,
}

impl<'a> Flat<'a> {
    fn emit(&mut self, node: &'a Node, on_true: Label, on_false: Label) {
        match node {
            Node::Test { op, attribute, operand } => self.tests.push((*op, *attribute, operand, on_true, on_false)),
            Node::Not(child) => self.emit(child, on_false, on_true),
            Node::All(children) => self.chain(children, |next| (next, on_false), on_true, on_false),
            Node::Any(children) => self.chain(children, |next| (on_true, next), on_true, on_false),
            Node::Segment(segment) => self.emit(&segment.node, on_true, on_false),
        }
    }

    /// Every child but the last may go on to the next one; `through` says on which of its two answers.
    fn chain(
        &mut self,
        children: &'a [Node],
        through: impl Fn(Label) -> (Label, Label),
        on_true: Label,
        on_false: Label,
    ) {
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

    fn finish(self, number: &mut impl FnMut(Symbol) -> Option<u16>) -> Option<Vec<Test>> {
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
                    attribute: attribute.map_or(Some(NO_ATTRIBUTE), &mut *number)?,
                    on_true: target(*on_true)?,
                    on_false: target(*on_false)?,
                    operand: (*operand).clone(),
                })
            })
            .collect()
    }
}
