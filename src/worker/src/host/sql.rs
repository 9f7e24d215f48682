use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use worker::{SqlStorage, SqlStorageValue, State};

use super::storage::failed;
use crate::errors::{Error, Result};

#[wasm_bindgen]
extern "C" {
    /// A Durable Object's storage, for the one call the `worker` crate does not bind.
    type Storage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &Storage,
        work: &mut dyn FnMut() -> core::result::Result<(), JsValue>,
    ) -> core::result::Result<(), JsValue>;
}

/// One value of a row.
pub(crate) type Cell = SqlStorageValue;

/// The SQLite database of a Durable Object.
pub(crate) struct Sql {
    sql: SqlStorage,
    storage: Storage,
}

impl Sql {
    pub(super) fn of(state: &State) -> Self {
        let storage = state.storage();
        Sql { sql: storage.sql(), storage: JsValue::from(storage.as_raw()).unchecked_into() }
    }

    /// Runs `work` as one transaction: all of it happens, or none when it fails.
    pub(crate) fn transaction<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let mut work = Some(work);
        let mut outcome = None;
        let mut run = || {
            let Some(work) = work.take() else { return Ok(()) };
            let result = work(self);
            let failed = result.is_err();
            outcome = Some(result);
            // Throwing is how the storage is told to roll back; the reason stays on this side.
            if failed { Err(JsValue::from_str("roll back")) } else { Ok(()) }
        };
        let committed = self.storage.transaction_sync(&mut run);
        match (outcome, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Err(error)), _) => Err(error),
            (_, Err(thrown)) => Err(failed(format!("{thrown:?}"), "COMMIT")),
            (None, Ok(())) => Err(Error::internal("transaction did not run")),
        }
    }

    /// Runs statements and reads the rows of the last.
    pub(crate) fn rows(&self, query: &str, values: Vec<Cell>) -> Result<Vec<Vec<Cell>>> {
        let cursor = self.sql.exec(query, values).map_err(|error| failed(error, query))?;
        cursor.raw().map(|row| row.map_err(|error| failed(error, query))).collect()
    }

    /// Runs statements that give no rows.
    pub(crate) fn run(&self, query: &str, values: Vec<Cell>) -> Result<()> {
        self.rows(query, values).map(drop)
    }

    /// Reads rows into tuples or structs of one field a column, in order.
    pub(crate) fn read<T: DeserializeOwned>(&self, query: &str, values: Vec<Cell>) -> Result<Vec<T>> {
        let rows = self.rows(query, values)?;
        rows.into_iter()
            .map(|row| {
                let row = row.into_iter().map(json).collect();
                serde_json::from_value(serde_json::Value::Array(row)).map_err(Error::internal)
            })
            .collect()
    }

    /// Reads the first row, if there is one.
    pub(crate) fn first<T: DeserializeOwned>(&self, query: &str, values: Vec<Cell>) -> Result<Option<T>> {
        Ok(self.read(query, values)?.into_iter().next())
    }
}

fn json(cell: Cell) -> serde_json::Value {
    match cell {
        Cell::Null => serde_json::Value::Null,
        Cell::Boolean(value) => value.into(),
        Cell::Integer(value) => value.into(),
        Cell::Float(value) => value.into(),
        Cell::String(value) => value.into(),
        Cell::Blob(value) => value.into(),
    }
}
