//! TLS begun on a connection of PostgreSQL, by the runtime, which checks the certificate.

use std::error::Error;
use std::fmt;

use futures_util::future::LocalBoxFuture;
use tokio_postgres::tls::TlsConnect;
use worker::Socket;

/// Begins TLS and waits until it stands: a certificate that is refused would else look like a connection that broke.
pub(super) struct StartTls;

/// The handshake failed. Why the runtime does not tell; it is in its log.
#[derive(Debug)]
pub(super) struct HandshakeFailed;

impl fmt::Display for HandshakeFailed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the handshake failed")
    }
}

impl Error for HandshakeFailed {}

impl TlsConnect<Socket> for StartTls {
    type Stream = Socket;
    type Error = HandshakeFailed;
    type Future = LocalBoxFuture<'static, Result<Socket, HandshakeFailed>>;

    fn connect(self, plain: Socket) -> Self::Future {
        Box::pin(async move {
            let secure = plain.start_tls();
            match secure.opened().await {
                Ok(_) => Ok(secure),
                Err(_) => Err(HandshakeFailed),
            }
        })
    }
}
