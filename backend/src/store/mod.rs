//! The database: SQLite or PostgreSQL, from one SQL.
//!
//! Rules of that SQL: `$1` placeholders; `BIGINT` for integers, milliseconds and booleans, `TEXT`
//! for everything else (JSON included); upserts by `ON CONFLICT`; nothing that only one of the two
//! understands.

pub mod audit;
pub mod cache;
pub mod card_refunds;
pub mod dropped_codes;
pub mod inbox;
pub mod jobs;
pub mod leases;
pub mod locks;
pub mod order_differences;
pub mod recovery;
pub mod redemptions;
pub mod stores;

use std::{str::FromStr, time::Duration};

use sqlx::{
    Any, AnyConnection, AnyPool,
    any::{AnyConnectOptions, AnyPoolOptions, install_default_drivers},
};

use crate::kill_points;

/// How long a call waits for a connection, and SQLite for another process's write.
const PATIENCE: Duration = Duration::from_secs(10);
const POSTGRES_CONNECTIONS: u32 = 10;

/// Why the database did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names no database that can be used here.
    #[error("`database_url` must begin with sqlite:// or postgres://")]
    Address,
    /// The database refused or did not answer.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
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
/// [`Tx`] must therefore not call another method of the store before it is committed or dropped.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    dialect: Dialect,
}

/// A transaction. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx {
    inner: sqlx::Transaction<'static, Any>,
}

impl Store {
    /// Opens the database, creates an SQLite file that is missing, and migrates.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        install_default_drivers();
        let dialect = Dialect::of(url)?;
        let store = Self {
            pool: dialect.pool(url).await?,
            dialect,
        };
        sqlx::migrate!("./migrations").run(&store.pool).await?;
        Ok(store)
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
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let statement = match self.dialect {
            Dialect::Sqlite => "BEGIN IMMEDIATE",
            Dialect::Postgres => "BEGIN",
        };
        Ok(Tx {
            inner: self.pool.begin_with(statement).await?,
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Whether no other process works on this database, which is what SQLite is for.
    #[must_use]
    pub fn is_single_process(&self) -> bool {
        self.dialect == Dialect::Sqlite
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Tx {
    /// The connection to run this transaction's statements on.
    pub fn connection(&mut self) -> &mut AnyConnection {
        &mut self.inner
    }

    /// Commits.
    pub async fn commit(self) -> Result<(), StoreError> {
        kill_points::pass();
        self.inner.commit().await?;
        kill_points::pass();
        Ok(())
    }
}

impl Dialect {
    fn of(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            return Ok(Self::Sqlite);
        }
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Ok(Self::Postgres);
        }
        Err(StoreError::Address)
    }

    async fn pool(self, url: &str) -> Result<AnyPool, sqlx::Error> {
        let options = AnyPoolOptions::new().acquire_timeout(PATIENCE);
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
    let pragmas = [
        patience.as_str(),
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
    ];
    for pragma in pragmas {
        sqlx::query(pragma).execute(&mut *connection).await?;
    }
    Ok(())
}
