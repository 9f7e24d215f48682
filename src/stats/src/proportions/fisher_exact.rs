//! Fisher's exact test of two proportions.
//!
//! Given how many convert in both arms together, control's share of them is hypergeometric when there is no difference. One-sided: the chance of
//! a table at least as far in that direction. Two-sided: the sum of the chances of all tables no likelier than the observed one.
//! Assumes independent units only, so it holds for any sample; with both margins given it is conservative. Source: Fisher 1935; Agresti,
//! *Categorical Data Analysis*, 3rd ed., 3.5.

use crate::p_value::Alternative;
use crate::sample::Proportion;
use crate::special::binomial::{TIE, first_on_the_way};
use crate::special::hypergeometric::Hypergeometric;

/// The p-value; `None` when an arm has no units or its counts are not whole.
#[must_use]
pub fn fisher_exact(control: Proportion, treatment: Proportion, alternative: Alternative) -> Option<f64> {
    control.rate()?;
    treatment.rate()?;
    let whole = |x: f64| libm::floor(x) == x;
    if ![control.n, control.successes, treatment.n, treatment.successes].into_iter().all(whole) {
        return None;
    }
    let tables = Hypergeometric {
        total: control.n + treatment.n,
        marked: control.successes + treatment.successes,
        drawn: treatment.n,
    };
    let seen = treatment.successes;
    let p = match alternative {
        Alternative::Greater => tables.above(seen),
        Alternative::Less => tables.below(seen),
        Alternative::TwoSided => two_sided(&tables, seen),
    };
    Some(p.min(1.0))
}

fn two_sided(tables: &Hypergeometric, seen: f64) -> f64 {
    let mode = tables.mode();
    let limit = tables.log_mass(seen) + TIE;
    if tables.log_mass(mode) <= limit {
        return 1.0;
    }
    // On each side of the mode the masses fall, so the tables that count are found by halving.
    let counts = |k: f64| tables.log_mass(k) <= limit;
    let (lower, upper) = if seen < mode {
        (Some(seen), first_on_the_way(mode, tables.most(), counts))
    } else {
        (first_on_the_way(mode, tables.least(), counts), Some(seen))
    };
    let mass = |k: f64| libm::exp(tables.log_mass(k));
    lower.map_or(0.0, |k| mass(k) * tables.downward(k)) + upper.map_or(0.0, |k| mass(k) * tables.upward(k))
}
