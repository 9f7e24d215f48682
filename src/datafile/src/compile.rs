use crate::check::shared_salts;
use crate::decompile::decompile;
use crate::encode::{ProgramCode, encode};
use crate::lower::{AttributeIds, lower_flag};
use crate::previous::keep;
use crate::wire::Datafile;
use isoflag_written::{Problem, Problems, read};
use serde::{Deserialize, Serialize};

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
    /// What looks wrong and is allowed.
    pub warnings: Vec<Problem>,
}

/// What a ledger has to know about an experiment: who is compared, in which run, in which shares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Experiment {
    /// The key of the flag, which is the key of the experiment.
    pub flag: String,
    /// The run, eight hex digits.
    pub run: String,
    /// The arm everything is compared with.
    pub control: String,
    /// The attribute that is randomised.
    pub unit: String,
    /// The share of units let in, in basis points.
    pub gate: u32,
    /// The arms in order.
    pub arms: Vec<Arm>,
}

/// One arm of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Arm {
    /// The variant it serves.
    pub variant: String,
    /// Its weight against the sum of all: basis points, or 1 for every arm of an even split.
    pub weight: u32,
}

/// How a datafile is compiled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The program in force: where weights changed, the units keep their variants as far as the new weights allow.
    pub previous: Option<&'a [u8]>,
}

/// Compiles a datafile.
///
/// # Errors
///
/// Every problem found, in the order of the datafile; the list is never empty. Nothing is compiled then.
pub fn compile(json: &str) -> Result<Compiled, Vec<Problem>> {
    compile_with(json, Options::default())
}

/// Compiles a datafile to replace a program.
///
/// # Errors
///
/// Those of [`compile`], and when the program in force cannot be read.
pub fn compile_with(json: &str, options: Options<'_>) -> Result<Compiled, Vec<Problem>> {
    let datafile: Datafile = read(json, "$").map_err(|problem| vec![problem])?;
    let mut problems = Problems::default();
    if datafile.version != VERSION {
        problems.error("$.version", format!("this is version {}, only version {VERSION} is known", datafile.version));
    }
    let mut ids = AttributeIds::default();
    let (mut flags, mut experiments, mut salts) = (Vec::new(), Vec::new(), Vec::new());
    for (key, json) in &datafile.flags.0 {
        let Some(flag) = lower_flag(key, json, datafile.attributes.as_ref(), &mut ids, &mut problems) else { continue };
        salts.extend(flag.salts.into_iter().map(|(salt, path)| (key.as_str(), salt, path)));
        experiments.extend(flag.experiment);
        flags.push(flag.code);
    }
    shared_salts(&salts, &mut problems);
    if !problems.errors.is_empty() {
        return Err(problems.errors);
    }
    let mut code = ProgramCode { flags, attributes: ids.names, environment: None };
    if let Some(previous) = options.previous {
        let previous = decompile(previous)
            .map_err(|error| vec![Problem::new("$", format!("the program in force cannot be built on: {error}"))])?;
        keep(&previous, &mut code, &mut experiments, &mut problems);
    }
    let Some((program, digest)) = encode(&code) else {
        return Err(vec![Problem::new("$", "the program would be larger than 4 GiB")]);
    };
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Compiled { program, digest, experiments, warnings: problems.warnings })
}
