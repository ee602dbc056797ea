//! The database: SQLite or PostgreSQL, from one SQL.
//!
//! Rules of that SQL: `$1` placeholders; `BIGINT` for integers, milliseconds and booleans, `TEXT`
//! for everything else (JSON included); upserts by `ON CONFLICT`; nothing that only one of the two
//! understands.

pub mod audit;
pub mod cache;
pub mod card_refunds;
pub mod dropped_codes;
pub mod due_locks;
pub mod facts;
pub mod inbox;
pub mod job_claims;
pub mod jobs;
pub mod leases;
pub mod left_stores;
pub mod locks;
pub mod order_differences;
mod process_lock;
pub mod reading;
pub mod recovery;
pub mod redemptions;
pub mod retention;
pub mod store_settings;
pub mod stores;
pub mod told_orders;
mod turns;

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use sqlx::{
    Any, AnyConnection, AnyPool, Connection as _, TransactionManager as _,
    any::{AnyConnectOptions, AnyPoolOptions, AnyTransactionManager, install_default_drivers},
    sqlite::SqliteConnectOptions,
};

use tracing::warn;

use self::process_lock::{Alone, ProcessLock};
use crate::kill_points;

/// How long a call waits for a connection, and SQLite for another process's write.
const PATIENCE: Duration = Duration::from_secs(10);
const POSTGRES_CONNECTIONS: u32 = 10;
/// A write that succeeded so long ago stands for the next ones: anybody may ask whether we are ready.
const WRITTEN_LATELY_MS: i64 = 1_000;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address names no database that can be used here.
    #[error("`database_url` must begin with sqlite:// or postgres://")]
    Address,
    /// The database refused or did not answer.
    #[error("the database failed: {0}")]
    Failed(#[from] sqlx::Error),
    /// The same, of a connection or a transaction as a whole.
    #[error("the database {place} failed: {source}")]
    At {
        /// Which database: a file's path, or a server and a name. Never a password.
        place: Arc<str>,
        /// Why.
        source: sqlx::Error,
    },
    /// The tables could not be brought up to date.
    #[error("the database {place} could not be migrated: {source}")]
    Migration {
        /// Which database.
        place: Arc<str>,
        /// Why.
        source: sqlx::migrate::MigrateError,
    },
    /// A row holds what this program would not have written.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Sqlite,
    Postgres,
}

/// A handle on the database; cheap to clone.
///
/// On SQLite it has one connection, so that writers of this process never collide. Whoever holds a
/// [`Tx`] must therefore not call another method of the database before it is committed or dropped.
#[derive(Debug, Clone)]
pub struct Database {
    pool: AnyPool,
    dialect: Dialect,
    place: Arc<str>,
    written_at_ms: Arc<AtomicI64>,
    lock: Option<Arc<ProcessLock>>,
}

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx {
    inner: sqlx::Transaction<'static, Any>,
    place: Arc<str>,
}

impl Database {
    /// Opens the database, creates an SQLite file that is missing, and migrates.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        install_default_drivers();
        let dialect = Dialect::of(url)?;
        let place = place(url);
        let lock = dialect.lock(url, &place);
        let pool = dialect.pool(url).await.map_err(failed_at(&place))?;
        let migrated = sqlx::migrate!("./migrations").run(&pool).await;
        migrated.map_err(|source| DatabaseError::Migration {
            place: Arc::clone(&place),
            source,
        })?;
        Ok(Self {
            pool,
            dialect,
            place,
            written_at_ms: Arc::new(AtomicI64::new(i64::MIN)),
            lock: lock.map(Arc::new),
        })
    }

    /// Connections to run single statements on.
    #[must_use]
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Begins a transaction that may write.
    ///
    /// SQLite is told so at once: a transaction that begins by reading cannot wait for another
    /// writer when it comes to write.
    pub async fn begin(&self) -> Result<Tx, DatabaseError> {
        let statement = match self.dialect {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        };
        let begun = self.pool.begin_with(statement).await;
        Ok(Tx {
            inner: begun.map_err(failed_at(&self.place))?,
            place: Arc::clone(&self.place),
        })
    }

    /// Whether the database takes writes: a full disk still answers reads. What was written within the
    /// last second is not tried again, then it is enough that it answers.
    pub async fn try_write(&self, now_ms: i64) -> Result<(), DatabaseError> {
        let last = self.written_at_ms.load(Ordering::Relaxed);
        if now_ms
            .checked_sub(last)
            .is_some_and(|age| (0..WRITTEN_LATELY_MS).contains(&age))
        {
            let read = sqlx::query("SELECT 1").execute(&self.pool).await;
            return read.map(drop).map_err(failed_at(&self.place));
        }
        let mut tx = self.begin().await?;
        let written = sqlx::query(
            "INSERT INTO readiness (id, written_at_ms) VALUES (1, $1) \
             ON CONFLICT (id) DO UPDATE SET written_at_ms = excluded.written_at_ms",
        );
        let written = written.bind(now_ms).execute(tx.connection()).await;
        written.map_err(failed_at(&self.place))?;
        tx.commit().await?;
        self.written_at_ms.store(now_ms, Ordering::Relaxed);
        Ok(())
    }

    /// Where no other process works on this database: none does while the answer is kept. On PostgreSQL
    /// that is not known.
    #[must_use]
    pub fn alone(&self) -> Option<Alone<'_>> {
        if self.dialect == Dialect::Postgres {
            return None;
        }
        let Some(lock) = &self.lock else {
            return self.is_in_memory().then_some(Alone::IN_MEMORY);
        };
        lock.alone().unwrap_or_else(|error| {
            warn!(%error, place = %self.place, "whether other processes live is not known");
            None
        })
    }

    fn is_in_memory(&self) -> bool {
        &*self.place == ":memory:"
    }

    /// Closes all connections, and tells other processes.
    pub async fn close(&self) {
        self.pool.close().await;
        if let Some(Err(error)) = self.lock.as_ref().map(|lock| lock.give_back()) {
            warn!(%error, "other processes are not told that this one has ended");
        }
    }
}

impl Tx {
    /// The connection to run this transaction's statements on.
    pub fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Commits.
    pub async fn commit(self) -> Result<(), DatabaseError> {
        kill_points::pass();
        self.inner.commit().await.map_err(failed_at(&self.place))?;
        kill_points::pass();
        Ok(())
    }
}

impl Dialect {
    fn of(url: &str) -> Result<Self, DatabaseError> {
        if url.starts_with("sqlite:") {
            return Ok(Self::Sqlite);
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Ok(Self::Postgres);
        }
        Err(DatabaseError::Address)
    }

    /// None where there is no file, or it cannot be locked.
    fn lock(self, url: &str, place: &str) -> Option<ProcessLock> {
        if self == Self::Postgres || place == ":memory:" {
            return None;
        }
        let options = SqliteConnectOptions::from_str(url).ok()?;
        let taken = ProcessLock::take(options.get_filename());
        taken
            .inspect_err(|error| warn!(%error, place, "other processes are not told of this one"))
            .ok()
    }

    async fn pool(self, url: &str) -> Result<AnyPool, sqlx::Error> {
        let options = AnyPoolOptions::new()
            .acquire_timeout(PATIENCE)
            .after_release(|connection, _| Box::pin(has_ended(connection)));
        match self {
            Self::Postgres => {
                let options = options.max_connections(POSTGRES_CONNECTIONS);
                options
                    .connect_with(AnyConnectOptions::from_str(url)?)
                    .await
            }
            Self::Sqlite => {
                // An idle SQLite connection costs nothing and an in-memory database lives in it.
                let options = options
                    .max_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None);
                let options = options.after_connect(|connection, _| {
                    Box::pin(async move { prepare_sqlite(connection).await })
                });
                options
                    .connect_with(AnyConnectOptions::from_str(&creating(url))?)
                    .await
            }
        }
    }
}

/// Whether no transaction is left open on a connection that is given back; if one is, it is closed.
///
/// After a full disk or a failed read or write SQLite has ended the transaction by itself, and neither
/// `COMMIT` nor `ROLLBACK` succeeds. The connection would be taken to be in that transaction for ever,
/// and none could be begun on it.
async fn has_ended(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    if AnyTransactionManager::get_transaction_depth(connection) == 0 {
        return Ok(true);
    }
    // A rollback may be under way: it is over when the next command is answered.
    connection.ping().await?;
    Ok(AnyTransactionManager::get_transaction_depth(connection) == 0)
}

/// Which database an address means, without the user, the password and what is set in it.
fn place(url: &str) -> Arc<str> {
    let bare = url.split('?').next().unwrap_or_default();
    let (_, place) = bare.split_once(':').unwrap_or(("", bare));
    let place = place.strip_prefix("//").unwrap_or(place);
    let place = match place.rsplit_once('@') {
        Some((_, place)) if !bare.starts_with("sqlite:") => place,
        _ => place,
    };
    Arc::from(place)
}

fn failed_at(place: &Arc<str>) -> impl FnOnce(sqlx::Error) -> DatabaseError {
    let place = Arc::clone(place);
    |source| DatabaseError::At { place, source }
}

/// SQLite opens only files that exist unless the address says otherwise.
fn creating(url: &str) -> String {
    if url.contains("mode=") || url.contains(":memory:") {
        return url.to_owned();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}mode=rwc")
}

/// Readers beside a writer, writers of other processes waited for, foreign keys kept, and every
/// commit on the disk before it is answered.
async fn prepare_sqlite(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    let patience = format!("PRAGMA busy_timeout = {}", PATIENCE.as_millis());
    for pragma in [patience.as_str(), "PRAGMA foreign_keys = ON"] {
        sqlx::query(pragma).execute(&mut *connection).await?;
    }
    // These read the file, which fails on a full disk. The file is in that mode since it was made, and
    // the other is the default: so what is asked next says at once what is wrong. An error here would
    // have it wait for another connection that fails alike.
    for pragma in ["PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL"] {
        if let Err(error) = sqlx::query(pragma).execute(&mut *connection).await {
            warn!(%error, "a connection to the database could not be prepared");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_no_password() {
        let places = [
            (
                "sqlite:///var/lib/a@b.sqlite?mode=rwc",
                "/var/lib/a@b.sqlite",
            ),
            ("sqlite://voucherbridge.sqlite", "voucherbridge.sqlite"),
            ("sqlite::memory:", ":memory:"),
            (
                "postgres://user:p%40ss@db.example.com:5432/bridge",
                "db.example.com:5432/bridge",
            ),
            ("postgresql://db/bridge?password=secret", "db/bridge"),
            ("postgres://user:p@ss?word@db/bridge", ""),
        ];
        for (url, expected) in places {
            let place = place(url);
            assert!(!place.contains("ss?"), "{place}");
            if !expected.is_empty() {
                assert_eq!(&*place, expected, "{url}");
            }
        }
    }
}
