use crate::compiler::Compiler;

/// Percent with at most two decimals, in basis points.
pub(super) fn percent(written: f64, path: &str, compiler: &mut Compiler) -> Option<u32> {
    let points = (written * 100.0).round();
    if !(0.0..=100.0).contains(&written) {
        compiler.error(path, format!("{written} is not a percentage, give a number from 0 to 100"));
        return None;
    }
    if (written * 100.0 - points).abs() > 1e-6 {
        compiler.error(path, format!("{written} has more than two decimals, the smallest step is 0.01 %"));
        return None;
    }
    Some(points as u32)
}
