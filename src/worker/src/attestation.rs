//! The server's word for an exposure: an HMAC made where the variant was decided, sent along by the browser that was shown it.
//!
//! HMAC-SHA256 under the environment's key over the parts that make an exposure's identity, cut to 128 bits and written as
//! base64url in 22 characters. It has no time in it: an exposure counts once however often it is sent, so there is nothing to
//! gain by sending it again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use hmac::{Hmac, Mac as _};
use isoflag_events::Exposure;
use sha2::Sha256;

use crate::errors::{Error, Result};
use crate::hex;
use crate::host::Host;
use crate::registry::{Ask, AttestationKey, Rotated};

/// Bytes of a tag: whoever guesses one sends 2¹²⁷ exposures on average.
const TAG: usize = 16;

/// How long an isolate believes what it learnt of the keys. A new one is known twice as long before anyone signs with it.
const BELIEVED_MS: i64 = 30_000;

thread_local! {
    /// Keys by environment, and until when they are believed.
    static KEYS: RefCell<HashMap<String, (Rc<Keys>, i64)>> = RefCell::default();
}

/// The key an environment signs with, made when it is first asked for.
pub(crate) async fn signing_key(host: &Host, environment: &str) -> Result<String> {
    let key: Option<String> = host.registry(environment, &Ask::SigningKey { fresh: fresh(host)? }).await?;
    key.ok_or_else(|| Error::internal("an environment with a key has no registry"))
}

/// Replaces the key of an environment, made up or not so far.
pub(crate) async fn rotate(host: &Host, environment: &str, grace: i64) -> Result<Rotated> {
    host.registry(environment, &Ask::RotateAttestation { fresh: fresh(host)?, grace }).await
}

fn fresh(host: &Host) -> Result<String> {
    Ok(hex::encode(&host.random::<32>()?))
}

/// What the signatures of an environment are checked by. One without keys is asked again every time: its first key signs at
/// once.
pub(crate) async fn keys(host: &Host, environment: &str) -> Result<Rc<Keys>> {
    let now = host.now();
    let known = KEYS.with_borrow(|keys| keys.get(environment).filter(|(_, until)| now < *until).cloned());
    if let Some((keys, _)) = known {
        return Ok(keys);
    }
    let stored: Option<Vec<AttestationKey>> = host.registry(environment, &Ask::AttestationKeys).await?;
    let keys = Rc::new(Keys(stored.unwrap_or_default()));
    if !keys.0.is_empty() {
        let believed = (Rc::clone(&keys), now.saturating_add(BELIEVED_MS));
        KEYS.with_borrow_mut(|keys| keys.insert(environment.to_owned(), believed));
    }
    Ok(keys)
}

/// The keys of an environment: the one in force and those it replaced.
#[derive(Debug, Default)]
pub(crate) struct Keys(Vec<AttestationKey>);

impl Keys {
    /// Whether a server signed this exposure; nothing when it did with a key whose time is up, which is as good as unsigned.
    pub(crate) fn attest(&self, environment: &str, exposure: &Exposure, tag: &str, now: i64) -> Option<bool> {
        let signed =
            |key: &&AttestationKey| hex::decode(&key.key).is_some_and(|key| holds(&key, environment, exposure, tag));
        match self.0.iter().find(signed) {
            None => Some(false),
            Some(key) => key.holds_until.is_none_or(|until| now < until).then_some(true),
        }
    }
}

/// Whether the tag was made for this exposure with this key. Takes the same time whatever differs.
fn holds(key: &[u8], environment: &str, exposure: &Exposure, tag: &str) -> bool {
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
            ..Exposure::default()
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
    fn a_key_that_was_replaced_holds_until_its_time_and_is_no_signature_after() {
        let key = |byte: u8, holds_until| AttestationKey { key: hex::encode(&[byte; 32]), signs_from: 0, holds_until };
        let attest = |keys: Vec<AttestationKey>, variant, now| {
            Keys(keys).attest("production", &exposure(variant), TAG_OF_CONTROL, now)
        };
        let replaced = || vec![key(8, None), key(7, Some(100))];
        assert_eq!(attest(vec![key(7, None)], "control", i64::MAX), Some(true));
        assert_eq!(attest(replaced(), "control", 99), Some(true));
        assert_eq!(attest(replaced(), "control", 100), None);
        assert_eq!(attest(replaced(), "treatment", 100), Some(false), "made up is made up");
        assert_eq!(attest(vec![key(8, None)], "control", 0), Some(false));
        assert_eq!(attest(vec![], "control", 0), Some(false));
    }

    #[test]
    fn base64url_is_read() {
        assert_eq!(base64url("_-8").unwrap(), [0xff, 0xef]);
        assert_eq!(base64url("").unwrap(), [0_u8; 0]);
        assert_eq!((base64url("+/8"), base64url("AA==")), (None, None));
    }
}
