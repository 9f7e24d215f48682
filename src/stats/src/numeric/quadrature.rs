//! Gauss–Legendre rules: integrals over panels, and integrals up to each node of a panel.
//!
//! `n` nodes are exact for polynomials of degree 2n−1. A Gaussian of deviation `c` is integrated to 1e-13 by 24 nodes over `10 c` and by 16 nodes
//! over `6 c`, so a method says how wide its panels may be and never how many nodes it wants. Nodes and weights: Newton on Legendre's polynomial
//! at 60 digits, rounded once.

/// Positive nodes and their weights; the negative ones mirror them.
const RULE_24: [(f64, f64); 12] = [
    (0.064_056_892_862_605_63, 0.127_938_195_346_752_16),
    (0.191_118_867_473_616_3, 0.125_837_456_346_828_3),
    (0.315_042_679_696_163_4, 0.121_670_472_927_803_39),
    (0.433_793_507_626_045_1, 0.115_505_668_053_725_6),
    (0.545_421_471_388_839_5, 0.107_444_270_115_965_63),
    (0.648_093_651_936_975_5, 0.097_618_652_104_113_89),
    (0.740_124_191_578_554_3, 0.086_190_161_531_953_27),
    (0.820_001_985_973_903, 0.073_346_481_411_080_3),
    (0.886_415_527_004_401_1, 0.059_298_584_915_436_78),
    (0.938_274_552_002_732_8, 0.044_277_438_817_419_81),
    (0.974_728_555_971_309_5, 0.028_531_388_628_933_663),
    (0.995_187_219_997_021_4, 0.012_341_229_799_987_2),
];

/// Nodes and weights in rising order.
const RULE_16: [(f64, f64); 16] = [
    (-0.989_400_934_991_649_9, 0.027_152_459_411_754_096),
    (-0.944_575_023_073_232_6, 0.062_253_523_938_647_894),
    (-0.865_631_202_387_831_8, 0.095_158_511_682_492_79),
    (-0.755_404_408_355_003, 0.124_628_971_255_533_88),
    (-0.617_876_244_402_643_8, 0.149_595_988_816_576_74),
    (-0.458_016_777_657_227_37, 0.169_156_519_395_002_54),
    (-0.281_603_550_779_258_9, 0.182_603_415_044_923_58),
    (-0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.095_012_509_837_637_44, 0.189_450_610_455_068_5),
    (0.281_603_550_779_258_9, 0.182_603_415_044_923_58),
    (0.458_016_777_657_227_37, 0.169_156_519_395_002_54),
    (0.617_876_244_402_643_8, 0.149_595_988_816_576_74),
    (0.755_404_408_355_003, 0.124_628_971_255_533_88),
    (0.865_631_202_387_831_8, 0.095_158_511_682_492_79),
    (0.944_575_023_073_232_6, 0.062_253_523_938_647_894),
    (0.989_400_934_991_649_9, 0.027_152_459_411_754_096),
];

/// Nodes of a wide panel.
pub(crate) const WIDE: usize = 2 * RULE_24.len();
/// Nodes of a narrow panel.
pub(crate) const NARROW: usize = 16;
/// Integrals from −1 to each of the lower nodes, of what is given at the nodes: exact for polynomials of degree 15. To a mirrored node it is the whole less the
/// mirror image, so that half the table is enough.
static UP_TO_NODE: [[f64; NARROW]; NARROW / 2] = up_to_node();

/// Nodes and weights of 24 points between `low` and `high`, in rising order.
pub(crate) fn wide_panel(low: f64, high: f64) -> impl Iterator<Item = (f64, f64)> {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    let mirrored = RULE_24.iter().rev().map(|(x, w)| (-x, *w));
    mirrored.chain(RULE_24).map(move |(x, w)| (middle + half * x, half * w))
}

/// Nodes and weights of 16 points between `low` and `high`, in rising order.
pub(crate) fn narrow_panel(low: f64, high: f64) -> [(f64, f64); NARROW] {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    RULE_16.map(|(x, w)| (middle + half * x, half * w))
}

/// Integrals from the panel's lower end up to each node, of a function given at the nodes of a panel of this width. It is the polynomial through the nodes that
/// is integrated: half the order of the whole rule, 2e-11 for a Gaussian in a panel of 3 deviations and 1e-14 in one of 1.5.
pub(crate) fn running_integral(values: &[f64; NARROW], width: f64) -> [f64; NARROW] {
    let half = 0.5 * width;
    let whole: f64 = RULE_16.iter().zip(values).map(|((_, weight), value)| weight * value).sum();
    let mut integrals = [0.0; NARROW];
    let (lower, upper) = integrals.split_at_mut(NARROW / 2);
    for ((low, high), row) in lower.iter_mut().zip(upper.iter_mut().rev()).zip(&UP_TO_NODE) {
        let part = row.iter().zip(values).map(|(weight, value)| weight * value).sum::<f64>();
        let mirrored = row.iter().zip(values.iter().rev()).map(|(weight, value)| weight * value).sum::<f64>();
        (*low, *high) = (half * part, half * (whole - mirrored));
    }
    integrals
}

/// The interpolating polynomial is `Σ_k (k+½) c_k P_k` with `c_k = Σ_j w_j f_j P_k(x_j)`, and `∫_{−1}^x P_k = (P_{k+1}(x) − P_{k−1}(x))/(2k+1)`.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler: an index out of range would not compile")]
const fn up_to_node() -> [[f64; NARROW]; NARROW / 2] {
    let mut table = [[0.0; NARROW]; NARROW / 2];
    let mut i = 0;
    while i < NARROW / 2 {
        let at = legendre(RULE_16[i].0);
        let mut j = 0;
        while j < NARROW {
            let (x, w) = RULE_16[j];
            let from = legendre(x);
            let mut sum = at[1] + 1.0;
            let mut k = 1;
            while k < NARROW {
                sum += from[k] * (at[k + 1] - at[k - 1]);
                k += 1;
            }
            table[i][j] = 0.5 * w * sum;
            j += 1;
        }
        i += 1;
    }
    table
}

/// `P_0(x) … P_16(x)`.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler: an index out of range would not compile")]
const fn legendre(x: f64) -> [f64; NARROW + 1] {
    let mut values = [1.0, x, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let mut k = 2;
    while k <= NARROW {
        let degree = k as f64;
        values[k] = ((2.0 * degree - 1.0) * x * values[k - 1] - (degree - 1.0) * values[k - 2]) / degree;
        k += 1;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::special::normal;

    #[test]
    fn a_gaussian_is_integrated_to_the_last_digits() {
        let density = |x: f64| libm::exp(-0.5 * x * x - normal::LN_SQRT_TAU);
        let wide: f64 = wide_panel(-5.0, 5.0).map(|(x, w)| w * density(x)).sum();
        assert!((wide - (1.0 - 2.0 * normal::sf(5.0))).abs() < 1e-13, "{wide}");
        let narrow: f64 = narrow_panel(-3.0, 3.0).iter().map(|(x, w)| w * density(*x)).sum();
        assert!((narrow - (1.0 - 2.0 * normal::sf(3.0))).abs() < 1e-12, "{narrow}");
    }

    #[test]
    fn a_running_integral_is_the_distribution_function() {
        for (low, high, accuracy) in [(-2.0, 1.0, 2e-11), (-2.0, -0.5, 1e-14)] {
            let nodes = narrow_panel(low, high);
            let values = nodes.map(|(x, _)| libm::exp(-0.5 * x * x - normal::LN_SQRT_TAU));
            for ((x, _), integral) in nodes.iter().zip(running_integral(&values, high - low)) {
                let error = integral - (normal::cdf(*x) - normal::cdf(low));
                assert!(error.abs() < accuracy, "{x}: {error:e}");
            }
        }
    }
}
