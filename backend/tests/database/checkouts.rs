//! A checkout has one owner at a time, and what is left of it is known to the next.

use voucherbridge::{
    database::{
        Database,
        checkouts::{self, Lease, Left},
    },
    domain::{
        CheckoutId,
        checkout_change::{Change, ChangeBy},
    },
};

use super::opened::{databases, shop};

const NEVER_MS: i64 = i64::MAX;

fn checkout() -> CheckoutId {
    CheckoutId::parse("00000000-0000-4000-8000-000000000001").unwrap()
}

/// Takes it for a hundred milliseconds.
async fn take(database: &Database, owner: &str, at_ms: i64) -> Option<Left> {
    let mut tx = database.begin().await.unwrap();
    let until_ms = at_ms + 100;
    let lease = Lease {
        owner,
        at_ms,
        until_ms,
    };
    let taken = checkouts::take(tx.connection(), &shop(), &checkout(), lease).await;
    tx.commit().await.unwrap();
    taken.unwrap().map(|taken| taken.left)
}

async fn begin(database: &Database, owner: &str, at_ms: i64) -> bool {
    let mut tx = database.begin().await.unwrap();
    let change = (ChangeBy::Page, at_ms);
    let begun = checkouts::begin(tx.connection(), &shop(), &checkout(), owner, change).await;
    tx.commit().await.unwrap();
    begun.unwrap()
}

async fn give_back(database: &Database, owner: &str, change: Change, late_ms: i64) {
    let mut tx = database.begin().await.unwrap();
    let connection = tx.connection();
    checkouts::give_back(connection, &shop(), &checkout(), owner, change, late_ms)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn is_taken_once_and_ends_by_its_time() {
    for opened in databases().await {
        let take = async |owner: &str, now| {
            let found = take(&opened.database, owner, now).await;
            found.is_some()
        };
        assert!(take("one", 0).await, "{}", opened.kind);
        assert!(!take("two", 50).await, "{}", opened.kind);
        assert!(
            take("two", 100).await,
            "{}: the lease had ended",
            opened.kind
        );

        // The late owner gives back what is no longer its own.
        give_back(&opened.database, "one", Change::Done, NEVER_MS).await;
        assert!(!take("three", 120).await, "{}", opened.kind);
        give_back(&opened.database, "two", Change::Done, NEVER_MS).await;
        assert!(take("three", 120).await, "{}", opened.kind);
    }
}

#[tokio::test]
async fn the_next_finds_what_was_left() {
    for opened in databases().await {
        let (database, kind) = (&opened.database, opened.kind);
        let take = async |owner: &str, at_ms| take(database, owner, at_ms).await;
        let change = |change| {
            Some(Left {
                change,
                late_at_ms: 0,
            })
        };
        assert_eq!(take("one", 0).await, change(Change::Done), "{kind}");
        // Killed: its lease ended, and it gave nothing back.
        let begun = |by, at_ms| Change::Begun { by, at_ms };
        assert!(begin(database, "one", 3).await, "{kind}");
        let cut_off = change(begun(ChangeBy::Page, 3));
        assert_eq!(take("two", 200).await, cut_off, "{kind}");
        assert!(
            !begin(database, "one", 4).await,
            "{kind}: it has another owner"
        );
        let mut reading = database.read().await.unwrap();
        let left = checkouts::left(&mut reading, &shop(), &checkout()).await;
        assert_eq!(left.ok(), cut_off, "{kind}");
        drop(reading);
        for left in [
            begun(ChangeBy::Job, 210),
            Change::Failed {
                by: ChangeBy::Page,
                at_ms: 220,
            },
        ] {
            give_back(database, "two", left, NEVER_MS).await;
            assert_eq!(take("two", 230).await, change(left), "{kind}");
        }
        give_back(database, "two", Change::Done, NEVER_MS).await;
        assert_eq!(take("two", 240).await, change(Change::Done), "{kind}");
    }
}

#[tokio::test]
async fn a_release_that_may_arrive_is_known_until_it_is_late_no_more() {
    for opened in databases().await {
        let (database, kind) = (&opened.database, opened.kind);
        take(database, "one", 0).await;
        let mut tx = database.begin().await.unwrap();
        checkouts::may_arrive_late(tx.connection(), &shop(), &checkout(), 50)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        for (late_ms, late_at_ms) in [(40, 50), (50, 0)] {
            give_back(database, "one", Change::Done, late_ms).await;
            let change = Change::Done;
            let found = take(database, "one", 60).await;
            assert_eq!(found, Some(Left { change, late_at_ms }), "{kind}");
        }
    }
}

#[tokio::test]
async fn what_dead_processes_had_was_cut_off() {
    for opened in databases().await {
        let database = &opened.database;
        take(database, "one", 6).await;
        assert!(begin(database, "one", 7).await);
        let mut tx = database.begin().await.unwrap();
        assert_eq!(checkouts::free_all(tx.connection()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let found = take(database, "two", 8).await.unwrap();
        assert_eq!(found.cut_off_at_ms(), Some(7), "{}", opened.kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn has_one_winner_of_many() {
    for opened in databases().await {
        let mut tasks = tokio::task::JoinSet::new();
        for owner in 0..16 {
            let database = opened.database.clone();
            tasks.spawn(async move {
                let owner = owner.to_string();
                take(&database, &owner, 0).await.is_some()
            });
        }
        let winners = tasks
            .join_all()
            .await
            .into_iter()
            .filter(|taken| *taken)
            .count();
        assert_eq!(winners, 1, "{}", opened.kind);
    }
}
