use super::cell::POSITIONS;

/// An exact share of all units: digits of base 2³² behind the point, the last one not zero.
///
/// One hash gives shares of 2³² positions; where several independent hashes decide together, such as a gate and a split
/// under salts of their own, their shares are multiplied. A float would round there, and a diff that says 0 has to mean
/// that nobody moves.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Share {
    whole: u64,
    digits: Vec<u32>,
}

/// More digits than this are rounded in bounds: the smallest float is 2⁻¹⁰⁷⁴.
const MOST_DIGITS: usize = 40;

impl Share {
    /// Everybody.
    pub(super) fn all() -> Self {
        Self { whole: 1, digits: Vec::new() }
    }

    pub(super) fn is_none(&self) -> bool {
        self.whole == 0 && self.digits.is_empty()
    }

    /// The share of it whose position under one more hash is one of so many.
    pub(super) fn of(&self, positions: u64) -> Self {
        if positions == POSITIONS {
            return self.clone();
        }
        // Multiplied by the positions from the last digit on, and moved one digit behind the point.
        let mut carry = 0;
        let mut digits: Vec<u32> = self
            .digits
            .iter()
            .rev()
            .map(|digit| {
                let product = u64::from(*digit) * positions + carry;
                carry = product >> 32;
                product as u32
            })
            .collect();
        // INVARIANT: what is summed before it is scaled are some thousand shares, far from 2³².
        let product = self.whole * positions + carry;
        digits.push(product as u32);
        digits.reverse();
        Self { whole: product >> 32, digits }.trimmed()
    }

    pub(super) fn add(&mut self, other: &Self) {
        let length = self.digits.len().max(other.digits.len());
        self.digits.resize(length, 0);
        let mut carry = 0;
        for (index, digit) in self.digits.iter_mut().enumerate().rev() {
            let sum = u64::from(*digit) + u64::from(other.digits.get(index).copied().unwrap_or(0)) + carry;
            *digit = sum as u32;
            carry = sum >> 32;
        }
        self.whole += other.whole + carry;
        *self = std::mem::take(self).trimmed();
    }

    /// At most so much, with no more digits than a float can tell.
    pub(super) fn rounded_down(mut self) -> Self {
        self.digits.truncate(MOST_DIGITS);
        self.trimmed()
    }

    /// At least so much, likewise.
    pub(super) fn rounded_up(self) -> Self {
        let mut digit = Self { whole: 0, digits: vec![0; MOST_DIGITS] };
        let cut = self.digits.len() > MOST_DIGITS;
        let mut down = self.rounded_down();
        if cut && let Some(last) = digit.digits.last_mut() {
            *last = 1;
            down.add(&digit);
        }
        down
    }

    fn trimmed(mut self) -> Self {
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        self
    }

    /// The nearest float. 0 only for nobody and 1 only for everybody.
    pub(super) fn to_f64(&self) -> f64 {
        let behind = self.digits.iter().rev().fold(0.0, |sum, digit| (sum + f64::from(*digit)) / POSITIONS as f64);
        if self.is_none() || self.whole > 0 {
            return self.whole as f64;
        }
        behind.clamp(f64::MIN_POSITIVE, 1.0_f64.next_down())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_of_several_hashes_are_exact() {
        let quarter = Share::all().of(1 << 30);
        assert_eq!(quarter.to_f64(), 0.25);
        assert_eq!(quarter.of(1 << 31).to_f64(), 0.125);
        // Cutting both hashes in three uneven parts each and adding the nine products gives everybody, to the last digit.
        let parts = [1, 12_345, POSITIONS - 12_346];
        let mut sum = Share::default();
        for one in parts {
            for other in parts {
                sum.add(&Share::all().of(one).of(other));
            }
        }
        assert_eq!(sum, Share::all());
        // Two wholes are one when they are halved, and half again: sums are scaled as well.
        sum.add(&Share::all());
        assert_eq!(sum.of(1 << 31), Share::all());
        assert_eq!(sum.of(1 << 31).of(1 << 31).to_f64(), 0.5);
    }

    #[test]
    fn what_is_rounded_lies_on_its_side() {
        let mut small = Share::all();
        for _ in 0..MOST_DIGITS {
            small = small.of(3);
        }
        assert_eq!((small.clone().rounded_down(), small.clone().rounded_up()), (small.clone(), small.clone()));
        let smaller = small.of(5);
        assert!(smaller.clone().rounded_down() <= smaller && smaller <= smaller.clone().rounded_up());
        assert!(!smaller.rounded_up().is_none());
        let mut almost = Share::default();
        (0..=MOST_DIGITS).fold(Share::all(), |rest, _| {
            almost.add(&rest.of(POSITIONS - 1));
            rest.of(1)
        });
        assert_eq!(almost.rounded_up(), Share::all());
    }

    #[test]
    fn the_smallest_share_is_not_nobody_and_all_but_it_is_not_everybody() {
        let mut smallest = Share::all();
        let mut rest = Share::all().of(POSITIONS - 1);
        for _ in 0..40 {
            smallest = smallest.of(1);
            rest.add(&Share::all().of(1).of(POSITIONS - 1));
        }
        assert!(!smallest.is_none() && smallest.to_f64() > 0.0);
        assert!(Share::all().of(POSITIONS - 1).to_f64() < 1.0);
        assert_eq!(Share::default().to_f64(), 0.0);
        assert!(Share::all().of(1) < Share::all().of(2));
        assert!(Share::all().of(1) > smallest);
    }
}
