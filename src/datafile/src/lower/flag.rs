use super::rules::Rules;
use crate::attributes::Symbol;
use crate::check::{Claim, SaltUse};
use crate::compiler::Compiler;
use crate::condition::{Node, asked, flatten};
use crate::encode::{FlagCode, Operand, Test};
use crate::experiment::Experiment;
use crate::model::{Model, WrittenFlag};
use crate::time::{self, moment};
use crate::values::values;
use crate::wire::Prerequisite;
use isoflag_written::{did_you_mean, member};
use serde_json::value::RawValue;
use std::collections::HashSet;

/// A flag ready to be laid out, with the experiment it is and what has to be compared with other flags.
pub(crate) struct Lowered {
    pub(crate) code: FlagCode,
    pub(crate) experiment: Option<Experiment>,
    /// Where the experiment's split stands.
    pub(crate) experiment_path: String,
    /// The numbers of the flags it asks.
    pub(crate) asks: Vec<usize>,
    /// The salts of its splits and gates, and where they stand.
    pub(crate) salts: Vec<(String, SaltUse, String)>,
    /// The slots it takes, with their layers.
    pub(crate) claims: Vec<(usize, Claim)>,
}

/// What is known of a flag while it is lowered.
pub(super) struct Scope<'a> {
    pub(super) key: &'a str,
    pub(super) number: usize,
    written: &'a WrittenFlag,
    reads: Vec<u16>,
    read: HashSet<u16>,
}

impl Scope<'_> {
    /// The number of a variant by its name.
    pub(super) fn variant(&self, name: &str, path: &str, compiler: &mut Compiler) -> Option<u16> {
        let found = self.written.variants.get(name).copied();
        if found.is_none() {
            let near = did_you_mean(name, self.written.flag.variants.keys());
            compiler.error(path, format!("the flag has no variant `{name}`{near}"));
        }
        found
    }

    /// The number of an attribute that the flag reads. `None` when the program has too many of them.
    pub(super) fn read(&mut self, symbol: Symbol, compiler: &mut Compiler) -> Option<u16> {
        let number = compiler.attributes.number(symbol)?;
        if self.read.insert(number) {
            self.reads.push(number);
        }
        Some(number)
    }

    /// A condition as tests with jumps.
    pub(super) fn tests(&mut self, node: &Node, path: &str, compiler: &mut Compiler) -> Option<Vec<Test>> {
        if !compiler.has_room(node.tests(), path) {
            return None;
        }
        let tests = flatten(node, |symbol| self.read(symbol, compiler));
        if tests.is_none() {
            compiler.error(path, "the datafile reads more than 65534 attributes");
        }
        tests
    }
}

/// What a flag is in the environment it is compiled for, and where each part of that stands.
struct Effective<'a> {
    enabled: bool,
    off: (&'a str, String),
    default: Option<(&'a str, String)>,
    prerequisites: (&'a [Prerequisite], String),
    rules: (&'a [Box<RawValue>], String),
}

impl<'a> Effective<'a> {
    fn new(written: &'a WrittenFlag, path: &str, environment: Option<&str>) -> Self {
        let WrittenFlag { flag, overlay, .. } = written;
        let over = environment.map_or(String::new(), |name| member(&format!("{path}.environments"), name));
        let place = |replaced: bool, field: &str| format!("{}.{field}", if replaced { &over } else { path });
        let default = overlay.default.as_ref().or(flag.default.as_ref());
        Self {
            enabled: overlay.enabled.unwrap_or(flag.enabled),
            off: (overlay.off.as_ref().unwrap_or(&flag.off), place(overlay.off.is_some(), "off")),
            default: default.map(|name| (name.as_str(), place(overlay.default.is_some(), "default"))),
            prerequisites: (
                overlay.prerequisites.as_ref().unwrap_or(&flag.prerequisites),
                place(overlay.prerequisites.is_some(), "prerequisites"),
            ),
            rules: (overlay.rules.as_ref().unwrap_or(&flag.rules), place(overlay.rules.is_some(), "rules")),
        }
    }
}

/// Checks and lowers one flag. `None` when something is wrong with it; the problems say what.
pub(crate) fn lower_flag(number: usize, model: &Model, compiler: &mut Compiler) -> Option<Lowered> {
    let (key, written) = (model.flags.name(number), model.flags.get(number)?);
    let path = member("$.flags", key);
    let before = compiler.count();
    let effective = Effective::new(written, &path, model.environment.as_deref());
    if let Some(text) = written.flag.expires.as_ref().filter(|text| moment(text).is_none()) {
        compiler.error(format!("{path}.expires"), format!("`{text}` is not a date, {}", time::FORMS));
    }
    let variants = values(&written.flag, &path, &mut compiler.problems);
    let mut scope = Scope { key, number, written, reads: Vec::new(), read: HashSet::new() };
    let off = scope.variant(effective.off.0, &effective.off.1, compiler);
    let default = effective.default.map_or(off, |(name, path)| scope.variant(name, &path, compiler));
    let prerequisites = prerequisites(effective.prerequisites, &mut scope, model, compiler);
    let mut rules = Rules::default();
    let (written_rules, rules_path) = effective.rules;
    if written_rules.len() >= usize::from(u16::MAX) {
        compiler.error(&rules_path, "a flag has fewer than 65535 rules");
        return None;
    }
    // A flag that is switched off takes no slots: experiments that are over may stay in the file.
    rules.in_force = effective.enabled;
    for (index, rule) in written_rules.iter().enumerate() {
        rules.add(rule, index, &format!("{rules_path}[{index}]"), &mut scope, model, compiler);
    }
    if compiler.count() > before || !written.sound {
        return None;
    }
    let code = FlagCode {
        key: key.to_owned(),
        kind: written.flag.kind as u8,
        enabled: effective.enabled,
        off: off?,
        default: default?,
        variants,
        reads: scope.reads,
        prerequisites: prerequisites?,
        rules: rules.rules,
        experiment: rules.experiment_code,
    };
    Some(Lowered {
        asks: asks(&code),
        code,
        experiment: rules.experiment,
        experiment_path: rules.experiment_path,
        salts: rules.salts,
        claims: rules.claims,
    })
}

/// All of them must hold, before any rule is tried.
fn prerequisites(
    (written, path): (&[Prerequisite], String),
    scope: &mut Scope<'_>,
    model: &Model,
    compiler: &mut Compiler,
) -> Option<Vec<Test>> {
    let nodes: Vec<Option<Node>> = written
        .iter()
        .enumerate()
        .map(|(index, one)| asked(&one.flag, Some(&one.variant), &format!("{path}[{index}]"), model, compiler))
        .collect();
    match Node::all(nodes.into_iter().collect::<Option<_>>()?) {
        None => Some(Vec::new()),
        Some(node) => scope.tests(&node, &path, compiler),
    }
}

fn asks(code: &FlagCode) -> Vec<usize> {
    let tests = code.prerequisites.iter().chain(code.rules.iter().flat_map(|rule| &rule.tests));
    let mut asks: Vec<usize> = tests
        .filter_map(|test| match test.operand {
            Operand::Flag(flag, _) => Some(flag as usize),
            _ => None,
        })
        .collect();
    asks.sort_unstable();
    asks.dedup();
    asks
}
