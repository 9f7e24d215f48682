use std::cell::RefCell;

use futures_util::StreamExt as _;

use crate::encoding::Encoding;
use crate::errors::{Error, Result};

/// The body of a request, not yet read.
pub(super) struct Body {
    request: RefCell<Option<worker::Request>>,
    stated: Option<u64>,
    encoding: Option<String>,
}

impl Body {
    pub(super) fn of(request: worker::Request) -> Self {
        let header = |name: &str| request.headers().get(name).ok().flatten();
        let stated = header("content-length").and_then(|text| text.parse().ok());
        let encoding = header("content-encoding");
        Body { request: RefCell::new(Some(request)), stated, encoding }
    }

    /// Reads the body once. What is stated too long is not read at all; what turns out too long is dropped on the way. The
    /// limit holds for the bytes sent and for what they unpack to.
    pub(super) async fn read(&self, limit: usize) -> Result<String> {
        let too_large = || Error::TooLarge(format!("the body is longer than {limit} bytes; send it in smaller parts"));
        let encoding = Encoding::read(self.encoding.as_deref())?;
        if self.stated.is_some_and(|stated| stated > limit as u64) {
            return Err(too_large());
        }
        let taken = self.request.borrow_mut().take();
        let mut request = taken.ok_or_else(|| Error::internal("a body was read twice"))?;
        if request.inner().body().is_none() {
            return Ok(String::new());
        }
        let mut stream = request.stream().map_err(Error::internal)?;
        let mut bytes = Vec::new();
        while let Some(part) = stream.next().await {
            let part = part.map_err(|_| Error::bad("the body broke off; send it again"))?;
            if bytes.len() + part.len() > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&part);
        }
        String::from_utf8(encoding.unpack(bytes, limit)?)
            .map_err(|_| Error::bad("the body is not UTF-8; send JSON as UTF-8"))
    }
}
