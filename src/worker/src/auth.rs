//! Who is asking, and whether they may.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use crate::errors::{Error, Result};
use crate::hex;
use crate::host::Host;
use crate::http::Request;
use crate::key::{Key, Role};
use crate::ledger::Ledger;
use crate::limiter::{self, Leases, Rate, Step};
use crate::origin;
use crate::registry::{Ask, DIRECTORY, Holder};
use crate::strangers::Strangers;

/// How long an isolate believes the registry's answer about a key. A revoked key works this much longer at most.
const BELIEVED_MS: i64 = 30_000;
/// More keys than anyone has; reached only by an attack, which then costs a question to the registry.
const KEPT: usize = 10_000;

/// A key that was checked.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) ledger: Ledger,
    pub(crate) role: Role,
    /// Which key, for the audit log.
    pub(crate) key: String,
    /// The pages a client key may be used from; none named is any.
    origins: Option<Vec<String>>,
}

#[derive(Default)]
struct Memory {
    /// Environments that exist; they never cease to.
    environments: HashSet<String>,
    /// Keys that were good, and until when that is believed.
    known: HashMap<String, (Grant, i64)>,
    leases: Leases,
    strangers: Strangers,
}

impl Memory {
    /// Whether the registry may be asked about a key. One that was good when last asked about is looked up whatever strangers do; there
    /// are no more of these than keys.
    fn may_ask(&self, hash: &str, now: i64) -> Result<()> {
        if self.strangers.knows(hash, now) {
            Err(nobody())
        } else if self.known.contains_key(hash) || self.strangers.may_ask(now) {
            Ok(())
        } else {
            Err(Error::TooMany { seconds: 1 })
        }
    }

    /// Notes that nobody has this key, or no longer.
    fn disown(&mut self, hash: &str, now: i64) {
        self.known.remove(hash);
        self.strangers.note(hash, now);
    }

    /// Believes nobody any longer. Who they were stays known.
    fn doubt(&mut self) {
        self.known.values_mut().for_each(|(_, until)| *until = 0);
    }
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

/// Says who asks, if they may do what only `roles` may.
pub(crate) async fn grant(host: &Host, request: &Request, roles: &[Role]) -> Result<Grant> {
    let (text, in_url) = sent(request)?;
    let key = Key::read(text)
        .ok_or_else(|| Error::Unauthorized("this is not a key; keys look like `iso_client_…`".into()))?;
    let now = host.now();
    let remembered =
        MEMORY.with_borrow(|memory| memory.known.get(&key.hash).filter(|(_, until)| now < *until).cloned());
    let grant = match remembered {
        Some((grant, _)) => grant,
        None => ask(host, key.environment, &key.hash, now).await?,
    };
    if in_url && grant.role != Role::Client {
        return Err(Error::Unauthorized(
            "only a client key may stand in the URL; send this one as `Authorization: Bearer`".into(),
        ));
    }
    if let Some(origins) = &grant.origins {
        origin::admit(origins, request)?;
    }
    limit(host, &grant, now).await?;
    if !roles.contains(&grant.role) {
        let may = roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(" or ");
        return Err(Error::Forbidden(format!("{} keys may not do this, {may} keys may", grant.role.name())));
    }
    Ok(grant)
}

/// Lets the holder of the root key pass, whose hash the operator sets.
pub(crate) fn root(host: &Host, request: &Request) -> Result<()> {
    let (text, in_url) = sent(request)?;
    let expected = host
        .setting("ISOFLAG_ROOT_KEY_SHA256")
        .ok_or_else(|| Error::Unauthorized("no root key is set; bind ISOFLAG_ROOT_KEY_SHA256".into()))?;
    if in_url || !hex::same(&hex::sha256(text.as_bytes()), &expected.trim().to_ascii_lowercase()) {
        return Err(Error::Unauthorized("this takes the root key, as `Authorization: Bearer`".into()));
    }
    Ok(())
}

fn sent(request: &Request) -> Result<(&str, bool)> {
    // Browsers add `Basic` to every request to a site behind a password, beacons under its path too: that one is the site's.
    let bearer = request
        .header("authorization")
        .and_then(|header| header.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match (bearer, request.query("key")) {
        (Some((_, key)), _) => Ok((key.trim(), false)),
        (None, Some(key)) => Ok((key, true)),
        (None, None) => {
            Err(Error::Unauthorized("no key; send `Authorization: Bearer KEY`, or `?key=` with a client key".into()))
        }
    }
}

async fn ask(host: &Host, environment: String, hash: &str, now: i64) -> Result<Grant> {
    MEMORY.with_borrow(|memory| memory.may_ask(hash, now))?;
    let unknown = || {
        MEMORY.with_borrow_mut(|memory| memory.disown(hash, now));
        nobody()
    };
    if !MEMORY.with_borrow(|memory| memory.environments.contains(&environment)) {
        let known: Option<bool> = host.registry(DIRECTORY, &Ask::Known { environment: environment.clone() }).await?;
        if known != Some(true) {
            return Err(unknown());
        }
        MEMORY.with_borrow_mut(|memory| memory.environments.insert(environment.clone()));
    }
    let holder: Option<Holder> = host.registry(&environment, &Ask::Holder { hash: hash.to_owned() }).await?;
    let Holder { id, role, ledger, origins } = holder.ok_or_else(unknown)?;
    let grant = Grant { ledger: Ledger::of(&environment, ledger), role, key: id, origins };
    MEMORY.with_borrow_mut(|memory| {
        if memory.known.len() >= KEPT {
            memory.known.clear();
        }
        memory.known.insert(hash.to_owned(), (grant.clone(), now + BELIEVED_MS));
    });
    Ok(grant)
}

/// Has everybody asked about anew: the ledger they were told of is no longer the one.
pub(crate) fn forget() {
    MEMORY.with_borrow_mut(Memory::doubt);
}

fn nobody() -> Error {
    Error::Unauthorized("this key is unknown or was revoked".into())
}

/// Spends a token of the key.
async fn limit(host: &Host, grant: &Grant, now: i64) -> Result<()> {
    let name = format!("{}/{}", grant.ledger.environment, grant.key);
    let rate = rate(host);
    let refused = |seconds| Error::TooMany { seconds };
    match MEMORY.with_borrow_mut(|memory| memory.leases.step(&name, rate, now)) {
        Step::Pass => Ok(()),
        Step::Refuse(seconds) => Err(refused(seconds)),
        Step::Ask { want, unspent } => {
            let granted = host.limiter(&name, &limiter::Ask { want, unspent, rate }).await?;
            MEMORY.with_borrow_mut(|memory| memory.leases.fill(&name, want, granted, host.now())).map_err(refused)
        }
    }
}

fn rate(host: &Host) -> Rate {
    let number = |name: &str, default: f64| {
        host.setting(name)
            .and_then(|text| text.trim().parse().ok())
            .filter(|value: &f64| *value > 0.0)
            .unwrap_or(default)
    };
    // One client key serves every visitor of a site, so the default is what a shop on a good day sends.
    Rate { per_second: number("ISOFLAG_RATE_PER_SECOND", 500.0), burst: number("ISOFLAG_RATE_BURST", 2000.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_strangers_keeps_no_key_waiting_that_was_good() {
        let mut memory = Memory::default();
        let grant = Grant {
            ledger: Ledger { environment: "e".into(), shards: 4, generation: 0 },
            role: Role::Client,
            key: "k".into(),
            origins: None,
        };
        for key in ["good", "revoked"] {
            memory.known.insert(key.to_owned(), (grant.clone(), BELIEVED_MS));
        }
        let now = 2 * BELIEVED_MS;
        memory.doubt();
        for number in 0..1000 {
            memory.strangers.note(&number.to_string(), now);
        }
        assert!(matches!(memory.may_ask("new", now), Err(Error::TooMany { .. })));
        assert!(matches!(memory.may_ask("7", now), Err(Error::Unauthorized(_))));
        assert!(memory.may_ask("good", now).is_ok());
        // One that is good no longer is a stranger like any other.
        assert!(memory.may_ask("revoked", now).is_ok());
        memory.disown("revoked", now);
        assert!(matches!(memory.may_ask("revoked", now), Err(Error::Unauthorized(_))));
        memory.strangers = Strangers::default();
        for number in 0..1000 {
            memory.strangers.note(&number.to_string(), now);
        }
        assert!(matches!(memory.may_ask("revoked", now), Err(Error::TooMany { .. })));
    }
}
