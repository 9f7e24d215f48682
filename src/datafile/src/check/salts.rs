use isoflag_written::Problems;
use std::collections::HashMap;

/// What a salt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SaltUse {
    Split,
    Experiment,
    Gate,
    Layer,
    Holdout,
}

impl SaltUse {
    fn name(self) -> &'static str {
        match self {
            Self::Split | Self::Experiment => "split",
            Self::Gate => "gate",
            Self::Layer => "layer",
            Self::Holdout => "holdout",
        }
    }

    /// Split against split, whether or not they are experiments.
    fn class(self) -> &'static str {
        self.name()
    }
}

struct Use {
    of: SaltUse,
    /// `flag …`, `layer …` or `holdout …`: uses by one thing are its own affair.
    whose: String,
    /// For messages: `the split of flag …`, `layer …`.
    told: String,
}

/// The salts in use and what each was first used for. Two hashes under one salt are one hash: what lets a unit through
/// the one decides where it falls in the other.
#[derive(Default)]
pub(crate) struct Salts {
    first: HashMap<String, Vec<Use>>,
}

impl Salts {
    /// Notes a use and says whether it can be. `whose` is a flag, a layer or a holdout.
    pub(crate) fn note(&mut self, salt: &str, of: SaltUse, whose: &str, path: &str, problems: &mut Problems) -> bool {
        let before = problems.errors.len();
        let told = match of {
            SaltUse::Layer | SaltUse::Holdout => whose.to_owned(),
            SaltUse::Split | SaltUse::Experiment | SaltUse::Gate => format!("the {} of {whose}", of.name()),
        };
        let known = self.first.entry(salt.to_owned()).or_default();
        // Gate and split of one split are compared where the split is; its rules may share a salt to keep people together.
        for other in known.iter().filter(|other| other.whose != whose) {
            if other.of.class() != of.class() {
                let text = format!(
                    "{} has the salt `{salt}` too, so where a unit falls in the one says where it falls in the other; \
                     choose another salt",
                    other.told
                );
                problems.error(path, text);
            } else if of != SaltUse::Gate {
                let what = match (other.of, of) {
                    (SaltUse::Experiment, SaltUse::Experiment) => {
                        "the same units fall into the same arms and neither effect can be told from the other's"
                    }
                    (SaltUse::Layer, _) => "their slots hold the same units",
                    (SaltUse::Holdout, _) => "they hold out the same units",
                    _ => "the same units fall into the same arms",
                };
                let text = format!(
                    "{} has the salt `{salt}` too, so {what}; choose another salt unless that is meant",
                    other.told
                );
                problems.warn(path, text);
            }
        }
        // One of each kind is remembered: whoever comes later is compared with the first.
        if !known.iter().any(|other| other.of == of || other.whose == whose && other.of.class() == of.class()) {
            known.push(Use { of, whose: whose.to_owned(), told });
        }
        problems.errors.len() == before
    }
}
