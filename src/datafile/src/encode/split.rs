use super::code::{SliceCode, SplitCode};
use super::operand::text_set;
use super::tables::Tables;
use isoflag_engine::bucket::Key;
use isoflag_engine::layout;

/// Says where a split stands.
pub(crate) fn split(split: &SplitCode, tables: &mut Tables) -> Option<u32> {
    let units: Vec<u8> = split.units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let units = tables.table(&units)?;
    let mut ranges = Vec::new();
    for (cut, variant) in &split.ranges {
        ranges.extend(cut.to_le_bytes());
        ranges.extend(variant.to_le_bytes());
        ranges.extend([0; 2]);
    }
    let ranges = tables.table(&ranges)?;
    let (steps, gate) = gate(split, tables)?;
    let layer = slice(split.layer.as_ref(), tables)?;
    let holdout = slice(split.holdout.as_ref(), tables)?;
    let mut forced = Vec::new();
    for (variant, units) in &split.forced {
        text_set(units, tables, &mut forced)?;
        forced.extend(variant.to_le_bytes());
        forced.extend([0; 2]);
    }
    let forced = if forced.is_empty() { 0 } else { tables.table(&forced)? };

    let mut record = Vec::with_capacity(layout::SPLIT);
    record.extend(u16::try_from(split.units.len()).ok()?.to_le_bytes());
    record.extend(if split.experiment { layout::SPLIT_EXPERIMENT } else { 0 }.to_le_bytes());
    record.extend(units.to_le_bytes());
    put_key(split.key, &mut record);
    record.extend(u16::try_from(split.ranges.len()).ok()?.to_le_bytes());
    record.extend(steps.to_le_bytes());
    for at in [ranges, gate, layer, holdout] {
        record.extend(at.to_le_bytes());
    }
    record.extend(u16::try_from(split.forced.len()).ok()?.to_le_bytes());
    record.extend([0; 2]);
    record.extend(forced.to_le_bytes());
    record.extend([0; 4]);
    tables.table(&record)
}

/// The number of steps and where the gate stands; twice zero for a gate that stops nobody, now or later.
fn gate(split: &SplitCode, tables: &mut Tables) -> Option<(u16, u32)> {
    let Some(gate) = split.gate.as_ref().filter(|gate| gate.steps.iter().any(|step| step.cut.is_some())) else {
        return Some((0, 0));
    };
    let mut record = Vec::new();
    put_key(gate.key, &mut record);
    for step in &gate.steps {
        record.extend(step.from.to_le_bytes());
        record.extend(step.cut.unwrap_or(0).to_le_bytes());
        record.extend(u32::from(step.cut.is_none()).to_le_bytes());
    }
    Some((u16::try_from(gate.steps.len()).ok()?, tables.table(&record)?))
}

fn slice(slice: Option<&SliceCode>, tables: &mut Tables) -> Option<u32> {
    let Some(slice) = slice else { return Some(0) };
    let intervals: Vec<u8> =
        slice.intervals.iter().flat_map(|(first, last)| [first.to_le_bytes(), last.to_le_bytes()].concat()).collect();
    let intervals = tables.table(&intervals)?;
    let mut record = Vec::with_capacity(layout::SLICE);
    put_key(slice.key, &mut record);
    record.extend(intervals.to_le_bytes());
    record.extend(u16::try_from(slice.intervals.len()).ok()?.to_le_bytes());
    record.extend([0; 2]);
    tables.table(&record)
}

fn put_key(key: Key, out: &mut Vec<u8>) {
    out.extend(key.k0.to_le_bytes());
    out.extend(key.k1.to_le_bytes());
}
