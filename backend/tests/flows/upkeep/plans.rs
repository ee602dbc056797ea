//! How SQLite finds what it is asked for: where a table grows, by an index that leads to few rows.
//!
//! Every statement of the program is looked at, a new one too: as it is written, or as it ran in a story where it is
//! put together when it runs.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::Row as _;
use voucherbridge::{
    database::{Database, order_differences},
    domain::LockId,
    flows::{orders::decide_difference, upkeep::parked_jobs},
    worker,
};
use voucherbridge_test_support::database::TestDatabase;

use super::statements::{asked_by, may_be, written};
use crate::{money::SHIRT, world::World};

/// Tables that have more rows the longer a store is connected.
const GROWING: [&str; 11] = [
    "audit_log",
    "card_refunds",
    "customer_facts",
    "dropped_codes",
    "inbox",
    "jobs",
    "locks",
    "order_differences",
    "product_facts",
    "redemptions",
    "voucherify_orders",
];
/// Tables that have a few rows for each store, or for what is done at the moment, with the names that they have in
/// statements.
const SMALL: [&str; 10] = [
    "checkouts",
    "classes",
    "job_turns",
    "known",
    "last",
    "left_stores",
    "reading",
    "readiness",
    "store_facts",
    "stores",
];
/// Indices of what waits to be done alone: reading one of them as a whole is what is wanted.
const OF_WHAT_WAITS: [&str; 3] = [
    "order_differences_open",
    "redemptions_unanswered",
    "told_orders_untold",
];
/// Statements that no story has, as they run.
const SPELT_OUT: [&str; 8] = [
    "UPDATE redemptions SET asked_at_ms = $1 WHERE store = $2 AND order_id = $3",
    "UPDATE voucherify_orders SET asked_at_ms = $1 WHERE store = $2 AND order_id = $3",
    "UPDATE order_differences SET asked_at_ms = $1 WHERE store = $2 AND order_id = $3",
    "DELETE FROM product_facts WHERE store = $1",
    "DELETE FROM customer_facts WHERE store = $1",
    "DELETE FROM dropped_codes WHERE store = $1",
    "DELETE FROM jobs WHERE store = $1",
    "DELETE FROM locks WHERE (id) IN (SELECT id FROM locks WHERE store = $1  LIMIT $2)",
];
/// Statements that may read all rows, by how they begin.
const MAY_READ_ALL: [(&str, &str); 5] = [
    (
        "UPDATE jobs SET lease_owner = NULL, lease_until_ms = 0, run_at_ms = CASE WHEN run_at_ms",
        "once, when the program starts on SQLite",
    ),
    ("UPDATE jobs SET run_at_ms = $1 WHERE kind IN", "the same"),
    ("SELECT at, actor", "it ends at its limit"),
    (
        "DELETE FROM left_stores",
        "the first entry of the audit log is enough",
    ),
    (
        "DELETE FROM locks WHERE (id) IN (SELECT id FROM locks WHERE store = $1  LIMIT",
        "all are deleted",
    ),
];
/// A store that is disconnected loses all its rows of a table.
const OF_ONE_STORE: &str = "WHERE store = $1";

/// A coupon and a gift card pay an order, which is refunded in part and cancelled.
async fn an_order_is_paid_and_refunded(world: &World) {
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.apply(&mut shopper, "SAVE10").await;
    world.pay_with(&mut shopper, "GIFT50").await;
    world.refresh(&shopper).await;
    world.before_order(&shopper).await.unwrap();
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    world.refund_to(order, "giftcertificate", 500).await;
    world.mark_order(order, "cancelled").await;
    world.order_event(order).await;
}

/// A code is taken off, one is left behind, and one waits for its payment while somebody else wants it.
async fn codes_are_left(world: &World) {
    let mut shopper = world.shopper().await;
    let native = world.apply(&mut shopper, "SAVE10").await;
    world.remove(&mut shopper, &native).await;
    let mut left = world.shopper().await;
    world.apply(&mut left, "SAVE10").await;
    let mut unpaid = world.shopper().await;
    world.apply(&mut unpaid, "ONCE15").await;
    let order = unpaid.place_order("bankdeposit").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.reason(&left, "ONCE15").await, "in_use");
    let cart = json!({ "type": "cart_line_item", "cartId": left.checkout });
    world.event("store/cart/lineItem/updated", cart).await;
    for kind in ["product", "customer"] {
        let data = json!({ "type": kind, "id": 112 });
        world.event(&format!("store/{kind}/updated"), data).await;
    }
    world.settle().await;
}

/// Chores are done, and a person looks.
async fn time_goes_by(world: &World) {
    world.hours(4).await;
    worker::plan_chores(&world.context).await.unwrap();
    let (context, store) = (&world.context, &world.connection.store);
    decide_difference::open(context, store).await.unwrap();
    parked_jobs::list(context).await.unwrap();
    let mut tx = context.database.begin().await.unwrap();
    let lock = LockId::from_uuid(uuid::Uuid::nil());
    let held = order_differences::is_held(tx.connection(), &lock).await;
    held.unwrap();
}

/// Every statement as it runs.
async fn statements() -> BTreeSet<String> {
    let world = World::new().await;
    world.charges_list_prices().await;
    world.set_price(112, 9_500);
    let story = async {
        an_order_is_paid_and_refunded(&world).await;
        codes_are_left(&world).await;
        time_goes_by(&world).await;
    };
    let mut all = asked_by(Box::pin(story)).await;
    all.extend(SPELT_OUT.map(str::to_owned));
    let (in_parts, whole): (Vec<String>, Vec<String>) = written()
        .into_iter()
        .partition(|one| one.contains('{') || one.ends_with(' '));
    assert!(
        in_parts.len() > 15 && whole.len() > 60,
        "{in_parts:#?} {whole:#?}"
    );
    // What is inserted is found by its key.
    for one in in_parts.iter().filter(|one| !one.starts_with("INSERT")) {
        let is_known = all.iter().any(|ran| may_be(ran, one));
        assert!(
            is_known,
            "no story has this statement, and it is not spelt out:\n{one}"
        );
    }
    all.extend(whole);
    all
}

async fn plan(database: &Database, statement: &str) -> Vec<String> {
    // What only PostgreSQL understands.
    let statement = statement.trim_end_matches(" FOR UPDATE SKIP LOCKED");
    let sql = format!("EXPLAIN QUERY PLAN {statement}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .fetch_all(database.pool())
        .await;
    let rows = rows.unwrap_or_else(|error| panic!("{statement}: {error}"));
    rows.iter().map(|row| row.get("detail")).collect()
}

/// What is wrong with a step of a plan.
fn fault(step: &str) -> Option<&'static str> {
    let mut words = step.split(' ');
    let (how, table) = (words.next()?, words.next()?);
    if !matches!(how, "SCAN" | "SEARCH") || table == "CONSTANT" || SMALL.contains(&table) {
        return None;
    }
    if !GROWING.contains(&table) {
        return Some("this table is in neither list of this test");
    }
    if words.any(|word| OF_WHAT_WAITS.contains(&word)) {
        return None;
    }
    let is_by_store_alone = ["(store=?)", "(class=?)", "(state=?)"]
        .iter()
        .any(|by| step.ends_with(by));
    (how == "SCAN" || is_by_store_alone).then_some("it reads all rows of a table that grows")
}

fn may_read_all(statement: &str) -> bool {
    let deletes_store = statement.starts_with("DELETE") && statement.ends_with(OF_ONE_STORE);
    let mut others = MAY_READ_ALL.iter();
    deletes_store || others.any(|(beginning, _)| statement.starts_with(beginning))
}

#[tokio::test]
async fn what_grows_is_never_read_as_a_whole() {
    let sqlite = TestDatabase::sqlite();
    let database = sqlite.open().await;
    let mut faults = Vec::new();
    for statement in statements().await {
        if may_read_all(&statement) {
            continue;
        }
        for step in plan(&database, &statement).await {
            if let Some(why) = fault(&step) {
                faults.push(format!("{why}: {step}\n    {statement}"));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_plan_that_reads_too_much_is_known() {
    for (step, is_good) in [
        ("SCAN locks", false),
        ("SCAN jobs USING INDEX jobs_by_subject", false),
        ("SEARCH locks USING INDEX locks_by_state (store=?)", false),
        ("SEARCH unheard_of USING INDEX a (store=? AND b=?)", false),
        (
            "SEARCH locks USING INDEX locks_by_order (store=? AND order_id=?)",
            true,
        ),
        (
            "SEARCH voucherify_orders USING INDEX told_orders_untold (store=?)",
            true,
        ),
        ("SCAN stores", true),
        ("SCAN CONSTANT ROW", true),
        ("USE TEMP B-TREE FOR ORDER BY", true),
    ] {
        assert_eq!(fault(step).is_none(), is_good, "{step}");
    }
}
