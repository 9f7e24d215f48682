use crate::attributes::{Attributes, Symbol};
use crate::condition::Node;
use crate::encode::{Operand, Version};
use crate::semver::precedence;
use isoflag_engine::layout::op;
use std::cmp::Ordering;
use std::collections::HashMap;

/// Why the parts of a conjunction cannot hold together, where that is plain: each part is a test of one attribute, or
/// the opposite of another part. `None` says only that nothing was found.
pub(crate) fn contradiction(node: &Node, attributes: &Attributes) -> Option<String> {
    let Node::All(_) = node else { return None };
    let mut parts = Vec::new();
    conjuncts(node, &mut parts);
    let mut allowed: HashMap<Symbol, Allowed<'_>> = HashMap::new();
    for part in &parts {
        if let Some((symbol, kinds)) = kinds(part) {
            let allowed = allowed.entry(symbol).or_default();
            allowed.kinds &= kinds;
            allowed.test(part);
        }
    }
    let mut found: Vec<(&str, &str)> = allowed
        .iter()
        .filter_map(|(symbol, allowed)| Some((attributes.name(*symbol), allowed.nothing_left()?)))
        .collect();
    found.sort_unstable();
    if let Some((name, why)) = found.first() {
        return Some(format!("{why} `{name}`"));
    }
    let opposite = |part: &&Node| matches!(part, Node::Not(child) if parts.contains(&bare(child)));
    // So few that comparing each with each costs nothing.
    (parts.len() <= 64 && parts.iter().any(opposite))
        .then(|| "a condition and its opposite are both asked for".to_owned())
}

/// A condition without the names it goes by.
fn bare(node: &Node) -> &Node {
    match node {
        Node::Segment(segment) => bare(&segment.node),
        _ => node,
    }
}

/// The parts of nested conjunctions.
fn conjuncts<'a>(node: &'a Node, out: &mut Vec<&'a Node>) {
    match node {
        Node::All(children) => children.iter().for_each(|child| conjuncts(child, out)),
        Node::Segment(segment) => conjuncts(&segment.node, out),
        _ => out.push(node),
    }
}

const MISSING: u8 = 1;
const TRUE: u8 = 2;
const FALSE: u8 = 4;
const NUMBER: u8 = 8;
const TEXT: u8 = 16;
const LIST: u8 = 32;
const ALL: u8 = 63;

/// The attribute a part is about and what kinds of value can pass it.
fn kinds(node: &Node) -> Option<(Symbol, u8)> {
    match node {
        Node::Test { op, attribute, .. } => {
            let kinds = match *op {
                op::EXISTS => ALL & !MISSING,
                op::IS_TRUE => TRUE,
                op::IS_FALSE => FALSE,
                op::NUMBER_EQUALS..=op::AT_LEAST => NUMBER,
                op::DATE_BEFORE..=op::DATE_NOT_BEFORE => NUMBER | TEXT,
                op::LIST_HAS_TEXT..=op::LIST_ANY_NUMBER => LIST,
                _ => TEXT,
            };
            Some(((*attribute)?, kinds))
        }
        Node::Not(child) => match child.as_ref() {
            Node::Test { op: op::EXISTS, attribute, .. } => Some(((*attribute)?, MISSING)),
            _ => None,
        },
        Node::Any(children) => {
            let mut children = children.iter().map(kinds);
            let (symbol, first) = children.next()??;
            children.try_fold((symbol, first), |(symbol, sum), child| {
                child.filter(|(other, _)| *other == symbol).map(|(_, kinds)| (symbol, sum | kinds))
            })
        }
        _ => None,
    }
}

/// What is left of an attribute's values.
struct Allowed<'a> {
    kinds: u8,
    numbers: Range<f64>,
    dates: Range<i64>,
    versions: Range<&'a Version>,
    /// The texts it may be, once any are named.
    texts: Option<Vec<&'a str>>,
    /// The numbers it may be, once any are named.
    named: Option<Vec<f64>>,
}

impl Default for Allowed<'_> {
    fn default() -> Self {
        let (numbers, dates, versions) = (Range::default(), Range::default(), Range::default());
        Self { kinds: ALL, numbers, dates, versions, texts: None, named: None }
    }
}

impl<'a> Allowed<'a> {
    fn test(&mut self, node: &'a Node) {
        let Node::Test { op, operand, .. } = node else { return };
        let number = |a: &f64, b: &f64| a.total_cmp(b);
        match (*op, operand) {
            (op::TEXT_EQUALS, Operand::Text(text)) => {
                narrow(&mut self.texts, &[text], |one, other| *one == other.as_str())
            }
            (op::TEXT_IN, Operand::Texts(texts)) => self.one_of(texts),
            (op::STARTS, Operand::Text(part)) => self.keep(|text| text.starts_with(part)),
            (op::ENDS, Operand::Text(part)) => self.keep(|text| text.ends_with(part)),
            (op::INCLUDES, Operand::Text(part)) => self.keep(|text| text.contains(part)),
            (op::NUMBER_EQUALS, Operand::Number(bound)) => {
                self.numbers.least(*bound, true, number);
                self.numbers.greatest(*bound, true, number);
            }
            (op::NUMBER_IN, Operand::Numbers(numbers)) => {
                let mut sorted = numbers.to_vec();
                sorted.sort_by(f64::total_cmp);
                match &mut self.named {
                    None => self.named = Some(sorted),
                    Some(known) => known.retain(|one| sorted.binary_search_by(|other| other.total_cmp(one)).is_ok()),
                }
            }
            (op::GREATER, Operand::Number(bound)) => self.numbers.least(*bound, false, number),
            (op::AT_LEAST, Operand::Number(bound)) => self.numbers.least(*bound, true, number),
            (op::LESS, Operand::Number(bound)) => self.numbers.greatest(*bound, false, number),
            (op::AT_MOST, Operand::Number(bound)) => self.numbers.greatest(*bound, true, number),
            (op::DATE_AFTER, Operand::Time(bound)) => self.dates.least(*bound, false, i64::cmp),
            (op::DATE_NOT_BEFORE, Operand::Time(bound)) => self.dates.least(*bound, true, i64::cmp),
            (op::DATE_BEFORE, Operand::Time(bound)) => self.dates.greatest(*bound, false, i64::cmp),
            (op::DATE_NOT_AFTER, Operand::Time(bound)) => self.dates.greatest(*bound, true, i64::cmp),
            (_, Operand::Version(bound)) => self.version(*op, bound),
            _ => {}
        }
    }

    fn version(&mut self, op: u8, bound: &'a Version) {
        let order = |a: &&Version, b: &&Version| precedence(a, b);
        if matches!(op, op::VERSION_EQUALS | op::VERSION_GREATER | op::VERSION_AT_LEAST) {
            self.versions.least(bound, op != op::VERSION_GREATER, order);
        }
        if matches!(op, op::VERSION_EQUALS | op::VERSION_LESS | op::VERSION_AT_MOST) {
            self.versions.greatest(bound, op != op::VERSION_LESS, order);
        }
    }

    fn one_of(&mut self, texts: &'a [String]) {
        let mut sorted: Vec<&str> = texts.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        match &mut self.texts {
            None => self.texts = Some(sorted),
            Some(known) => known.retain(|text| sorted.binary_search(text).is_ok()),
        }
    }

    /// Parts of a text are only held against texts that are named before them; that is enough to find a slip.
    fn keep(&mut self, passes: impl Fn(&str) -> bool) {
        if let Some(texts) = &mut self.texts {
            texts.retain(|text| passes(text));
        }
    }

    fn nothing_left(&self) -> Option<&'static str> {
        let number = |a: &f64, b: &f64| a.total_cmp(b);
        let named = |one: &f64| self.numbers.holds(one, number);
        if self.kinds == 0 {
            return Some("tests of different types are asked of");
        }
        if self.kinds == TEXT && self.texts.as_ref().is_some_and(Vec::is_empty) {
            return Some("no text passes every test of");
        }
        let numbers = self.kinds == NUMBER;
        if numbers && (self.numbers.is_empty(number) || self.named.as_ref().is_some_and(|all| !all.iter().any(named))) {
            return Some("no number passes every test of");
        }
        if self.kinds & !(NUMBER | TEXT) == 0 && self.dates.is_empty(i64::cmp) {
            return Some("no date lies within the bounds of");
        }
        if self.kinds == TEXT && self.versions.is_empty(|a, b| precedence(a, b)) {
            return Some("no version lies within the bounds of");
        }
        None
    }
}

fn narrow<'a>(known: &mut Option<Vec<&'a str>>, to: &[&'a String], same: impl Fn(&&str, &String) -> bool) {
    match known {
        None => *known = Some(to.iter().map(|text| text.as_str()).collect()),
        Some(known) => known.retain(|one| to.iter().any(|other| same(one, other))),
    }
}

/// A range with either end open or closed, or without end.
struct Range<T> {
    least: Option<(T, bool)>,
    greatest: Option<(T, bool)>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { least: None, greatest: None }
    }
}

impl<T: Copy> Range<T> {
    fn least(&mut self, bound: T, closed: bool, order: impl Fn(&T, &T) -> Ordering) {
        let narrower = |(known, was): &(T, bool)| match order(&bound, known) {
            Ordering::Greater => true,
            Ordering::Equal => *was && !closed,
            Ordering::Less => false,
        };
        if self.least.as_ref().is_none_or(narrower) {
            self.least = Some((bound, closed));
        }
    }

    fn greatest(&mut self, bound: T, closed: bool, order: impl Fn(&T, &T) -> Ordering) {
        let narrower = |(known, was): &(T, bool)| match order(&bound, known) {
            Ordering::Less => true,
            Ordering::Equal => *was && !closed,
            Ordering::Greater => false,
        };
        if self.greatest.as_ref().is_none_or(narrower) {
            self.greatest = Some((bound, closed));
        }
    }

    fn is_empty(&self, order: impl Fn(&T, &T) -> Ordering) -> bool {
        match (&self.least, &self.greatest) {
            (Some((least, from)), Some((greatest, to))) => match order(least, greatest) {
                Ordering::Less => false,
                Ordering::Equal => !(*from && *to),
                Ordering::Greater => true,
            },
            _ => false,
        }
    }

    fn holds(&self, value: &T, order: impl Fn(&T, &T) -> Ordering) -> bool {
        let above = |(bound, closed): &(T, bool)| match order(value, bound) {
            Ordering::Less => false,
            Ordering::Equal => *closed,
            Ordering::Greater => true,
        };
        let below = |(bound, closed): &(T, bool)| match order(value, bound) {
            Ordering::Less => true,
            Ordering::Equal => *closed,
            Ordering::Greater => false,
        };
        self.least.as_ref().is_none_or(above) && self.greatest.as_ref().is_none_or(below)
    }
}
