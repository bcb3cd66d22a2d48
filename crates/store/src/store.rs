//! The ledger, on either database: the logic is one, [`crate::sqlite`] and [`crate::postgres`] know how to open, to begin and
//! to commit, [`crate::dialect`] has the SQL that differs.

mod claim;
mod decide;
mod deliveries;
mod destinations;
mod findings;
mod inbox;
mod item_states;
mod items;
mod journal;
mod ledger;
mod notices;
mod plan;
mod read;
mod record;
mod shared_value;
mod watch;

use std::{path::Path, time::Duration};

use crate::{
    batch::Future2,
    dialect::Dialect,
    driver::{Conn, Readers, query},
    error::StoreError,
    postgres, sqlite,
    writer::{Session, Writer},
};

/// The ledger. Clones share it.
#[derive(Clone)]
pub struct Store {
    writer: Writer,
    readers: Readers,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.readers.dialect() {
            Dialect::Sqlite => "Store(sqlite)",
            Dialect::Postgres => "Store(postgres)",
        })
    }
}

impl Store {
    /// Opens the ledger in the SQLite file `path`, making it and bringing its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Open`] when it cannot be used, [`StoreError::Schema`] when a newer program wrote it.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let (file, readers) = sqlite::open(path).await?;
        let writer = Writer::start(Session::Sqlite(Box::new(file)));
        Ok(Self { writer, readers })
    }

    /// Opens the ledger in a PostgreSQL database (`postgres://user:password@host/database`), bringing its schema up to date.
    /// The database has to exist. Several processes may share it.
    ///
    /// # Errors
    /// [`StoreError::Open`] when it cannot be used (host and database are named, the password never),
    /// [`StoreError::Schema`] when a newer program wrote it.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let (link, readers) = postgres::open(url).await?;
        let writer = Writer::start(Session::Postgres(Box::new(link)));
        Ok(Self { writer, readers })
    }

    /// Opens the ledger at `place`, the text of one setting: a PostgreSQL address, or the path of a SQLite file.
    ///
    /// # Errors
    /// As [`Store::open`] and [`Store::connect`].
    pub async fn open_at(place: &str) -> Result<Self, StoreError> {
        match place.split_once("://") {
            Some(("postgres" | "postgresql", _)) => Self::connect(place).await,
            // The rest of it may hold a password.
            Some((other, _)) => Err(StoreError::Open {
                path: format!("{other}://…"),
                message: "a ledger is a postgres:// address or the path of a file".to_owned(),
            }),
            None => Self::open(Path::new(place)).await,
        }
    }

    /// Runs a change in a transaction of its own (sharing the commit with its neighbours). It may be run again when the
    /// connection is lost before the commit: it changes nothing but the ledger.
    pub(crate) async fn write<T, F>(&self, apply: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut Conn) -> Future2<'c, T> + Clone + Send + 'static,
    {
        self.writer.write(apply).await
    }

    /// Limits a SQLite ledger to so many pages of 4 KiB; without a number, no limit. A guard against filling a shared disk;
    /// a PostgreSQL server has limits of its own, and there this does nothing.
    ///
    /// # Errors
    /// When the ledger is closed.
    pub async fn limit_pages(&self, pages: Option<i64>) -> Result<(), StoreError> {
        if self.readers.dialect() == Dialect::Postgres {
            return Ok(());
        }
        self.write(move |conn| {
            Box::pin(async move {
                let pages = pages.unwrap_or(i64::from(u32::MAX) - 1);
                let sql = format!("pragma max_page_count = {pages}");
                conn.say(sqlx::AssertSqlSafe(sql)).await
            })
        })
        .await
    }

    /// Milliseconds that one durable commit takes there, the median of nine.
    ///
    /// # Errors
    /// When the ledger cannot be written.
    pub async fn sync_time(&self) -> Result<Duration, StoreError> {
        let mut times = Vec::new();
        for _ in 0..9 {
            let start = std::time::Instant::now();
            self.write(|conn| {
                Box::pin(async move {
                    query("insert into quota (destination, op, window_at, used) values ('', 'sync', 0, 1) on conflict (destination, op, window_at) do update set used = quota.used + 1")
                        .execute(conn)
                        .await?;
                    Ok(())
                })
            })
            .await?;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        Ok(times.get(4).copied().unwrap_or_default())
    }

    /// Rows in the main tables, for people.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub async fn counts(&self) -> Result<(i64, i64), StoreError> {
        let row = query("select (select count(*) from item) as items, (select cast(coalesce(sum(n), 0) as bigint) from delivery_count) as deliveries")
            .fetch_one(&self.readers)
            .await?;
        Ok((row.try_get("items")?, row.try_get("deliveries")?))
    }
}
