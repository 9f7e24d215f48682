//! Whom rules are for, and which of them leave nobody to those behind.

use crate::check::{Window, implies};
use crate::condition::Node;

/// How many comparisons the search for rules that are never reached may make in one flag: each rule with each before it in
/// one of some hundred rules, and in one of sixty thousand no more than that.
pub(super) const BUDGET: u32 = 200_000;

/// For whom a rule is, and when.
#[derive(Clone)]
pub(super) struct Whom {
    pub(super) window: Window,
    /// `None`: everybody.
    pub(super) condition: Option<Node>,
}

impl Whom {
    /// Whether everybody whom the other rule is for is one of these, where that is plain to see.
    fn holds(&self, other: &Self, budget: &mut u32) -> bool {
        self.window.holds(other.window)
            && match (&self.condition, &other.condition) {
                (None, _) => true,
                (Some(_), None) => false,
                (Some(earlier), Some(later)) => implies(later, earlier, budget),
            }
    }
}

/// The first that takes everybody whom a rule is for, of those that `of` says whom they take. Each one costs a comparison,
/// and when none is left nobody is looked at.
pub(super) fn first<'a, T: 'a>(
    earlier: impl IntoIterator<Item = &'a T>,
    of: impl Fn(&'a T) -> Option<&'a Whom>,
    whom: &Whom,
    budget: &mut u32,
) -> Option<&'a T> {
    for one in earlier {
        *budget = budget.checked_sub(1)?;
        if of(one).is_some_and(|takes| takes.holds(whom, budget)) {
            return Some(one);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attributes::Attributes;
    use crate::encode::Operand;
    use isoflag_engine::layout::op;

    fn is(text: &str, window: Window) -> Whom {
        let attribute = Some(Attributes::default().symbol("a"));
        let condition = Node::Test { op: op::TEXT_EQUALS, attribute, operand: Operand::Text(text.to_owned()) };
        Whom { window, condition: Some(condition) }
    }

    /// How many rules of a flag are looked at when each is compared with those before it.
    fn looked_at(rules: &[Whom], known: impl Fn(&Whom) -> bool) -> usize {
        let (looked, mut budget) = (std::cell::Cell::new(0), BUDGET);
        for (index, whom) in rules.iter().enumerate() {
            let earlier = rules[..index].iter().inspect(|_| looked.set(looked.get() + 1));
            assert!(first(earlier, |one| known(one).then_some(one), whom, &mut budget).is_none());
        }
        looked.get()
    }

    #[test]
    fn of_many_rules_so_many_are_compared_as_the_budget_has_whatever_is_compared() {
        let many = 5000;
        let names: Vec<Whom> = (0..many).map(|index| is(&index.to_string(), Window::ALWAYS)).collect();
        let days: Vec<Whom> = (0..many).map(|from| is("x", Window { from, until: from + 1 })).collect();
        let (budget, rules) = (BUDGET as usize, names.len());
        // A comparison of conditions costs another one, and with nothing left each rule still looks who would be first.
        assert!((budget / 2..=budget / 2 + rules).contains(&looked_at(&names, |_| true)));
        assert!((budget..=budget + rules).contains(&looked_at(&days, |_| true)));
        assert!((budget..=budget + rules).contains(&looked_at(&names, |_| false)));
    }

    #[test]
    fn the_first_that_takes_everybody_is_found() {
        let rules =
            [is("a", Window::ALWAYS), is("b", Window::ALWAYS), Whom { window: Window::ALWAYS, condition: None }];
        let find = |whom: &Whom| {
            let found = first(&rules, Some, whom, &mut BUDGET.clone())?;
            rules.iter().position(|rule| std::ptr::eq(rule, found))
        };
        assert_eq!(["a", "b", "c"].map(|text| find(&is(text, Window::ALWAYS))), [Some(0), Some(1), Some(2)]);
        assert_eq!(first(&rules, Some, &is("a", Window::ALWAYS), &mut 0).map(|_| ()), None);
    }
}
