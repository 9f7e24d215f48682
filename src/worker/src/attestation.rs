//! The server's word for an exposure: an HMAC made where the variant was decided, sent along by the browser that was shown it.
//!
//! HMAC-SHA256 under the environment's key over the parts that make an exposure's identity, cut to 128 bits and written as
//! base64url in 22 characters. It has no time in it: an exposure counts once however often it is sent, so there is nothing to
//! gain by sending it again.

use std::cell::RefCell;
use std::collections::HashMap;

use hmac::{Hmac, Mac as _};
use isoflag_events::Exposure;
use sha2::Sha256;

use crate::errors::{Error, Result};
use crate::hex;
use crate::host::Host;
use crate::registry::Ask;

/// Bytes of a tag: whoever guesses one sends 2¹²⁷ exposures on average.
const TAG: usize = 16;

thread_local! {
    /// Keys by environment. One is made once and stays.
    static KEYS: RefCell<HashMap<String, Vec<u8>>> = RefCell::default();
}

/// The key of an environment, made when it is first asked for by whoever signs.
pub(crate) async fn make_key(host: &Host, environment: &str) -> Result<String> {
    let fresh = hex::encode(&host.random::<32>()?);
    let key: Option<String> = host.registry(environment, &Ask::AttestationKey { fresh: Some(fresh) }).await?;
    key.ok_or_else(|| Error::internal("an environment with a key has no registry"))
}

/// The key of an environment, if it has one.
pub(crate) async fn key(host: &Host, environment: &str) -> Result<Option<Vec<u8>>> {
    if let Some(key) = KEYS.with_borrow(|keys| keys.get(environment).cloned()) {
        return Ok(Some(key));
    }
    let key: Option<String> = host.registry(environment, &Ask::AttestationKey { fresh: None }).await?;
    let Some(key) = key.as_deref().and_then(hex::decode) else { return Ok(None) };
    KEYS.with_borrow_mut(|keys| keys.insert(environment.to_owned(), key.clone()));
    Ok(Some(key))
}

/// Whether the tag was made for this exposure with this key. Takes the same time whatever differs.
pub(crate) fn holds(key: &[u8], environment: &str, exposure: &Exposure, tag: &str) -> bool {
    let (Ok(mut mac), Some(tag)) = (Hmac::<Sha256>::new_from_slice(key), base64url(tag)) else { return false };
    mac.update(&exposure.identifying_bytes(environment));
    // A shorter tag is compared as far as it goes: one of no bytes would always hold.
    tag.len() == TAG && mac.verify_truncated_left(&tag).is_ok()
}

/// Reads base64url without padding; nothing for anything else.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::with_capacity(TAG), 0_u32, 0_u32);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        held = ((held << 6) | u32::from(value)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((held >> bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposure(variant: &str) -> Exposure {
        Exposure {
            experiment: "checkout".to_owned(),
            run: "1a2b3c4d".to_owned(),
            unit_type: "visitorId".to_owned(),
            unit: "Zoë".to_owned(),
            variant: variant.to_owned(),
            at: 0,
            program: None,
            imported: false,
            overridden: false,
            attestation: None,
        }
    }

    // Made by Node's crypto: createHmac('sha256', Buffer.alloc(32, 7)) over the six parts, each behind its length as u32le,
    // digest cut to 16 bytes, base64url.
    const TAG_OF_CONTROL: &str = "bDS6oAnGmyrzh3qPcJIK-Q";

    #[test]
    fn a_tag_holds_for_what_it_was_made_for_and_nothing_else() {
        let key = [7; 32];
        assert!(holds(&key, "production", &exposure("control"), TAG_OF_CONTROL));
        assert!(!holds(&key, "staging", &exposure("control"), TAG_OF_CONTROL));
        assert!(!holds(&key, "production", &exposure("treatment"), TAG_OF_CONTROL));
        assert!(!holds(&[8; 32], "production", &exposure("control"), TAG_OF_CONTROL));
        for tag in
            ["", "A", TAG_OF_CONTROL.get(..21).unwrap(), &format!("{TAG_OF_CONTROL}AA"), "!!!!!!!!!!!!!!!!!!!!!!"]
        {
            assert!(!holds(&key, "production", &exposure("control"), tag), "{tag}");
        }
    }

    #[test]
    fn base64url_is_read() {
        assert_eq!(base64url("_-8").unwrap(), [0xff, 0xef]);
        assert_eq!(base64url("").unwrap(), [0_u8; 0]);
        assert_eq!((base64url("+/8"), base64url("AA==")), (None, None));
    }
}
