use crate::allocation::Allocation;
use crate::encode::{FlagCode, ProgramCode};
use crate::experiment::Experiment;
use siphasher::sip128::{Hasher128, SipHasher24};
use std::collections::HashMap;
use std::hash::Hasher;

/// Names the runs of a program whose arms lie where they will.
pub(crate) fn name_runs(
    code: &mut ProgramCode,
    experiments: &mut [Experiment],
    allocations: &[(String, Allocation)],
) -> Option<()> {
    let allocations: HashMap<&str, &Allocation> = allocations.iter().map(|(flag, of)| (flag.as_str(), of)).collect();
    let mut named = experiments.iter_mut();
    // Experiments stand in the order of their flags.
    for flag in code.flags.iter_mut().filter(|flag| flag.experiment.is_some()) {
        let run = run(flag, allocations.get(flag.key.as_str())?)?;
        named.find(|experiment| experiment.flag == flag.key)?.run.clone_from(&run);
        flag.experiment.as_mut()?.run = run;
    }
    Some(())
}

/// The run of an experiment: eight hex digits over everything that decides who sees what inside it, whatever the words are
/// in which it was written: who gets which arm, what is compared with, and the count of restarts. Gate, conditions and the
/// values of variants are not part of it.
fn run(flag: &FlagCode, allocation: &Allocation) -> Option<String> {
    let experiment = flag.experiment.as_ref()?;
    let (control, _) = flag.variants.get(usize::from(experiment.control))?;
    // A fixed key of its own: a run must not change with the version of a library or of the program format.
    let (k0, k1) = (u64::from_le_bytes(*b"isoflag."), u64::from_le_bytes(*b"run-id/2"));
    let mut hasher = SipHasher24::new_with_keys(k0, k1);
    text(&mut hasher, &flag.key);
    text(&mut hasher, control);
    hasher.write(&experiment.restart.to_le_bytes());
    hasher.write(&(allocation.units.len() as u64).to_le_bytes());
    allocation.units.iter().for_each(|unit| text(&mut hasher, unit));
    let (k0, k1) = allocation.key;
    hasher.write(&[k0.to_le_bytes(), k1.to_le_bytes()].concat());
    for (cut, variant) in &allocation.ranges {
        hasher.write(&cut.to_le_bytes());
        text(&mut hasher, variant);
    }
    Some(format!("{:08x}", hasher.finish128().h1 >> 32))
}

/// Length first, so that no two lists of texts read alike.
fn text(hasher: &mut SipHasher24, text: &str) {
    hasher.write(&(text.len() as u64).to_le_bytes());
    hasher.write(text.as_bytes());
}
