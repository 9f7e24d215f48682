use crate::compiler::Compiler;

/// Percent with at most two decimals, in basis points.
pub(super) fn percent(written: f64, path: &str, compiler: &mut Compiler) -> Option<u32> {
    let points = (written * 100.0).round();
    if !(0.0..=100.0).contains(&written) {
        compiler.error(path, format!("{written} is not a percentage, give a number from 0 to 100"));
        return None;
    }
    // What is written with two decimals is read as the double nearest to it, and so is this quotient: no other double is it.
    if written != points / 100.0 {
        compiler.error(path, format!("{written} has more than two decimals, the smallest step is 0.01 %"));
        return None;
    }
    Some(points as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(written: f64) -> Option<u32> {
        percent(written, "$", &mut Compiler::default())
    }

    #[test]
    fn every_hundredth_is_taken_and_nothing_beside_it() {
        for points in 0..=10_000 {
            let written: f64 = serde_json::from_str(&format!("{}.{:02}", points / 100, points % 100)).unwrap();
            assert_eq!(taken(written), Some(points));
            assert_eq!([taken(written.next_down()), taken(written.next_up())], [None, None], "beside {written}");
        }
    }

    #[test]
    fn what_is_nearly_all_is_not_all() {
        for written in [99.999_999_999, 33.333_333_3, 1e-9, 0.005, 100.000_000_001, -0.01, f64::NAN] {
            assert_eq!(taken(written), None, "{written}");
        }
    }
}
