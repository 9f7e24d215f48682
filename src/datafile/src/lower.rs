use crate::compile::Experiment;
use crate::condition::{flatten, resolve, undeclared};
use crate::encode::{ExperimentCode, FlagCode, Outcome, RuleCode};
use crate::split::lower_split;
use crate::values::values;
use crate::wire::{AttributeType, Entries, Flag, Rule};
use isoflag_written::{Problems, did_you_mean, member, read};
use serde_json::value::RawValue;
use std::collections::HashMap;

/// The numbers of the attributes that flags read, in the order in which they were first read.
#[derive(Debug, Default)]
pub(crate) struct AttributeIds {
    ids: HashMap<String, u16>,
    pub(crate) names: Vec<String>,
}

impl AttributeIds {
    fn id(&mut self, name: &str) -> Option<u16> {
        if let Some(id) = self.ids.get(name) {
            return Some(*id);
        }
        let id = u16::try_from(self.names.len()).ok().filter(|id| *id < u16::MAX)?;
        self.ids.insert(name.to_owned(), id);
        self.names.push(name.to_owned());
        Some(id)
    }
}

/// What a flag may refer to while it is lowered, and where its problems go.
pub(crate) struct Scope<'a> {
    declared: Option<&'a Entries<AttributeType>>,
    ids: &'a mut AttributeIds,
    problems: &'a mut Problems,
    variants: Vec<String>,
    reads: Vec<u16>,
}

impl Scope<'_> {
    pub(crate) fn error(&mut self, path: &str, message: impl Into<String>) {
        self.problems.error(path, message);
    }

    /// The declared type of an attribute; `Some(None)` when the datafile declares none at all.
    pub(crate) fn attribute_type(&mut self, name: &str, path: &str) -> Option<Option<AttributeType>> {
        if name.is_empty() {
            self.error(path, "the name of an attribute is not empty");
            return None;
        }
        let Some(declared) = self.declared else { return Some(None) };
        if let Some(kind) = declared.0.iter().find_map(|(known, kind)| (known == name).then_some(kind)) {
            return Some(Some(*kind));
        }
        let text = undeclared(name, declared.keys());
        self.error(path, text);
        None
    }

    pub(crate) fn attribute_id(&mut self, name: &str) -> Option<u16> {
        let id = self.ids.id(name)?;
        if !self.reads.contains(&id) {
            self.reads.push(id);
        }
        Some(id)
    }

    /// The number of a variant by its name.
    pub(crate) fn variant(&mut self, name: &str, path: &str) -> Option<u16> {
        let found = self.variants.iter().position(|variant| variant == name);
        if found.is_none() {
            let near = did_you_mean(name, self.variants.iter().map(String::as_str));
            self.problems.error(path, format!("the flag has no variant `{name}`{near}"));
        }
        found.and_then(|index| u16::try_from(index).ok())
    }
}

/// A flag ready to be laid out, with the experiment it is and the salts its splits use.
pub(crate) struct LoweredFlag {
    pub(crate) code: FlagCode,
    pub(crate) experiment: Option<Experiment>,
    pub(crate) salts: Vec<(String, String)>,
}

/// Reads, checks and lowers one flag. `None` when something is wrong with it; the problems say what.
pub(crate) fn lower_flag(
    key: &str,
    json: &RawValue,
    declared: Option<&Entries<AttributeType>>,
    ids: &mut AttributeIds,
    problems: &mut Problems,
) -> Option<LoweredFlag> {
    let path = member("$.flags", key);
    let flag: Flag = match read(json.get(), &path) {
        Ok(flag) => flag,
        Err(problem) => {
            problems.errors.push(problem);
            return None;
        }
    };
    let before = problems.errors.len();
    if key.is_empty() {
        problems.error(&path, "the key of a flag is not empty");
    }
    let variants = values(&flag, &path, problems);
    let names = flag.variants.keys().map(str::to_owned).collect();
    let mut scope = Scope { declared, ids, problems, variants: names, reads: Vec::new() };
    let off = scope.variant(&flag.off, &format!("{path}.off"));
    let default = flag.default.as_ref().map_or(off, |default| scope.variant(default, &format!("{path}.default")));
    let mut lowered = Rules::default();
    for (index, rule) in flag.rules.iter().enumerate() {
        lowered.add(rule, key, &format!("{path}.rules[{index}]"), &mut scope);
    }
    if flag.rules.len() >= usize::from(u16::MAX) {
        scope.error(&format!("{path}.rules"), "a flag has fewer than 65535 rules");
    }
    let reads = scope.reads;
    if problems.errors.len() > before {
        return None;
    }
    let experiment = lowered.experiment;
    let code = FlagCode {
        key: key.to_owned(),
        kind: flag.kind as u8,
        enabled: flag.enabled,
        off: off?,
        default: default?,
        variants,
        reads,
        prerequisites: Vec::new(),
        rules: lowered.rules,
        experiment: lowered.experiment_code,
    };
    Some(LoweredFlag { code, experiment, salts: lowered.salts })
}

/// The rules of a flag as far as they are lowered.
#[derive(Default)]
struct Rules {
    rules: Vec<RuleCode>,
    experiment: Option<Experiment>,
    experiment_code: Option<ExperimentCode>,
    salts: Vec<(String, String)>,
    takes_all: bool,
}

impl Rules {
    fn add(&mut self, rule: &Rule, key: &str, path: &str, scope: &mut Scope<'_>) {
        if self.takes_all {
            scope.error(path, "a rule before this one takes everybody, so this one is never reached");
        }
        let tests = match &rule.condition {
            None => Some(Vec::new()),
            Some(condition) => {
                let path = format!("{path}.if");
                resolve(condition, &path, scope).and_then(|node| {
                    let tests = flatten(&node);
                    if tests.is_none() {
                        scope.error(&path, "the condition has more than 65533 tests, use sets");
                    }
                    tests
                })
            }
        };
        let outcome = self.outcome(rule, key, path, scope);
        let (Some(tests), Some(outcome)) = (tests, outcome) else { return };
        let open = !matches!(&outcome, Outcome::Split(split) if split.gate.is_some());
        self.takes_all |= tests.is_empty() && open;
        self.rules.push(RuleCode { tests, outcome });
    }

    fn outcome(&mut self, rule: &Rule, key: &str, path: &str, scope: &mut Scope<'_>) -> Option<Outcome> {
        match (&rule.variant, &rule.split) {
            (Some(variant), None) => scope.variant(variant, &format!("{path}.variant")).map(Outcome::Variant),
            (None, Some(split)) => {
                let path = format!("{path}.split");
                let lowered = lower_split(split, key, &path, scope)?;
                self.salts.push((lowered.salt, format!("{path}.salt")));
                if let Some(experiment) = lowered.experiment {
                    if self.experiment.is_some() {
                        scope.error(&path, "the flag has two experiments, give the second one a flag of its own");
                        return None;
                    }
                    let control = scope.variant(&experiment.control, &path)?;
                    let unit = *lowered.code.units.first()?;
                    self.experiment_code = Some(ExperimentCode { run: experiment.run.clone(), control, unit });
                    self.experiment = Some(experiment);
                }
                Some(Outcome::Split(Box::new(lowered.code)))
            }
            _ => {
                scope.error(path, "a rule has either a `variant` or a `split`");
                None
            }
        }
    }
}
