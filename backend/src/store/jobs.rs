//! Durable work.
//!
//! A table of our own and not a queue of a library's: a job has to be written in the transaction
//! of the change that asks for it, on either database. A job is a thing to do (`kind`, `subject`),
//! not a message: asking again for what waits already merges into it.

use sqlx::{AnyConnection, Row};

use super::StoreError;
use crate::domain::StoreHash;

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobKind {
    /// Give up the lock named by the subject, if it never became `held`.
    SettleApply,
    /// Release the lock named by the subject.
    ReleaseLock,
    /// Bring the codes of the checkout named by the subject up to date.
    RefreshCheckout,
    /// Take coupons of ours off the cart named by the subject, if they were made for others.
    EvictCoupon,
    /// Act on the order named by the subject.
    ProcessOrder,
    /// Delete the native part of the lock named by the subject, whose order has settled.
    CleanUpNative,
    /// Mark the order named by the subject, which is not what its codes were validated for.
    FlagOrder,
}

impl JobKind {
    const NAMES: [(Self, &'static str); 7] = [
        (Self::SettleApply, "settle_apply"),
        (Self::ReleaseLock, "release_lock"),
        (Self::RefreshCheckout, "refresh_checkout"),
        (Self::EvictCoupon, "evict_coupon"),
        (Self::ProcessOrder, "process_order"),
        (Self::CleanUpNative, "clean_up_native"),
        (Self::FlagOrder, "flag_order"),
    ];

    /// The name in the database and in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(kind, _)| *kind == self);
        named.map_or("", |(_, name)| name)
    }

    fn parse(text: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .find(|(_, name)| *name == text)
            .map(|(kind, _)| *kind)
    }
}

/// A job this process has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The row.
    pub id: String,
    /// The store.
    pub store: StoreHash,
    /// What to do.
    pub kind: JobKind,
    /// With what.
    pub subject: String,
    /// What had been asked for when it was taken.
    pub revision: i64,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// When it was first asked for.
    pub created_at_ms: i64,
}

/// A job that has given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedJob {
    /// What was to be done.
    pub kind: String,
    /// With what.
    pub subject: String,
    /// Why it was not.
    pub reason: String,
}

/// Asks for a job at `run_at_ms`; one that waits already runs at the earlier of both times, and
/// one that had failed is tried afresh. One that runs is asked for again: at that time, or sooner
/// where somebody else asked since it began ([`take`] has it due at the end of its lease).
pub async fn enqueue(
    connection: &mut AnyConnection,
    store: &StoreHash,
    kind: JobKind,
    subject: &str,
    run_at_ms: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO jobs (id, store, kind, subject, revision, state, run_at_ms, attempts, \
         lease_owner, lease_until_ms, last_error, created_at_ms) \
         VALUES ($1, $2, $3, $4, 1, 'waiting', $5, 0, NULL, 0, NULL, $6) \
         ON CONFLICT (store, kind, subject) DO UPDATE SET revision = jobs.revision + 1, \
         run_at_ms = CASE WHEN jobs.state = 'waiting' AND jobs.run_at_ms < excluded.run_at_ms \
         AND (jobs.lease_owner IS NULL OR jobs.run_at_ms <> jobs.lease_until_ms) \
         THEN jobs.run_at_ms ELSE excluded.run_at_ms END, \
         attempts = CASE WHEN jobs.state = 'failed' THEN 0 ELSE jobs.attempts END, \
         created_at_ms = CASE WHEN jobs.state = 'failed' THEN excluded.created_at_ms \
         ELSE jobs.created_at_ms END, \
         state = 'waiting'",
    )
    .bind(uuid::Uuid::now_v7().to_string())
    .bind(store.as_str())
    .bind(kind.as_str())
    .bind(subject)
    .bind(run_at_ms)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes back a job that was asked for at `run_at_ms`, if nobody has begun it and nobody wants it
/// sooner: a webhook that came meanwhile tells of something newer.
pub async fn withdraw(
    connection: &mut AnyConnection,
    store: &StoreHash,
    kind: JobKind,
    subject: &str,
    run_at_ms: i64,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "DELETE FROM jobs WHERE store = $1 AND kind = $2 AND subject = $3 \
         AND run_at_ms >= $4 AND lease_owner IS NULL",
    );
    query
        .bind(store.as_str())
        .bind(kind.as_str())
        .bind(subject)
        .bind(run_at_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes the next due job for `owner`, until `lease_until_ms`.
pub async fn take(
    connection: &mut AnyConnection,
    owner: &str,
    now_ms: i64,
    lease_until_ms: i64,
) -> Result<Option<Job>, StoreError> {
    let due = sqlx::query(
        "SELECT id, store, kind, subject, revision, attempts, created_at_ms, lease_until_ms \
         FROM jobs WHERE state = 'waiting' AND run_at_ms <= $1 AND lease_until_ms <= $1 \
         ORDER BY run_at_ms, id LIMIT 8",
    );
    for row in due.bind(now_ms).fetch_all(&mut *connection).await? {
        let id: String = row.try_get("id")?;
        let seen: i64 = row.try_get("lease_until_ms")?;
        // Another worker may have been quicker: the lease is ours only if it is as it was seen.
        let taken = sqlx::query(
            "UPDATE jobs SET lease_owner = $1, lease_until_ms = $2, run_at_ms = $2, \
             attempts = attempts + 1 \
             WHERE id = $3 AND lease_until_ms = $4 AND state = 'waiting'",
        )
        .bind(owner)
        .bind(lease_until_ms)
        .bind(&id)
        .bind(seen)
        .execute(&mut *connection)
        .await?;
        if taken.rows_affected() == 0 {
            continue;
        }
        let kind: String = row.try_get("kind")?;
        let store: String = row.try_get("store")?;
        return Ok(Some(Job {
            id,
            store: StoreHash::parse(&store).map_err(|_| StoreError::Unreadable("job"))?,
            kind: JobKind::parse(&kind).ok_or(StoreError::Unreadable("job"))?,
            subject: row.try_get("subject")?,
            revision: row.try_get("revision")?,
            attempts: row.try_get::<i64, _>("attempts")? + 1,
            created_at_ms: row.try_get("created_at_ms")?,
        }));
    }
    Ok(None)
}

/// Ends a job that is done; one that was asked for again meanwhile stays, to run again as a new one.
pub async fn finish(
    connection: &mut AnyConnection,
    job: &Job,
    owner: &str,
) -> Result<(), StoreError> {
    let ended =
        sqlx::query("DELETE FROM jobs WHERE id = $1 AND lease_owner = $2 AND revision = $3")
            .bind(&job.id)
            .bind(owner)
            .bind(job.revision)
            .execute(&mut *connection)
            .await?;
    if ended.rows_affected() == 1 {
        return Ok(());
    }
    sqlx::query(
        "UPDATE jobs SET lease_owner = NULL, lease_until_ms = 0, attempts = 0, \
         created_at_ms = run_at_ms \
         WHERE id = $1 AND lease_owner = $2",
    )
    .bind(&job.id)
    .bind(owner)
    .execute(connection)
    .await?;
    Ok(())
}

/// Puts a job back to be tried again at `run_at_ms`.
pub async fn retry(
    connection: &mut AnyConnection,
    job: &Job,
    owner: &str,
    run_at_ms: i64,
    error: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE jobs SET lease_owner = NULL, lease_until_ms = 0, last_error = $1, \
         run_at_ms = CASE WHEN revision = $2 THEN $3 ELSE run_at_ms END \
         WHERE id = $4 AND lease_owner = $5",
    )
    .bind(error)
    .bind(job.revision)
    .bind(run_at_ms)
    .bind(&job.id)
    .bind(owner)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives a job up: it needs a person.
pub async fn fail(
    connection: &mut AnyConnection,
    job: &Job,
    owner: &str,
    error: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE jobs SET lease_owner = NULL, lease_until_ms = 0, last_error = $1, \
         state = CASE WHEN revision = $2 THEN 'failed' ELSE state END \
         WHERE id = $3 AND lease_owner = $4",
    )
    .bind(error)
    .bind(job.revision)
    .bind(&job.id)
    .bind(owner)
    .execute(connection)
    .await?;
    Ok(())
}

/// When the next waiting job is due, Unix milliseconds.
pub async fn next_due(connection: &mut AnyConnection) -> Result<Option<i64>, StoreError> {
    let query = sqlx::query(
        "SELECT run_at_ms, lease_until_ms FROM jobs WHERE state = 'waiting' \
         ORDER BY run_at_ms LIMIT 1",
    );
    let Some(row) = query.fetch_optional(connection).await? else {
        return Ok(None);
    };
    let (run_at, leased): (i64, i64) = (row.try_get("run_at_ms")?, row.try_get("lease_until_ms")?);
    Ok(Some(run_at.max(leased)))
}

/// The jobs of a store that need a person.
pub async fn failed(
    connection: &mut AnyConnection,
    store: &StoreHash,
) -> Result<Vec<FailedJob>, StoreError> {
    let query = sqlx::query(
        "SELECT kind, subject, last_error FROM jobs WHERE store = $1 AND state = 'failed' \
         ORDER BY run_at_ms",
    );
    let rows = query.bind(store.as_str()).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            Ok(FailedJob {
                kind: row.try_get("kind")?,
                subject: row.try_get("subject")?,
                reason: row
                    .try_get::<Option<String>, _>("last_error")?
                    .unwrap_or_default(),
            })
        })
        .collect()
}
