//! `d' S⁻¹ d` for a symmetric matrix, by Cholesky.

use alloc::vec::Vec;

/// The quadratic form, `matrix` given row by row (its lower half is read); `None` when it is not positive definite or sizes differ.
pub(crate) fn inverse_quadratic_form(matrix: &[Vec<f64>], vector: &[f64]) -> Option<f64> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    let mut solved: Vec<f64> = Vec::with_capacity(vector.len());
    if matrix.len() != vector.len() {
        return None;
    }
    for (row, right) in matrix.iter().zip(vector) {
        let mut line: Vec<f64> = Vec::with_capacity(factor.len() + 1);
        for (above, entry) in factor.iter().zip(row) {
            let (pivot, head) = above.split_last()?;
            line.push((entry - dot(head, &line)) / pivot);
        }
        let diagonal = *row.get(factor.len())?;
        let rest = diagonal - dot(&line, &line);
        // What is left of the diagonal is rounding: the row is a combination of those above.
        if rest.is_nan() || rest <= 1e-13 * diagonal {
            return None;
        }
        let pivot = libm::sqrt(rest);
        solved.push((right - dot(&line, &solved)) / pivot);
        line.push(pivot);
        factor.push(line);
    }
    Some(dot(&solved, &solved))
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn a_small_one_by_hand() {
        let matrix = [vec![4.0, 2.0], vec![2.0, 3.0]];
        let found = inverse_quadratic_form(&matrix, &[2.0, 1.0]).unwrap_or(f64::NAN);
        assert!((found - 1.0).abs() < 1e-15, "{found}");
        assert_eq!(inverse_quadratic_form(&[vec![1.0, 1.0], vec![1.0, 1.0]], &[1.0, 0.0]), None);
    }
}
