//! The fuzz targets over the bytes that were kept, and over a fixed number of mutations of them. The search for new ones
//! is `npm run prove -- fuzz`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a corpus that cannot be read is a failed test")]

use isoflag_tests::{Chance, fuzz};
use std::path::Path;

/// Mutations of each kept input.
const MUTATIONS: usize = 60;

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn mutate(chance: &mut Chance, bytes: &mut Vec<u8>, others: &[Vec<u8>]) {
    let at = chance.below(bytes.len());
    match chance.below(6) {
        0 => bytes.insert(at, [0, 1, 0x7f, 0x80, 0xff, b'"', b'{', b'9'][chance.below(8)]),
        1 => drop(bytes.drain(at..(at + 1 + chance.below(8)).min(bytes.len()))),
        2 => bytes.truncate(at),
        3 => {
            let other = &others[chance.below(others.len())];
            let from = chance.below(other.len());
            bytes.splice(at..at, other[from..(from + chance.below(64)).min(other.len())].iter().copied());
        }
        _ => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = [*byte ^ 1 << chance.below(8), chance.below(256) as u8, 0, 0xff][chance.below(4)];
            }
        }
    }
}

fn kept_and_mutated(name: &str, target: fn(&[u8])) {
    let kept = corpus(name);
    assert!(!kept.is_empty(), "the corpus of {name} is empty");
    let mut chance = Chance::new(1);
    for bytes in &kept {
        target(bytes);
        for _ in 0..MUTATIONS {
            let mut bytes = bytes.clone();
            for _ in 0..=chance.below(4) {
                mutate(&mut chance, &mut bytes, &kept);
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
