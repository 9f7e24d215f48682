use super::flag::Scope;
use crate::compiler::Compiler;
use crate::wire::Split;
use isoflag_written::member;
use std::collections::HashMap;

/// The units that get a variant whatever their bucket.
pub(super) fn forced(
    split: &Split,
    path: &str,
    scope: &Scope<'_>,
    compiler: &mut Compiler,
) -> Option<Vec<(u16, Vec<String>)>> {
    let path = format!("{path}.force");
    let before = compiler.count();
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let mut lists = Vec::new();
    for (variant, units) in &split.force.0 {
        let path = member(&path, variant);
        let number = scope.variant(variant, &path, compiler);
        for (index, unit) in units.iter().enumerate() {
            if unit.is_empty() {
                compiler.error(format!("{path}[{index}]"), "an empty id is no unit, remove it");
            } else if let Some(other) = seen.insert(unit, variant).filter(|other| other != variant) {
                let text = format!("`{unit}` is forced into `{other}` and `{variant}`, keep one of the two");
                compiler.error(format!("{path}[{index}]"), text);
            }
        }
        if let Some(number) = number.filter(|_| !units.is_empty()) {
            lists.push((number, units.clone()));
        }
    }
    (compiler.count() == before).then_some(lists)
}
