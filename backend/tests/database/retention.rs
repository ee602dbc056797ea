//! How long rows are kept: each kind is there just before its time is over and gone just after, and what is live or
//! owed stays.

use sqlx::AnyConnection;
use voucherbridge::{
    database::{
        inbox, job_claims,
        jobs::{self, Class, JobKind},
        locks,
        order_differences::DifferenceState,
        redemptions::RedemptionState,
        retention::{self, Over, ROWS},
        voucherify_orders::{self, VoucherifyOrderState},
    },
    domain::{OrderId, lock::LockState},
    flows::upkeep::forget::forget,
};

use super::{
    kept_rows::{ALWAYS, DAY, HOUR, OF_STORES, TABLES, Used, lock_at, one_of_each, told},
    merchant::{NOW, Process},
    opened::{Opened, databases, shop, sqlite},
};

/// How many rows there are of each table, after so long.
async fn left(opened: &Opened, process: &Process, after_ms: i64) -> Vec<usize> {
    process.clock.set(NOW + after_ms);
    forget(&process.context, &shop()).await.unwrap();
    let mut all = Vec::new();
    for table in TABLES {
        all.push(opened.rows(&[table]).await.len());
    }
    all
}

#[tokio::test]
async fn each_kind_is_there_an_hour_before_and_gone_an_hour_after() {
    for opened in databases().await {
        let process = Process::on(&opened).await;
        one_of_each(&opened).await;
        // How many rows of each table there are until so many days are over.
        let there = [
            (1, [1, 1, 1, 1, 1, 3, 2, 2, 2, 3, 0, 1]),
            (7, [0, 0, 0, 0, 1, 3, 2, 2, 2, 3, 0, 1]),
            (30, [0, 0, 0, 0, 0, 3, 2, 2, 2, 3, 0, 1]),
            (400, [0, 0, 0, 0, 0, 2, 2, 2, 2, 3, 0, 1]),
            (1_100, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        ];
        for (index, (days, before)) in there.iter().enumerate() {
            let after = there.get(index + 1).map_or([0; 12], |(_, rows)| *rows);
            let what = format!("{} {days}", opened.kind);
            let day = days * DAY;
            assert_eq!(left(&opened, &process, day - HOUR).await, before, "{what}");
            assert_eq!(left(&opened, &process, day + HOUR).await, after, "{what}");
        }
    }
}

/// Orders of which something is unanswered, undecided or owed.
fn owed() -> [Used; 9] {
    let with = Used::settled;
    [
        Used {
            redemption: RedemptionState::Sent,
            ..with(1)
        },
        Used {
            redemption: RedemptionState::Refused,
            ..with(2)
        },
        Used {
            redemption: RedemptionState::NotReturned,
            ..with(3)
        },
        Used {
            is_refunded: false,
            ..with(4)
        },
        Used {
            told: VoucherifyOrderState::Planned,
            ..with(5)
        },
        Used {
            told: VoucherifyOrderState::Sent,
            ..with(6)
        },
        Used {
            difference: DifferenceState::Noted,
            ..with(7)
        },
        Used {
            difference: DifferenceState::Held,
            ..with(8)
        },
        // Its lock came to nothing, but one of its cards may have paid.
        Used {
            lock: LockState::Released,
            redemption: RedemptionState::Sent,
            ..with(9)
        },
    ]
}

/// A job that waits, and one that a person has not looked at.
async fn ask_for_jobs(connection: &mut AnyConnection) {
    let kind = JobKind::ProcessOrder;
    for subject in ["1", "2"] {
        let asked = jobs::enqueue(connection, &shop(), kind, subject, 0, 0).await;
        asked.unwrap();
    }
    let taken = job_claims::take(connection, Class::Orders, "a", 0, 100).await;
    let parked = jobs::park(connection, &taken.unwrap().unwrap(), "a", "no").await;
    parked.unwrap();
}

#[tokio::test]
async fn what_is_live_or_owed_is_never_deleted() {
    let live = [
        LockState::Applying,
        LockState::Held,
        LockState::Ordered,
        LockState::Releasing,
        LockState::NeedsPerson,
    ];
    for opened in databases().await {
        let process = Process::on(&opened).await;
        let mut tx = opened.database.begin().await.unwrap();
        let connection = tx.connection();
        for (number, state) in (100..).zip(live) {
            let written = locks::put(connection, &mut lock_at(number, state, NOW)).await;
            written.unwrap();
        }
        for one in owed() {
            one.write(connection).await;
        }
        let untold = told(OrderId(10), VoucherifyOrderState::Planned, 0);
        voucherify_orders::put(connection, &untold).await.unwrap();
        ask_for_jobs(connection).await;
        tx.commit().await.unwrap();
        let before = opened.rows(&TABLES).await;
        process.clock.set(NOW + 10 * 400 * DAY);
        forget(&process.context, &shop()).await.unwrap();
        assert_eq!(opened.rows(&TABLES).await, before, "{}", opened.kind);
    }
}

/// The last change counts: a cancellation a year later begins the time anew.
#[tokio::test]
async fn what_was_given_back_lately_is_known_for_as_long_again() {
    for opened in databases().await {
        let process = Process::on(&opened).await;
        let given_back = Used {
            lock: LockState::RolledBack,
            redemption: RedemptionState::RolledBack,
            at_ms: NOW + 399 * DAY,
            ..Used::settled(1)
        };
        let mut tx = opened.database.begin().await.unwrap();
        given_back.write(tx.connection()).await;
        tx.commit().await.unwrap();
        let of_it = [
            "locks",
            "redemptions",
            "card_refunds",
            "voucherify_orders",
            "order_differences",
        ];
        for (days, rows) in [(798, 5), (800, 0)] {
            process.clock.set(NOW + days * DAY);
            forget(&process.context, &shop()).await.unwrap();
            assert_eq!(
                opened.rows(&of_it).await.len(),
                rows,
                "{} {days}",
                opened.kind
            );
        }
    }
}

/// A big table keeps no checkout waiting: each transaction deletes a few rows.
#[tokio::test]
async fn many_rows_are_deleted_a_few_at_a_time() {
    for opened in databases().await {
        let process = Process::on(&opened).await;
        let many = u32::try_from(ROWS).unwrap() + 50;
        let mut tx = opened.database.begin().await.unwrap();
        for number in 0..many {
            let connection = tx.connection();
            let id = number.to_string();
            inbox::insert(connection, &shop(), &id, "s", "{}", 0)
                .await
                .unwrap();
            let released = lock_at(number, LockState::Released, 0);
            locks::put(connection, &mut released.clone()).await.unwrap();
        }
        tx.commit().await.unwrap();
        for over in [Over::Webhooks, Over::ReleasedLocks] {
            for deleted in [ROWS, 50, 0] {
                let mut tx = opened.database.begin().await.unwrap();
                let some = retention::delete_some(tx.connection(), over, &shop(), NOW).await;
                assert_eq!(some.unwrap(), deleted, "{} {over:?}", opened.kind);
                // What was deleted in the first round stays deleted, for the second.
                tx.commit().await.unwrap();
            }
        }
        let mut tx = opened.database.begin().await.unwrap();
        for number in 0..many {
            let used = Used::settled(number);
            used.write(tx.connection()).await;
        }
        tx.commit().await.unwrap();
        let deleted = opened.rows(&["locks"]).await.len();
        assert_eq!(deleted, many as usize, "{}", opened.kind);
        assert_eq!(
            left(&opened, &process, 401 * DAY).await,
            [0; 12],
            "{}",
            opened.kind
        );
    }
}

/// A new table says how long its rows are kept: here, and in ARCHITECTURE.md.
#[tokio::test]
async fn every_table_has_its_time() {
    let opened = sqlite().await;
    let query = sqlx::query_scalar::<_, String>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlx%' \
         AND name NOT LIKE 'sqlite%'",
    );
    let document = include_str!("../../../ARCHITECTURE.md");
    for table in query.fetch_all(opened.database.pool()).await.unwrap() {
        let name = table.as_str();
        let is_known =
            TABLES.contains(&name) || OF_STORES.contains(&name) || ALWAYS.contains(&name);
        assert!(is_known, "{table}");
        assert!(document.contains(&format!("| `{table}`")), "{table}");
    }
}
