//! The address of a PostgreSQL, with what of it cannot be had here.

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, SslNegotiation};

const FORM: &str =
    "the address is not one of postgresql; write postgres://user:password@host:5432/database?sslmode=require";

/// Reads an address. Whatever is wrong with it is said without any part of it, for it has the password.
///
/// The runtime checks a certificate always and against its own authorities, so there is no encryption without a check:
/// `require`, `verify-ca` and `verify-full` are the same, and `prefer` takes TLS where it is spoken.
pub(super) fn read(url: &str) -> Result<Config, &'static str> {
    let (base, parameters) = match url.rsplit_once('?') {
        Some((base, parameters)) if url.starts_with("postgres") => (base, parameters),
        _ => (url, ""),
    };
    let mut mode = None;
    let mut kept = Vec::new();
    for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter.split_once('=') {
            Some(("sslmode", "require" | "verify-ca" | "verify-full")) => mode = Some(SslMode::Require),
            Some(("sslmode", "prefer")) => mode = Some(SslMode::Prefer),
            Some(("sslmode", "disable")) => mode = Some(SslMode::Disable),
            Some(("sslmode", _)) => {
                return Err(
                    "the sslmode in the address of postgresql is not one of disable, prefer, require and verify-full",
                );
            }
            Some(("channel_binding", "require")) => {
                return Err("the address of postgresql asks for channel binding, which this runtime does not have; \
                            take channel_binding=require out of it");
            }
            Some(("sslrootcert", "system")) => {}
            Some(("sslrootcert" | "sslcert" | "sslkey" | "sslcrl" | "sslpassword", _)) => {
                return Err("the address of postgresql names files of certificates, which this runtime cannot read; \
                            take sslrootcert, sslcert and sslkey out of it (its own authorities are trusted)");
            }
            _ => kept.push(parameter),
        }
    }
    let separator = if kept.is_empty() { "" } else { "?" };
    let mut config: Config = format!("{base}{separator}{}", kept.join("&")).parse().map_err(|_| FORM)?;
    if let Some(mode) = mode {
        config.ssl_mode(mode);
    }
    // The other kind needs a word in the handshake that this runtime does not say.
    config.ssl_negotiation(SslNegotiation::Postgres);
    Ok(config)
}

/// The host and port of it.
pub(super) fn endpoint(config: &Config) -> Option<(String, u16)> {
    let host = match config.get_hosts().first()? {
        Host::Tcp(name) => name.clone(),
        // There only where the crate is tested natively; the runtime has no such sockets.
        #[cfg(unix)]
        Host::Unix(_) => return None,
    };
    Some((host, config.get_ports().first().copied().unwrap_or(5432)))
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::ChannelBinding;

    use super::*;

    const BASE: &str = "postgres://ada:s3cret@db.example:6432/facts";

    #[test]
    fn every_way_to_ask_for_a_checked_certificate_is_one() {
        for (parameters, mode) in [
            ("", SslMode::Prefer),
            ("?sslmode=prefer", SslMode::Prefer),
            ("?sslmode=disable", SslMode::Disable),
            ("?sslmode=require", SslMode::Require),
            ("?sslmode=verify-ca", SslMode::Require),
            ("?sslmode=verify-full", SslMode::Require),
            ("?sslmode=verify-full&sslrootcert=system&application_name=isoflag", SslMode::Require),
            ("?application_name=isoflag&sslnegotiation=direct&sslmode=require", SslMode::Require),
        ] {
            let config = read(&format!("{BASE}{parameters}")).unwrap();
            assert_eq!(config.get_ssl_mode(), mode, "{parameters}");
            assert_eq!(config.get_ssl_negotiation(), SslNegotiation::Postgres);
            assert_eq!(config.get_channel_binding(), ChannelBinding::Prefer);
            assert_eq!(endpoint(&config), Some(("db.example".into(), 6432)));
            let named = parameters.contains("application_name").then_some("isoflag");
            assert_eq!(config.get_application_name(), named, "{parameters}");
            assert_eq!(config.get_password(), Some(b"s3cret".as_slice()));
        }
        let config = read("postgresql://ada:what?@db.example/facts").unwrap();
        assert_eq!(
            (config.get_password(), endpoint(&config)),
            (Some(b"what?".as_slice()), Some(("db.example".into(), 5432)))
        );
        assert_eq!(read("host=db.example user=ada sslmode=require").unwrap().get_ssl_mode(), SslMode::Require);
    }

    #[test]
    fn what_cannot_be_had_is_refused_and_no_part_of_the_address_is_said() {
        for (parameters, why) in [
            ("?sslmode=allow", "disable, prefer, require and verify-full"),
            ("?sslmode=s3cret", "disable, prefer, require and verify-full"),
            ("?channel_binding=require", "channel_binding"),
            ("?sslrootcert=/etc/s3cret.pem", "sslrootcert"),
            ("?sslmode=require&sslcert=a&sslkey=s3cret", "sslcert"),
            ("?s3cret=1", "postgres://user:password@host:5432/database?sslmode=require"),
        ] {
            let refused = read(&format!("{BASE}{parameters}")).unwrap_err();
            assert!(refused.contains(why) && !refused.contains("s3cret"), "{parameters}: {refused}");
        }
        assert_eq!(read("mysql://ada:s3cret@db.example/facts").unwrap_err(), FORM);
    }
}
