//! What is known of a store that was disconnected.

use voucherbridge::{
    database::{
        facts,
        jobs::{self, JobKind},
        left_stores, locks,
        reading::{self, List, Reading},
    },
    domain::{Fact, lock::LockState},
    flows::upkeep::forget::forget_left,
    worker,
};
use voucherbridge_test_support::connected;

use super::{
    kept_rows::{DAY, OF_STORES, TABLES, lock_at, one_of_each},
    merchant::{NOW, Process},
    opened::{Opened, databases, shop},
    stores::record,
};

/// A connected store with a row of each kind, and one that lives.
async fn with_everything(opened: &Opened) {
    connected::save(&opened.database, &record(shop().as_str())).await;
    one_of_each(opened).await;
    let mut tx = opened.database.begin().await.unwrap();
    let connection = tx.connection();
    let ordered = lock_at(5, LockState::Ordered, NOW);
    locks::put(connection, &mut ordered.clone()).await.unwrap();
    let since = Reading {
        since_ms: NOW,
        began_at_ms: None,
        done: 0,
    };
    reading::save(connection, &shop(), List::Orders, since)
        .await
        .unwrap();
    facts::learn(connection, &shop(), Fact::OnlyFirstRule, NOW)
        .await
        .unwrap();
    let kind = JobKind::ProcessOrder;
    jobs::enqueue(connection, &shop(), kind, "5", i64::MAX, NOW)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// What is due is done, so long after the store was disconnected.
async fn days_later(process: &Process, days: i64) {
    process.clock.set(NOW + days * DAY);
    worker::sweep(&process.context).await.unwrap();
}

#[tokio::test]
async fn a_store_that_left_is_forgotten_after_a_time_by_its_last_chore() {
    for opened in databases().await {
        let process = Process::on(&opened).await;
        with_everything(&opened).await;
        connected::delete(&opened.database, &shop(), NOW).await;
        let cached = [
            "product_facts",
            "customer_facts",
            "dropped_codes",
            "store_facts",
        ];
        assert!(opened.rows(&cached).await.is_empty(), "{}", opened.kind);
        days_later(&process, 399).await;
        let owed = [
            "locks",
            "redemptions",
            "card_refunds",
            "voucherify_orders",
            "reading",
        ];
        let there = opened.rows(&owed).await;
        assert_eq!(
            there.len(),
            3 + 2 + 2 + 2 + 1,
            "{}: {there:#?}",
            opened.kind
        );
        let jobs = opened.rows(&["jobs"]).await;
        assert_eq!(jobs.len(), 2, "{}: {jobs:#?}", opened.kind);

        days_later(&process, 401).await;
        let mut all = TABLES.to_vec();
        all.extend(OF_STORES);
        let kept = opened.rows(&all).await;
        let is_known = |row: &String| {
            let kept = ["audit_log", "jobs", "job_turns", "left_stores"];
            kept.iter()
                .any(|table| row.starts_with(&format!("{table} ")))
        };
        assert!(kept.iter().all(is_known), "{}: {kept:#?}", opened.kind);
        let jobs = opened.rows(&["jobs"]).await;
        assert!(jobs.len() == 1 && jobs[0].contains("forget"), "{jobs:#?}");

        days_later(&process, 1_101).await;
        let kept = opened.rows(&all).await;
        assert!(kept.is_empty(), "{}: {kept:#?}", opened.kind);
    }
}

#[tokio::test]
async fn a_store_that_is_connected_again_in_time_keeps_what_is_owed() {
    for opened in databases().await {
        let process = Process::on(&opened).await;
        with_everything(&opened).await;
        connected::delete(&opened.database, &shop(), NOW).await;
        connected::save(&opened.database, &record(shop().as_str())).await;
        let mut tx = opened.database.begin().await.unwrap();
        let left = left_stores::all(tx.connection()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(left, [], "{}", opened.kind);
        process.clock.set(NOW + 401 * DAY);
        forget_left(&process.context, &shop()).await.unwrap();
        let locks = opened.rows(&["locks", "reading"]).await;
        assert_eq!(locks.len(), 2, "{}: {locks:#?}", opened.kind);
    }
}
