//! The ledger in a PostgreSQL database, which several processes may share.
//!
//! # What SQLite's one writer gives, and how it is achieved here
//! Every writing transaction begins with the same advisory lock, so writing transactions of all processes follow each other
//! as they do in one SQLite file. At READ COMMITTED each statement after the lock sees all that the one before has
//! committed. So room at a destination, order, the gate with its allowances, one live delivery, `shared_begin` and the chain of the ledger
//! need no rules of their own here, and no claim depends on timing. It costs parallel writing: all processes together
//! commit as fast as one connection does, which the group commit makes up for. `for update skip locked` in the claim is for
//! rows that somebody has locked by hand.
//!
//! # When the connection is lost
//! Before the commit was sent nothing was written: the batch is run again on the next connection. After it was sent, only the
//! database knows. Each batch writes its number into this process' row of the table `writer`, so the next connection,
//! once it has the lock (the old transaction has ended then), reads whether the batch is there; if not, it is run again.
//! Only when no connection comes within [`PATIENCE`] are the callers given [`StoreError::Unknown`]. What follows then, change
//! by change, if it was written after all and is asked for again:
//! - `journal_begin`: an intent that nobody acts upon; it is open, so the next run looks it up before it sends;
//! - `journal_finish`, `record`: written, it holds; not written, its entry is open and is looked up;
//! - `claim`: a lease without a worker lapses, and one start too many is counted;
//! - `heartbeat`, `hand_back`, `wake`, `approve`, `put_*`, `keep_*`: the second time has the same effect;
//! - `receive`: its dedupe key lets it in once;
//! - `hold`, `pause`: the same state, a second entry in the ledger;
//! - `plan`, `cancel`, `decide`: the second time is refused, because the first has taken effect;
//! - `pay_quota`: one call too many is paid, never one too few.

use std::{
    str::FromStr as _,
    time::{Duration, Instant},
};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, PgConnection,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::{sleep, timeout};

use yigao_core::trial::{self, Point};

use crate::{
    batch::{Job, apply},
    driver::{Conn, Readers, query, query_scalar},
    error::{StoreError, schema},
};

const READERS: u32 = 4;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How long changes wait for a database that is away.
const PATIENCE: Duration = Duration::from_secs(10);
/// A batch, or its commit, that takes longer is given up with its connection: the server may be gone without any sign.
const ANSWER: Duration = Duration::from_secs(60);
/// Turns of one batch on connections that are lost again and again.
const TURNS: u32 = 4;
/// First half of the advisory lock's name; the second is the oid of the table, so that each schema has its own.
const LOCK: i32 = 0x7969_676f;
/// `gen_random_uuid` is built in since this release.
const OLDEST: i64 = 130_000;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Opens the database, bringing its schema up to date.
pub(crate) async fn open(url: &str) -> Result<(Link, Readers), StoreError> {
    let options = PgConnectOptions::from_str(url).map_err(|error| StoreError::Open {
        path: "postgres://… (the address cannot be read)".to_owned(),
        message: error.to_string(),
    })?;
    let options = options
        .application_name("yigao")
        // Compiling the claim takes two seconds, running it two milliseconds.
        .options([("jit", "off")])
        .disable_statement_logging();
    let place = shown(&options);
    let open = |message: String| StoreError::Open {
        path: place.clone(),
        message,
    };
    let mut conn = match timeout(CONNECT, options.connect()).await {
        Ok(Ok(conn)) => conn,
        Ok(Err(error)) => return Err(open(error.to_string())),
        Err(_) => return Err(open("no answer within 5 seconds".to_owned())),
    };
    fit(&mut conn).await.map_err(open)?;
    let ran = MIGRATIONS.run(&mut conn).await;
    ran.map_err(|error| schema(error, &MIGRATIONS))?;
    drop(conn);

    let link = Link::start(writing(&options)).await;
    let readers = PgPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(options.options([
            ("default_transaction_read_only", "on"),
            ("statement_timeout", "30s"),
        ]));
    Ok((link?, Readers::Postgres(readers)))
}

/// Host and database; neither user nor password.
fn shown(options: &PgConnectOptions) -> String {
    let (host, port) = (options.get_host(), options.get_port());
    let database = options.get_database().unwrap_or("");
    match options.get_socket() {
        Some(socket) => format!("postgres://{}/{database}", socket.display()),
        None => format!("postgres://{host}:{port}/{database}"),
    }
}

fn writing(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options([
        // Whatever the server's default: a commit that is answered is on its disk.
        ("synchronous_commit", "on"),
        ("default_transaction_isolation", "read committed"),
        // What is written is found by an index, whatever the values: planning the claim each time takes longer than running it.
        ("plan_cache_mode", "force_generic_plan"),
        // The longest due come in the order of an index: reading all that is due to sort it is never shorter.
        ("enable_bitmapscan", "off"),
        ("lock_timeout", "5s"),
        ("statement_timeout", "30s"),
        // A process that stops in the middle of a batch (a paused machine) does not hold the lock for long.
        ("idle_in_transaction_session_timeout", "15s"),
    ])
}

/// Whether the server is one that the ledger can live in.
async fn fit(conn: &mut PgConnection) -> Result<(), String> {
    let asked =
        "select current_setting('server_version_num')::bigint, current_setting('server_encoding')";
    let (version, encoding): (i64, String) = sqlx::query_as(asked)
        .fetch_one(conn)
        .await
        .map_err(|error| error.to_string())?;
    if version < OLDEST {
        return Err(format!(
            "the server is too old ({version}): PostgreSQL 13 or newer is needed"
        ));
    }
    if encoding != "UTF8" {
        return Err(format!(
            "the database's encoding is {encoding}: create it with encoding UTF8"
        ));
    }
    Ok(())
}

/// The writer's connection, made anew when it is lost.
#[derive(Debug)]
pub(crate) struct Link {
    options: PgConnectOptions,
    conn: Option<Conn>,
    /// Name of this process' row in the table `writer`.
    id: String,
    /// Takes the writers' lock.
    lock: String,
    /// Number of the batch under way.
    batch: i64,
    down_since: Option<Instant>,
}

impl Link {
    async fn start(options: PgConnectOptions) -> Result<Self, StoreError> {
        let mut conn = Conn::Postgres(options.connect().await?);
        let oid: i64 = query_scalar("select 'ledger'::regclass::oid::bigint")
            .fetch_one(&mut conn)
            .await?;
        // An oid has 32 bits and no sign, the lock's name 32 bits with one.
        let table = u32::try_from(oid).unwrap_or(0).cast_signed();
        // Rows of processes that are long gone go.
        conn.say("delete from writer where seen_at < now() - interval '30 days'")
            .await?;
        let id: String = query_scalar(
            "insert into writer (id, batch) values (gen_random_uuid()::text, 0) returning id",
        )
        .fetch_one(&mut conn)
        .await?;
        Ok(Self {
            options,
            conn: Some(conn),
            id,
            lock: format!("select pg_advisory_xact_lock({LOCK}, {table})"),
            batch: 0,
            down_since: None,
        })
    }

    pub(crate) async fn close(self) -> Result<(), StoreError> {
        match self.conn {
            Some(conn) => conn.close().await,
            None => Ok(()),
        }
    }

    /// Commits all changes, whatever becomes of the connection; see the head of this file.
    pub(crate) async fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        self.batch = self.batch.saturating_add(1);
        for _ in 0..TURNS {
            let mut conn = self.connected().await?;
            let begin = self.begin();
            let commit =
                match timeout(ANSWER, apply(&mut conn, AssertSqlSafe(begin), batch, true)).await {
                    Ok(Ok(commit)) => commit,
                    Ok(Err(StoreError::Lost)) | Err(_) => {
                        self.lost(conn);
                        continue;
                    }
                    Ok(Err(error)) => {
                        self.rolled_back(conn).await;
                        return Err(error);
                    }
                };
            trial::reach(Point::BeforeCommit, "", "");
            let committed = timeout(ANSWER, conn.say(commit)).await;
            trial::reach(Point::AfterCommit, "", "");
            match committed {
                Ok(Ok(())) => {
                    self.conn = Some(conn);
                    return Ok(());
                }
                Ok(Err(StoreError::Lost)) | Err(_) => {
                    self.lost(conn);
                    if self.was_committed().await? {
                        return Ok(());
                    }
                }
                Ok(Err(error)) => {
                    self.rolled_back(conn).await;
                    return Err(error);
                }
            }
        }
        Err(StoreError::Lost)
    }

    /// One trip: the transaction, the lock, this batch's number, the first savepoint.
    fn begin(&self) -> String {
        let (lock, id, batch) = (&self.lock, &self.id, self.batch);
        format!(
            "begin; {lock}; insert into writer (id, batch) values ('{id}', {batch})
             on conflict (id) do update set batch = {batch}, seen_at = now(); savepoint change"
        )
    }

    fn lost(&mut self, conn: Conn) {
        drop(conn);
        tracing::warn!("the connection to the ledger is lost; connecting again");
        self.down_since.get_or_insert_with(Instant::now);
    }

    async fn rolled_back(&mut self, mut conn: Conn) {
        if conn.say("rollback").await.is_ok() {
            self.conn = Some(conn);
        } else {
            self.lost(conn);
        }
    }

    /// The connection, or a new one. Once it has been away for longer than [`PATIENCE`], each batch tries only once.
    async fn connected(&mut self) -> Result<Conn, StoreError> {
        if let Some(conn) = self.conn.take() {
            return Ok(conn);
        }
        let since = *self.down_since.get_or_insert_with(Instant::now);
        let mut pause = Duration::from_millis(20);
        loop {
            match timeout(CONNECT, self.options.connect()).await {
                Ok(Ok(conn)) => {
                    tracing::info!(away = ?since.elapsed(), "connected to the ledger again");
                    self.down_since = None;
                    return Ok(Conn::Postgres(conn));
                }
                Ok(Err(error)) => tracing::debug!(error = %error, "connecting to the ledger"),
                Err(_) => tracing::debug!("no answer from the ledger"),
            }
            if since.elapsed() > PATIENCE {
                return Err(StoreError::Lost);
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
    }

    /// Whether the batch whose commit was sent is there. Asked under the lock: the transaction of old has ended then.
    async fn was_committed(&mut self) -> Result<bool, StoreError> {
        for _ in 0..TURNS {
            let Ok(mut conn) = self.connected().await else {
                break;
            };
            match timeout(ANSWER, self.last_batch(&mut conn)).await {
                Ok(Ok(batch)) => {
                    self.rolled_back(conn).await;
                    return Ok(batch == Some(self.batch));
                }
                Ok(Err(StoreError::Lost)) | Err(_) => self.lost(conn),
                // The old transaction, or another's, still has the lock.
                Ok(Err(_)) => self.rolled_back(conn).await,
            }
        }
        Err(StoreError::Unknown)
    }

    async fn last_batch(&mut self, conn: &mut Conn) -> Result<Option<i64>, StoreError> {
        conn.say(AssertSqlSafe(format!("begin; {}", self.lock)))
            .await?;
        query("select batch from writer where id = $1")
            .bind(&self.id)
            .fetch_optional(&mut *conn)
            .await?
            .map(|row| Ok(row.try_get("batch")?))
            .transpose()
    }
}
