//! Two replicas at once: what one committed the other does not overwrite.

use tokio::task::JoinSet;
use voucherbridge::{
    database::{Database, due_locks, locks},
    domain::lock::{Lock, LockState, ReleaseReason},
};

use super::{
    locks::lock,
    opened::{databases, shop},
};

const OVER_MS: i64 = 1_000;
const RENEWED_MS: i64 = 9_000;
const LOCKS: u32 = 40;

/// As a page does for a shopper who is there: what is about to end lives on.
async fn renew(database: Database, mut read: Lock) -> bool {
    let mut tx = database.begin().await.unwrap();
    read.ends_at_ms = RENEWED_MS;
    let renewed = locks::put(tx.connection(), &mut read).await.unwrap();
    tx.commit().await.unwrap();
    renewed
}

/// As the sweep does with what is over.
async fn give_up_expired(database: Database) -> Vec<String> {
    let mut given_up = Vec::new();
    let mut tx = database.begin().await.unwrap();
    let expired = due_locks::expired(tx.connection(), &shop(), OVER_MS, i64::from(LOCKS)).await;
    for mut lock in expired.unwrap() {
        lock.give_up(ReleaseReason::Expired, OVER_MS);
        if locks::put(tx.connection(), &mut lock).await.unwrap() {
            given_up.push(lock.id.to_string());
        }
        tokio::task::yield_now().await;
    }
    tx.commit().await.unwrap();
    given_up
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewal_and_a_sweep_do_not_overwrite_each_other() {
    for opened in databases().await {
        let database = &opened.database;
        let mut written = Vec::new();
        let mut tx = database.begin().await.unwrap();
        for number in 1..=LOCKS {
            let mut one = lock(number, "SAVE10");
            one.state = LockState::Held;
            one.ends_at_ms = OVER_MS;
            assert!(locks::put(tx.connection(), &mut one).await.unwrap());
            written.push(one);
        }
        tx.commit().await.unwrap();

        let sweeping = tokio::spawn(give_up_expired(database.clone()));
        let mut renewing = JoinSet::new();
        for read in written.clone() {
            let (database, id) = (database.clone(), read.id.to_string());
            renewing.spawn(async move { (id, renew(database, read).await) });
        }
        let renewed: Vec<_> = renewing.join_all().await;
        let renewed = renewed.into_iter().filter(|(_, renewed)| *renewed);
        let renewed: Vec<String> = renewed.map(|(id, _)| id).collect();
        let given_up = sweeping.await.unwrap();

        let mut reading = database.read().await.unwrap();
        for one in &written {
            let id = one.id.to_string();
            let what = format!("{} {id}", opened.kind);
            let (is_renewed, is_over) = (renewed.contains(&id), given_up.contains(&id));
            assert_ne!(is_renewed, is_over, "{what}: one of both has it");
            let found = locks::get(&mut reading, &one.id).await.unwrap().unwrap();
            let expected = if is_renewed {
                (LockState::Held, RENEWED_MS)
            } else {
                (LockState::Releasing, OVER_MS)
            };
            assert_eq!((found.state, found.ends_at_ms), expected, "{what}");
        }
    }
}
