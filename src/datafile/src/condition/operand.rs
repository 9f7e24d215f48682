use super::Node;
use crate::attributes::Symbol;
use crate::compiler::Compiler;
use crate::encode::Operand;
use crate::model::{Declared, Model};
use crate::network::network;
use crate::semver;
use crate::time::{self, moment};
use crate::values::exact;
use crate::wire::{AttributeType, DateBounds, Texts, VersionBounds};
use isoflag_engine::layout::op;
use serde_json::Value;
use std::rc::Rc;

/// The attribute that is asked, with what is declared of it.
pub(super) struct Subject<'a> {
    name: &'a str,
    symbol: Symbol,
    declared: Option<&'a Declared>,
}

/// What a value may be compared with.
pub(super) enum Scalar {
    Boolean(bool),
    Number(f64),
    Text(String),
}

/// A list of them, by type.
#[derive(Default)]
pub(super) struct Scalars {
    pub(super) booleans: Vec<bool>,
    pub(super) numbers: Vec<f64>,
    pub(super) texts: Vec<String>,
}

impl<'a> Subject<'a> {
    pub(super) fn find(name: &'a str, path: &str, model: &'a Model, compiler: &mut Compiler) -> Option<Self> {
        let declared = declared(name, path, model, compiler)?;
        Some(Self { name, symbol: compiler.attributes.symbol(name), declared })
    }

    pub(super) fn test(&self, op: u8, operand: Operand) -> Node {
        Node::Test { op, attribute: Some(self.symbol), operand }
    }

    /// Whether the attribute may be of one of these types; a problem if not.
    pub(super) fn is(&self, allowed: &[AttributeType], word: &str, path: &str, compiler: &mut Compiler) -> bool {
        let fits = self.declared.is_none_or(|declared| allowed.contains(&declared.kind));
        if let Some(declared) = self.declared.filter(|_| !fits) {
            let (kind, tests) = spoken(declared.kind);
            let message = format!("`{}` is declared as {kind}, `{word}` never holds for it; ask {tests}", self.name);
            compiler.error(path, message);
        }
        fits
    }

    /// A boolean, number or text of the declared type and among the declared values.
    pub(super) fn scalar(
        &self,
        value: &Value,
        word: &str,
        folds: bool,
        path: &str,
        compiler: &mut Compiler,
    ) -> Option<Scalar> {
        let (scalar, kind) = scalar(value, path, compiler)?;
        if let Some(declared) = self.declared.filter(|declared| declared.kind != kind) {
            let (found, tests) = spoken(declared.kind);
            let message =
                if matches!(declared.kind, AttributeType::Boolean | AttributeType::String | AttributeType::Number) {
                    format!("`{}` is declared as {found}, {value} never equals it; give {found}", self.name)
                } else {
                    format!("`{}` is declared as {found}, `{word}` never holds for it; ask {tests}", self.name)
                };
            compiler.error(path, message);
            return None;
        }
        self.among_values(&scalar, folds, path, compiler).then_some(scalar)
    }

    pub(super) fn scalars(
        &self,
        values: &[Value],
        word: &str,
        folds: bool,
        path: &str,
        compiler: &mut Compiler,
    ) -> Option<Scalars> {
        let before = compiler.count();
        let found =
            collect(values, path, compiler, |value, path, compiler| self.scalar(value, word, folds, path, compiler));
        (compiler.count() == before).then_some(found)
    }

    /// Whether a text is one that is declared; a problem if not.
    fn among_values(&self, scalar: &Scalar, folds: bool, path: &str, compiler: &mut Compiler) -> bool {
        let (Some(declared), Scalar::Text(text)) = (self.declared, scalar) else { return true };
        let Some(near) = declared.refuses(text, folds) else { return true };
        compiler.error(path, format!("`{text}` is not among the declared values of `{}`{near}", self.name));
        false
    }
}

/// What is declared of an attribute: `Some(None)` when the datafile declares no attributes at all.
pub(crate) fn declared<'a>(
    name: &str,
    path: &str,
    model: &'a Model,
    compiler: &mut Compiler,
) -> Option<Option<&'a Declared>> {
    if name.is_empty() {
        compiler.error(path, "the name of an attribute is not empty");
        return None;
    }
    let Some(attributes) = &model.attributes else { return Some(None) };
    let Some(number) = attributes.find(name) else {
        let near = attributes.near(name);
        compiler.error(path, format!("attribute `{name}` is not declared in `$.attributes`{near}"));
        return None;
    };
    let declared = attributes.get(number);
    if declared.is_none() {
        compiler.follows(path, format!("the declaration of attribute `{name}` has problems of its own"));
    }
    declared.map(Some)
}

/// A type and what can be asked of it.
fn spoken(kind: AttributeType) -> (&'static str, &'static str) {
    match kind {
        AttributeType::Boolean => ("a boolean", "`equals`, `in` or `exists`"),
        AttributeType::String => {
            ("a string", "`equals`, `in`, `startsWith`, `endsWith`, `includes`, `matches` or `exists`")
        }
        AttributeType::Number => {
            ("a number", "`equals`, `in`, `greaterThan`, `atLeast`, `lessThan`, `atMost` or `exists`")
        }
        AttributeType::List => ("a list", "`contains`, `containsAny`, `containsAll` or `exists`"),
        AttributeType::Version => ("a version", "`version` or `exists`"),
        AttributeType::Date => ("a date", "`date` or `exists`"),
        AttributeType::Ip => ("an address", "`inNetwork` or `exists`"),
    }
}

fn scalar(value: &Value, path: &str, compiler: &mut Compiler) -> Option<(Scalar, AttributeType)> {
    Some(match value {
        Value::Bool(value) => (Scalar::Boolean(*value), AttributeType::Boolean),
        Value::String(value) => (Scalar::Text(value.clone()), AttributeType::String),
        // Adding zero turns -0 into 0, which is the same number but not the same bytes.
        Value::Number(number) => {
            exact(number, path, &mut compiler.problems);
            (Scalar::Number(number.as_f64()? + 0.0), AttributeType::Number)
        }
        _ => {
            compiler.error(path, "give a boolean, a number or a string");
            return None;
        }
    })
}

/// Sorts values by type. Every one is looked at, so that every problem is reported.
fn collect(
    values: &[Value],
    path: &str,
    compiler: &mut Compiler,
    mut of: impl FnMut(&Value, &str, &mut Compiler) -> Option<Scalar>,
) -> Scalars {
    let mut found = Scalars::default();
    if values.is_empty() {
        compiler.error(path, "the list is empty, so this could never hold");
    }
    for (index, value) in values.iter().enumerate() {
        match of(value, &format!("{path}[{index}]"), compiler) {
            Some(Scalar::Boolean(value)) => found.booleans.push(value),
            Some(Scalar::Number(number)) => found.numbers.push(number),
            Some(Scalar::Text(text)) => found.texts.push(text),
            None => {}
        }
    }
    found
}

pub(super) fn version(
    subject: &Subject<'_>,
    bounds: &VersionBounds,
    path: &str,
    compiler: &mut Compiler,
) -> Option<Node> {
    let bounds = [
        ("equals", op::VERSION_EQUALS, &bounds.equals),
        ("greaterThan", op::VERSION_GREATER, &bounds.greater_than),
        ("atLeast", op::VERSION_AT_LEAST, &bounds.at_least),
        ("lessThan", op::VERSION_LESS, &bounds.less_than),
        ("atMost", op::VERSION_AT_MOST, &bounds.at_most),
    ];
    let allowed = subject.is(&[AttributeType::Version], "version", path, compiler);
    let nodes = bounded(&bounds, path, compiler, |text| match semver::version(text) {
        Some(version) => Ok(Operand::Version(version)),
        None => Err(format!(
            "`{text}` is not a version; write it by SemVer, as `2.4.0`, `2.4` or `2.4.0-beta.1`, without a `v`"
        )),
    });
    if allowed { Node::all(nodes?.into_iter().map(|(op, operand)| subject.test(op, operand)).collect()) } else { None }
}

pub(super) fn date(subject: &Subject<'_>, bounds: &DateBounds, path: &str, compiler: &mut Compiler) -> Option<Node> {
    let bounds = [
        ("before", op::DATE_BEFORE, &bounds.before),
        ("notAfter", op::DATE_NOT_AFTER, &bounds.not_after),
        ("after", op::DATE_AFTER, &bounds.after),
        ("notBefore", op::DATE_NOT_BEFORE, &bounds.not_before),
    ];
    let allowed = subject.is(&[AttributeType::Date], "date", path, compiler);
    let nodes = bounded(&bounds, path, compiler, |text| match moment(text) {
        Some(moment) => Ok(Operand::Time(moment)),
        None => Err(format!("`{text}` is not a date, {}", time::FORMS)),
    });
    if allowed { Node::all(nodes?.into_iter().map(|(op, operand)| subject.test(op, operand)).collect()) } else { None }
}

fn bounded(
    bounds: &[(&str, u8, &Option<String>)],
    path: &str,
    compiler: &mut Compiler,
    parse: impl Fn(&str) -> Result<Operand, String>,
) -> Option<Vec<(u8, Operand)>> {
    let before = compiler.count();
    let mut found = Vec::new();
    for (word, op, bound) in bounds {
        match bound.as_deref().map(&parse) {
            Some(Ok(operand)) => found.push((*op, operand)),
            Some(Err(message)) => compiler.error(format!("{path}.{word}"), message),
            None => {}
        }
    }
    if bounds.iter().all(|(_, _, bound)| bound.is_none()) {
        let words: Vec<String> = bounds.iter().map(|(word, _, _)| format!("`{word}`")).collect();
        compiler.error(path, format!("no bound is given, add one of {}", words.join(", ")));
    }
    (compiler.count() == before).then_some(found)
}

pub(super) fn networks(subject: &Subject<'_>, texts: &Texts, path: &str, compiler: &mut Compiler) -> Option<Node> {
    let before = compiler.count();
    subject.is(&[AttributeType::Ip], "inNetwork", path, compiler);
    let mut networks = Vec::new();
    for (text, path) in texts.each(path) {
        match network(text) {
            Some(network) => networks.push(network),
            None => compiler.error(
                path,
                format!("`{text}` is not a network; write `10.0.0.0/8`, `2001:db8::/32` or a single address"),
            ),
        }
    }
    if texts.all().is_empty() {
        compiler.error(path, "the list is empty, so this could never hold");
    }
    (compiler.count() == before).then(|| subject.test(op::IN_NETWORK, Operand::Networks(Rc::from(networks))))
}

/// `contains` and `containsAny`: one of the values is in the list; `containsAll`: each of them is.
pub(super) fn list(
    subject: &Subject<'_>,
    values: &[Value],
    word: &str,
    path: &str,
    compiler: &mut Compiler,
) -> Option<Node> {
    let before = compiler.count();
    if !subject.is(&[AttributeType::List], word, path, compiler) {
        return None;
    }
    // The one value of `contains` does not stand in a list.
    let at = |member: &str| if word == "contains" { path.to_owned() } else { member.to_owned() };
    let found = collect(values, path, compiler, |value, member, compiler| {
        let (scalar, _) = scalar(value, &at(member), compiler)?;
        subject.among_values(&scalar, false, &at(member), compiler).then_some(scalar)
    });
    if compiler.count() > before {
        return None;
    }
    let boolean = |value: bool| subject.test(if value { op::LIST_HAS_TRUE } else { op::LIST_HAS_FALSE }, Operand::None);
    let mut nodes: Vec<Node> = found.booleans.into_iter().map(boolean).collect();
    if word == "containsAny" {
        if !found.texts.is_empty() {
            nodes.push(subject.test(op::LIST_ANY_TEXT, Operand::Texts(Rc::from(found.texts))));
        }
        if !found.numbers.is_empty() {
            nodes.push(subject.test(op::LIST_ANY_NUMBER, Operand::Numbers(Rc::from(found.numbers))));
        }
        return Node::any(nodes);
    }
    nodes.extend(found.texts.into_iter().map(|text| subject.test(op::LIST_HAS_TEXT, Operand::Text(text))));
    nodes.extend(found.numbers.into_iter().map(|number| subject.test(op::LIST_HAS_NUMBER, Operand::Number(number))));
    Node::all(nodes)
}
