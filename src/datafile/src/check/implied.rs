use crate::condition::Node;
use crate::encode::Operand;
use isoflag_engine::layout::op;

/// Whether everybody whom `a` is for is one whom `b` is for, where that is plain to see. `false` says only that it was
/// not seen, or that `budget`, the number of comparisons, ran out.
pub(crate) fn implies(a: &Node, b: &Node, budget: &mut u32) -> bool {
    let Some(left) = budget.checked_sub(1) else { return false };
    *budget = left;
    match (a, b) {
        (Node::Segment(a), Node::Segment(b)) if std::rc::Rc::ptr_eq(a, b) => true,
        (Node::Segment(a), b) => implies(&a.node, b, budget),
        (a, Node::Segment(b)) => implies(a, &b.node, budget),
        (a, Node::All(all)) => all.iter().all(|b| implies(a, b, budget)),
        (Node::Any(any), b) => any.iter().all(|a| implies(a, b, budget)),
        (Node::All(all), b) => all.iter().any(|a| implies(a, b, budget)) || weaker(a, b, budget),
        (a, Node::Any(_)) => weaker(a, b, budget),
        (Node::Not(a), Node::Not(b)) => implies(b, a, budget),
        (Node::Test { op: a, attribute: of, operand: x }, Node::Test { op: b, attribute: other, operand: y })
            if of == other =>
        {
            test_implies(*a, x, *b, y, of.is_some(), budget)
        }
        _ => false,
    }
}

fn weaker(a: &Node, b: &Node, budget: &mut u32) -> bool {
    matches!(b, Node::Any(any) if any.iter().any(|b| implies(a, b, budget)))
}

fn test_implies(a: u8, x: &Operand, b: u8, y: &Operand, of_attribute: bool, budget: &mut u32) -> bool {
    if b == op::EXISTS {
        return of_attribute;
    }
    if a == b && x == y {
        return true;
    }
    match x {
        Operand::Text(text) if a == op::TEXT_EQUALS => text_passes(text, b, y),
        Operand::Texts(texts) if a == op::TEXT_IN && spend(budget, texts.len()) => {
            texts.iter().all(|text| text_passes(text, b, y))
        }
        Operand::Number(number) if a == op::NUMBER_EQUALS => number_passes(*number, b, y),
        Operand::Numbers(numbers) if a == op::NUMBER_IN && spend(budget, numbers.len()) => {
            numbers.iter().all(|number| number_passes(*number, b, y))
        }
        Operand::Number(x) => matches!(y, Operand::Number(y) if bound_implies(a, *x, b, *y)),
        _ => false,
    }
}

fn spend(budget: &mut u32, members: usize) -> bool {
    let left = u32::try_from(members).ok().and_then(|members| budget.checked_sub(members));
    *budget = left.unwrap_or(0);
    left.is_some()
}

fn text_passes(text: &str, b: u8, y: &Operand) -> bool {
    match (b, y) {
        (op::TEXT_EQUALS, Operand::Text(other)) => text == other,
        // Longer sets than people write by hand are not searched: a set is not sorted yet.
        (op::TEXT_IN, Operand::Texts(texts)) => texts.len() <= 1000 && texts.iter().any(|other| text == other),
        (op::STARTS, Operand::Text(part)) => text.starts_with(part),
        (op::ENDS, Operand::Text(part)) => text.ends_with(part),
        (op::INCLUDES, Operand::Text(part)) => text.contains(part),
        _ => false,
    }
}

fn number_passes(number: f64, b: u8, y: &Operand) -> bool {
    match (b, y) {
        (op::NUMBER_IN, Operand::Numbers(numbers)) => numbers.len() <= 1000 && numbers.contains(&number),
        (op::NUMBER_EQUALS, Operand::Number(bound)) => number == *bound,
        (op::LESS, Operand::Number(bound)) => number < *bound,
        (op::AT_MOST, Operand::Number(bound)) => number <= *bound,
        (op::GREATER, Operand::Number(bound)) => number > *bound,
        (op::AT_LEAST, Operand::Number(bound)) => number >= *bound,
        _ => false,
    }
}

fn bound_implies(a: u8, x: f64, b: u8, y: f64) -> bool {
    match (a, b) {
        (op::GREATER, op::GREATER | op::AT_LEAST) | (op::AT_LEAST, op::AT_LEAST) => x >= y,
        (op::AT_LEAST, op::GREATER) => x > y,
        (op::LESS, op::LESS | op::AT_MOST) | (op::AT_MOST, op::AT_MOST) => x <= y,
        (op::AT_MOST, op::LESS) => x < y,
        _ => false,
    }
}
