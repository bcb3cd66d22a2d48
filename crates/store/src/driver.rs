//! One way to send SQL to either database. The texts are the same on both unless [`crate::dialect`] differs; values
//! are whole numbers and text, so that no statement depends on what a driver makes of a type.

use std::borrow::Cow;

use sqlx::{
    Arguments as _, AssertSqlSafe, Connection as _, Decode, Executor as _, PgConnection, PgPool,
    Postgres, Row as _, SqlSafeStr, SqlStr, Sqlite, SqlitePool, Type,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::{
    dialect::Dialect,
    error::StoreError,
    local::{Cell, Local, LocalRow},
    value::Value,
};

/// The connection that writes.
#[derive(Debug)]
pub(crate) enum Conn {
    Sqlite(Local),
    Postgres(PgConnection),
}

impl Conn {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Statements without values and without an answer, in one trip.
    pub(crate) async fn say(&mut self, sql: impl SqlSafeStr) -> Result<(), StoreError> {
        let sql = sql.into_sql_str();
        match self {
            Self::Sqlite(conn) => conn.say(sql.as_str())?,
            Self::Postgres(conn) => conn.execute(sql).await.map(drop)?,
        }
        Ok(())
    }

    pub(crate) async fn close(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(conn) => Ok(conn.close()?),
            Self::Postgres(conn) => Ok(conn.close().await?),
        }
    }
}

/// Connections that only read, beside the writer.
#[derive(Clone, Debug)]
pub(crate) enum Readers {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Readers {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }
}

/// Where a statement runs.
pub(crate) enum On<'c> {
    Writer(&'c mut Conn),
    Readers(&'c Readers),
}

impl<'c> From<&'c mut Conn> for On<'c> {
    fn from(conn: &'c mut Conn) -> Self {
        Self::Writer(conn)
    }
}

impl<'c> From<&'c Readers> for On<'c> {
    fn from(readers: &'c Readers) -> Self {
        Self::Readers(readers)
    }
}

/// A row of the answer.
pub(crate) enum Row {
    Local(LocalRow),
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What a column can be read as, on both databases.
pub(crate) trait Column:
    Cell + for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres>
{
}

impl<T> Column for T where
    T: Cell
        + for<'r> Decode<'r, Sqlite>
        + Type<Sqlite>
        + for<'r> Decode<'r, Postgres>
        + Type<Postgres>
{
}

impl Row {
    pub(crate) fn try_get<T: Column>(&self, column: &str) -> Result<T, sqlx::Error> {
        match self {
            Self::Local(row) => row.get(column),
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
    }

    fn first<T: Column>(&self) -> Result<T, sqlx::Error> {
        match self {
            Self::Local(row) => row.at(0),
            Self::Sqlite(row) => row.try_get(0),
            Self::Postgres(row) => row.try_get(0),
        }
    }
}

/// A statement with its values.
pub(crate) struct Query<'q> {
    sql: SqlStr,
    values: Vec<Value<'q>>,
}

pub(crate) fn query<'q>(sql: impl SqlSafeStr) -> Query<'q> {
    Query {
        sql: sql.into_sql_str(),
        values: Vec::with_capacity(16),
    }
}

impl<'q> Query<'q> {
    pub(crate) fn bind(mut self, value: impl Into<Value<'q>>) -> Self {
        self.values.push(value.into());
        self
    }

    fn sqlite(self) -> Result<(SqlStr, SqliteArguments), sqlx::Error> {
        let mut arguments = SqliteArguments::default();
        for value in self.values {
            match value {
                Value::Int(number) => arguments.add(number),
                Value::Text(text) => arguments.add(text),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok((self.sql, arguments))
    }

    fn postgres(self) -> Result<(SqlStr, PgArguments), sqlx::Error> {
        let mut arguments = PgArguments::default();
        for value in self.values {
            match value {
                Value::Int(number) => arguments.add(number),
                Value::Text(text) => arguments.add(text.map(without_nul)),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok((self.sql, arguments))
    }

    /// How many rows it changed.
    pub(crate) async fn execute(self, conn: &mut Conn) -> Result<u64, StoreError> {
        Ok(match conn {
            Conn::Sqlite(conn) => conn.execute(self.sql.as_str(), &self.values)?,
            Conn::Postgres(conn) => {
                let (sql, arguments) = self.postgres()?;
                let done = sqlx::query_with(sql, arguments).execute(conn).await?;
                done.rows_affected()
            }
        })
    }

    pub(crate) async fn fetch_optional(
        self,
        on: impl Into<On<'_>>,
    ) -> Result<Option<Row>, StoreError> {
        Ok(match on.into() {
            On::Writer(Conn::Sqlite(conn)) => {
                let rows = conn.rows(self.sql.as_str(), &self.values, 1)?;
                rows.into_iter().next().map(Row::Local)
            }
            On::Writer(Conn::Postgres(conn)) => {
                let (sql, arguments) = self.postgres()?;
                let row = sqlx::query_with(sql, arguments).fetch_optional(conn);
                row.await?.map(Row::Postgres)
            }
            On::Readers(Readers::Sqlite(pool)) => {
                let (sql, arguments) = self.sqlite()?;
                let row = sqlx::query_with(sql, arguments).fetch_optional(pool);
                row.await?.map(Row::Sqlite)
            }
            On::Readers(Readers::Postgres(pool)) => {
                let (sql, arguments) = self.postgres()?;
                let row = sqlx::query_with(sql, arguments).fetch_optional(pool);
                row.await?.map(Row::Postgres)
            }
        })
    }

    pub(crate) async fn fetch_one(self, on: impl Into<On<'_>>) -> Result<Row, StoreError> {
        let row = self.fetch_optional(on).await?;
        row.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    pub(crate) async fn fetch_all(self, on: impl Into<On<'_>>) -> Result<Vec<Row>, StoreError> {
        Ok(match on.into() {
            On::Writer(Conn::Sqlite(conn)) => {
                let rows = conn.rows(self.sql.as_str(), &self.values, usize::MAX)?;
                rows.into_iter().map(Row::Local).collect()
            }
            On::Writer(Conn::Postgres(conn)) => {
                let (sql, arguments) = self.postgres()?;
                let rows = sqlx::query_with(sql, arguments).fetch_all(conn).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
            On::Readers(Readers::Sqlite(pool)) => {
                let (sql, arguments) = self.sqlite()?;
                let rows = sqlx::query_with(sql, arguments).fetch_all(pool).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            On::Readers(Readers::Postgres(pool)) => {
                let (sql, arguments) = self.postgres()?;
                let rows = sqlx::query_with(sql, arguments).fetch_all(pool).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }
}

/// PostgreSQL's text holds every character but NUL, which a remote's answer may carry; losing it there is better than
/// losing the answer.
fn without_nul(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        text
    }
}

/// A statement whose rows have one column.
pub(crate) struct Scalar<'q>(Query<'q>);

pub(crate) fn query_scalar<'q>(sql: impl SqlSafeStr) -> Scalar<'q> {
    Scalar(query(sql))
}

impl<'q> Scalar<'q> {
    pub(crate) fn bind(self, value: impl Into<Value<'q>>) -> Self {
        Self(self.0.bind(value))
    }

    pub(crate) async fn fetch_one<T: Column>(self, on: impl Into<On<'_>>) -> Result<T, StoreError> {
        Ok(self.0.fetch_one(on).await?.first()?)
    }

    pub(crate) async fn fetch_optional<T: Column>(
        self,
        on: impl Into<On<'_>>,
    ) -> Result<Option<T>, StoreError> {
        let row = self.0.fetch_optional(on).await?;
        Ok(row.map(|r| r.first()).transpose()?)
    }

    pub(crate) async fn fetch_all<T: Column>(
        self,
        on: impl Into<On<'_>>,
    ) -> Result<Vec<T>, StoreError> {
        let rows = self.0.fetch_all(on).await?;
        Ok(rows.iter().map(Row::first).collect::<Result<_, _>>()?)
    }
}

/// A statement that is put together piece by piece.
pub(crate) struct Builder<'q> {
    sql: String,
    values: Vec<Value<'q>>,
}

impl<'q> Builder<'q> {
    pub(crate) fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            values: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    pub(crate) fn push_bind(&mut self, value: impl Into<Value<'q>>) -> &mut Self {
        self.values.push(value.into());
        let number = self.values.len().to_string();
        self.push("$").push(&number)
    }

    /// `($1, $2, …)`; of nothing, a list in which nothing is.
    pub(crate) fn push_list<V: Into<Value<'q>>>(
        &mut self,
        values: impl IntoIterator<Item = V>,
    ) -> &mut Self {
        self.push("(");
        let mut between = "";
        for value in values {
            self.push(between).push_bind(value);
            between = ", ";
        }
        if between.is_empty() {
            self.push("null");
        }
        self.push(")")
    }

    pub(crate) fn build(self) -> Query<'q> {
        Query {
            sql: AssertSqlSafe(self.sql).into_sql_str(),
            values: self.values,
        }
    }
}
