use super::code::{Operand, Test, Version};
use super::fold::Folder;
use super::tables::Tables;
use isoflag_engine::layout::op;

/// Writes a test.
pub(crate) fn test(test: &Test, tables: &mut Tables, folder: &mut Folder, out: &mut Vec<u8>) -> Option<()> {
    out.extend([test.op, 0]);
    out.extend(test.attribute.to_le_bytes());
    out.extend(test.on_true.to_le_bytes());
    out.extend(test.on_false.to_le_bytes());
    let folds = matches!(test.op, op::FOLD_EQUALS..=op::FOLD_INCLUDES);
    let Some(shared) = address(&test.operand) else { return operand(test, folds, tables, folder, out) };
    if let Some(written) = tables.shared.get(&(shared, folds)) {
        out.extend(written);
        return Some(());
    }
    let start = out.len();
    operand(test, folds, tables, folder, out)?;
    let written = out.get(start..)?.try_into().ok()?;
    tables.shared.insert((shared, folds), written);
    Some(())
}

/// Where a shared operand lies. The program being written keeps it there, so it is known again by that alone.
fn address(operand: &Operand) -> Option<usize> {
    Some(match operand {
        Operand::Texts(texts) => texts.as_ptr().addr(),
        Operand::Numbers(numbers) => numbers.as_ptr().addr(),
        Operand::Networks(networks) => networks.as_ptr().addr(),
        Operand::Dfa(dfa) => dfa.as_ptr().addr(),
        _ => return None,
    })
}

fn operand(test: &Test, folds: bool, tables: &mut Tables, folder: &mut Folder, out: &mut Vec<u8>) -> Option<()> {
    match &test.operand {
        Operand::None => out.extend([0; 8]),
        Operand::Number(number) => out.extend(number.to_le_bytes()),
        Operand::Time(time) => out.extend(time.to_le_bytes()),
        Operand::Text(text) => {
            let text = if folds { folder.fold(text) } else { text.clone() };
            if matches!(test.op, op::INCLUDES | op::FOLD_INCLUDES) {
                needle(&text, tables, out)?;
            } else {
                tables.text(&text, out)?;
            }
        }
        Operand::Texts(texts) if folds => {
            let mut texts: Vec<String> = texts.iter().map(|text| folder.fold(text)).collect();
            texts.sort();
            texts.dedup();
            text_table(texts.iter().map(String::as_str), tables, out)?;
        }
        Operand::Texts(texts) => text_set(texts, tables, out)?,
        Operand::Numbers(numbers) => {
            // Adding zero turns -0 into 0, which is the same number but not the same bytes.
            let mut numbers: Vec<f64> = numbers.iter().map(|number| number + 0.0).collect();
            numbers.sort_by(f64::total_cmp);
            numbers.dedup();
            let set: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
            tables.set(&set, numbers.len(), out)?;
        }
        Operand::Version(written) => version(written, tables, out)?,
        Operand::Networks(written) => networks(written, tables, out)?,
        Operand::Dfa(dfa) => tables.set(dfa, dfa.len(), out)?,
        Operand::Flag(flag, variant) => {
            out.extend(flag.to_le_bytes());
            out.extend(variant.to_le_bytes());
            out.extend([0; 2]);
        }
    }
    Some(())
}

/// Writes a set of texts, sorted by length first, so that most comparisons end before a byte is read.
pub(crate) fn text_set(texts: &[String], tables: &mut Tables, out: &mut Vec<u8>) -> Option<()> {
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    texts.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    texts.dedup();
    text_table(texts.into_iter(), tables, out)
}

fn text_table<'a>(texts: impl Iterator<Item = &'a str>, tables: &mut Tables, out: &mut Vec<u8>) -> Option<()> {
    let (mut set, mut count) = (Vec::new(), 0);
    for text in texts {
        tables.text(text, &mut set)?;
        count += 1;
    }
    tables.set(&set, count, out)
}

/// A text to search for, with the failure function that lets the search never look back.
fn needle(text: &str, tables: &mut Tables, out: &mut Vec<u8>) -> Option<()> {
    let bytes = text.as_bytes();
    let mut borders: Vec<u32> = Vec::with_capacity(bytes.len());
    let mut border = 0_usize;
    for (index, byte) in bytes.iter().enumerate() {
        if index > 0 {
            while border > 0 && bytes.get(border) != Some(byte) {
                border = *borders.get(border - 1)? as usize;
            }
            border += usize::from(bytes.get(border) == Some(byte));
        }
        borders.push(u32::try_from(border).ok()?);
    }
    let failure: Vec<u8> = borders.iter().flat_map(|border| border.to_le_bytes()).collect();
    let failure = tables.table(&failure)?;
    let mut record = Vec::new();
    tables.text(text, &mut record)?;
    record.extend(failure.to_le_bytes());
    out.extend(tables.table(&record)?.to_le_bytes());
    out.extend([0; 4]);
    Some(())
}

fn version(version: &Version, tables: &mut Tables, out: &mut Vec<u8>) -> Option<()> {
    let mut record = Vec::new();
    for number in [version.major, version.minor, version.patch] {
        record.extend(number.to_le_bytes());
    }
    tables.text(&version.pre_release, &mut record)?;
    out.extend(tables.table(&record)?.to_le_bytes());
    out.extend([0; 4]);
    Some(())
}

/// Networks in ascending order. Of two networks one lies in the other or they have nothing in common, so once the inner
/// ones are gone the one that begins last before an address is the only one that can hold it.
fn networks(written: &[(u128, u8)], tables: &mut Tables, out: &mut Vec<u8>) -> Option<()> {
    let mask = |prefix: u8| u128::MAX.checked_shl(128_u32.saturating_sub(prefix.into())).unwrap_or(0);
    let mut networks: Vec<(u128, u8)> =
        written.iter().map(|(address, prefix)| (address & mask(*prefix), *prefix)).collect();
    networks.sort_unstable();
    let (mut set, mut count) = (Vec::new(), 0);
    let mut outer: Option<(u128, u8)> = None;
    for (address, prefix) in networks {
        if outer.is_some_and(|(start, length)| address & mask(length) == start) {
            continue;
        }
        outer = Some((address, prefix));
        set.extend(address.to_be_bytes());
        set.extend([prefix, 0, 0, 0]);
        count += 1;
    }
    tables.set(&set, count, out)
}
