//! Which job is taken next, and by whom.
//!
//! A class is fair between stores: the store whose turn was longest ago comes first, however many jobs
//! another one has. A worker that takes a job has it until its lease ends.

use sqlx::{AnyConnection, Row};

use super::{
    DatabaseError,
    jobs::{Class, Job, read},
};
use crate::domain::name_of;

/// The statement that finds a store's next job, written once for both databases.
macro_rules! next_job {
    ($lock:literal) => {
        concat!(
            "SELECT id, store, kind, subject, revision, attempts, created_at_ms FROM jobs ",
            "WHERE class = $1 AND store = $2 AND state = 'waiting' AND run_at_ms <= $3 ",
            "AND lease_until_ms <= $3 ORDER BY run_at_ms, id LIMIT 1",
            $lock
        )
    };
}

/// The classes of which a job is due.
pub async fn due(connection: &mut AnyConnection, now_ms: i64) -> Result<Vec<Class>, DatabaseError> {
    let query = sqlx::query(
        "SELECT class FROM (SELECT 'checkout' AS class UNION ALL SELECT 'orders' \
         UNION ALL SELECT 'bulk' UNION ALL SELECT 'chores') AS classes WHERE EXISTS \
         (SELECT 1 FROM jobs WHERE jobs.class = classes.class AND state = 'waiting' \
         AND run_at_ms <= $1 AND lease_until_ms <= $1)",
    );
    let rows = query.bind(now_ms).fetch_all(connection).await?;
    rows.iter()
        .map(|row| {
            let class: String = row.try_get("class")?;
            class
                .parse()
                .map_err(|_| DatabaseError::Unreadable("class"))
        })
        .collect()
}

/// Takes the next due job of a class for `owner`, until `lease_until_ms`.
pub async fn take(
    connection: &mut AnyConnection,
    class: Class,
    owner: &str,
    now_ms: i64,
    lease_until_ms: i64,
) -> Result<Option<Job>, DatabaseError> {
    loop {
        for store in stores_in_turn(connection, class, now_ms).await? {
            let Some(job) = next_of(connection, class, &store, now_ms).await? else {
                continue;
            };
            lease(connection, &job, owner, lease_until_ms).await?;
            end_turn(connection, class, &store).await?;
            return Ok(Some(job));
        }
        if !find_turns(connection, class, now_ms).await? {
            return Ok(None);
        }
    }
}

/// Keeps a job that takes long, until `lease_until_ms`; false where `owner` no longer has it.
pub async fn renew(
    connection: &mut AnyConnection,
    job: &Job,
    owner: &str,
    lease_until_ms: i64,
) -> Result<bool, DatabaseError> {
    let query = sqlx::query(
        "UPDATE jobs SET lease_until_ms = $1, \
         run_at_ms = CASE WHEN run_at_ms = lease_until_ms THEN $1 ELSE run_at_ms END \
         WHERE id = $2 AND lease_owner = $3",
    );
    let query = query.bind(lease_until_ms).bind(&job.id).bind(owner);
    Ok(query.execute(connection).await?.rows_affected() == 1)
}

/// The stores that have a due job. Several, as another replica may be about to take the first one's.
async fn stores_in_turn(
    connection: &mut AnyConnection,
    class: Class,
    now_ms: i64,
) -> Result<Vec<String>, DatabaseError> {
    let query = sqlx::query(
        "SELECT store FROM job_turns WHERE class = $1 AND EXISTS (SELECT 1 FROM jobs \
         WHERE jobs.class = job_turns.class AND jobs.store = job_turns.store \
         AND state = 'waiting' AND run_at_ms <= $2 AND lease_until_ms <= $2) \
         ORDER BY turn, store LIMIT 8",
    );
    let query = query.bind(name_of(class)).bind(now_ms);
    let rows = query.fetch_all(connection).await?;
    rows.iter().map(|row| Ok(row.try_get("store")?)).collect()
}

/// On PostgreSQL the row is locked, and one that another replica has locked is passed over. SQLite has
/// one writer at a time.
async fn next_of(
    connection: &mut AnyConnection,
    class: Class,
    store: &str,
    now_ms: i64,
) -> Result<Option<Job>, DatabaseError> {
    let sql = match connection.backend_name() {
        "PostgreSQL" => next_job!(" FOR UPDATE SKIP LOCKED"),
        _ => next_job!(""),
    };
    let query = sqlx::query(sql).bind(name_of(class));
    let query = query.bind(store).bind(now_ms);
    let row = query.fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

async fn lease(
    connection: &mut AnyConnection,
    job: &Job,
    owner: &str,
    until_ms: i64,
) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "UPDATE jobs SET lease_owner = $1, lease_until_ms = $2, run_at_ms = $2, \
         attempts = attempts + 1 WHERE id = $3",
    );
    let query = query.bind(owner).bind(until_ms).bind(&job.id);
    query.execute(connection).await?;
    Ok(())
}

async fn end_turn(
    connection: &mut AnyConnection,
    class: Class,
    store: &str,
) -> Result<(), DatabaseError> {
    let query = sqlx::query(
        "UPDATE job_turns SET turn = (SELECT MAX(last.turn) + 1 FROM job_turns AS last \
         WHERE last.class = $1) WHERE class = $1 AND store = $2",
    );
    let query = query.bind(name_of(class)).bind(store);
    query.execute(connection).await?;
    Ok(())
}

/// Lets stores that never had a turn have one; false where there are none.
async fn find_turns(
    connection: &mut AnyConnection,
    class: Class,
    now_ms: i64,
) -> Result<bool, DatabaseError> {
    let query = sqlx::query(
        "INSERT INTO job_turns (class, store, turn) SELECT DISTINCT class, store, 0 FROM jobs \
         WHERE class = $1 AND state = 'waiting' AND run_at_ms <= $2 AND NOT EXISTS \
         (SELECT 1 FROM job_turns AS known WHERE known.class = jobs.class \
         AND known.store = jobs.store) ON CONFLICT (class, store) DO NOTHING",
    );
    let query = query.bind(name_of(class)).bind(now_ms);
    Ok(query.execute(connection).await?.rows_affected() > 0)
}
