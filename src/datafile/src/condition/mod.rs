//! Conditions: from the tree as written to a tree of tests with every name resolved, and on to tests with jumps.

mod flatten;
mod operand;
mod subject;
mod tests_of;

pub(crate) use flatten::{MOST_TESTS, flatten};
pub(crate) use operand::declared;

use crate::attributes::Symbol;
use crate::check::contradiction;
use crate::compiler::Compiler;
use crate::encode::Operand;
use crate::model::Model;
use crate::wire::{Condition, Texts};
use isoflag_engine::layout::op;
use isoflag_written::did_you_mean;
use std::rc::Rc;

/// A condition with its names resolved and its tests named, still a tree.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// `None` for a test that asks no attribute: of the time, or of another flag.
    Test {
        op: u8,
        attribute: Option<Symbol>,
        operand: Operand,
    },
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Segment(Rc<Resolved>),
}

/// The condition of a segment, shared by those who name it.
#[derive(Debug, PartialEq)]
pub(crate) struct Resolved {
    pub(crate) node: Node,
    tests: usize,
}

impl Resolved {
    pub(crate) fn new(node: Node) -> Self {
        let tests = node.tests();
        Self { node, tests }
    }
}

impl Node {
    /// How many tests it is, segments inlined.
    pub(crate) fn tests(&self) -> usize {
        match self {
            Self::Test { .. } => 1,
            Self::Not(child) => child.tests(),
            Self::Segment(segment) => segment.tests,
            Self::All(children) | Self::Any(children) => {
                children.iter().fold(0, |sum, child| sum.saturating_add(child.tests()))
            }
        }
    }

    /// One child is itself; several hold together.
    pub(crate) fn all(mut children: Vec<Self>) -> Option<Self> {
        if children.len() > 1 { Some(Self::All(children)) } else { children.pop() }
    }

    /// One child is itself; of several one suffices.
    pub(crate) fn any(mut children: Vec<Self>) -> Option<Self> {
        if children.len() > 1 { Some(Self::Any(children)) } else { children.pop() }
    }
}

/// Resolves a condition, reporting what is wrong with it.
pub(crate) fn resolve(condition: &Condition, path: &str, model: &Model, compiler: &mut Compiler) -> Option<Node> {
    let subjects = subject::subjects(condition);
    if subjects.len() != 1 {
        let found = if subjects.is_empty() { "none of them".to_owned() } else { subjects.join(" and ") };
        let message = format!("a condition has exactly one of {}; found {found}", subject::KNOWN);
        compiler.error(path, message);
        return None;
    }
    if let Some(stray) = subject::stray(condition) {
        compiler.error(path, stray);
        return None;
    }
    if let Some(children) = &condition.all {
        let path = format!("{path}.all");
        return whole(Node::all(several(children, &path, model, compiler)?)?, &path, compiler);
    }
    if let Some(children) = &condition.any {
        return Node::any(several(children, &format!("{path}.any"), model, compiler)?);
    }
    if let Some(child) = &condition.not {
        return Some(Node::Not(Box::new(resolve(child, &format!("{path}.not"), model, compiler)?)));
    }
    if let Some(name) = &condition.segment {
        return segment(name, &format!("{path}.segment"), model, compiler);
    }
    if let Some(flag) = &condition.flag {
        return asked(flag, condition.variant.as_ref(), path, model, compiler);
    }
    let tests = tests_of::tests_of(condition, condition.attribute.as_deref()?, path, model, compiler)?;
    whole(Node::all(tests)?, path, compiler)
}

/// A node, unless its parts contradict each other.
fn whole(node: Node, path: &str, compiler: &mut Compiler) -> Option<Node> {
    match contradiction(&node, &compiler.attributes) {
        None => Some(node),
        Some(why) => {
            compiler.error(path, format!("this is never true: {why}"));
            None
        }
    }
}

fn several(children: &[Condition], path: &str, model: &Model, compiler: &mut Compiler) -> Option<Vec<Node>> {
    if children.is_empty() {
        compiler.error(path, "the list is empty, give at least one condition or remove it");
        return None;
    }
    // Every child is resolved, so that every problem is reported.
    let nodes: Vec<Option<Node>> = children
        .iter()
        .enumerate()
        .map(|(index, child)| resolve(child, &format!("{path}[{index}]"), model, compiler))
        .collect();
    nodes.into_iter().collect()
}

fn segment(name: &str, path: &str, model: &Model, compiler: &mut Compiler) -> Option<Node> {
    let number = model.segments.number(name, "segment").map_err(|message| compiler.error(path, message)).ok()?;
    compiler.used.segments.insert(number);
    let resolved = compiler.segments.get(number).cloned().flatten();
    if resolved.is_none() {
        compiler.follows(path, format!("segment `{name}` has problems of its own"));
    }
    resolved.map(Node::Segment)
}

/// Another flag that must serve one of some variants.
pub(crate) fn asked(
    flag: &str,
    variants: Option<&Texts>,
    path: &str,
    model: &Model,
    compiler: &mut Compiler,
) -> Option<Node> {
    let at = format!("{path}.flag");
    let number = model.flags.number(flag, "flag").map_err(|message| compiler.error(&at, message)).ok()?;
    let path = format!("{path}.variant");
    let Some(variants) = variants.filter(|variants| !variants.all().is_empty()) else {
        compiler.error(path, format!("say which variant of `{flag}` is asked for, or a list of them"));
        return None;
    };
    let Some(written) = model.flags.get(number) else {
        compiler.follows(at, format!("flag `{flag}` has problems of its own"));
        return None;
    };
    let mut nodes = Vec::new();
    for (variant, path) in variants.each(&path) {
        let Some(found) = written.variants.get(variant) else {
            let near = did_you_mean(variant, written.flag.variants.keys());
            compiler.error(path, format!("flag `{flag}` has no variant `{variant}`{near}"));
            continue;
        };
        let operand = Operand::Flag(u32::try_from(number).ok()?, *found);
        nodes.push(Node::Test { op: op::FLAG_IS, attribute: None, operand });
    }
    (nodes.len() == variants.all().len()).then(|| Node::any(nodes)).flatten()
}
