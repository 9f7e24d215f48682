//! A connection to PostgreSQL over the runtime's own socket.

mod address;
mod tls;

use std::error::Error as _;
use std::pin::pin;

use futures_util::FutureExt as _;
use futures_util::future::{Either, LocalBoxFuture, Shared, select};
use tokio_postgres::config::SslMode;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, SimpleQueryMessage};
use worker::{SecureTransport, Socket};

use tls::{HandshakeFailed, StartTls};

/// An open connection. It is driven only while something is asked, which is all the time there is anything to drive, and by whoever
/// asks: several statements may be on their way at a time, and the database answers them in turn.
pub(crate) struct Connected {
    client: Client,
    driver: Driver,
}

/// Shared, for then it wakes everyone who waits and not just who was the last to look.
type Driver = Shared<LocalBoxFuture<'static, Result<(), DbError>>>;

/// What went wrong, without any value, address or secret.
#[derive(Debug, Clone)]
pub(crate) struct DbError {
    /// The SQLSTATE, when it was the database that said so.
    pub(crate) code: Option<String>,
    pub(crate) message: String,
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            // Not its detail: that may quote a value.
            Some(said) => DbError { code: Some(said.code().code().to_owned()), message: said.message().to_owned() },
            None => other("the connection to postgresql broke"),
        }
    }
}

fn other(message: &str) -> DbError {
    DbError { code: None, message: message.to_owned() }
}

/// Connects to where the URL says, or to another address that stands for it.
pub(super) async fn connect(url: &str, stand_in: Option<(String, u16)>) -> Result<Connected, DbError> {
    let mut config = address::read(url).map_err(other)?;
    let (host, port) = match stand_in {
        Some(proxy) => {
            // A proxy of the platform is inside of it, and speaks TLS to the other side.
            config.ssl_mode(SslMode::Disable);
            proxy
        }
        None => address::endpoint(&config).ok_or_else(|| other("the address of postgresql names no host"))?,
    };
    let transport = match config.get_ssl_mode() {
        SslMode::Disable => SecureTransport::Off,
        // What is not secured yet may also stay so.
        _ => SecureTransport::StartTls,
    };
    let socket = Socket::builder().secure_transport(transport).connect(host, port).map_err(|_| other(UNREACHABLE))?;
    let (client, connection) = config.connect_raw(socket, StartTls).await.map_err(|error| refusal(&error))?;
    let driver = async { connection.await.map_err(DbError::from) }.boxed_local().shared();
    Ok(Connected { client, driver })
}

const UNREACHABLE: &str = "postgresql cannot be reached";
/// Where the server answered that it has no TLS.
const NO_TLS: &str = "postgresql does not speak TLS, which the address asks for; turn it on there, or write sslmode=disable if nobody else \
                      can listen in";
/// Also where `prefer` would do without: whoever can spoil a handshake must not get the password for it.
const HANDSHAKE: &str = "the TLS handshake with postgresql failed; its certificate has to be in force, for the host of the address, and by \
                         an authority the runtime trusts (the runtime's log says which it is)";
const AUTHENTICATION: &str =
    "postgresql asks for a password in a way this client does not have, or the address has no password";

/// Why a connection did not come about.
fn refusal(error: &tokio_postgres::Error) -> DbError {
    let source = error.source();
    let Some(said) = error.as_db_error() else {
        return other(match source {
            Some(source) if source.is::<HandshakeFailed>() => HANDSHAKE,
            Some(source) if source.is::<std::io::Error>() => UNREACHABLE,
            Some(source) if source.to_string() == "server does not support TLS" => NO_TLS,
            Some(_) => AUTHENTICATION,
            None => UNREACHABLE,
        });
    };
    // What the server says here names the user, the database and our own address.
    let message = match said.code().code() {
        "28P01" => "the user or the password of the address is wrong",
        "28000" if said.message().contains("no encryption") => {
            "it takes nobody without encryption; write sslmode=require in the address"
        }
        "28000" => "it does not take this user from here; see its pg_hba.conf",
        _ => said.message(),
    };
    DbError { code: Some(said.code().code().to_owned()), message: message.to_owned() }
}

impl Connected {
    /// Runs one statement with text parameters, in one round trip; answers the first column of its first row, if that is text.
    pub(crate) async fn query(&self, statement: &str, values: &[&str]) -> Result<Option<String>, DbError> {
        let values: Vec<(&(dyn ToSql + Sync), Type)> =
            values.iter().map(|value| (value as &(dyn ToSql + Sync), Type::TEXT)).collect();
        // Unnamed and typed by us: nothing is prepared, so a pooler may stand in between.
        let rows = drive(&self.driver, self.client.query_typed(statement, &values)).await?;
        Ok(rows.first().and_then(|row| row.try_get::<_, Option<String>>(0).ok().flatten()))
    }

    /// Runs many statements as one transaction.
    pub(crate) async fn script(&self, statements: &str) -> Result<(), DbError> {
        let _: Vec<SimpleQueryMessage> = drive(&self.driver, self.client.simple_query(statements)).await?;
        Ok(())
    }

    /// Says goodbye, so that the server need not find out by itself.
    pub(crate) async fn close(self) {
        drop(self.client);
        let _ = self.driver.await;
    }
}

async fn drive<T>(
    driver: &Driver,
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, DbError> {
    match select(pin!(asked), driver.clone()).await {
        Either::Left((answer, _)) => Ok(answer?),
        Either::Right((Err(error), _)) => Err(error),
        Either::Right((Ok(()), _)) => Err(other("postgresql ended the connection")),
    }
}
