//! A connection to PostgreSQL over the runtime's own socket.

use std::pin::{Pin, pin};

use futures_util::future::{Either, select};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, SimpleQueryMessage};
use worker::postgres_tls::PassthroughTls;
use worker::{SecureTransport, Socket};

/// An open connection. It is driven only while something is asked, which is all the time there is anything to drive.
pub(crate) struct Connected {
    client: Client,
    driver: Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>>>>,
}

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
    let mut config: Config = url.parse().map_err(|_| {
        other("the address is not one of postgresql; write postgres://user:password@host:5432/database?sslmode=require")
    })?;
    let proxied = stand_in.is_some();
    let (host, port) = match stand_in {
        Some(address) => address,
        None => address(&config).ok_or_else(|| other("the address of postgresql names no host"))?,
    };
    // A proxy of the platform is inside of it; everyone else decides by sslmode. `prefer` cannot be: this socket must know from the start.
    let secure = !proxied && matches!(config.get_ssl_mode(), SslMode::Require);
    config.ssl_mode(if secure { SslMode::Require } else { SslMode::Disable });
    let transport = if secure { SecureTransport::StartTls } else { SecureTransport::Off };
    let unreachable = || other("postgresql cannot be reached");
    let socket = Socket::builder().secure_transport(transport).connect(host, port).map_err(|_| unreachable())?;
    let (client, connection) =
        config.connect_raw(socket, PassthroughTls).await.map_err(|error| match error.as_db_error() {
            Some(_) => error.into(),
            None => unreachable(),
        })?;
    Ok(Connected { client, driver: Box::pin(connection) })
}

fn address(config: &Config) -> Option<(String, u16)> {
    let host = match config.get_hosts().first()? {
        Host::Tcp(name) => name.clone(),
        // There only where the crate is tested natively; the runtime has no such sockets.
        #[cfg(unix)]
        Host::Unix(_) => return None,
    };
    Some((host, config.get_ports().first().copied().unwrap_or(5432)))
}

impl Connected {
    /// Runs one statement with text parameters, in one round trip; answers the first column of its first row, if that is text.
    pub(crate) async fn query(&mut self, statement: &str, values: &[&str]) -> Result<Option<String>, DbError> {
        let values: Vec<(&(dyn ToSql + Sync), Type)> =
            values.iter().map(|value| (value as &(dyn ToSql + Sync), Type::TEXT)).collect();
        // Unnamed and typed by us: nothing is prepared, so a pooler may stand in between.
        let rows = drive(&mut self.driver, self.client.query_typed(statement, &values)).await?;
        Ok(rows.first().and_then(|row| row.try_get::<_, Option<String>>(0).ok().flatten()))
    }

    /// Runs many statements as one transaction.
    pub(crate) async fn script(&mut self, statements: &str) -> Result<(), DbError> {
        let _: Vec<SimpleQueryMessage> = drive(&mut self.driver, self.client.simple_query(statements)).await?;
        Ok(())
    }

    /// Says goodbye, so that the server need not find out by itself.
    pub(crate) async fn close(self) {
        drop(self.client);
        let _ = self.driver.await;
    }
}

async fn drive<T>(
    driver: &mut Pin<Box<dyn Future<Output = Result<(), tokio_postgres::Error>>>>,
    asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, DbError> {
    match select(pin!(asked), driver).await {
        Either::Left((answer, _)) => Ok(answer?),
        Either::Right((Err(error), _)) => Err(error.into()),
        Either::Right((Ok(()), _)) => Err(other("postgresql ended the connection")),
    }
}
