//! Durable work: merged, taken once, tried again, given up.

use sqlx::Row as _;
use voucherbridge::{
    database::{
        Database, job_claims,
        jobs::{self, Class, Job, JobKind},
        recovery,
    },
    domain::StoreHash,
};

use super::opened::{databases, shop};

async fn enqueue(database: &Database, subject: &str, run_at: i64) {
    let mut tx = database.begin().await.unwrap();
    let kind = JobKind::ProcessOrder;
    jobs::enqueue(tx.connection(), &shop(), kind, subject, run_at, 0)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn take(database: &Database, owner: &str, now: i64) -> Option<Job> {
    let mut tx = database.begin().await.unwrap();
    let job = job_claims::take(tx.connection(), Class::Orders, owner, now, now + 100)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    job
}

async fn finish(database: &Database, job: &Job, owner: &str) {
    let mut tx = database.begin().await.unwrap();
    jobs::finish(tx.connection(), job, owner).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn asking_again_merges_and_the_earlier_time_counts() {
    for opened in databases().await {
        let database = &opened.database;
        enqueue(database, "7", 50).await;
        enqueue(database, "7", 20).await;
        enqueue(database, "7", 90).await;
        assert_eq!(take(database, "a", 19).await, None, "{}", opened.kind);
        let job = take(database, "a", 20).await.unwrap();
        assert_eq!(
            (job.subject.as_str(), job.attempts),
            ("7", 1),
            "{}",
            opened.kind
        );
        finish(database, &job, "a").await;
        assert_eq!(take(database, "a", 1_000).await, None, "{}", opened.kind);
    }
}

#[tokio::test]
async fn what_is_asked_for_while_it_runs_runs_again() {
    for opened in databases().await {
        let database = &opened.database;
        enqueue(database, "7", 0).await;
        let job = take(database, "a", 0).await.unwrap();
        enqueue(database, "7", 10).await;
        assert_eq!(
            take(database, "b", 10).await,
            None,
            "{}: it runs",
            opened.kind
        );
        finish(database, &job, "a").await;
        let again = take(database, "b", 10).await;
        assert!(again.is_some(), "{}", opened.kind);
    }
}

#[tokio::test]
async fn a_job_that_asks_for_itself_runs_when_it_asked_to() {
    for opened in databases().await {
        let database = &opened.database;
        enqueue(database, "7", 0).await;
        let job = take(database, "a", 10).await.unwrap();
        enqueue(database, "7", 5_000).await;
        finish(database, &job, "a").await;
        assert_eq!(take(database, "b", 4_999).await, None, "{}", opened.kind);
        let job = take(database, "b", 5_000).await.unwrap();
        // Not as old as the one that asked for it: it is not given up for that one's age.
        assert_eq!((job.created_at_ms, job.attempts), (5_000, 1));
        enqueue(database, "7", 9_000).await;
        enqueue(database, "7", 5_010).await;
        enqueue(database, "7", 8_000).await;
        finish(database, &job, "b").await;
        let sooner = take(database, "c", 5_010).await;
        assert!(sooner.is_some(), "{}: somebody else asked too", opened.kind);
    }
}

#[tokio::test]
async fn a_dead_workers_job_is_taken_over_and_its_word_counts_no_more() {
    for opened in databases().await {
        let database = &opened.database;
        enqueue(database, "7", 0).await;
        let lost = take(database, "dead", 0).await.unwrap();
        assert_eq!(take(database, "b", 99).await, None, "{}", opened.kind);
        let taken = take(database, "b", 100).await.unwrap();
        assert_eq!(taken.attempts, 2, "{}", opened.kind);
        finish(database, &lost, "dead").await;
        let query = sqlx::query("SELECT run_at_ms FROM jobs");
        let due: i64 = query.fetch_one(database.pool()).await.unwrap().get(0);
        assert_eq!(due, 200, "{}: the job of b is still there", opened.kind);
        finish(database, &taken, "b").await;
        assert_eq!(take(database, "c", 1_000).await, None, "{}", opened.kind);
    }
}

/// Its lease would have ended a good while later.
#[tokio::test]
async fn a_job_that_a_dead_process_had_begun_is_due_at_the_next_start() {
    for opened in databases().await {
        let database = &opened.database;
        for subject in ["begun", "begun and asked for again", "waiting"] {
            enqueue(
                database,
                subject,
                if subject == "waiting" { 900 } else { 0 },
            )
            .await;
        }
        take(database, "dead", 0).await.unwrap();
        take(database, "dead", 0).await.unwrap();
        enqueue(database, "begun and asked for again", 50).await;
        let mut tx = database.begin().await.unwrap();
        recovery::free_all(tx.connection(), 10).await.unwrap();
        tx.commit().await.unwrap();
        let job = take(database, "b", 10).await.unwrap();
        assert_eq!(job.subject, "begun", "{}", opened.kind);
        assert_eq!(take(database, "b", 49).await, None, "{}", opened.kind);
        let job = take(database, "b", 50).await.unwrap();
        assert_eq!(job.subject, "begun and asked for again");
        finish(database, &job, "b").await;
        assert_eq!(take(database, "b", 105).await, None, "{}", opened.kind);
    }
}

#[tokio::test]
async fn is_tried_again_given_up_and_asked_for_afresh() {
    for opened in databases().await {
        let database = &opened.database;
        enqueue(database, "7", 0).await;
        let job = take(database, "a", 0).await.unwrap();
        let mut tx = database.begin().await.unwrap();
        jobs::retry(tx.connection(), &job, "a", 500, "busy")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(take(database, "a", 499).await, None, "{}", opened.kind);
        let job = take(database, "a", 500).await.unwrap();
        let mut tx = database.begin().await.unwrap();
        jobs::park(tx.connection(), &job, "a", "no use")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(take(database, "a", 10_000).await, None, "{}", opened.kind);
        let mut tx = database.begin().await.unwrap();
        let failed = jobs::parked(tx.connection()).await.unwrap();
        assert_eq!(failed.len(), 1, "{}", opened.kind);
        assert_eq!(failed[0].reason, "no use", "{}", opened.kind);
        drop(tx);
        let mut tx = database.begin().await.unwrap();
        let kind = JobKind::ProcessOrder;
        jobs::enqueue(tx.connection(), &shop(), kind, "7", 600, 600)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let afresh = take(database, "a", 600).await.unwrap();
        let (attempts, created) = (afresh.attempts, afresh.created_at_ms);
        assert_eq!((attempts, created), (1, 600), "{}", opened.kind);
    }
}

#[tokio::test]
async fn is_taken_back_unless_somebody_wants_it_sooner() {
    for opened in databases().await {
        let database = &opened.database;
        for (subject, sooner) in [("7", false), ("8", true)] {
            enqueue(database, subject, 60).await;
            if sooner {
                enqueue(database, subject, 10).await;
            }
            let mut tx = database.begin().await.unwrap();
            let kind = JobKind::ProcessOrder;
            jobs::withdraw(tx.connection(), &shop(), kind, subject, 60)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let left = take(database, "a", 100).await;
            assert_eq!(left.is_some(), sooner, "{}", opened.kind);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_workers_take_each_job_once() {
    for opened in databases().await {
        for subject in 0..30 {
            enqueue(&opened.database, &subject.to_string(), 0).await;
        }
        let mut workers = tokio::task::JoinSet::new();
        for worker in 0..6 {
            let database = opened.database.clone();
            workers.spawn(async move {
                let (owner, mut taken) = (worker.to_string(), Vec::new());
                while let Some(job) = take(&database, &owner, 0).await {
                    taken.push(job.subject);
                }
                taken
            });
        }
        let mut taken: Vec<_> = workers.join_all().await.concat();
        // A worker that lost every race of a round stops early; the next one takes what is left.
        while let Some(job) = take(&opened.database, "last", 0).await {
            taken.push(job.subject);
        }
        taken.sort_by_key(|subject| subject.parse::<i64>().unwrap());
        let all: Vec<_> = (0..30).map(|subject| subject.to_string()).collect();
        assert_eq!(taken, all, "{}", opened.kind);
    }
}

#[tokio::test]
async fn a_job_of_a_transaction_that_fails_was_never_asked_for() {
    for opened in databases().await {
        let mut tx = opened.database.begin().await.unwrap();
        let kind = JobKind::ReleaseLock;
        jobs::enqueue(tx.connection(), &shop(), kind, "x", 0, 0)
            .await
            .unwrap();
        drop(tx);
        assert_eq!(
            take(&opened.database, "a", 0).await,
            None,
            "{}",
            opened.kind
        );
    }
}

fn other() -> StoreHash {
    StoreHash::parse("other2store").unwrap()
}

#[tokio::test]
async fn a_store_with_many_jobs_does_not_make_another_ones_wait() {
    for opened in databases().await {
        let database = &opened.database;
        for order in 0..300 {
            enqueue(database, &order.to_string(), 0).await;
        }
        let first = take(database, "a", 10).await.unwrap();
        assert_eq!(first.store, shop().as_str(), "{}", opened.kind);
        let mut tx = database.begin().await.unwrap();
        let kind = JobKind::ProcessOrder;
        jobs::enqueue(tx.connection(), &other(), kind, "1", 5, 5)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        // A store that never had a turn and is not connected waits until the class is idle.
        connect(database, &other()).await;
        let next = take(database, "a", 10).await.unwrap();
        assert_eq!(next.store, other().as_str(), "{}", opened.kind);
        let then = take(database, "a", 10).await.unwrap();
        assert_eq!(then.store, shop().as_str(), "{}", opened.kind);
    }
}

/// As saving a store does.
async fn connect(database: &Database, hash: &StoreHash) {
    let sql = "INSERT INTO job_turns (class, store, turn) VALUES ('orders', $1, 0)";
    let query = sqlx::query(sql).bind(hash.as_str());
    query.execute(database.pool()).await.unwrap();
}

#[tokio::test]
async fn each_class_is_taken_by_itself_and_a_pressing_ask_moves_a_job_up() {
    for opened in databases().await {
        let database = &opened.database;
        let mut tx = database.begin().await.unwrap();
        let connection = tx.connection();
        let (cart, order) = (JobKind::RefreshCheckout, JobKind::ProcessOrder);
        jobs::enqueue(connection, &shop(), cart, "c", 0, 0)
            .await
            .unwrap();
        jobs::enqueue_in_bulk(connection, &shop(), order, "7", 0)
            .await
            .unwrap();
        jobs::enqueue_in_bulk(connection, &shop(), order, "8", 0)
            .await
            .unwrap();
        jobs::plan(connection, &shop(), JobKind::Sweep, 0)
            .await
            .unwrap();
        let due = job_claims::due(connection, 0).await.unwrap();
        assert_eq!(due.len(), 3, "{}: {due:?}", opened.kind);
        jobs::enqueue(connection, &shop(), order, "8", 0, 0)
            .await
            .unwrap();
        let due = job_claims::due(connection, 0).await.unwrap();
        assert_eq!(due.len(), 4, "{}: {due:?}", opened.kind);
        jobs::enqueue_in_bulk(connection, &shop(), order, "8", 0)
            .await
            .unwrap();
        let mut subjects = Vec::new();
        for class in [Class::Checkout, Class::Orders, Class::Bulk, Class::Chores] {
            let job = job_claims::take(connection, class, "a", 0, 100)
                .await
                .unwrap();
            subjects.push(job.unwrap().subject);
            let more = job_claims::take(connection, class, "a", 0, 100)
                .await
                .unwrap();
            assert_eq!(more, None, "{}: {class:?}", opened.kind);
        }
        assert_eq!(subjects, ["c", "8", "7", ""], "{}", opened.kind);
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_parked_job_is_asked_for_again_by_its_id() {
    for opened in databases().await {
        let database = &opened.database;
        enqueue(database, "7", 0).await;
        let job = take(database, "a", 0).await.unwrap();
        let mut tx = database.begin().await.unwrap();
        let connection = tx.connection();
        jobs::park(connection, &job, "a", "poison").await.unwrap();
        assert!(!jobs::unpark(connection, "another", 5).await.unwrap());
        assert!(jobs::unpark(connection, &job.id, 5).await.unwrap());
        assert!(!jobs::unpark(connection, &job.id, 5).await.unwrap());
        tx.commit().await.unwrap();
        let again = take(database, "b", 5).await.unwrap();
        assert_eq!((again.attempts, again.created_at_ms), (1, 5));
    }
}
