use crate::compiler::Used;
use crate::model::Model;
use isoflag_written::{Problem, member};
use std::collections::HashSet;

/// Warnings of what has a name and is named by nothing.
pub(crate) fn unused(model: &Model, used: &Used) -> Vec<Problem> {
    let mut warnings = Vec::new();
    let mut look = |table: &str, what: &str, names: Vec<&str>, used: &HashSet<usize>| {
        for (_, name) in names.into_iter().enumerate().filter(|(number, _)| !used.contains(number)) {
            warnings.push(Problem::new(member(table, name), format!("nothing names this {what}; use it or remove it")));
        }
    };
    look("$.segments", "segment", model.segments.iter().map(|(name, _)| name).collect(), &used.segments);
    look("$.layers", "layer", model.layers.iter().map(|(name, _)| name).collect(), &used.layers);
    look("$.holdouts", "holdout", model.holdouts.iter().map(|(name, _)| name).collect(), &used.holdouts);
    warnings
}
