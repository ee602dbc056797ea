//! The database: SQLite or PostgreSQL, from one SQL.
//!
//! Rules of that SQL: `$1` placeholders; `BIGINT` for integers, milliseconds and booleans, `TEXT`
//! for everything else (JSON included); upserts by `ON CONFLICT`; nothing that only one of the two
//! understands.

pub mod audit;
pub mod cache;
pub mod card_refunds;
pub mod checkouts;
pub mod dropped_codes;
pub mod due_locks;
pub mod facts;
pub mod inbox;
pub mod job_claims;
pub mod jobs;
pub mod left_stores;
pub mod locks;
pub mod order_differences;
mod pools;
mod process_lock;
pub mod reading;
pub mod recovery;
pub mod redemptions;
pub mod retention;
pub mod store_settings;
pub mod stores;
mod turns;
pub mod voucherify_orders;

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use sqlx::{Any, AnyConnection, AnyPool, any::install_default_drivers, pool::PoolConnection};
use tracing::warn;

use self::{
    pools::{Dialect, sqlite_readers},
    process_lock::{Alone, ProcessLock},
};
use crate::kill_points;

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
    /// Somebody else changed a row since it was read.
    #[error("the {0} was changed by somebody else meanwhile")]
    Changed(&'static str),
    /// A row holds what this program would not have written.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
}

/// A handle on the database; cheap to clone.
///
/// On SQLite one connection writes, so that writers of this process never collide, and a few read beside it.
/// Whoever holds a [`Tx`] must therefore not call another method of the database before it is committed or
/// dropped.
#[derive(Debug, Clone)]
pub struct Database {
    pool: AnyPool,
    readers: AnyPool,
    dialect: Dialect,
    place: Arc<str>,
    written_at_ms: Arc<AtomicI64>,
    commits: Arc<AtomicU64>,
    lock: Option<Arc<ProcessLock>>,
}

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx {
    inner: sqlx::Transaction<'static, Any>,
    commits: Arc<AtomicU64>,
    place: Arc<str>,
}

impl Database {
    /// Opens the database, creates an SQLite file that is missing, and migrates.
    pub async fn connect(url: &str) -> Result<Self, DatabaseError> {
        install_default_drivers();
        let dialect = Dialect::of(url).ok_or(DatabaseError::Address)?;
        let place = place(url);
        let lock = dialect.lock(url, &place);
        let pool = dialect.pool(url).await.map_err(failed_at(&place))?;
        let migrated = sqlx::migrate!("./migrations").run(&pool).await;
        migrated.map_err(|source| DatabaseError::Migration {
            place: Arc::clone(&place),
            source,
        })?;
        let readers = match dialect {
            Dialect::Sqlite if &*place != ":memory:" => {
                sqlite_readers(url).await.map_err(failed_at(&place))?
            }
            _ => pool.clone(),
        };
        Ok(Self {
            pool,
            readers,
            dialect,
            place,
            written_at_ms: Arc::new(AtomicI64::new(i64::MIN)),
            commits: Arc::default(),
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
            commits: Arc::clone(&self.commits),
            place: Arc::clone(&self.place),
        })
    }

    /// A connection to read on, beside whoever writes: it sees all that is committed.
    pub async fn read(&self) -> Result<PoolConnection<Any>, DatabaseError> {
        let reader = self.readers.acquire().await;
        reader.map_err(failed_at(&self.place))
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

    /// How many transactions were committed by this handle and its clones: each is waited for until it is on
    /// the disk.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Closes all connections, and tells other processes.
    pub async fn close(&self) {
        self.readers.close().await;
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
        self.commits.fetch_add(1, Ordering::Relaxed);
        kill_points::pass();
        Ok(())
    }
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
