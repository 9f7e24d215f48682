use crate::bayes::curve::Curve;
use crate::bayes::grid::lay;
use crate::numeric::quadrature::NARROW;
use alloc::vec;
use alloc::vec::Vec;

/// Chance of each to be the largest, `∫ f_i Π_{j≠i} F_j`, to about 1e-12; `None` without curves.
pub(crate) fn prob_best(curves: &[&dyn Curve]) -> Option<Vec<f64>> {
    if curves.is_empty() {
        return None;
    }
    let mut chances = vec![0.0; curves.len()];
    // Products of the distribution functions before and after each curve, at every node of a panel.
    let mut after = vec![[1.0; NARROW]; curves.len()];
    for panel in lay(curves)? {
        let mut product = [1.0; NARROW];
        for (piece, kept) in panel.pieces.iter().zip(&mut after).rev() {
            *kept = product;
            multiply(&mut product, &piece.below);
        }
        let mut before = panel.nodes.map(|(_, weight)| weight);
        for ((piece, after), chance) in panel.pieces.iter().zip(&after).zip(&mut chances) {
            *chance += piece.density.iter().zip(&before).zip(after).map(|((f, b), a)| f * b * a).sum::<f64>();
            multiply(&mut before, &piece.below);
        }
    }
    Some(chances)
}

fn multiply(product: &mut [f64; NARROW], by: &[f64; NARROW]) {
    for (value, factor) in product.iter_mut().zip(by) {
        *value *= factor;
    }
}

/// `floor + (1 − K floor) P(best)`; `None` when the floors do not fit into one.
pub(crate) fn allocate(prob_best: &[f64], floor: f64) -> Option<Vec<f64>> {
    let free = 1.0 - prob_best.len() as f64 * floor;
    (floor >= 0.0 && free >= -1e-12).then(|| prob_best.iter().map(|p| floor + free.max(0.0) * p).collect())
}
