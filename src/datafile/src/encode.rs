//! Lays flags out as the bytes of a program. The shapes are those of [`isoflag_engine::layout`].

use isoflag_engine::bucket::Key;
use isoflag_engine::layout::{self, OUTCOME_SPLIT, OUTCOME_VARIANT};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A flag, every name resolved to a number.
pub(crate) struct FlagCode {
    pub(crate) key: String,
    pub(crate) kind: u8,
    pub(crate) enabled: bool,
    pub(crate) off: u16,
    pub(crate) default: u16,
    /// Names and JSON literals.
    pub(crate) variants: Vec<(String, String)>,
    pub(crate) reads: Vec<u16>,
    pub(crate) rules: Vec<RuleCode>,
    /// Run, number of the control, attribute of the unit.
    pub(crate) experiment: Option<(String, u16, u16)>,
}

pub(crate) struct RuleCode {
    pub(crate) tests: Vec<Test>,
    pub(crate) outcome: Outcome,
}

pub(crate) enum Outcome {
    Variant(u16),
    Split(SplitCode),
}

pub(crate) struct SplitCode {
    pub(crate) unit: u16,
    pub(crate) gate: Option<(Key, u32)>,
    pub(crate) key: Key,
    /// Exclusive cuts and variants; the last cut is never read.
    pub(crate) ranges: Vec<(u32, u16)>,
    pub(crate) experiment: bool,
}

pub(crate) struct Test {
    pub(crate) op: u8,
    pub(crate) attribute: u16,
    pub(crate) on_true: u16,
    pub(crate) on_false: u16,
    pub(crate) operand: Operand,
}

#[derive(Clone)]
pub(crate) enum Operand {
    None,
    Number(f64),
    Text(String),
    Texts(Vec<String>),
    Numbers(Vec<f64>),
}

/// The bytes of the program and its digest. `None` when an offset does not fit 32 bits.
pub(crate) fn encode(flags: &[FlagCode], attributes: &[String]) -> Option<(Vec<u8>, [u8; 32])> {
    let mut writer = Writer { bytes: vec![0; layout::HEADER], texts: HashMap::new() };
    let mut records = Vec::with_capacity(flags.len() * layout::FLAG);
    for flag in flags {
        writer.flag(flag, &mut records)?;
    }
    let flag_table = writer.table(&records)?;
    let (index, mask) = index(flags)?;
    let index_table = writer.table(&index)?;
    let mut names = Vec::new();
    for name in attributes {
        writer.text(name, &mut names)?;
    }
    let attribute_table = writer.table(&names)?;
    let length = u32::try_from(writer.bytes.len()).ok()?;

    let mut header = Vec::with_capacity(layout::HEADER);
    header.extend(layout::MAGIC);
    header.extend(layout::VERSION.to_le_bytes());
    header.extend([0; 2]);
    for word in [
        length,
        layout::CAPABILITIES,
        u32::try_from(flags.len()).ok()?,
        flag_table,
        mask,
        index_table,
        u32::try_from(attributes.len()).ok()?,
        attribute_table,
    ] {
        header.extend(word.to_le_bytes());
    }
    let mut bytes = writer.bytes;
    bytes.get_mut(..header.len())?.copy_from_slice(&header);
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    bytes.get_mut(layout::DIGEST)?.copy_from_slice(&digest);
    Some((bytes, digest))
}

/// The key index: at most three quarters full, so that a search looks at a slot or two.
fn index(flags: &[FlagCode]) -> Option<(Vec<u8>, u32)> {
    let slots = (flags.len() * 4 / 3 + 1).next_power_of_two();
    let mask = u32::try_from(slots).ok()? - 1;
    let mut index = vec![0_u32; slots];
    for (flag, number) in flags.iter().zip(1..) {
        let mut slot = layout::key_hash(flag.key.as_bytes());
        loop {
            let place = index.get_mut((slot & mask) as usize)?;
            if *place == 0 {
                *place = number;
                break;
            }
            slot = slot.wrapping_add(1);
        }
    }
    Some((index.into_iter().flat_map(u32::to_le_bytes).collect(), mask))
}

/// The body of the program: tables one behind the other, each text stored once.
struct Writer {
    bytes: Vec<u8>,
    texts: HashMap<String, u32>,
}

impl Writer {
    /// Appends a table, aligned to four bytes, and says where it stands.
    fn table(&mut self, table: &[u8]) -> Option<u32> {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        let at = u32::try_from(self.bytes.len()).ok()?;
        self.bytes.extend_from_slice(table);
        Some(at)
    }

    /// Appends a text unless it is there already, and writes the reference to it.
    fn text(&mut self, text: &str, out: &mut Vec<u8>) -> Option<()> {
        let at = match self.texts.get(text) {
            Some(at) => *at,
            None => {
                let at = u32::try_from(self.bytes.len()).ok()?;
                self.bytes.extend_from_slice(text.as_bytes());
                self.texts.insert(text.to_owned(), at);
                at
            }
        };
        out.extend(at.to_le_bytes());
        out.extend(u32::try_from(text.len()).ok()?.to_le_bytes());
        Some(())
    }

    fn flag(&mut self, flag: &FlagCode, out: &mut Vec<u8>) -> Option<()> {
        let mut variants = Vec::new();
        for (name, value) in &flag.variants {
            self.text(name, &mut variants)?;
            self.text(value, &mut variants)?;
        }
        let variants = self.table(&variants)?;
        let reads: Vec<u8> = flag.reads.iter().flat_map(|id| id.to_le_bytes()).collect();
        let reads = self.table(&reads)?;
        let mut rules = Vec::new();
        for rule in &flag.rules {
            self.rule(rule, &mut rules)?;
        }
        let rules = self.table(&rules)?;
        let experiment = match &flag.experiment {
            None => 0,
            Some((run, control, unit)) => {
                let mut record = Vec::with_capacity(layout::EXPERIMENT);
                self.text(run, &mut record)?;
                record.extend(control.to_le_bytes());
                record.extend(unit.to_le_bytes());
                self.table(&record)?
            }
        };
        self.text(&flag.key, out)?;
        out.extend([flag.kind, u8::from(flag.enabled)]);
        out.extend(flag.off.to_le_bytes());
        out.extend(flag.default.to_le_bytes());
        out.extend(u16::try_from(flag.variants.len()).ok()?.to_le_bytes());
        out.extend(variants.to_le_bytes());
        out.extend(reads.to_le_bytes());
        out.extend(u16::try_from(flag.reads.len()).ok()?.to_le_bytes());
        out.extend(u16::try_from(flag.rules.len()).ok()?.to_le_bytes());
        out.extend(rules.to_le_bytes());
        out.extend(experiment.to_le_bytes());
        Some(())
    }

    fn rule(&mut self, rule: &RuleCode, out: &mut Vec<u8>) -> Option<()> {
        let mut tests = Vec::new();
        for test in &rule.tests {
            self.test(test, &mut tests)?;
        }
        let tests = self.table(&tests)?;
        let (outcome, target) = match &rule.outcome {
            Outcome::Variant(variant) => (OUTCOME_VARIANT, u32::from(*variant)),
            Outcome::Split(split) => (OUTCOME_SPLIT, self.split(split)?),
        };
        out.extend(tests.to_le_bytes());
        out.extend(u16::try_from(rule.tests.len()).ok()?.to_le_bytes());
        out.extend([outcome, 0]);
        out.extend(target.to_le_bytes());
        out.extend([0; 4]);
        Some(())
    }

    fn test(&mut self, test: &Test, out: &mut Vec<u8>) -> Option<()> {
        out.extend([test.op, 0]);
        out.extend(test.attribute.to_le_bytes());
        out.extend(test.on_true.to_le_bytes());
        out.extend(test.on_false.to_le_bytes());
        match &test.operand {
            Operand::None => out.extend([0; 8]),
            Operand::Number(number) => out.extend(number.to_le_bytes()),
            Operand::Text(text) => self.text(text, out)?,
            Operand::Texts(texts) => {
                let mut sorted: Vec<&str> = texts.iter().map(String::as_str).collect();
                sorted.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
                sorted.dedup();
                let mut set = Vec::new();
                for text in &sorted {
                    self.text(text, &mut set)?;
                }
                self.set(&set, sorted.len(), out)?;
            }
            Operand::Numbers(numbers) => {
                let mut sorted = numbers.clone();
                sorted.sort_by(f64::total_cmp);
                sorted.dedup();
                let set: Vec<u8> = sorted.iter().flat_map(|number| number.to_le_bytes()).collect();
                self.set(&set, sorted.len(), out)?;
            }
        }
        Some(())
    }

    fn set(&mut self, set: &[u8], count: usize, out: &mut Vec<u8>) -> Option<()> {
        out.extend(self.table(set)?.to_le_bytes());
        out.extend(u32::try_from(count).ok()?.to_le_bytes());
        Some(())
    }

    fn split(&mut self, split: &SplitCode) -> Option<u32> {
        let mut ranges = Vec::new();
        for (cut, variant) in &split.ranges {
            ranges.extend(cut.to_le_bytes());
            ranges.extend(variant.to_le_bytes());
            ranges.extend([0; 2]);
        }
        let ranges = self.table(&ranges)?;
        let (gate_key, gate_cut) = split.gate.unwrap_or((Key { k0: 0, k1: 0 }, 0));
        let mut record = Vec::with_capacity(layout::SPLIT);
        record.extend(split.unit.to_le_bytes());
        record.extend([u8::from(split.gate.is_some()), u8::from(split.experiment)]);
        record.extend(gate_cut.to_le_bytes());
        for half in [gate_key.k0, gate_key.k1, split.key.k0, split.key.k1] {
            record.extend(half.to_le_bytes());
        }
        record.extend(u16::try_from(split.ranges.len()).ok()?.to_le_bytes());
        record.extend([0; 2]);
        record.extend(ranges.to_le_bytes());
        self.table(&record)
    }
}
