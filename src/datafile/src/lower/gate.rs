use super::percent::percent;
use crate::compiler::Compiler;
use crate::time::{self, moment};
use crate::wire::{Gate, Step};
use isoflag_engine::bucket::BASIS;

/// The steps of a gate: since when, and the share let in, in basis points. The first has always been there.
pub(super) fn steps(gate: Option<&Gate>, path: &str, compiler: &mut Compiler) -> Option<Vec<(i64, u32)>> {
    match gate {
        None => Some(vec![(i64::MIN, BASIS)]),
        Some(Gate::Whole(written)) => {
            let share = percent(*written, path, compiler)?;
            if (1..100).contains(&share) {
                let text = format!(
                    "a gate is in percent, so this lets in {share} of 10,000 units; write {share} for {share} of 100, or \
                     `[{{ \"percent\": {written} }}]` if it is meant"
                );
                compiler.warn(path, text);
            }
            Some(vec![(i64::MIN, share)])
        }
        Some(Gate::Ramp(steps)) => ramp(steps, path, compiler),
    }
}

fn ramp(written: &[Step], path: &str, compiler: &mut Compiler) -> Option<Vec<(i64, u32)>> {
    let before = compiler.count();
    if written.is_empty() || written.len() >= usize::from(u16::MAX) {
        compiler.error(path, "a ramp has at least one step, `{ \"percent\": … }`, and fewer than 65535");
        return None;
    }
    let mut steps: Vec<(i64, u32)> = Vec::new();
    for (index, step) in written.iter().enumerate() {
        let path = format!("{path}[{index}]");
        let share = percent(step.percent, &format!("{path}.percent"), compiler);
        let from = match (&step.from, index) {
            (None, 0) => Some(i64::MIN),
            (Some(_), 0) => {
                compiler.error(format!("{path}.from"), "the first step has always been there, leave its `from` out");
                None
            }
            (None, _) => {
                compiler.error(&path, "every step but the first says `from` when it counts");
                None
            }
            (Some(text), _) => {
                let found = moment(text);
                if found.is_none() {
                    compiler.error(format!("{path}.from"), format!("`{text}` is not a date, {}", time::FORMS));
                }
                found
            }
        };
        let (Some(from), Some(share)) = (from, share) else { continue };
        if let Some((earlier, wider)) = steps.last() {
            if from <= *earlier {
                compiler
                    .error(format!("{path}.from"), "the step begins no later than the one before, put them in order");
            }
            if share < *wider {
                let text =
                    "the gate closes here: units that were let in before are let out again, and their numbers stop";
                compiler.warn(format!("{path}.percent"), text);
            }
        }
        steps.push((from, share));
    }
    (compiler.count() == before).then_some(steps)
}
