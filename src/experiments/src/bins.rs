//! Bins of totals: what a quantile is read from when only counts can be added up.
//!
//! Bins of positive totals are numbered from 1 upwards and each is 1 % wide; a negative total has the bin of its size with a minus sign, a total of 0 is in
//! bin 0. A quantile read from the middle of its bin is at most 0.5 % off.
//!
//! Why bins of a fixed width and not a sketch? Counts of fixed bins add in any order to the same numbers, and SQLite and PostgreSQL compute them alike: both
//! compare the total with the same edges, no logarithm of theirs decides.

/// Width of a bin: its upper edge by its lower one.
pub const RATIO: f64 = 1.01;
/// Where the first bin begins: a thousandth of a cent. What is smaller counts into it.
pub const SMALLEST: f64 = 1e-5;
/// The last bin: everything beyond about 1e30 counts into it, as no event may carry more.
pub const LAST: i32 = 8103;

/// The lower edge of bin `bin` (1 to [`LAST`]), by repeated squaring, so that every target and every database has the same bits.
#[must_use]
pub fn lower_edge(bin: i32) -> f64 {
    let (mut power, mut factor, mut rest) = (SMALLEST, RATIO, bin.clamp(1, LAST) - 1);
    while rest > 0 {
        if rest % 2 == 1 {
            power *= factor;
        }
        factor *= factor;
        rest /= 2;
    }
    power
}

/// The bin of a total; 0 for 0.
#[must_use]
pub fn bin(total: f64) -> i32 {
    if total == 0.0 || total.is_nan() {
        return 0;
    }
    let size = total.abs();
    let (mut low, mut high) = (1, LAST);
    // The last bin whose lower edge is not above the total.
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if lower_edge(middle) <= size { low = middle } else { high = middle - 1 }
    }
    if total < 0.0 { -low } else { low }
}

/// What stands for a bin: the geometric middle of its edges.
#[must_use]
pub fn middle(bin: i32) -> f64 {
    match bin {
        0 => 0.0,
        bin if bin < 0 => -middle(bin.saturating_neg()),
        bin => lower_edge(bin) * 1.004_987_562_112_089,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_lies_between_the_edges_of_its_bin() {
        let mut total = 1e-7;
        while total < 1e29 {
            let found = bin(total);
            assert!(found == 1 || lower_edge(found) <= total, "{total}");
            assert!(found == LAST || total < lower_edge(found + 1), "{total}");
            assert_eq!(bin(-total), -found);
            assert!(total < SMALLEST || (middle(found) / total - 1.0).abs() < 0.0051, "{total}");
            total *= 1.37;
        }
        assert_eq!((bin(0.0), bin(-0.0), bin(1e300), bin(f64::NAN)), (0, 0, LAST, 0));
    }

    #[test]
    fn every_edge_begins_its_own_bin() {
        for number in 1..=LAST {
            assert_eq!(bin(lower_edge(number)), number);
        }
    }
}
