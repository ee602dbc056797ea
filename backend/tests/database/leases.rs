//! One owner at a time.

use voucherbridge::{database::leases, domain::CheckoutId};

use super::opened::{databases, shop};

fn checkout() -> CheckoutId {
    CheckoutId::parse("00000000-0000-4000-8000-000000000001").unwrap()
}

#[tokio::test]
async fn is_taken_once_and_ends_by_its_time() {
    for opened in databases().await {
        let take = async |owner: &str, now: i64| {
            let mut tx = opened.database.begin().await.unwrap();
            let until = now + 100;
            let taken =
                leases::take(tx.connection(), &shop(), &checkout(), owner, now, until).await;
            tx.commit().await.unwrap();
            taken.unwrap()
        };
        assert!(take("one", 0).await, "{}", opened.kind);
        assert!(!take("two", 50).await, "{}", opened.kind);
        assert!(
            take("two", 100).await,
            "{}: the lease had ended",
            opened.kind
        );

        // The late owner gives back what is no longer its own.
        let mut tx = opened.database.begin().await.unwrap();
        leases::give_back(tx.connection(), &shop(), &checkout(), "one")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(!take("three", 120).await, "{}", opened.kind);
        let mut tx = opened.database.begin().await.unwrap();
        leases::give_back(tx.connection(), &shop(), &checkout(), "two")
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert!(take("three", 120).await, "{}", opened.kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn has_one_winner_of_many() {
    for opened in databases().await {
        let mut tasks = tokio::task::JoinSet::new();
        for owner in 0..16 {
            let database = opened.database.clone();
            tasks.spawn(async move {
                let mut tx = database.begin().await.unwrap();
                let owner = owner.to_string();
                let taken =
                    leases::take(tx.connection(), &shop(), &checkout(), &owner, 0, 100).await;
                tx.commit().await.unwrap();
                taken.unwrap()
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
