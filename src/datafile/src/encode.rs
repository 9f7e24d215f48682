//! Lays a program out as bytes. The shapes are those of [`isoflag_engine::layout`].

mod capabilities;
mod closure;
mod code;
mod fold;
mod operand;
mod split;
mod tables;

pub(crate) use code::*;

use closure::{Closure, closures};
use fold::Folder;
use isoflag_engine::layout::{self, OUTCOME_SPLIT, OUTCOME_VARIANT};
use sha2::{Digest, Sha256};
use tables::Tables;

/// The bytes of the program and its digest. `None` when an offset does not fit 32 bits, or flags ask each other in a
/// circle or in chains of more than [`layout::MAX_DEPTH`], which lowering has reported with their names.
pub(crate) fn encode(program: &ProgramCode) -> Option<(Vec<u8>, [u8; 32])> {
    let closures = closures(&program.flags)?;
    let mut writer = Writer { tables: Tables::behind(layout::HEADER), folder: Folder::default() };
    let mut records = Vec::with_capacity(program.flags.len() * layout::FLAG);
    for (flag, closure) in program.flags.iter().zip(&closures) {
        writer.flag(flag, closure, &mut records)?;
    }
    let Writer { mut tables, folder } = writer;
    let flag_table = tables.table(&records)?;
    let (index, mask) = index(&program.flags)?;
    let index_table = tables.table(&index)?;
    let mut names = Vec::new();
    for name in &program.attributes {
        tables.text(name, &mut names)?;
    }
    let attribute_table = tables.table(&names)?;
    let mut environment = Vec::new();
    tables.text(program.environment.as_deref().unwrap_or_default(), &mut environment)?;
    let folds: Vec<u8> = folder
        .table()
        .flat_map(|(from, to)| [u32::from(from).to_le_bytes(), u32::from(to).to_le_bytes()].concat())
        .collect();
    let fold_table = tables.table(&folds)?;

    let count = |length: usize| u32::try_from(length).ok();
    let reads_now = closures.iter().any(|closure| closure.reads_now);
    let mut header = Vec::with_capacity(layout::HEADER);
    header.extend(layout::MAGIC);
    header.extend(layout::VERSION.to_le_bytes());
    header.extend(if reads_now { layout::PROGRAM_READS_NOW } else { 0 }.to_le_bytes());
    for word in [
        count(tables.bytes.len())?,
        program.flags.iter().fold(0, |needed, flag| needed | capabilities::capabilities(flag)),
        count(program.flags.len())?,
        flag_table,
        mask,
        index_table,
        count(program.attributes.len())?,
        attribute_table,
    ] {
        header.extend(word.to_le_bytes());
    }
    header.extend(environment);
    header.extend(fold_table.to_le_bytes());
    header.extend(count(folds.len() / layout::FOLD)?.to_le_bytes());
    let mut bytes = tables.bytes;
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

struct Writer {
    tables: Tables,
    folder: Folder,
}

impl Writer {
    fn flag(&mut self, flag: &FlagCode, closure: &Closure, out: &mut Vec<u8>) -> Option<()> {
        let mut variants = Vec::new();
        for (name, value) in &flag.variants {
            self.tables.text(name, &mut variants)?;
            self.tables.text(value, &mut variants)?;
        }
        let variants = self.tables.table(&variants)?;
        let reads: Vec<u8> = closure.reads.iter().flat_map(|id| id.to_le_bytes()).collect();
        let reads = self.tables.table(&reads)?;
        let mut rules = Vec::new();
        for rule in &flag.rules {
            self.rule(rule, &mut rules)?;
        }
        let rules = self.tables.table(&rules)?;
        let experiment = match &flag.experiment {
            None => 0,
            Some(experiment) => {
                let mut record = Vec::with_capacity(layout::EXPERIMENT);
                self.tables.text(&experiment.run, &mut record)?;
                record.extend(experiment.control.to_le_bytes());
                record.extend(experiment.unit.to_le_bytes());
                self.tables.table(&record)?
            }
        };
        let prerequisites = self.tests(&flag.prerequisites)?;
        let enabled = if flag.enabled { layout::FLAG_ENABLED } else { 0 };
        let reads_now = if closure.reads_now { layout::FLAG_READS_NOW } else { 0 };
        self.tables.text(&flag.key, out)?;
        out.extend([flag.kind, enabled | reads_now]);
        out.extend(flag.off.to_le_bytes());
        out.extend(flag.default.to_le_bytes());
        out.extend(u16::try_from(flag.variants.len()).ok()?.to_le_bytes());
        out.extend(variants.to_le_bytes());
        out.extend(reads.to_le_bytes());
        out.extend(u16::try_from(closure.reads.len()).ok()?.to_le_bytes());
        out.extend(u16::try_from(flag.rules.len()).ok()?.to_le_bytes());
        out.extend(rules.to_le_bytes());
        out.extend(experiment.to_le_bytes());
        out.extend(prerequisites.to_le_bytes());
        out.extend(u16::try_from(flag.prerequisites.len()).ok()?.to_le_bytes());
        out.extend([closure.depth, 0]);
        Some(())
    }

    fn tests(&mut self, tests: &[Test]) -> Option<u32> {
        let mut table = Vec::with_capacity(tests.len() * layout::TEST);
        for test in tests {
            operand::test(test, &mut self.tables, &mut self.folder, &mut table)?;
        }
        self.tables.table(&table)
    }

    fn rule(&mut self, rule: &RuleCode, out: &mut Vec<u8>) -> Option<()> {
        let tests = self.tests(&rule.tests)?;
        let (outcome, target) = match &rule.outcome {
            Outcome::Variant(variant) => (OUTCOME_VARIANT, u32::from(*variant)),
            Outcome::Split(split) => (OUTCOME_SPLIT, split::split(split, &mut self.tables)?),
        };
        out.extend(tests.to_le_bytes());
        out.extend(u16::try_from(rule.tests.len()).ok()?.to_le_bytes());
        out.extend([outcome, 0]);
        out.extend(target.to_le_bytes());
        out.extend([0; 4]);
        Some(())
    }
}

#[cfg(test)]
mod tests;
