//! Flags that are the same for everybody: what stands behind the other variants is dead code.

use crate::decompile::{Flag, Outcome, decompile};
use isoflag_engine::LoadError;
use serde::Serialize;
use std::collections::BTreeSet;

/// A flag whose outcome no context changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Constant {
    /// Its key.
    pub flag: String,
    /// The variant everybody gets.
    pub variant: String,
    /// Everybody who has one of these attributes, if that is all it needs: a rollout that is finished.
    pub units: Vec<String>,
}

/// Finds the flags of a program that serve one variant whatever the context and the time, for all who have a unit.
///
/// # Errors
///
/// When it is no program, or damaged.
pub fn constants(program: &[u8]) -> Result<Vec<Constant>, LoadError> {
    Ok(decompile(program)?.flags.iter().filter_map(constant).collect())
}

fn constant(flag: &Flag) -> Option<Constant> {
    let mut served = BTreeSet::new();
    let units = reach(flag, &mut served);
    let [variant] = *served.into_iter().collect::<Vec<_>>().as_slice() else { return None };
    // Without a unit it is the default, which may be the same.
    let units = if units.is_empty() || variant == flag.default { Vec::new() } else { units };
    Some(Constant { flag: flag.key.clone(), variant: flag.variant(variant)?.to_owned(), units })
}

/// Collects the variants that some context gets, and the attributes without which it is the default.
fn reach(flag: &Flag, served: &mut BTreeSet<u16>) -> Vec<String> {
    let mut units = BTreeSet::new();
    if !flag.enabled {
        served.insert(flag.off);
        return Vec::new();
    }
    if !flag.prerequisites.is_empty() {
        served.insert(flag.off);
    }
    for rule in &flag.rules {
        let everybody = match &rule.outcome {
            Outcome::Variant(variant) => {
                served.insert(*variant);
                true
            }
            Outcome::Split(split) => {
                served.extend(split.ranges.iter().map(|(_, variant)| variant));
                served.extend(split.forced.iter().map(|(variant, _)| variant));
                served.extend(split.holdout.is_some().then_some(flag.default));
                units.extend(split.units.iter().cloned());
                split.gate.is_none() && split.layer.is_none()
            }
        };
        if everybody && rule.tests.is_empty() {
            return units.into_iter().collect();
        }
    }
    served.insert(flag.default);
    units.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(rules: &str, more: &str) -> Option<(String, Vec<String>)> {
        let json = format!(
            r#"{{ "version": 1, "flags": {{ "f": {{ "type": "boolean", "variants": {{ "on": true, "off": false }},
               "off": "off", {more} "rules": [{rules}] }} }} }}"#
        );
        let program = crate::compile(&json).unwrap().program;
        constants(&program).unwrap().pop().map(|constant| (constant.variant, constant.units))
    }

    fn everybody(variant: &str) -> Option<(String, Vec<String>)> {
        Some((variant.to_owned(), Vec::new()))
    }

    #[test]
    fn a_flag_is_constant_when_every_way_through_it_ends_alike() {
        let test = r#""if": { "attribute": "a", "equals": 1 }"#;
        assert_eq!(found("", ""), everybody("off"));
        assert_eq!(found("", r#""default": "on","#), everybody("on"));
        assert_eq!(found(r#"{ "variant": "on" }"#, ""), everybody("on"));
        assert_eq!(found(r#"{ "variant": "on" }"#, r#""enabled": false,"#), everybody("off"));
        assert_eq!(found(&format!(r#"{{ {test}, "variant": "on" }}"#), ""), None);
        assert_eq!(found(&format!(r#"{{ {test}, "variant": "off" }}"#), ""), everybody("off"));
        assert_eq!(found(&format!(r#"{{ {test}, "variant": "on" }}, {{ "variant": "on" }}"#), ""), everybody("on"));
    }

    #[test]
    fn a_rollout_is_finished_when_all_who_have_a_unit_get_the_same() {
        let split =
            |gate: u32, arms: &str| format!(r#"{{ "split": {{ "unit": "u", "gate": {gate}, "arms": [{arms}] }} }}"#);
        let on = r#"{ "variant": "on" }"#;
        assert_eq!(found(&split(100, on), ""), Some(("on".to_owned(), vec!["u".to_owned()])));
        assert_eq!(found(&split(100, on), r#""default": "on","#), everybody("on"));
        assert_eq!(found(&split(99, on), ""), None);
        assert_eq!(found(&split(50, on), r#""default": "on","#), everybody("on"));
        assert_eq!(found(&split(100, r#"{ "variant": "on" }, { "variant": "off" }"#), ""), None);
    }
}
