//! The connections of either database.

use std::{str::FromStr, time::Duration};

use sqlx::{
    AnyConnection, AnyPool, AssertSqlSafe, Connection as _,
    any::{AnyConnectOptions, AnyPoolOptions},
    sqlite::SqliteConnectOptions,
};
use tracing::warn;

use super::process_lock::ProcessLock;

/// How long a call waits for a connection, and SQLite for another process's write.
const PATIENCE: Duration = Duration::from_secs(10);
const POSTGRES_CONNECTIONS: u32 = 10;
const SQLITE_READERS: u32 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// None for an address of another kind of database.
    pub(super) fn of(url: &str) -> Option<Self> {
        if url.starts_with("sqlite:") {
            return Some(Self::Sqlite);
        }
        let is_postgres = url.starts_with("postgres:") || url.starts_with("postgresql:");
        is_postgres.then_some(Self::Postgres)
    }

    /// None where there is no file, or it cannot be locked.
    pub(super) fn lock(self, url: &str, place: &str) -> Option<ProcessLock> {
        if self == Self::Postgres || place == ":memory:" {
            return None;
        }
        let options = SqliteConnectOptions::from_str(url).ok()?;
        let taken = ProcessLock::take(options.get_filename());
        taken
            .inspect_err(|error| warn!(%error, place, "other processes are not told of this one"))
            .ok()
    }

    pub(super) async fn pool(self, url: &str) -> Result<AnyPool, sqlx::Error> {
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

/// Readers of an SQLite file that is there already.
pub(super) async fn sqlite_readers(url: &str) -> Result<AnyPool, sqlx::Error> {
    let options = AnyPoolOptions::new()
        .acquire_timeout(PATIENCE)
        .max_connections(SQLITE_READERS)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(|connection, _| {
            Box::pin(async move {
                let patience = format!("PRAGMA busy_timeout = {}", PATIENCE.as_millis());
                let patience = sqlx::query(AssertSqlSafe(patience));
                for pragma in [patience, sqlx::query("PRAGMA query_only = ON")] {
                    pragma.execute(&mut *connection).await?;
                }
                Ok(())
            })
        });
    options
        .connect_with(AnyConnectOptions::from_str(&creating(url))?)
        .await
}

/// Whether no transaction is left open on a connection that is given back; if one is, it is closed.
///
/// After a full disk or a failed read or write SQLite has ended the transaction by itself, and neither
/// `COMMIT` nor `ROLLBACK` succeeds. The connection would be taken to be in that transaction for ever,
/// and none could be begun on it.
async fn has_ended(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    if !connection.is_in_transaction() {
        return Ok(true);
    }
    // A rollback may be under way: it is over when the next command is answered.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
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
    let patience = sqlx::query(AssertSqlSafe(patience));
    for pragma in [patience, sqlx::query("PRAGMA foreign_keys = ON")] {
        pragma.execute(&mut *connection).await?;
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
