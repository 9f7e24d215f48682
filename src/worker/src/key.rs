//! Keys: `iso_<role>_<environment>_<secret>`. The environment says whom to ask; the role counts as the registry has it.

use serde::{Deserialize, Serialize};

use crate::hex;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// Stands in web pages: reads the program and writes events, nothing else.
    Client,
    /// Stands on servers: also reads reports, and may import.
    Server,
    /// Stands with people and their pipelines: also publishes.
    Admin,
}

impl Role {
    const ALL: [Role; 3] = [Role::Client, Role::Server, Role::Admin];

    pub(crate) fn named(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Role::Client => "client",
            Role::Server => "server",
            Role::Admin => "admin",
        }
    }
}

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET: usize = 32;

/// A key as sent. Deliberately neither printable nor serializable: only its hash leaves this type.
pub(crate) struct Key {
    pub(crate) environment: String,
    pub(crate) hash: String,
}

impl Key {
    /// Reads a key; nothing when it cannot be one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('_');
        let (iso, role, environment, secret) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let known = iso == "iso" && Role::named(role).is_some() && is_environment(environment);
        let secret = secret.len() == SECRET && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (known && secret && parts.next().is_none())
            .then(|| Key { environment: environment.to_owned(), hash: hex::sha256(text.as_bytes()) })
    }
}

/// Writes a new key out of random bytes; nothing when too many of them had to be thrown away.
///
/// Bytes of 248 and above are: 256 is not a multiple of 62, and the first letters would come up more often.
pub(crate) fn write(role: Role, environment: &str, random: &[u8]) -> Option<String> {
    let secret: String = random
        .iter()
        .filter(|byte| **byte < 248)
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 62)))
        .take(SECRET)
        .map(|byte| char::from(*byte))
        .collect();
    (secret.len() == SECRET).then(|| format!("iso_{}_{environment}_{secret}", role.name()))
}

/// Environments are named in keys and in the names of Durable Objects: short, plain, no underscore.
pub(crate) fn is_environment(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && text.starts_with(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let random: Vec<u8> = (0..=255).rev().collect();
        let text = write(Role::Server, "production", &random).unwrap();
        assert_eq!(text.len(), "iso_server_production_".len() + SECRET);
        let key = Key::read(&text).unwrap();
        assert_eq!((key.environment.as_str(), key.hash.len()), ("production", 64));
        assert_eq!(write(Role::Server, "production", &[255; 64]), None);
    }

    #[test]
    fn what_is_no_key_is_not_read() {
        let secret = "a".repeat(SECRET);
        for (text, read) in [
            (format!("iso_client_production_{secret}"), true),
            (format!("iso_client_eu-2_{secret}"), true),
            (format!("iso_owner_production_{secret}"), false),
            (format!("iso_client_Production_{secret}"), false),
            (format!("iso_client__{secret}"), false),
            (format!("iso_client_production_{secret}a"), false),
            (format!("iso_client_production_{secret}_"), false),
            (format!("api_client_production_{secret}"), false),
            (String::new(), false),
        ] {
            assert_eq!(Key::read(&text).is_some(), read, "{text}");
        }
    }
}
