//! Whether an exposure is believable. What it says of itself comes first, then what a server signed, then what its program
//! gives its unit.

use isoflag_engine::{Program, is_possible};
use isoflag_events::Exposure;
use isoflag_experiments::ExposureVerdict;

/// What is known beside the exposure itself.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Known<'a> {
    /// The program it names, if the environment ever published it.
    pub(crate) program: Option<&'a [u8]>,
    /// Whether its attestation holds, if it has one.
    pub(crate) attested: Option<bool>,
    /// Whether the browser it came from calls itself a crawler.
    pub(crate) bot: bool,
}

pub(crate) fn judge(exposure: &Exposure, known: Known<'_>) -> ExposureVerdict {
    if exposure.imported {
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
            (None, None) => ExposureVerdict::UnknownProgram,
            (None, Some(program)) if agrees(exposure, program).unwrap_or(false) => ExposureVerdict::Consistent,
            (None, Some(_)) => ExposureVerdict::Mismatched,
        }
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

    const DATAFILE: &str = r#"{ "version": 1, "flags": {
      "checkout": { "type": "string", "variants": { "control": "c", "fresh": "f" }, "off": "control", "rules": [
        { "if": { "attribute": "country", "equals": "de" },
          "split": { "unit": "visitorId", "control": "control", "arms": [ { "variant": "control" }, { "variant": "fresh" } ] } } ] },
      "plain": { "type": "boolean", "variants": { "on": true, "off": false }, "off": "off", "rules": [ { "variant": "on" } ] } } }"#;

    struct World {
        program: Vec<u8>,
        run: String,
    }

    fn world() -> World {
        let compiled = isoflag_datafile::compile(DATAFILE).unwrap();
        World { run: compiled.experiments[0].run.clone(), program: compiled.program }
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

    #[test]
    fn the_split_gives_each_unit_one_variant_whatever_its_country() {
        let world = world();
        let known = Known { program: Some(&world.program), ..Known::default() };
        let mut given = [0, 0];
        for number in 0..400 {
            let verdicts =
                ["control", "fresh"].map(|variant| judge(&exposure(&world, &format!("v-{number}"), variant), known));
            match verdicts {
                [ExposureVerdict::Consistent, ExposureVerdict::Mismatched] => given[0] += 1,
                [ExposureVerdict::Mismatched, ExposureVerdict::Consistent] => given[1] += 1,
                other => panic!("{number}: {other:?}"),
            }
        }
        assert!(given.iter().all(|arm| (150..250).contains(arm)), "{given:?}");
    }

    #[test]
    fn what_the_program_does_not_have_is_a_mismatch() {
        let world = world();
        let known = Known { program: Some(&world.program), ..Known::default() };
        let good = ["control", "fresh"]
            .map(|variant| exposure(&world, "v-1", variant))
            .into_iter()
            .find(|one| judge(one, known) == ExposureVerdict::Consistent)
            .unwrap();
        for bad in [
            Exposure { run: "00000000".to_owned(), ..good.clone() },
            Exposure { unit_type: "userId".to_owned(), ..good.clone() },
            Exposure { unit_type: "country".to_owned(), ..good.clone() },
            Exposure { variant: "third".to_owned(), ..good.clone() },
            Exposure { experiment: "plain".to_owned(), variant: "on".to_owned(), ..good.clone() },
            Exposure { experiment: "gone".to_owned(), ..good.clone() },
        ] {
            assert_eq!(judge(&bad, known), ExposureVerdict::Mismatched, "{bad:?}");
        }
        let damaged = Known { program: Some(&world.program[..90]), ..known };
        assert_eq!(judge(&good, damaged), ExposureVerdict::Mismatched);
    }

    #[test]
    fn the_first_thing_known_decides() {
        let world = world();
        let program = Some(world.program.as_slice());
        let plain = exposure(&world, "v-1", "nothing");
        let imported = Exposure { imported: true, overridden: true, ..plain.clone() };
        let overridden = Exposure { overridden: true, ..plain.clone() };
        for (exposure, attested, bot, program, verdict) in [
            (&imported, Some(false), true, program, ExposureVerdict::Imported),
            (&overridden, Some(true), true, program, ExposureVerdict::Override),
            (&plain, Some(true), true, program, ExposureVerdict::Bot),
            (&plain, Some(true), false, program, ExposureVerdict::Attested),
            (&plain, Some(true), false, None, ExposureVerdict::Attested),
            (&plain, Some(false), false, None, ExposureVerdict::Mismatched),
            (&plain, None, false, None, ExposureVerdict::UnknownProgram),
            (&plain, None, false, program, ExposureVerdict::Mismatched),
        ] {
            assert_eq!(judge(exposure, Known { program, attested, bot }), verdict, "{exposure:?} {attested:?} {bot}");
        }
    }
}
