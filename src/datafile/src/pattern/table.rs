use super::minimise::{Machine, SYMBOLS};

/// Lays a machine out as the engine reads it. `None` when its numbers do not fit 16 bits.
pub(super) fn table(machine: Machine) -> Option<Vec<u8>> {
    let number = |number: usize| u16::try_from(number).ok();
    let mut bytes = Vec::new();
    for word in [number(machine.next.len())?, number(machine.class_count)?, number(machine.start as usize)?, 1] {
        bytes.extend(word.to_le_bytes());
    }
    for class in machine.classes.iter().take(SYMBOLS - 1) {
        bytes.push(u8::try_from(*class).ok()?);
    }
    for to in machine.next.iter().flatten() {
        bytes.extend(number(*to as usize)?.to_le_bytes());
    }
    Some(bytes)
}
