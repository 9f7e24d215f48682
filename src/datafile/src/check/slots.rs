use isoflag_written::Problems;
use std::collections::{BTreeMap, HashSet};

/// A time from (inclusive) to (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Window {
    pub(crate) from: i64,
    pub(crate) until: i64,
}

impl Window {
    pub(crate) const ALWAYS: Self = Self { from: i64::MIN, until: i64::MAX };

    fn meets(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }

    /// Whether the other one lies in it.
    pub(crate) fn holds(self, other: Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }
}

/// A slot of a layer that something takes.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// Basis points, from (inclusive) to (exclusive).
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) window: Window,
    /// `flag …` or `holdout …`.
    pub(crate) whose: String,
    /// The flag's number, where it is one.
    pub(crate) flag: Option<usize>,
    pub(crate) path: String,
}

/// The slots taken, by the layers' numbers.
#[derive(Default)]
pub(crate) struct Claims {
    layers: BTreeMap<usize, Vec<Claim>>,
}

impl Claims {
    pub(crate) fn add(&mut self, layer: usize, claim: Claim) {
        self.layers.entry(layer).or_default().push(claim);
    }

    /// Reports slots that two things take at the same time. Two rules of one flag may share slots: only one of them
    /// decides. Gives back the flags that have to go for the others to stay.
    pub(crate) fn check<'a>(&mut self, name: impl Fn(usize) -> &'a str, problems: &mut Problems) -> Vec<usize> {
        let mut refused = Vec::new();
        for (layer, claims) in &mut self.layers {
            // What many rules of a flag take is told once, and compared once.
            let mut seen = HashSet::new();
            claims.retain(|claim| seen.insert((claim.from, claim.to, claim.window, claim.whose.clone())));
            // Stable: of two that begin together the one written first comes first.
            claims.sort_by_key(|claim| claim.from);
            for (index, claim) in claims.iter().enumerate() {
                let later = claims.iter().skip(index + 1).take_while(|later| later.from < claim.to);
                let other = |later: &&Claim| later.whose != claim.whose && later.window.meets(claim.window);
                if let Some(later) = later.into_iter().find(other) {
                    let (from, to) = (f64::from(later.from) / 100.0, f64::from(later.to.min(claim.to)) / 100.0);
                    let text = format!(
                        "{} takes {from} to {to} % of layer `{}` too ({}); give each slots of its own",
                        claim.whose,
                        name(*layer),
                        claim.path
                    );
                    problems.error(&later.path, text);
                    refused.extend(later.flag.or(claim.flag));
                }
            }
        }
        refused
    }
}
