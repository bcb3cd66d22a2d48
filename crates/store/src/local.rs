//! The connection that writes a SQLite file. It runs on the writer's own thread and answers there: sqlx would pass every single
//! statement to a thread of its own and wait, which took most of the time that a delivery took.

use std::{path::Path, time::Duration};

use rusqlite::{
    CachedStatement, Connection, OpenFlags, Statement,
    config::DbConfig,
    types::{ToSqlOutput, ValueRef},
};

use crate::{
    error::{StoreError, from_sqlite},
    value::Value,
};

/// Statements that stay prepared; there are some hundred texts.
const PREPARED: usize = 256;

/// Such a connection.
#[derive(Debug)]
pub(crate) struct Local(Connection);

/// A row that was read to its end.
pub(crate) struct LocalRow {
    columns: Vec<String>,
    values: Vec<rusqlite::types::Value>,
}

impl Local {
    pub(crate) fn open(
        path: &Path,
        busy: Duration,
        pragmas: &[(&str, &str)],
    ) -> Result<Self, rusqlite::Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(busy)?;
        // Else a statement that a partial index may serve is planned anew for each value that is bound: a sixth of the
        // writer's time. https://sqlite.org/queryplanner-ng.html#qpsg
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.set_prepared_statement_cache_capacity(PREPARED);
        for (name, value) in pragmas {
            conn.execute_batch(&format!("pragma {name} = {value}"))?;
        }
        Ok(Self(conn))
    }

    pub(crate) fn is_read_only(&self) -> Result<bool, rusqlite::Error> {
        self.0.is_readonly("main")
    }

    pub(crate) fn say(&self, sql: &str) -> Result<(), rusqlite::Error> {
        self.0.execute_batch(sql)
    }

    pub(crate) fn close(self) -> Result<(), rusqlite::Error> {
        self.0.close().map_err(|(_, error)| error)
    }

    /// How many rows it changed.
    pub(crate) fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, rusqlite::Error> {
        let mut statement = self.prepared(sql, values)?;
        let changed = statement.raw_execute()?;
        Ok(u64::try_from(changed).unwrap_or(0))
    }

    /// Its rows, at most `most` of them.
    pub(crate) fn rows(
        &self,
        sql: &str,
        values: &[Value<'_>],
        most: usize,
    ) -> Result<Vec<LocalRow>, rusqlite::Error> {
        let mut statement = self.prepared(sql, values)?;
        let columns: Vec<String> = statement
            .column_names()
            .into_iter()
            .map(ToOwned::to_owned)
            .collect();
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        // Read to the end also where fewer are wanted: a change that returns rows is done only then.
        while let Some(row) = rows.next()? {
            if found.len() < most {
                let values = (0..columns.len()).map(|n| row.get(n));
                found.push(LocalRow {
                    columns: columns.clone(),
                    values: values.collect::<Result<_, _>>()?,
                });
            }
        }
        Ok(found)
    }

    fn prepared(
        &self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<CachedStatement<'_>, rusqlite::Error> {
        let mut statement = self.0.prepare_cached(sql)?;
        bind(&mut statement, values)?;
        Ok(statement)
    }
}

/// `$3` is a name to SQLite, not a number: it counts parameters as they appear.
fn bind(statement: &mut Statement<'_>, values: &[Value<'_>]) -> Result<(), rusqlite::Error> {
    for at in 1..=statement.parameter_count() {
        let number = statement
            .parameter_name(at)
            .and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|n| values.get(n.checked_sub(1)?));
        let Some(value) = value else {
            return Err(rusqlite::Error::InvalidParameterCount(values.len(), at));
        };
        let value = match value {
            Value::Int(Some(number)) => ValueRef::Integer(*number),
            Value::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Value::Int(None) | Value::Text(None) => ValueRef::Null,
        };
        statement.raw_bind_parameter(at, ToSqlOutput::Borrowed(value))?;
    }
    Ok(())
}

impl LocalRow {
    /// The value of a column, or why there is none.
    pub(crate) fn get<T: Cell>(&self, column: &str) -> Result<T, sqlx::Error> {
        let at = self.columns.iter().position(|name| name == column);
        let at = at.ok_or_else(|| sqlx::Error::ColumnNotFound(column.to_owned()))?;
        self.at(at)
    }

    pub(crate) fn at<T: Cell>(&self, at: usize) -> Result<T, sqlx::Error> {
        let value = self.values.get(at).and_then(T::read);
        value.ok_or_else(|| sqlx::Error::Decode(format!("column {at} is of another type").into()))
    }
}

/// What a value can be read as.
pub(crate) trait Cell: Sized {
    fn read(value: &rusqlite::types::Value) -> Option<Self>;
}

impl Cell for i64 {
    fn read(value: &rusqlite::types::Value) -> Option<Self> {
        match value {
            rusqlite::types::Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl Cell for String {
    fn read(value: &rusqlite::types::Value) -> Option<Self> {
        match value {
            rusqlite::types::Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl<T: Cell> Cell for Option<T> {
    fn read(value: &rusqlite::types::Value) -> Option<Self> {
        match value {
            rusqlite::types::Value::Null => Some(None),
            value => T::read(value).map(Some),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let known = error
            .sqlite_error()
            .and_then(|message| from_sqlite(i64::from(message.extended_code)));
        known.unwrap_or_else(|| Self::Database(error.to_string()))
    }
}
