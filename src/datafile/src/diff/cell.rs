use super::share::Share;
use isoflag_engine::bucket::Key;
use std::collections::BTreeMap;

pub(super) use crate::decompile::POSITIONS;

/// Positions from the first (inclusive) to the end (exclusive), ascending and apart.
pub(super) type Intervals = Vec<(u64, u64)>;

/// What gives a unit a position: the attribute it is the value of, and a key. Positions of different hashes have nothing
/// to do with each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hash {
    unit: String,
    key: (u64, u64),
}

impl Hash {
    pub(super) fn new(unit: &str, key: Key) -> Self {
        Self { unit: unit.to_owned(), key: (key.k0, key.k1) }
    }
}

/// A part of the space of all positions under all hashes: for each hash that has been asked, the positions that lead here.
/// A product of sets, so its size is the product of theirs.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell(BTreeMap<Hash, Intervals>);

impl Cell {
    /// The part of it whose positions under a hash lie in some intervals, unless there is none.
    pub(super) fn within(&self, hash: &Hash, intervals: &[(u64, u64)]) -> Option<Self> {
        let common = match self.0.get(hash) {
            Some(known) => intersection(known, intervals),
            None => intervals.to_vec(),
        };
        if common.is_empty() {
            return None;
        }
        let mut cell = self.clone();
        cell.0.insert(hash.clone(), common);
        Some(cell)
    }

    /// The share of units in it.
    pub(super) fn share(&self) -> Share {
        self.0.values().fold(Share::all(), |share, intervals| share.of(size(intervals)))
    }
}

fn size(intervals: &[(u64, u64)]) -> u64 {
    intervals.iter().map(|(first, end)| end - first).sum()
}

fn intersection(a: &[(u64, u64)], b: &[(u64, u64)]) -> Intervals {
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    let mut common = Vec::new();
    while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
        let (first, end) = (left.0.max(right.0), left.1.min(right.1));
        if first < end {
            common.push((first, end));
        }
        if left.1 < right.1 {
            a.next()
        } else {
            b.next()
        };
    }
    common
}

/// All positions that lie in none of the intervals. They may be written in any order and overlap.
pub(super) fn outside(intervals: &[(u64, u64)]) -> Intervals {
    let mut sorted = intervals.to_vec();
    sorted.sort_unstable();
    let mut gaps = Vec::new();
    let mut start = 0;
    for (first, end) in sorted.into_iter().chain([(POSITIONS, POSITIONS)]) {
        if first > start {
            gaps.push((start, first));
        }
        start = start.max(end);
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_and_what_is_outside_of_it_are_everybody() {
        let hash = Hash::new("id", Key { k0: 1, k1: 2 });
        for intervals in [vec![], vec![(0, POSITIONS)], vec![(5, 7), (0, 3)], vec![(1, 9), (2, 4), (9, POSITIONS)]] {
            let outside = outside(&intervals);
            let inside = self::outside(&outside);
            let mut share = Share::default();
            for part in [&inside, &outside] {
                share.add(&Cell::default().within(&hash, part).map(|cell| cell.share()).unwrap_or_default());
            }
            assert_eq!(share, Share::all(), "{intervals:?}");
            assert!(Cell::default().within(&hash, &inside).is_none_or(|cell| cell.within(&hash, &outside).is_none()));
        }
    }

    #[test]
    fn hashes_are_independent() {
        let (gate, split) = (Hash::new("id", Key { k0: 1, k1: 2 }), Hash::new("id", Key { k0: 3, k1: 4 }));
        let half = Cell::default().within(&gate, &[(0, POSITIONS / 2)]).unwrap();
        assert_eq!(half.within(&split, &[(0, POSITIONS / 4)]).unwrap().share().to_f64(), 0.125);
        assert_eq!(half.within(&gate, &[(0, POSITIONS / 4)]).unwrap().share().to_f64(), 0.25);
    }
}
