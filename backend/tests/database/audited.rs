//! What a person changes and its entry in the audit log are one: where the entry cannot be written, nothing is
//! changed.

use voucherbridge::{
    database::{
        facts, job_claims,
        jobs::{self, Class, JobKind},
        locks,
        order_differences::{self, DifferenceState, Flag, OrderDifference},
    },
    domain::{
        Fact, OrderId,
        lock::{Lock, LockState},
        order_difference::DifferenceKind,
    },
    flows::{
        merchant::{
            change_settings::{self, Choices, SettingsChange},
            disconnect,
        },
        orders::decide_difference::{self, Decision},
        upkeep::parked_jobs::{self, Which},
    },
};
use voucherbridge_test_support::connected;

use super::{
    locks::lock,
    merchant::{NOW, Process},
    opened::{Opened, databases, shop},
    order_differences::side,
    stores::record,
};

const ORDER: OrderId = OrderId(7);
const TABLES: [&str; 6] = [
    "stores",
    "store_facts",
    "jobs",
    "locks",
    "order_differences",
    "job_turns",
];

/// A store of which something is learnt, with a parked job and an order that waits for a person.
async fn with_all_there_is_to_change(opened: &Opened) {
    connected::save(&opened.database, &record(shop().as_str())).await;
    let mut tx = opened.database.begin().await.unwrap();
    let connection = tx.connection();
    let learnt = facts::learn(connection, &shop(), Fact::OnlyFirstRule, NOW).await;
    learnt.unwrap();
    let kind = JobKind::ProcessOrder;
    jobs::enqueue(connection, &shop(), kind, "7", 0, 0)
        .await
        .unwrap();
    let taken = job_claims::take(connection, Class::Orders, "a", 0, 100).await;
    let job = taken.unwrap().unwrap();
    jobs::park(connection, &job, "a", "no").await.unwrap();
    let ordered = Lock {
        state: LockState::Ordered,
        order: Some(ORDER),
        ..lock(1, "SAVE10")
    };
    locks::put(connection, &mut ordered.clone()).await.unwrap();
    let difference = OrderDifference {
        order: ORDER,
        lock: ordered.id,
        kinds: vec![DifferenceKind::Items],
        validated: side(1),
        ordered: side(2),
        state: DifferenceState::Held,
        found_at_ms: NOW,
        flag: Flag::None,
    };
    let written = order_differences::insert(connection, &shop(), &difference).await;
    written.unwrap();
    tx.commit().await.unwrap();
}

/// Does it; false where it fails.
async fn change(what: &str, process: &Process) -> bool {
    let (context, connections) = (&process.context, &process.connections);
    let (store, who) = (shop(), "test");
    match what {
        "settings" | "forget_learnt" => {
            let change = SettingsChange {
                choices: Choices {
                    retail_prices: (what == "settings").then_some(true),
                    ..Choices::default()
                },
                forget_learnt: what == "forget_learnt",
                ..SettingsChange::default()
            };
            let changed = change_settings::change(context, connections, &store, &change, who).await;
            changed.is_ok()
        }
        "order_difference" => {
            let decision = Decision::Dismiss;
            let decided = decide_difference::decide(context, &store, ORDER, decision, who).await;
            decided.is_ok()
        }
        "job_again" => {
            let asked = parked_jobs::ask_again(context, &Which::All, who).await;
            asked.is_ok()
        }
        _ => {
            let forgotten = disconnect::forget(context, connections, &store, who).await;
            forgotten.is_ok()
        }
    }
}

#[tokio::test]
async fn nothing_is_changed_without_its_entry() {
    for opened in databases().await {
        with_all_there_is_to_change(&opened).await;
        let process = Process::on(&opened).await;
        let rename = async |from: &str, to: &str| {
            let sql = format!("ALTER TABLE {from} RENAME TO {to}");
            let query = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(opened.database.pool());
            query.await.unwrap();
        };
        let all = [
            "settings",
            "forget_learnt",
            "job_again",
            "order_difference",
            "disconnect",
        ];
        for what in all {
            let before = opened.rows(&TABLES).await;
            rename("audit_log", "no_audit_log").await;
            let case = format!("{} {what}", opened.kind);
            assert!(!change(what, &process).await, "{case}");
            assert_eq!(opened.rows(&TABLES).await, before, "{case}");
            rename("no_audit_log", "audit_log").await;
            assert!(change(what, &process).await, "{case}");
            assert_ne!(opened.rows(&TABLES).await, before, "{case}");
            let entries = opened.database.audit_entries(&shop(), 1).await.unwrap();
            assert_eq!(entries[0].action, what, "{case}");
        }
    }
}
