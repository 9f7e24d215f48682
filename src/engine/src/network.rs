//! Addresses of the Internet Protocol and the networks they lie in. Everything is 128 bits wide: an IPv4 address is the
//! IPv6 address it is mapped to, ::ffff:a.b.c.d, so both forms of it are one.

use crate::bytes::{record, u8_at, u32_at};
use crate::layout;
use crate::reader::Reader;

/// Reads an address of either version, as the standard library does; `None` for a text that is none.
pub fn parse(text: &[u8]) -> Option<u128> {
    if let Some(address) = v4(text) {
        return Some(0xffff << 32 | u128::from(address));
    }
    v6(text)
}

/// Whether a text is an address in one of the networks of a test.
pub(crate) fn passes(bytes: &[u8], test: &[u8], value: &[u8]) -> Option<bool> {
    let Some(address) = parse(value) else { return Some(false) };
    let (table, count) = (u32_at(test, 8)?, u32_at(test, 12)?);
    // None lies inside another: only the last one that begins at the address or before it can hold it.
    let network = |index: usize| {
        let network: &[u8; layout::NETWORK] = record(bytes, table, index)?;
        Some((u128::from_be_bytes(*network.first_chunk()?), u32::from(u8_at(network, 16)?)))
    };
    let (mut low, mut high) = (0_usize, count as usize);
    while low < high {
        let middle = low + (high - low) / 2;
        if network(middle)?.0 <= address { low = middle + 1 } else { high = middle }
    }
    let Some(last) = low.checked_sub(1) else { return Some(false) };
    let (start, prefix) = network(last)?;
    Some((start ^ address).leading_zeros() >= prefix)
}

/// Four numbers of one to three digits, none with a zero before it.
#[inline(never)]
fn v4(text: &[u8]) -> Option<u32> {
    let mut rest = Reader(text);
    let (mut address, mut more) = (0_u32, true);
    for _ in 0..4 {
        let part;
        (part, more) = if more { rest.until(b'.') } else { return None };
        if part.len() > 3 || (part.len() > 1 && part.first() == Some(&b'0')) {
            return None;
        }
        address = address << 8 | number(part, 10).filter(|number| *number < 256)?;
    }
    (!more).then_some(address)
}

/// Eight groups of one to four hexadecimal digits; one run of zeros may be written `::`, and the last two groups as an
/// IPv4 address.
fn v6(text: &[u8]) -> Option<u128> {
    let mut gap = 0;
    while text.get(gap..)?.first_chunk() != Some(b"::") {
        if gap == text.len() {
            return groups(text, true).filter(|(_, many)| *many == 8).map(|(address, _)| address);
        }
        gap += 1;
    }
    let (head, before) = groups(text.get(..gap)?, false)?;
    let (tail, after) = groups(text.get(gap.checked_add(2)?..)?, true)?;
    // The gap is one group at least.
    if before + after > 7 {
        return None;
    }
    Some(if before == 0 { tail } else { head << (16 * (8 - before)) | tail })
}

/// Groups between colons, and how many they are, at most eight; none in a text without any. An IPv4 address stands at the
/// end of the whole.
#[inline(never)]
fn groups(text: &[u8], end: bool) -> Option<(u128, u32)> {
    let (mut address, mut many) = (0_u128, 0);
    let mut rest = Reader(text);
    let mut more = !text.is_empty();
    while more {
        let part;
        (part, more) = rest.until(b':');
        if many == 8 {
            return None;
        }
        (address, many) = match v4(part) {
            Some(v4) if end && !more => (address << 32 | u128::from(v4), many + 2),
            None if part.len() <= 4 => (address << 16 | u128::from(number(part, 16)?), many + 1),
            _ => return None,
        };
    }
    (many <= 8).then_some((address, many))
}

#[inline(never)]
fn number(text: &[u8], radix: u32) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    let mut number = 0;
    for byte in text {
        number = number * radix + char::from(*byte).to_digit(radix)?;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::IpAddr;

    fn reference(text: &str) -> Option<u128> {
        Some(match text.parse().ok()? {
            IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
            IpAddr::V6(address) => address.to_bits(),
        })
    }

    #[test]
    fn reads_what_the_standard_library_reads() {
        let texts = [
            "0.0.0.0",
            "255.255.255.255",
            "256.0.0.0",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1.2.3.",
            "1..2.3",
            "1.2.3.4 ",
            "0x1.2.3.4",
            "::",
            "::1",
            "1::",
            ":",
            ":::",
            "1:::2",
            "1::2::3",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7::",
            "::2:3:4:5:6:7:8",
            "1:2:3:4::5:6:7:8",
            "1::8",
            "::ffff:1.2.3.4",
            "::1.2.3.4",
            "1.2.3.4::",
            "::1.2.3.4:5",
            "1:2:3:4:5:6:1.2.3.4",
            "1:2:3:4:5:6:7:1.2.3.4",
            "1:2:3:4:5::1.2.3.4",
            "1:2:3:4:5:6::1.2.3.4",
            "fe80::1%eth0",
            "00001::",
            "abcd:EF01::",
            "g::",
            "",
            "1",
            "1:2",
            ":1",
            "1:",
            "::1:",
            ":1::",
            "1::2:",
            "[::1]",
            "::01.2.3.4",
            "1.2.3.4:1::",
            "::1:2:3:4:5:6:7",
            "::1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7:8::",
            "0:0:0:0:0:ffff:1.2.3.4",
            "::ffff:1.2.3.4.5",
        ];
        for text in texts {
            assert_eq!(parse(text.as_bytes()), reference(text), "{text:?}");
        }
    }

    #[test]
    fn reads_what_the_standard_library_reads_of_random_texts() {
        let alphabet = b"::::....0011f29a25";
        let mut state = 0x9e37_79b9_u32;
        let mut addresses = 0;
        for _ in 0..2_000_000 {
            let mut text = [0; 40];
            let mut random = || {
                state ^= state << 13;
                state ^= state >> 17;
                state ^= state << 5;
                state
            };
            let length = (random() % 24) as usize;
            for byte in &mut text[..length] {
                *byte = alphabet[random() as usize % alphabet.len()];
            }
            let text = core::str::from_utf8(&text[..length]).unwrap();
            assert_eq!(parse(text.as_bytes()), reference(text), "{text:?}");
            addresses += u32::from(reference(text).is_some());
        }
        assert!(addresses > 1000, "{addresses} of the texts are addresses");
    }
}
