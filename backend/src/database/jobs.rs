//! Durable work.
//!
//! A table of our own and not a queue of a library's: a job has to be written in the transaction
//! of the change that asks for it, on either database. A job is a thing to do (`kind`, `subject`),
//! not a message: asking again for what waits already merges into it.
//!
//! The table holds names and subjects as text: what a row asks for, this version of the program may not
//! know. Such a row is parked and not an error of the table.

use sqlx::{AnyConnection, Row, any::AnyRow};
use strum::{EnumIter, EnumString, IntoEnumIterator as _, IntoStaticStr};

use super::DatabaseError;
use crate::{
    clock::MINUTE_MS,
    domain::{StoreHash, name_of},
};

/// Jobs of one class never wait for those of another: each has workers of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Class {
    /// A shopper may be waiting.
    Checkout,
    /// Orders that somebody told of.
    Orders,
    /// Whatever may wait: what was looked for, and what is tidied.
    Bulk,
    /// Chores, which are done again and again.
    Chores,
}

/// What there is to do. Its name is in the database and in metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum JobKind {
    /// Give up the lock named by the subject, if it never became `held`.
    UndoApply,
    /// Release the lock named by the subject.
    ReleaseLock,
    /// Bring the codes of the checkout named by the subject up to date.
    RefreshCheckout,
    /// Take coupons of ours off the cart named by the subject, if they were made for others.
    EvictCoupon,
    /// Act on the order named by the subject.
    ProcessOrder,
    /// Delete the native part of the lock named by the subject, whose order is over.
    CleanUpNative,
    /// Mark the order named by the subject, which is not what its codes were validated for.
    FlagOrder,
    /// Chore: look for what no webhook and no page tells.
    Sweep,
    /// Chore: read the orders and refunds that changed.
    ReadAgain,
    /// Chore: ask again for what was given up.
    AskAgain,
    /// Chore: see to webhooks and scripts.
    LookAfterSetup,
    /// Chore: say that a script is gone.
    ReportScripts,
    /// Chore: delete what was left over at BigCommerce.
    SweepNative,
    /// Chore: forget what nobody needs any more.
    Forget,
}

impl JobKind {
    /// Who does it.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::UndoApply | Self::ReleaseLock | Self::RefreshCheckout | Self::EvictCoupon => {
                Class::Checkout
            }
            Self::ProcessOrder | Self::FlagOrder => Class::Orders,
            Self::CleanUpNative => Class::Bulk,
            _ => Class::Chores,
        }
    }

    /// What is done again and again for each store.
    pub fn chores() -> impl Iterator<Item = Self> {
        Self::iter().filter(|kind| kind.every_ms().is_some())
    }

    /// How often a chore is done, in milliseconds; none for what is done once.
    #[must_use]
    pub fn every_ms(self) -> Option<i64> {
        match self {
            Self::Sweep => Some(MINUTE_MS),
            Self::ReadAgain => Some(5 * MINUTE_MS),
            Self::AskAgain | Self::LookAfterSetup | Self::SweepNative | Self::Forget => {
                Some(60 * MINUTE_MS)
            }
            Self::ReportScripts => Some(24 * 60 * MINUTE_MS),
            _ => None,
        }
    }
}

/// A job this process has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The row.
    pub id: String,
    /// The store.
    pub store: String,
    /// What to do.
    pub kind: String,
    /// With what.
    pub subject: String,
    /// What had been asked for when it was taken.
    pub revision: i64,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// When it was first asked for.
    pub created_at_ms: i64,
}

/// A parked job, or a chore that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedJob {
    /// The row.
    pub id: String,
    /// The store.
    pub store: String,
    /// What was to be done.
    pub kind: String,
    /// With what.
    pub subject: String,
    /// Why it was not.
    pub reason: String,
    /// Whether it waits to be asked for again.
    pub is_parked: bool,
}

/// Asks for a job at `run_at_ms`; one that waits already runs at the earlier of both times, and
/// one that was parked is tried afresh. One that runs is asked for again: at that time, or sooner
/// where somebody else asked since it began ([`take`](super::job_claims::take) has it due at the end of its lease).
pub async fn enqueue(
    connection: &mut AnyConnection,
    store: &StoreHash,
    kind: JobKind,
    subject: &str,
    run_at_ms: i64,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    let class = kind.class();
    ask(connection, store, (kind, class), subject, run_at_ms, now_ms).await
}

/// The same, now, for what nobody waits for. What is asked for otherwise too keeps its own class.
pub async fn enqueue_in_bulk(
    connection: &mut AnyConnection,
    store: &StoreHash,
    kind: JobKind,
    subject: &str,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    let class = Class::Bulk;
    ask(connection, store, (kind, class), subject, now_ms, now_ms).await
}

async fn ask(
    connection: &mut AnyConnection,
    store: &StoreHash,
    (kind, class): (JobKind, Class),
    subject: &str,
    run_at_ms: i64,
    now_ms: i64,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO jobs (id, store, kind, subject, revision, state, run_at_ms, attempts, \
         lease_owner, lease_until_ms, last_error, created_at_ms, class) \
         VALUES ($1, $2, $3, $4, 1, 'waiting', $5, 0, NULL, 0, NULL, $6, $7) \
         ON CONFLICT (store, kind, subject) DO UPDATE SET revision = jobs.revision + 1, \
         run_at_ms = CASE WHEN jobs.state = 'waiting' AND jobs.run_at_ms < excluded.run_at_ms \
         AND (jobs.lease_owner IS NULL OR jobs.run_at_ms <> jobs.lease_until_ms) \
         THEN jobs.run_at_ms ELSE excluded.run_at_ms END, \
         attempts = CASE WHEN jobs.state = 'parked' THEN 0 ELSE jobs.attempts END, \
         created_at_ms = CASE WHEN jobs.state = 'parked' THEN excluded.created_at_ms \
         ELSE jobs.created_at_ms END, \
         class = CASE WHEN jobs.class = 'bulk' THEN excluded.class ELSE jobs.class END, \
         state = 'waiting'",
    )
    .bind(uuid::Uuid::now_v7().to_string())
    .bind(store.as_str())
    .bind(name_of(kind))
    .bind(subject)
    .bind(run_at_ms)
    .bind(now_ms)
    .bind(name_of(class))
    .execute(connection)
    .await?;
    Ok(())
}

/// Has a chore done for a store, from then on. One that is done already keeps its time; one that was
/// parked, by a version that did not know it, is taken up again.
pub async fn plan(
    connection: &mut AnyConnection,
    store: &StoreHash,
    chore: JobKind,
    run_at_ms: i64,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "INSERT INTO jobs (id, store, kind, subject, revision, state, run_at_ms, attempts, \
         lease_owner, lease_until_ms, last_error, created_at_ms, class) \
         VALUES ($1, $2, $3, '', 1, 'waiting', $4, 0, NULL, 0, NULL, $4, $5) \
         ON CONFLICT (store, kind, subject) DO UPDATE SET state = 'waiting', attempts = 0, \
         run_at_ms = excluded.run_at_ms, created_at_ms = excluded.created_at_ms \
         WHERE jobs.state = 'parked'",
    )
    .bind(uuid::Uuid::now_v7().to_string())
    .bind(store.as_str())
    .bind(name_of(chore))
    .bind(run_at_ms)
    .bind(name_of(chore.class()))
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
) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "DELETE FROM jobs WHERE store = $1 AND kind = $2 AND subject = $3 \
         AND run_at_ms >= $4 AND lease_owner IS NULL",
    );
    query
        .bind(store.as_str())
        .bind(name_of(kind))
        .bind(subject)
        .bind(run_at_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends a job that is done; one that was asked for again meanwhile stays, to run again as a new one.
pub async fn finish(
    connection: &mut AnyConnection,
    job: &Job,
    owner: &str,
) -> Result<(), DatabaseError> {
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

/// Ends a chore until it is to be done again, or was asked for meanwhile.
pub async fn rest(
    connection: &mut AnyConnection,
    job: &Job,
    owner: &str,
    run_at_ms: i64,
) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "UPDATE jobs SET lease_owner = NULL, lease_until_ms = 0, attempts = 0, last_error = NULL, \
         run_at_ms = CASE WHEN revision = $1 THEN $2 ELSE run_at_ms END \
         WHERE id = $3 AND lease_owner = $4",
    );
    let query = query.bind(job.revision).bind(run_at_ms);
    query.bind(&job.id).bind(owner).execute(connection).await?;
    Ok(())
}

/// Puts a job back to be tried again at `run_at_ms`.
pub async fn retry(
    connection: &mut AnyConnection,
    job: &Job,
    owner: &str,
    run_at_ms: i64,
    error: &str,
) -> Result<(), DatabaseError> {
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

/// Parks a job: it needs a person. One that was asked for again meanwhile is tried once more.
pub async fn park(
    connection: &mut AnyConnection,
    job: &Job,
    owner: &str,
    reason: &str,
) -> Result<(), DatabaseError> {
    sqlx::query(
        "UPDATE jobs SET lease_owner = NULL, lease_until_ms = 0, last_error = $1, \
         state = CASE WHEN revision = $2 THEN 'parked' ELSE state END \
         WHERE id = $3 AND lease_owner = $4",
    )
    .bind(reason)
    .bind(job.revision)
    .bind(&job.id)
    .bind(owner)
    .execute(connection)
    .await?;
    Ok(())
}

/// The jobs that need a person and the chores that failed, of all stores.
pub async fn parked(connection: &mut AnyConnection) -> Result<Vec<ParkedJob>, DatabaseError> {
    let query = sqlx::query(
        "SELECT id, store, kind, subject, last_error, state FROM jobs \
         WHERE (class IN ('checkout', 'orders', 'bulk', 'chores') AND state = 'parked') \
         OR (class = 'chores' AND state = 'waiting' AND last_error IS NOT NULL) \
         ORDER BY store, kind, subject",
    );
    let rows = query.fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let reason: Option<String> = row.try_get("last_error")?;
            Ok(ParkedJob {
                id: row.try_get("id")?,
                store: row.try_get("store")?,
                kind: row.try_get("kind")?,
                subject: row.try_get("subject")?,
                reason: reason.unwrap_or_default(),
                is_parked: row.try_get::<String, _>("state")? == "parked",
            })
        })
        .collect()
}

/// Asks for a parked job again; false where it is not parked.
pub async fn unpark(
    connection: &mut AnyConnection,
    id: &str,
    now_ms: i64,
) -> Result<bool, DatabaseError> {
    let query = sqlx::query(
        "UPDATE jobs SET state = 'waiting', run_at_ms = $1, created_at_ms = $1, attempts = 0, \
         revision = revision + 1 WHERE id = $2 AND state = 'parked'",
    );
    let done = query.bind(now_ms).bind(id).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}

pub(super) fn read(row: &AnyRow) -> Result<Job, DatabaseError> {
    Ok(Job {
        id: row.try_get("id")?,
        store: row.try_get("store")?,
        kind: row.try_get("kind")?,
        subject: row.try_get("subject")?,
        revision: row.try_get("revision")?,
        attempts: row.try_get::<i64, _>("attempts")? + 1,
        created_at_ms: row.try_get("created_at_ms")?,
    })
}
