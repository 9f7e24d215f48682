//! Whether an exposure is believable. What it says of itself comes first, then what a server signed, then what its program
//! gives its unit; where it names no program that is known, what its run gives its unit in all of them.
//!
//! *Why is a program asked for more than a run?* A run is named by who gets which arm. Who takes part (gate, holdout, slots, forced
//! lists) may change while it goes on, and only the program that decided knows how it was.
//!
//! *And a run that nobody published?* The app may have its program from elsewhere, or be faster than whoever publishes. So what comes of
//! it is kept, and judged by the shard that has it once the run is known (`shard/rejudge.rs`). Until then only what may still come to
//! count is taken: of the rest anybody could make up any number of lines, and there is no report to show them in.

use isoflag_datafile::Allocation;
use isoflag_engine::{Program, is_possible};
use isoflag_events::Exposure;
use isoflag_experiments::ExposureVerdict;

use crate::runs::Pinned;

/// What is known beside the exposure itself.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    /// The run it is of, if the environment ever had it.
    pub(crate) run: Option<&'a Pinned>,
    /// The program it names, if the environment ever published it.
    pub(crate) program: Option<&'a [u8]>,
    /// Whether its attestation holds, if it has one.
    pub(crate) attested: Option<bool>,
    /// Whether the browser it came from calls itself a crawler.
    pub(crate) bot: bool,
}

/// Why an exposure is not taken at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// Its variant is no arm of its run. A report has a line for each arm and verdict, so it must not be up to whoever has a client key
    /// how many there are.
    Variant,
    /// Nobody published its run, and it would not count if somebody did.
    Run,
}

impl Misfit {
    /// The field at fault, and what to do.
    pub(crate) fn told(self) -> (&'static str, &'static str) {
        match self {
            Misfit::Variant => ("variant", "no arm of this run; send the variant as the decision gave it"),
            Misfit::Run => (
                "run",
                "nobody published this run here, and of one that is unknown no preview is kept, nothing a crawler was shown and \
                 nothing that its program or signature contradicts",
            ),
        }
    }
}

pub(crate) fn judge(exposure: &Exposure, known: Known<'_>) -> Result<ExposureVerdict, Misfit> {
    let verdict = if exposure.imported {
        ExposureVerdict::Imported
    } else if exposure.overridden {
        ExposureVerdict::Override
    } else if known.bot {
        ExposureVerdict::Bot
    } else {
        match (known.attested, known.program) {
            (Some(true), _) => ExposureVerdict::Attested,
            // Somebody made a signature up; what the split says no longer matters.
            (Some(false), _) => ExposureVerdict::Mismatched,
            (None, Some(program)) if agrees(exposure, program).unwrap_or(false) => ExposureVerdict::Consistent,
            (None, Some(_)) => ExposureVerdict::Mismatched,
            (None, None) => known.run.map_or(ExposureVerdict::UnknownRun, |Pinned { allocation, .. }| {
                of_run(allocation.as_ref(), &exposure.unit_type, &exposure.unit, &exposure.variant)
            }),
        }
    };
    match known.run {
        // A server may say what it likes.
        _ if matches!(verdict, ExposureVerdict::Imported | ExposureVerdict::Attested) => Ok(verdict),
        Some(run) if !run.arms.contains(&exposure.variant) => Err(Misfit::Variant),
        None if verdict.refuted() => Err(Misfit::Run),
        _ => Ok(verdict),
    }
}

/// What to think of an exposure of which nothing but its run is known. Where not even that is known in full, nothing speaks against it.
pub(crate) fn of_run(allocation: Option<&Allocation>, unit_type: &str, unit: &str, variant: &str) -> ExposureVerdict {
    if allocation.is_none_or(|allocation| allocation.variant(unit_type, unit) == Some(variant)) {
        ExposureVerdict::UnknownProgram
    } else {
        ExposureVerdict::Mismatched
    }
}

/// Whether the program can have given this unit this variant in this run; nothing when it has no such flag.
fn agrees(exposure: &Exposure, program: &[u8]) -> Option<bool> {
    let program = Program::open(program).ok()?;
    let flag = program.flag(program.find(exposure.experiment.as_bytes())?)?;
    if flag.experiment()?.run != exposure.run.as_bytes() {
        return Some(false);
    }
    let attributes = 0..u16::try_from(program.attributes()).unwrap_or(u16::MAX);
    let unit_type = attributes.into_iter().find(|id| program.attribute(*id) == Some(exposure.unit_type.as_bytes()))?;
    let mut variants = 0..flag.variants()?;
    let variant =
        variants.find(|number| flag.variant(*number).is_some_and(|one| one.name == exposure.variant.as_bytes()))?;
    is_possible(&flag, unit_type, exposure.unit.as_bytes(), variant)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ExposureVerdict::{Attested, Bot, Consistent, Imported, Mismatched, Override, UnknownProgram, UnknownRun};

    const DATAFILE: &str = r#"{ "version": 1, "holdouts": { "quiet": { "percent": 50, "unit": "visitorId" } }, "flags": {
      "checkout": { "type": "string", "variants": { "control": "c", "fresh": "f", "other": "o" }, "off": "control", "rules": [
        { "if": { "attribute": "country", "equals": "de" },
          "split": { "unit": "visitorId", "control": "control", "arms": [ { "variant": "control" }, { "variant": "fresh" } ] } } ] },
      "plain": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "rules": [ { "variant": "on" } ] } } }"#;

    struct World {
        program: Vec<u8>,
        run: String,
        pinned: Pinned,
    }

    fn world(datafile: &str) -> World {
        let compiled = isoflag_datafile::compile(datafile).unwrap();
        let arms = compiled.experiments[0].arms.iter().map(|arm| arm.variant.clone()).collect();
        let pinned = Pinned { arms, allocation: Some(compiled.allocations[0].1.clone()) };
        World { run: compiled.experiments[0].run.clone(), program: compiled.program, pinned }
    }

    impl World {
        fn run(&self) -> Known<'_> {
            Known { run: Some(&self.pinned), ..Known::default() }
        }

        fn program(&self) -> Known<'_> {
            Known { program: Some(&self.program), ..self.run() }
        }
    }

    fn exposure(world: &World, unit: &str, variant: &str) -> Exposure {
        Exposure {
            experiment: "checkout".to_owned(),
            run: world.run.clone(),
            unit_type: "visitorId".to_owned(),
            unit: unit.to_owned(),
            variant: variant.to_owned(),
            ..Exposure::default()
        }
    }

    /// An exposure to the arm of its unit, and one to the other.
    fn pair(world: &World) -> [Exposure; 2] {
        let mut pair = ["control", "fresh"].map(|variant| exposure(world, "v-1", variant));
        if judge(&pair[0], world.program()) != Ok(Consistent) {
            pair.reverse();
        }
        pair
    }

    #[test]
    fn the_split_gives_each_unit_one_variant_whatever_its_country() {
        let world = world(DATAFILE);
        for (known, good) in [(world.program(), Consistent), (world.run(), UnknownProgram)] {
            let mut given = [0, 0];
            for number in 0..400 {
                let unit = format!("v-{number}");
                let verdicts = ["control", "fresh"].map(|variant| judge(&exposure(&world, &unit, variant), known));
                let [first, other] = verdicts.map(|verdict| verdict == Ok(good));
                assert!(first != other && verdicts.contains(&Ok(Mismatched)), "{number}: {verdicts:?}");
                given[usize::from(other)] += 1;
            }
            assert!(given.iter().all(|arm| (150..250).contains(arm)), "{given:?}");
        }
    }

    #[test]
    fn a_run_is_asked_for_the_arm_alone_and_a_program_for_everything() {
        let world = world(DATAFILE);
        let held_out = DATAFILE
            .replace(r#""unit": "visitorId", "control""#, r#""unit": "visitorId", "holdout": "quiet", "control""#);
        let held_out = self::world(&held_out);
        assert_eq!(held_out.run, world.run);
        let count = |known| {
            let arms =
                |n| ["control", "fresh"].map(|variant| judge(&exposure(&world, &format!("v-{n}"), variant), known));
            (0..400).filter(|n| arms(*n).iter().any(|verdict| verdict.is_ok_and(ExposureVerdict::counts))).count()
        };
        assert_eq!(count(held_out.run()), 400);
        assert!((150..250).contains(&count(held_out.program())));
    }

    #[test]
    fn what_the_program_or_the_run_does_not_have_is_a_mismatch() {
        let world = world(DATAFILE);
        let [good, _] = pair(&world);
        for bad in [
            Exposure { run: "00000000".to_owned(), ..good.clone() },
            Exposure { unit_type: "userId".to_owned(), ..good.clone() },
            Exposure { unit_type: "country".to_owned(), ..good.clone() },
            Exposure { experiment: "plain".to_owned(), ..good.clone() },
            Exposure { experiment: "gone".to_owned(), ..good.clone() },
        ] {
            assert_eq!(judge(&bad, world.program()), Ok(Mismatched), "{bad:?}");
            if bad.unit_type != good.unit_type {
                assert_eq!(judge(&bad, world.run()), Ok(Mismatched), "{bad:?}");
            }
        }
        let damaged = Known { program: Some(&world.program[..90]), ..world.run() };
        assert_eq!(judge(&good, damaged), Ok(Mismatched));
        let before = Pinned { arms: world.pinned.arms.clone(), allocation: None };
        let known = Known { run: Some(&before), ..Known::default() };
        assert_eq!(pair(&world).map(|one| judge(&one, known)), [Ok(UnknownProgram); 2], "only its arms were kept");
    }

    #[test]
    fn every_combination() {
        let world = world(DATAFILE);
        let [good, bad] = pair(&world);
        let stray = Exposure { variant: "other".to_owned(), ..good.clone() };
        let (known, unknown) = (Some(&world.pinned), None);
        let (program, none) = (Some(world.program.as_slice()), None);
        let (variant, run) = (Err(Misfit::Variant), Err(Misfit::Run));
        // Signed, program, run; then what becomes of the unit's arm, of the other, and of what is no arm.
        for (attested, program, pinned, expected) in [
            (None, none, known, [Ok(UnknownProgram), Ok(Mismatched), variant]),
            (None, program, known, [Ok(Consistent), Ok(Mismatched), variant]),
            (Some(true), none, known, [Ok(Attested); 3]),
            (Some(true), program, known, [Ok(Attested); 3]),
            (Some(false), none, known, [Ok(Mismatched), Ok(Mismatched), variant]),
            (Some(false), program, known, [Ok(Mismatched), Ok(Mismatched), variant]),
            (None, none, unknown, [Ok(UnknownRun); 3]),
            // Its program has it: it was published a moment ago.
            (None, program, unknown, [Ok(Consistent), run, run]),
            (Some(true), none, unknown, [Ok(Attested); 3]),
            (Some(true), program, unknown, [Ok(Attested); 3]),
            (Some(false), none, unknown, [run; 3]),
            (Some(false), program, unknown, [run; 3]),
        ] {
            let plain = Known { run: pinned, program, attested, bot: false };
            let judged = [&good, &bad, &stray].map(|one| judge(one, plain));
            assert_eq!(judged, expected, "{attested:?}, {}, {}", program.is_some(), pinned.is_some());
            // What it says of itself, and who sends it, comes first.
            let apart = |verdict| match pinned {
                Some(_) => [Ok(verdict), Ok(verdict), variant],
                None => [run; 3],
            };
            let overridden = [&good, &bad, &stray].map(|one| Exposure { overridden: true, ..one.clone() });
            assert_eq!(overridden.each_ref().map(|one| judge(one, plain)), apart(Override));
            let bot = Known { bot: true, ..plain };
            assert_eq!([&good, &bad, &stray].map(|one| judge(one, bot)), apart(Bot));
            assert_eq!(overridden.each_ref().map(|one| judge(one, bot)), apart(Override));
            let imported = overridden.map(|one| Exposure { imported: true, ..one });
            assert_eq!(imported.each_ref().map(|one| judge(one, bot)), [Ok(Imported); 3]);
        }
    }
}
