use super::share::Share;
use isoflag_engine::bucket::Key;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

pub(super) use crate::decompile::POSITIONS;

/// Positions from the first (inclusive) to the end (exclusive), ascending and apart.
pub(super) type Intervals = Vec<(u64, u64)>;

/// What gives a unit a position: the attribute it is the value of, by its number, and a key. Positions of different hashes have nothing
/// to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hash {
    unit: u32,
    key: (u64, u64),
}

impl Hash {
    pub(super) fn new(unit: u32, key: Key) -> Self {
        Self { unit, key: (key.k0, key.k1) }
    }
}

/// A part of the space of all positions under all hashes: for each hash that has been asked, the positions that lead here.
/// A product of sets, so its size is the product of theirs.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cell(BTreeMap<Hash, Intervals>);

impl Cell {
    /// The part of it whose positions under a hash lie in some intervals, unless there is none.
    pub(super) fn within(&self, hash: &Hash, intervals: &[(u64, u64)]) -> Option<Self> {
        let common = match self.0.get(hash) {
            Some(known) => intersection(known, intervals),
            None => intervals.iter().copied().filter(|(first, end)| first < end).collect(),
        };
        if common.is_empty() {
            return None;
        }
        let mut cell = self.clone();
        cell.0.insert(*hash, common);
        Some(cell)
    }

    /// How many hashes have been asked, and how much there is to copy of them.
    pub(super) fn hashes(&self) -> usize {
        self.0.len()
    }

    pub(super) fn extent(&self) -> usize {
        self.0.values().map(|intervals| 1 + intervals.len()).sum()
    }

    /// Takes the hashes out that nobody asks again: the numbers of positions that lead here under each of them, where those
    /// are not all.
    pub(super) fn forget(&mut self, asked: impl Fn(&Hash) -> bool) -> impl Iterator<Item = u64> {
        let gone = self.0.extract_if(.., move |hash, _| !asked(hash));
        gone.map(|(_, intervals)| size(&intervals)).filter(|size| *size < POSITIONS)
    }

    /// The parts of it that lie between two neighbouring cuts under every hash; none when there are more than so many.
    pub(super) fn parted(self, cuts: &BTreeMap<Hash, BTreeSet<u64>>, most: usize) -> Option<Vec<Self>> {
        let mut parts = vec![Self::default()];
        for (hash, intervals) in self.0 {
            let pieces: Vec<Intervals> = match cuts.get(&hash) {
                None => vec![intervals],
                Some(cuts) => intervals.iter().flat_map(|interval| between(*interval, cuts)).collect(),
            };
            if parts.len().saturating_mul(pieces.len()) > most {
                return None;
            }
            let with = |part: &Self| {
                let part = part.clone();
                pieces.iter().map(move |piece| {
                    let mut part = part.clone();
                    part.0.insert(hash, piece.clone());
                    part
                })
            };
            parts = parts.iter().flat_map(with).collect();
        }
        Some(parts)
    }

    /// The share of units in it.
    pub(super) fn share(&self) -> Share {
        self.0.values().fold(Share::all(), |share, intervals| share.of(size(intervals)))
    }
}

/// The pieces of an interval between the cuts inside it.
fn between((first, end): (u64, u64), cuts: &BTreeSet<u64>) -> impl Iterator<Item = Intervals> {
    // INVARIANT: an interval of a cell is not empty, so the range is one.
    let inside = cuts.range((Bound::Excluded(first), Bound::Excluded(end)));
    let starts = [first].into_iter().chain(inside.clone().copied());
    starts.zip(inside.copied().chain([end])).map(|piece| vec![piece])
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
        let hash = Hash::new(0, Key { k0: 1, k1: 2 });
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
        let (gate, split) = (Hash::new(0, Key { k0: 1, k1: 2 }), Hash::new(0, Key { k0: 3, k1: 4 }));
        let half = Cell::default().within(&gate, &[(0, POSITIONS / 2)]).unwrap();
        assert_eq!(half.within(&split, &[(0, POSITIONS / 4)]).unwrap().share().to_f64(), 0.125);
        assert_eq!(half.within(&gate, &[(0, POSITIONS / 4)]).unwrap().share().to_f64(), 0.25);
    }
}
