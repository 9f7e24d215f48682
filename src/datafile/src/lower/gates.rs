//! Gates of one flag under one salt: whoever is outside a narrow one is outside every narrower one behind it.

use super::split::Gated;
use super::whom::{Whom, first};
use crate::compiler::Compiler;

/// The gates of the rules of a flag.
#[derive(Default)]
pub(super) struct Gates {
    earlier: Vec<(usize, Whom, Gated)>,
}

impl Gates {
    /// Compares a gate with those of the rules before it, whose leftovers it gets. All gates of a flag have the same salt where none
    /// is written.
    pub(super) fn note(
        &mut self,
        gate: Gated,
        index: usize,
        whom: &Whom,
        path: &str,
        budget: &mut u32,
        compiler: &mut Compiler,
    ) {
        let comparable = |earlier: &Gated| earlier.serves && earlier.salt == gate.salt && earlier.units == gate.units;
        let before = first(&self.earlier, |(_, whom, earlier)| comparable(earlier).then_some(whom), whom, budget);
        if let Some((number, _, earlier)) = before {
            let path = format!("{path}.split.gate");
            let salt = &gate.salt;
            if gate.most <= earlier.least {
                let text = format!(
                    "everybody whom this gate lets in is let in by the gate of rule {number} before, which has the salt `{salt}` too, so \
                     nobody is left; give this one a `gateSalt` of its own"
                );
                compiler.error(path, text);
            } else {
                let text = format!(
                    "the gate of rule {number} before has the salt `{salt}` too, so the first whom this one lets in are taken already; \
                     give it a `gateSalt` of its own, unless it is to widen that gate"
                );
                compiler.warn(path, text);
            }
        }
        self.earlier.push((index, whom.clone(), gate));
    }
}
