//! The fuzz targets over the bytes that were kept, and over a fixed number of mutations of them. The search for new ones
//! is `npm run prove -- fuzz`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a corpus that cannot be read is a failed test")]

use isoflag_tests::fuzz;
use std::path::Path;

/// Mutations of each kept input.
const MUTATIONS: usize = 60;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

/// `splitmix64`: the seed is fixed, so a failure is the same failure on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % most.max(1) as u64) as usize
    }

    fn mutate(&mut self, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
        let at = self.below(bytes.len());
        match self.below(6) {
            0 => bytes.insert(at, [0, 1, 0x7f, 0x80, 0xff, b'"', b'{', b'9'][self.below(8)]),
            1 => drop(bytes.drain(at..(at + 1 + self.below(8)).min(bytes.len()))),
            2 => bytes.truncate(at),
            3 => {
                let other = &others[self.below(others.len())];
                let from = self.below(other.len());
                bytes.splice(at..at, other[from..(from + self.below(64)).min(other.len())].iter().copied());
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = [*byte ^ 1 << self.below(8), self.below(256) as u8, 0, 0xff][self.below(4)];
                }
            }
        }
    }
}

fn kept_and_mutated(name: &str, target: fn(&[u8])) {
    let kept = corpus(name);
    assert!(!kept.is_empty(), "the corpus of {name} is empty");
    let mut chance = Chance(1);
    for bytes in &kept {
        target(bytes);
        for _ in 0..MUTATIONS {
            let mut bytes = bytes.clone();
            for _ in 0..=chance.below(4) {
                chance.mutate(&mut bytes, &kept);
            }
            target(&bytes);
        }
    }
}

#[test]
fn any_bytes_as_a_program() {
    kept_and_mutated("program", fuzz::program);
}

#[test]
fn any_text_as_a_datafile() {
    kept_and_mutated("datafile", fuzz::datafile);
}

#[test]
fn any_bytes_as_a_context() {
    kept_and_mutated("context", fuzz::context);
}
