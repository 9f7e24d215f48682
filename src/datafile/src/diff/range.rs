use super::explore::{Flows, Found};
use super::report::Range;
use super::share::Share;
use super::walk::End;

/// What is counted of a change: whether units that come out one way before and another way after belong to it.
pub(super) const MEASURES: [fn(&End<'_>, &End<'_>) -> bool; 4] = [
    |from, to| from.variant != to.variant,
    |from, to| from.exposed && to.exposed && from.variant != to.variant,
    |from, to| from.exposed && !to.exposed,
    |from, to| !from.exposed && to.exposed,
];

/// The least and the most of every measure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ranges {
    /// Those who get another variant.
    pub(super) moved: Range,
    /// Those who are in the experiment before and after and change arms.
    pub(super) arms: Range,
    /// Those who leave it.
    pub(super) dropped: Range,
    /// Those who enter it.
    pub(super) entered: Range,
}

impl Ranges {
    /// Over all groups that have units; over all groups when none has.
    pub(super) fn over(found: &[Found<'_>]) -> Self {
        let units = found.iter().any(|found| found.units);
        let range = |counts: fn(&End<'_>, &End<'_>) -> bool| {
            let shares = found.iter().filter(|found| found.units || !units).map(|found| share(&found.flows, counts));
            let bounds = shares.fold(None, |bounds: Option<(Share, Share)>, share| match bounds {
                None => Some((share.clone(), share)),
                Some((least, most)) => Some((least.min(share.clone()), most.max(share))),
            });
            bounds.unwrap_or_default()
        };
        Self::of(MEASURES.map(range))
    }

    /// From the bounds of each measure.
    pub(super) fn of(bounds: [(Share, Share); MEASURES.len()]) -> Self {
        let [moved, arms, dropped, entered] =
            bounds.map(|(least, most)| Range { least: least.to_f64(), most: most.to_f64() });
        Self { moved, arms, dropped, entered }
    }
}

/// The share of what is counted.
pub(super) fn share(flows: &Flows<'_>, counts: fn(&End<'_>, &End<'_>) -> bool) -> Share {
    let mut sum = Share::default();
    for share in flows.iter().filter(|((from, to), _)| counts(from, to)).map(|(_, share)| share) {
        sum.add(share);
    }
    sum
}
