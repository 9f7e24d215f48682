//! Undoing the `content-encoding` of a body.
//!
//! Why not the runtime's own `DecompressionStream`? It inflates every chunk it is given to the end before anyone can say
//! stop, and a chunk of zeros becomes a thousand times its size. Here the output is asked for piece by piece, so what is
//! held at any time is the body as sent, a window of 32 KiB, and no more of the plain text than was agreed.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::errors::{Error, Result};

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Identity,
    Gzip,
    Deflate,
}

impl Encoding {
    /// Reads the header. One layer at most: nobody honest packs a batch twice.
    pub(crate) fn read(header: Option<&str>) -> Result<Self> {
        let name = header.map(|text| text.trim().to_ascii_lowercase()).unwrap_or_default();
        match name.as_str() {
            "" | "identity" => Ok(Encoding::Identity),
            "gzip" | "x-gzip" => Ok(Encoding::Gzip),
            "deflate" => Ok(Encoding::Deflate),
            _ => Err(Error::Unsupported(
                "this content-encoding is not read; send `gzip`, `deflate` or plain JSON".into(),
            )),
        }
    }

    /// Unpacks a body, refusing to hold more than `limit` bytes of what is inside.
    pub(crate) fn unpack(self, body: Vec<u8>, limit: usize) -> Result<Vec<u8>> {
        match self {
            Encoding::Identity => Ok(body),
            Encoding::Gzip => read(MultiGzDecoder::new(body.as_slice()), "gzip", limit),
            // RFC 9110: `deflate` is the zlib format around it.
            Encoding::Deflate => read(ZlibDecoder::new(body.as_slice()), "zlib, as `deflate` means it", limit),
        }
    }
}

fn read(decoder: impl Read, format: &str, limit: usize) -> Result<Vec<u8>> {
    let mut plain = Vec::new();
    // One byte more than allowed tells what fits from what does not.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder
        .take(most)
        .read_to_end(&mut plain)
        .map_err(|_| Error::bad(format!("the body is not {format}, or broke off; send it again")))?;
    if plain.len() > limit {
        return Err(Error::TooLarge(format!("the body unpacks to more than {limit} bytes; send it in smaller parts")));
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_was_packed_is_unpacked() {
        let plain = b"{\"events\":[]}".repeat(100);
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&plain).unwrap();
        for (header, body) in [
            (None, plain.clone()),
            (Some("identity"), plain.clone()),
            (Some("GZip"), gzip(&plain)),
            (Some("gzip"), [gzip(&plain[..700]), gzip(&plain[700..])].concat()),
            (Some("deflate"), zlib.finish().unwrap()),
        ] {
            assert_eq!(Encoding::read(header).unwrap().unpack(body, 2000).unwrap(), plain, "{header:?}");
        }
    }

    #[test]
    fn a_bomb_is_put_down_at_the_limit() {
        let bomb = gzip(&vec![0; 8 << 20]);
        assert!(bomb.len() < 10_000);
        assert!(matches!(Encoding::Gzip.unpack(bomb, 1000), Err(Error::TooLarge(_))));
        assert_eq!(Encoding::Gzip.unpack(gzip(&[7; 1000]), 1000).unwrap().len(), 1000);
        assert!(matches!(Encoding::Gzip.unpack(gzip(&[7; 1001]), 1000), Err(Error::TooLarge(_))));
    }

    #[test]
    fn what_cannot_be_unpacked_is_refused() {
        let good = gzip(b"{\"events\":[]}");
        let mut flipped = good.clone();
        let at = flipped.len() - 6;
        flipped[at] ^= 1; // the check sum
        for body in [Vec::new(), good[..good.len() - 1].to_vec(), flipped, b"plain".to_vec()] {
            assert!(matches!(Encoding::Gzip.unpack(body, 1000), Err(Error::BadRequest { .. })));
        }
        assert!(matches!(Encoding::Deflate.unpack(good, 1000), Err(Error::BadRequest { .. })));
        for header in ["br", "zstd", "gzip, gzip", "gzip,deflate"] {
            assert!(matches!(Encoding::read(Some(header)), Err(Error::Unsupported(_))), "{header}");
        }
    }
}
