use super::condition::{Condition, attributes};
use super::same::asked;
use crate::decompile::{Ask, Decompiled, Flag, Outcome, Test};
use isoflag_engine::layout::{ACCEPT, REJECT};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// A question about a context that positions do not answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Atom {
    /// The context has an id under this attribute.
    Unit(String),
    /// These tests hold.
    Condition(Vec<Test>),
}

/// A condition at an instant, its questions by their numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asks<'a> {
    Always,
    Never,
    Atom(u32),
    /// Other flags are asked: their decisions are positions again, so the tests are gone through one by one.
    Steps(Vec<Step<'a>>),
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step<'a> {
    pub(super) on_true: u16,
    pub(super) on_false: u16,
    pub(super) ask: StepAsk<'a>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum StepAsk<'a> {
    Atom(u32),
    Flag { key: &'a str, variant: &'a str },
}

impl Asks<'_> {
    /// Its questions.
    pub(super) fn atoms(&self) -> impl Iterator<Item = u32> {
        let (one, steps) = match self {
            Self::Always | Self::Never => (None, &[] as &[Step<'_>]),
            Self::Atom(atom) => (Some(*atom), &[] as &[Step<'_>]),
            Self::Steps(steps) => (None, steps.as_slice()),
        };
        one.into_iter().chain(steps.iter().filter_map(|step| match step.ask {
            StepAsk::Atom(atom) => Some(atom),
            StepAsk::Flag { .. } => None,
        }))
    }
}

/// Everything that a flag asks in two programs. The same question has the same number wherever it stands: a walk compares
/// numbers and not lists of a hundred thousand members.
pub(super) struct Questions<'a> {
    atoms: Vec<Rc<Atom>>,
    numbers: BTreeMap<Rc<Atom>, u32>,
    units: HashMap<&'a str, u32>,
    /// By where the tests lie: they are borrowed and stay there.
    conditions: HashMap<*const Test, Asks<'a>>,
}

impl<'a> Questions<'a> {
    /// The questions of the flag `key`, of all flags that one of the programs asks for it, and of what the other program has
    /// under the same keys.
    pub(super) fn new(programs: [&'a Decompiled; 2], key: &'a str, now: i64) -> Self {
        let mut questions =
            Self { atoms: Vec::new(), numbers: BTreeMap::new(), units: HashMap::new(), conditions: HashMap::new() };
        let keys: BTreeSet<&str> = programs.into_iter().flat_map(|program| reached(program, key)).collect();
        for flag in programs.into_iter().flat_map(|program| keys.iter().filter_map(|key| program.find(key))) {
            questions.read(&flag.prerequisites, now);
            for rule in &flag.rules {
                questions.read(&rule.tests, now);
                let Outcome::Split(split) = &rule.outcome else { continue };
                for unit in &split.units {
                    let number = questions.number(Atom::Unit(unit.clone()));
                    questions.units.insert(unit, number);
                }
            }
        }
        questions
    }

    fn read(&mut self, tests: &'a [Test], now: i64) {
        if tests.is_empty() || self.conditions.contains_key(&tests.as_ptr()) {
            return;
        }
        let asks = match Condition::at(tests, now) {
            Condition::Always => Asks::Always,
            Condition::Never => Asks::Never,
            Condition::Tests(settled) if settled.iter().all(|test| !matches!(test.ask, Ask::Flag { .. })) => {
                Asks::Atom(self.number(Atom::Condition(settled)))
            }
            Condition::Tests(settled) => {
                let steps = settled.into_iter().map(|Test { on_true, on_false, ask }| {
                    let ask = match ask {
                        Ask::Flag { key, variant } => borrowed(tests, &key, &variant),
                        ask => {
                            let alone = Test { on_true: ACCEPT, on_false: REJECT, ask };
                            StepAsk::Atom(self.number(Atom::Condition(vec![alone])))
                        }
                    };
                    Step { on_true, on_false, ask }
                });
                Asks::Steps(steps.collect())
            }
        };
        self.conditions.insert(tests.as_ptr(), asks);
    }

    fn number(&mut self, atom: Atom) -> u32 {
        if let Some(number) = self.numbers.get(&atom) {
            return *number;
        }
        let (atom, number) = (Rc::new(atom), self.atoms.len() as u32);
        self.atoms.push(Rc::clone(&atom));
        self.numbers.insert(atom, number);
        number
    }

    /// What tests ask.
    pub(super) fn asks(&self, tests: &[Test]) -> &Asks<'a> {
        // INVARIANT: every condition that is walked through has been read, an empty one is none.
        self.conditions.get(&tests.as_ptr()).filter(|_| !tests.is_empty()).unwrap_or(&Asks::Always)
    }

    /// The number of the question whether a context has a unit.
    pub(super) fn unit(&self, unit: &str) -> u32 {
        self.units.get(unit).copied().unwrap_or(u32::MAX)
    }

    /// The attribute that a question is about if it is one for a unit.
    pub(super) fn unit_of(&self, atom: u32) -> Option<&str> {
        match self.atoms.get(atom as usize).map(Rc::as_ref) {
            Some(Atom::Unit(unit)) => Some(unit),
            _ => None,
        }
    }

    /// The attributes that a condition asks.
    pub(super) fn attributes(&self, atom: u32) -> BTreeSet<String> {
        match self.atoms.get(atom as usize).map(Rc::as_ref) {
            Some(Atom::Condition(tests)) => attributes(tests).into_iter().map(str::to_owned).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// The questions of a flag that are conditions. Who asks one test among others asks its contrary as well.
    pub(super) fn of(&self, flag: &Flag) -> BTreeSet<u32> {
        let conditions = flag.rules.iter().map(|rule| &rule.tests).chain([&flag.prerequisites]);
        let asks: Vec<&Asks<'_>> = conditions.map(|tests| self.asks(tests)).collect();
        let among = asks.iter().filter(|asks| matches!(asks, Asks::Steps(_))).flat_map(|asks| asks.atoms());
        let contrary = among.filter_map(|atom| match self.atoms.get(atom as usize).map(Rc::as_ref) {
            Some(Atom::Condition(tests)) => {
                let contrary =
                    tests.iter().map(|test| Test { on_true: REJECT, on_false: ACCEPT, ask: test.ask.clone() });
                self.numbers.get(&Atom::Condition(contrary.collect())).copied()
            }
            _ => None,
        });
        contrary.chain(asks.iter().flat_map(|asks| asks.atoms())).collect()
    }
}

/// The flag that tests ask, as it stands there and not as it was copied.
fn borrowed<'a>(tests: &'a [Test], wanted: &str, of: &str) -> StepAsk<'a> {
    let found = tests.iter().find_map(|test| match &test.ask {
        Ask::Flag { key, variant } if key == wanted && variant == of => Some((key.as_str(), variant.as_str())),
        _ => None,
    });
    let (key, variant) = found.unwrap_or_default();
    StepAsk::Flag { key, variant }
}

/// The keys of a flag and of all that it asks, and those ask.
pub(super) fn reached<'a>(program: &'a Decompiled, key: &'a str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::from([key]);
    let mut ahead = vec![key];
    while let Some(key) = ahead.pop() {
        let keys = program.find(key).map(asked).unwrap_or_default();
        ahead.extend(keys.into_iter().filter(|key| seen.insert(key)));
    }
    seen
}
