use crate::bytes::{u16_at, u32_at};
use crate::decide::evaluate;
use crate::evaluation::Evaluation;
use crate::{Attributes, Flag, Observer, Pin};

/// Whether the flag that a test asks comes out as the variant it names. It is decided with the same attributes and the
/// same time; what the host pinned was pinned for the flag it asked.
#[inline(never)]
pub(crate) fn comes_out<A: Attributes + ?Sized, O: Observer>(
    evaluation: &mut Evaluation<'_, A, O>,
    test: &[u8],
) -> Option<bool> {
    let number = u32_at(test, 8)?;
    let flag = Flag::numbered(evaluation.bytes, number)?;
    // INVARIANT: depth strictly falls from flag to flag, so no chain is a circle and the stack is bounded.
    let (asking, asked) = (evaluation.depth, flag.depth()?);
    if asked >= asking {
        return None;
    }
    evaluation.observer.asked(number);
    let decision = match evaluation.answer {
        Some((last, decision)) if last == number => Some(decision),
        _ => {
            evaluation.depth = asked;
            let decision = evaluate(evaluation, &flag, Pin::None);
            evaluation.depth = asking;
            decision
        }
    };
    evaluation.observer.answered(number, decision.as_ref());
    let decision = decision?;
    evaluation.answer = Some((number, decision));
    Some(decision.variant? == u16_at(test, 12)?)
}
