use crate::allocation::{Allocation, allocations};
use crate::build::{Built, build};
use crate::decompile::decompile;
use crate::encode::encode;
use crate::experiment::Experiment;
use crate::guardrails::warn_of_unguarded;
use crate::previous::keep;
use crate::run::name_runs;
use crate::wire::Datafile;
use isoflag_written::{Problem, Problems, nearest, read, salvage};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// The version of the datafile's format that this crate reads.
const VERSION: u32 = 1;

/// A compiled datafile.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The program's bytes.
    pub program: Vec<u8>,
    /// SHA-256 of the program with the digest's own bytes zero, as 64 hex digits. Also in the program's header.
    pub digest: String,
    /// The experiments among the flags, in the order written.
    pub experiments: Vec<Experiment>,
    /// Who gets which arm of them, by their flags.
    pub allocations: Vec<(String, Allocation)>,
    /// What looks wrong and is allowed.
    pub warnings: Vec<Problem>,
    /// The keys of the flags that were left out, and why. Empty unless [`Options::lenient`] was asked for.
    pub left_out: LeftOut,
}

/// What is wrong with a datafile that was compiled all the same.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LeftOut {
    /// The keys of the flags that are not in the program.
    pub flags: Vec<String>,
    /// What is wrong with them, or with what they need.
    pub problems: Vec<Problem>,
}

/// How a datafile is compiled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The environment it is compiled for, one of those the datafile declares. Without one every flag is what it is where
    /// no environment says otherwise.
    pub environment: Option<&'a str>,
    /// The program in force: where weights changed, the units keep their variants as far as the new weights allow.
    pub previous: Option<&'a [u8]>,
    /// The text of experiments.json, to warn of experiments that nothing watches.
    pub experiments: Option<&'a str>,
    /// Leave out flags that have problems, and compile the rest.
    pub lenient: bool,
}

/// Compiles a datafile.
///
/// # Errors
///
/// Every problem found, in the order of the datafile; the list is never empty. Nothing is compiled then.
pub fn compile(json: &str) -> Result<Compiled, Vec<Problem>> {
    compile_with(json, Options::default())
}

/// Compiles a datafile for an environment, to replace a program, or as far as it goes.
///
/// # Errors
///
/// Those of [`compile`], unless flags with problems are to be left out; and when the datafile itself, the environment or
/// the program in force cannot be read.
pub fn compile_with(json: &str, options: Options<'_>) -> Result<Compiled, Vec<Problem>> {
    let (datafile, mut unread) = datafile(json)?;
    let mut built = build(&datafile, options.environment)?;
    if !unread.is_empty() || (!options.lenient && !built.problems.errors.is_empty()) {
        unread.append(&mut built.problems.errors);
        return Err(unread);
    }
    let left_out = leave_out(&mut built);
    let Built { mut code, experiments, mut problems, unused, .. } = built;
    if datafile.environments.is_none() && left_out.flags.is_empty() {
        problems.warnings.extend(unused);
    }
    if let Some(json) = options.experiments {
        warn_of_unguarded(json, &experiments, &mut problems).map_err(|problem| vec![problem])?;
    }
    let mut experiments: Vec<Experiment> = experiments.into_iter().map(|(experiment, _)| experiment).collect();
    if let Some(previous) = options.previous {
        let previous = decompile(previous)
            .map_err(|error| vec![Problem::new("$", format!("the program in force cannot be built on: {error}"))])?;
        keep(&previous, &mut code, &mut problems);
    }
    let allocations = allocations(&code);
    // INVARIANT: every experiment has its split and so its allocation; there is a name for each.
    let named = name_runs(&mut code, &mut experiments, &allocations);
    let Some((program, digest)) = named.and_then(|()| encode(&code)) else {
        return Err(vec![Problem::new("$", "the program would be larger than 4 GiB")]);
    };
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Compiled { program, digest, experiments, allocations, warnings: problems.warnings, left_out })
}

/// Checks a datafile: for no environment and for each that it declares. Nothing is compiled.
///
/// # Errors
///
/// Every problem found; the list is never empty. Otherwise what looks wrong and is allowed.
pub fn check(json: &str, experiments: Option<&str>) -> Result<Vec<Problem>, Vec<Problem>> {
    let (datafile, unread) = datafile(json)?;
    let mut seen = HashSet::new();
    let mut all = Problems { errors: unread, ..Problems::default() };
    let mut nowhere: Option<Vec<Problem>> = None;
    let environments = datafile.environments.iter().flatten().map(|name| Some(name.as_str()));
    for environment in std::iter::once(None).chain(environments) {
        let Built { mut problems, experiments: found, unused, .. } = build(&datafile, environment)?;
        nowhere = Some(match nowhere {
            None => unused,
            Some(before) => before.into_iter().filter(|problem| unused.contains(problem)).collect(),
        });
        if let Some(json) = experiments {
            warn_of_unguarded(json, &found, &mut problems).map_err(|problem| vec![problem])?;
        }
        all.errors.extend(problems.errors.into_iter().filter(|problem| seen.insert(problem.clone())));
        all.warnings.extend(problems.warnings.into_iter().filter(|problem| seen.insert(problem.clone())));
    }
    all.warnings.extend(nowhere.unwrap_or_default());
    if all.errors.is_empty() { Ok(all.warnings) } else { Err(all.errors) }
}

/// The environments that a datafile declares; none where it declares none, or cannot be read.
#[must_use]
pub fn environments(json: &str) -> Vec<String> {
    #[derive(Deserialize)]
    struct Declared {
        #[serde(default)]
        environments: Vec<String>,
    }
    read::<Declared>(json, "$").map(|declared| declared.environments).unwrap_or_default()
}

/// Reads a datafile as far as it can be read, and what cannot; an error when there is no use in looking further.
fn datafile(json: &str) -> Result<(Datafile, Vec<Problem>), Vec<Problem>> {
    let (datafile, problems) = salvage::<Datafile>(json, "$");
    let Some(datafile) = datafile.filter(|_| !problems.iter().any(hides_names)) else { return Err(problems) };
    if datafile.version != VERSION {
        let text = format!("this is version {}, only version {VERSION} is known", datafile.version);
        return Err(vec![Problem::new("$.version", text)]);
    }
    Ok((datafile, problems))
}

/// Whether a table that flags name things of is not there for this: each of those names would be one more problem.
fn hides_names(problem: &Problem) -> bool {
    let Some(table) = problem.path.strip_prefix("$.").and_then(|rest| rest.split(['.', '[']).next()) else {
        return true;
    };
    nearest(table, ["environments", "segments", "layers", "holdouts"].into_iter()).is_some()
}

/// What was left out for its problems, those that only follow from others too.
fn leave_out(built: &mut Built) -> LeftOut {
    let mut problems = std::mem::take(&mut built.problems.errors);
    problems.append(&mut built.follow_ups);
    LeftOut { flags: std::mem::take(&mut built.left_out), problems }
}
