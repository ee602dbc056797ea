//! What is done again and again: planned once, taken by one, resting until its time.

use sqlx::AnyConnection;
use voucherbridge::database::{
    job_claims,
    jobs::{self, Class, Job, JobKind},
};

use super::opened::{databases, shop};

async fn take_chore(connection: &mut AnyConnection, owner: &str, now: i64) -> Option<Job> {
    let taken = job_claims::take(connection, Class::Chores, owner, now, now + 100).await;
    taken.unwrap()
}

#[tokio::test]
async fn a_chore_rests_until_its_time_and_is_planned_once() {
    for opened in databases().await {
        let mut tx = opened.database.begin().await.unwrap();
        let connection = tx.connection();
        let chore = JobKind::Sweep;
        jobs::plan(connection, &shop(), chore, 0).await.unwrap();
        jobs::plan(connection, &shop(), chore, 50).await.unwrap();
        let job = take_chore(connection, "a", 0).await.unwrap();
        let kept = job_claims::renew(connection, &job, "a", 200).await;
        assert!(kept.unwrap(), "{}", opened.kind);
        let kept = job_claims::renew(connection, &job, "b", 900).await;
        assert!(!kept.unwrap(), "{}: it is another's", opened.kind);
        let lost = take_chore(connection, "b", 150).await;
        assert_eq!(lost, None, "{}: the lease was renewed", opened.kind);
        jobs::rest(connection, &job, "a", 1_000).await.unwrap();
        jobs::plan(connection, &shop(), chore, 160).await.unwrap();
        assert_eq!(
            take_chore(connection, "b", 999).await,
            None,
            "{}",
            opened.kind
        );
        let next = take_chore(connection, "b", 1_000).await;
        assert_eq!(next.unwrap().attempts, 1, "{}", opened.kind);
        tx.commit().await.unwrap();
    }
}

/// A version that does not know a chore may have parked it.
#[tokio::test]
async fn a_parked_chore_is_taken_up_when_it_is_planned_again() {
    for opened in databases().await {
        let mut tx = opened.database.begin().await.unwrap();
        let connection = tx.connection();
        let chore = JobKind::Sweep;
        jobs::plan(connection, &shop(), chore, 0).await.unwrap();
        let job = take_chore(connection, "a", 0).await.unwrap();
        jobs::park(connection, &job, "a", "not known")
            .await
            .unwrap();
        jobs::plan(connection, &shop(), chore, 50).await.unwrap();
        assert_eq!(
            take_chore(connection, "b", 49).await,
            None,
            "{}",
            opened.kind
        );
        let again = take_chore(connection, "b", 50).await.expect(opened.kind);
        assert_eq!((again.attempts, again.created_at_ms), (1, 50));
        tx.commit().await.unwrap();
    }
}
