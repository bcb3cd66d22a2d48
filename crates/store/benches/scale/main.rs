//! A ledger as large as an office's after years: how long it takes to open, to claim from, to sweep and to look through.
//! `make scale`; `ITEMS=1000000` is ten times that. Prints each figure beside its bar and the disk's own sync time.

mod fill;
mod measure;

use std::{
    path::Path,
    process::ExitCode,
    time::{Duration, Instant},
};

use fill::{Localized, Size};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};
use yigao_core::{DestinationId, Timestamp};
use yigao_store::Store;
use yigao_testkit::Postgres;

type Failed = Box<dyn std::error::Error>;

/// Items, unless another number is asked for.
const ITEMS: u64 = 100_000;
/// Fewer, and nothing is left that is due before the measuring ends.
const FEWEST: u64 = 20_000;
/// The same as in the office that this is made for: a website, an account, a dozen county centres and the city's.
const DESTINATIONS: u64 = 15;
/// How often the filling says how far it has come.
const SAY: Duration = Duration::from_secs(15);

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

#[tokio::main]
async fn main() -> Result<ExitCode, Failed> {
    let mut items = ITEMS;
    let mut only = None;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--items" => items = words.next().ok_or("--items: a number")?.parse()?,
            "--only" => only = words.next(),
            // What `cargo bench` itself adds.
            "--bench" => {}
            other => return Err(format!("{other}: --items N, --only sqlite|postgres").into()),
        }
    }
    if items < FEWEST {
        return Err(format!("--items: {FEWEST} or more").into());
    }
    let size = Size {
        items,
        destinations: DESTINATIONS,
    };
    let asked = |ledger: &str| only.as_deref().is_none_or(|o| o == ledger);
    let mut met = true;
    if asked("sqlite") {
        let folder = std::env::temp_dir().join(format!("yigao-scale-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let done = sqlite(&folder, size).await;
        std::fs::remove_dir_all(&folder)?;
        met &= done?;
    }
    if asked("postgres") {
        met &= postgres(size).await?;
    }
    Ok(match met {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

async fn sqlite(folder: &Path, size: Size) -> Result<bool, Failed> {
    let path = folder.join("ledger.db");
    places(&Store::open(&path).await?, size).await?;
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&path)
        // What is lost with the power is filled again.
        .synchronous(sqlx::sqlite::SqliteSynchronous::Off)
        .pragma("cache_size", "-200000");
    let mut conn = options.connect().await?;
    let mut filling = Filling::new("sqlite", size);
    for (items, sql) in fill::statements(Localized::Sqlite, size) {
        let sql = format!("begin; {sql}; commit");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut conn).await?;
        filling.brought(items);
    }
    sqlx::raw_sql("pragma wal_checkpoint(truncate)")
        .execute(&mut conn)
        .await?;
    conn.close().await?;
    let begun = Instant::now();
    let store = Store::open(&path).await?;
    filling.done(&store).await?;
    measure::all(&store, size, "sqlite", begun.elapsed()).await
}

async fn postgres(size: Size) -> Result<bool, Failed> {
    let Some(programs) = Postgres::find() else {
        return Err("PostgreSQL is not installed: apt-get install -y postgresql".into());
    };
    let server = Postgres::start(programs)?;
    let url = server.database("scale")?;
    places(&Store::open_at(&url).await?, size).await?;
    // A load as an operator would do it: no checkpoints in the middle, no lookup at each row's parents.
    for setting in ["max_wal_size = '16GB'", "checkpoint_timeout = '1h'"] {
        server.sql("scale", &format!("alter system set {setting}"))?;
    }
    server.sql("scale", "select pg_reload_conf()")?;
    let mut filling = Filling::new("postgres", size);
    for (items, sql) in fill::statements(Localized::Postgres, size) {
        let sql = format!("set session_replication_role = replica; begin; {sql}; commit");
        server.sql("scale", &sql)?;
        filling.brought(items);
    }
    server.sql("scale", "delete from delivery_count; insert into delivery_count select state, count(*) from delivery group by state")?;
    server.sql("scale", "alter system reset all")?;
    server.sql("scale", "select pg_reload_conf()")?;
    // What autovacuum does in the minutes after such a load.
    server.sql("scale", "vacuum analyze")?;
    let begun = Instant::now();
    let store = Store::open_at(&url).await?;
    filling.done(&store).await?;
    measure::all(&store, size, "postgres", begun.elapsed()).await
}

async fn places(store: &Store, size: Size) -> Result<(), Failed> {
    for k in 0..size.destinations {
        let id = DestinationId::parse(&fill::destination(k))?;
        let now = Timestamp::from_millisecond(fill::NOW)?;
        store.put_destination(&id, "test", "same", 16, now).await?;
    }
    Ok(())
}

/// Says how far the filling has come.
struct Filling {
    ledger: &'static str,
    size: Size,
    begun: Instant,
    said: Instant,
    items: u64,
}

impl Filling {
    fn new(ledger: &'static str, size: Size) -> Self {
        let now = Instant::now();
        Self {
            ledger,
            size,
            begun: now,
            said: now,
            items: 0,
        }
    }

    fn brought(&mut self, items: u64) {
        self.items += items;
        if self.said.elapsed() >= SAY {
            self.said = Instant::now();
            say(&format!(
                "  {}: {} of {} items",
                self.ledger, self.items, self.size.items
            ));
        }
    }

    async fn done(&self, store: &Store) -> Result<(), Failed> {
        let took = self.begun.elapsed().as_secs();
        let (items, deliveries) = store.counts().await?;
        say(&format!(
            "scale: ledger={} items={items} deliveries={deliveries} filled_in_s={took}",
            self.ledger
        ));
        Ok(())
    }
}
