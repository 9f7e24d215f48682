//! How far exposures can be believed, and what that has to do with a split that is not as planned.
//!
//! **Which ones count.** What a server signed, what agrees with its program's split, what was imported, and what names no
//! program we know and agrees with its run's split: there nothing speaks against it. Kept apart and shown: what disagrees with
//! its split or its signature (`mismatched`), what was asked for and not decided (`override`), and what a crawler was shown
//! (`bot`). An exposure that is kept apart enrols nobody; a unit that has a credible one as well counts by that.
//!
//! **What is not judged yet.** Of a run nobody has published nothing can be checked, and nobody can ask for its report. What comes
//! of it is `unknown_run` until it is published, which enrols nobody, and is then judged by its split like all others.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::report::UnitsOfArm;
use crate::split;
use crate::words::{grouped, list};

/// How far an exposure can be believed, best first: of an exposure that came in twice the better verdict stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExposureVerdict {
    /// The server that decided signed it.
    Attested,
    /// The program it names gives this unit this variant.
    Consistent,
    /// Brought in from elsewhere, after the fact.
    Imported,
    /// It names no program of this environment, and the split of its run gives this unit this variant.
    UnknownProgram,
    /// Its run was not published when it came: nothing to check it by yet.
    UnknownRun,
    /// The program it names, or else its run, does not give this unit this variant, or its signature is not the server's.
    Mismatched,
    /// A preview or a test.
    Override,
    /// Shown to a crawler.
    Bot,
}

impl ExposureVerdict {
    /// All of them, best first.
    pub const ALL: [Self; 8] = [
        Self::Attested,
        Self::Consistent,
        Self::Imported,
        Self::UnknownProgram,
        Self::UnknownRun,
        Self::Mismatched,
        Self::Override,
        Self::Bot,
    ];

    /// As it is stored and sent.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Attested => "attested",
            Self::Consistent => "consistent",
            Self::Imported => "imported",
            Self::UnknownProgram => "unknown_program",
            Self::UnknownRun => "unknown_run",
            Self::Mismatched => "mismatched",
            Self::Override => "override",
            Self::Bot => "bot",
        }
    }

    /// Whether the exposure enrols its unit.
    #[must_use]
    pub fn counts(self) -> bool {
        !self.refuted() && self != Self::UnknownRun
    }

    /// Whether something speaks against it, so that it says nothing of one against which nothing speaks.
    #[must_use]
    pub fn refuted(self) -> bool {
        matches!(self, Self::Mismatched | Self::Override | Self::Bot)
    }
}

/// Exposures of one variant with one verdict. A unit has one for each variant it saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerdictCell {
    /// What was shown. Empty where the run was unknown: of what is no arm anybody can make up any number.
    pub variant: String,
    /// How far that can be believed.
    pub verdict: ExposureVerdict,
    /// How many.
    pub exposures: u64,
}

/// Adds cells up, one for each variant and verdict, in order.
pub(crate) fn merge(cells: impl IntoIterator<Item = VerdictCell>) -> Vec<VerdictCell> {
    let mut sums: BTreeMap<(String, ExposureVerdict), u64> = BTreeMap::new();
    for VerdictCell { variant, verdict, exposures } in cells {
        let sum = sums.entry((variant, verdict)).or_default();
        *sum = sum.saturating_add(exposures);
    }
    let cell = |((variant, verdict), exposures)| VerdictCell { variant, verdict, exposures };
    sums.into_iter().map(cell).collect()
}

/// Names the verdict that explains a split that is not as planned, for a report whose alarm is raised: with the units it kept
/// apart the split would be as planned, or without the units it vouches for too weakly.
pub(crate) fn cause(arms: &[UnitsOfArm], cells: &[VerdictCell]) -> Option<String> {
    let of = |verdict: ExposureVerdict, variant: &str| {
        let mine = cells.iter().filter(|cell| cell.verdict == verdict && cell.variant == variant);
        mine.fold(0_u64, |sum, cell| sum.saturating_add(cell.exposures))
    };
    if split::is_as_planned(arms) != Some(false) {
        return None;
    }
    ExposureVerdict::ALL.into_iter().rev().find_map(|verdict| {
        // Of those that count, the ones nobody vouched for are the only suspects.
        if verdict.counts() && verdict != ExposureVerdict::UnknownProgram {
            return None;
        }
        let (mut other, mut most) = (arms.to_vec(), Vec::new());
        let total = arms.iter().fold(0_u64, |sum, arm| sum.saturating_add(of(verdict, &arm.variant)));
        for arm in &mut other {
            let exposures = of(verdict, &arm.variant);
            let change = if verdict.counts() { u64::saturating_sub } else { u64::saturating_add };
            arm.units = change(arm.units, exposures);
            // Concentrated: more than half again of what the split gives this arm.
            if exposures as f64 > 1.5 * arm.expected_share * total as f64 {
                most.push(arm.variant.clone());
            }
        }
        let explains = total > 0 && split::is_as_planned(&other) == Some(true);
        explains.then(|| sentence(verdict, total, &most))
    })
}

fn sentence(verdict: ExposureVerdict, total: u64, most: &[String]) -> String {
    let total = grouped(total);
    let place = if most.is_empty() { String::new() } else { format!(", most of them in {}", list(most)) };
    let what = match verdict {
        ExposureVerdict::Bot => "were shown to crawlers",
        ExposureVerdict::Override => "were previews or tests",
        ExposureVerdict::Mismatched => "do not agree with the split of their program or run",
        _ => "name no program that was published here",
    };
    if verdict.counts() {
        format!("{total} exposures {what}{place}: without them the split is as planned. Find out what sends them.")
    } else {
        format!(
            "{total} exposures {what}{place}, and are left out: with them the split is as planned. Find out why they are not alike in all arms."
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arms(control: u64, fresh: u64) -> Vec<UnitsOfArm> {
        [("control", control), ("fresh", fresh)]
            .map(|(variant, units)| UnitsOfArm { variant: variant.to_owned(), units, expected_share: 0.5 })
            .to_vec()
    }

    fn cells(verdict: ExposureVerdict, control: u64, fresh: u64) -> Vec<VerdictCell> {
        [("control", control), ("fresh", fresh)]
            .map(|(variant, exposures)| VerdictCell { variant: variant.to_owned(), verdict, exposures })
            .to_vec()
    }

    #[test]
    fn what_was_kept_apart_in_one_arm_is_named() {
        let cause_of = |verdict| cause(&arms(10_000, 9_000), &cells(verdict, 10, 1_020));
        let named = cause_of(ExposureVerdict::Mismatched).unwrap();
        assert!(
            named.starts_with(
                "1,030 exposures do not agree with the split of their program or run, most of them in fresh"
            ),
            "{named}"
        );
        assert!(cause_of(ExposureVerdict::Bot).unwrap().contains("crawlers"));
        assert!(cause_of(ExposureVerdict::Override).unwrap().contains("previews"));
        assert_eq!(cause_of(ExposureVerdict::Consistent), None);
        assert_eq!(cause_of(ExposureVerdict::Attested), None);
    }

    #[test]
    fn what_nobody_vouched_for_is_named_when_it_made_the_difference() {
        let named = cause(&arms(10_000, 11_000), &cells(ExposureVerdict::UnknownProgram, 0, 1_000)).unwrap();
        assert!(named.contains("without them the split is as planned"), "{named}");
    }

    #[test]
    fn nothing_is_blamed_that_explains_nothing() {
        let mismatched = |control, fresh| cells(ExposureVerdict::Mismatched, control, fresh);
        assert_eq!(cause(&arms(10_000, 10_050), &mismatched(0, 900)), None, "no alarm, no cause");
        assert_eq!(cause(&arms(10_000, 9_000), &mismatched(500, 520)), None, "alike in both arms");
        assert_eq!(cause(&arms(10_000, 9_000), &mismatched(0, 30)), None, "too few to matter");
        assert_eq!(cause(&arms(10_000, 9_000), &[]), None);
    }

    #[test]
    fn cells_add() {
        let two = cells(ExposureVerdict::Bot, 1, 2).into_iter().chain(cells(ExposureVerdict::Bot, 3, 4));
        assert_eq!(merge(two), cells(ExposureVerdict::Bot, 4, 6));
        let names: Vec<_> = ExposureVerdict::ALL.iter().map(|one| serde_json::to_value(one).unwrap()).collect();
        assert_eq!(names, ExposureVerdict::ALL.map(ExposureVerdict::name));
    }
}
