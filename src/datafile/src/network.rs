use isoflag_engine::network;

/// A network as an address of 128 bits and the length of its prefix, of 128: `10.0.0.0/8`, `2001:db8::/32`, or an address
/// alone. The address is read as the engine reads it in a context: IPv4 lies where IPv6 maps it.
pub(crate) fn network(text: &str) -> Option<(u128, u8)> {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let bits = network::parse(address.as_bytes())?;
    // The prefix counts the bits of the form that was written.
    let width = if address.contains(':') { 128 } else { 32 };
    let is_number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    let length = match prefix {
        None => width,
        Some(prefix) => prefix.parse::<u8>().ok().filter(|length| is_number(prefix) && *length <= width)?,
    };
    Some((bits, 128 - width + length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read() {
        assert_eq!(network("10.0.0.0/8"), Some((0xffff_0a00_0000, 104)));
        assert_eq!(network("10.1.2.3"), Some((0xffff_0a01_0203, 128)));
        assert_eq!(network("::ffff:10.1.2.3"), network("10.1.2.3"));
        assert_eq!(network("::ffff:10.0.0.0/104"), network("10.0.0.0/8"));
        assert_eq!(network("0.0.0.0/0"), Some((0xffff_0000_0000, 96)));
        assert_eq!(network("2001:db8::/32"), Some((0x2001_0db8 << 96, 32)));
        assert_eq!(network("::/0"), Some((0, 0)));
        let bad =
            ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0/8", "010.0.0.1", "::/129", ":::", "10.0.0.0/+8"];
        for text in bad {
            assert_eq!(network(text), None, "{text}");
        }
    }
}
