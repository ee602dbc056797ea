//! More wait for the sweep than it asks for at once, and those asked for first fail each time.

use voucherbridge::{
    database::{
        Tx,
        due_locks::{self, Turn},
        locks,
        order_differences::{self, DifferenceState, Flag, OrderDifference},
        redemptions::{self, Redemption, RedemptionState},
        voucherify_orders::{self, VoucherifyOrderState},
    },
    domain::{
        Code, OrderId,
        lock::{Lock, LockState},
        order_difference::DifferenceKind,
    },
};

use super::{
    locks::lock,
    opened::{databases, shop},
    order_differences::side,
    voucherify_orders::told,
};

/// One and a half times as many as are asked for at once.
const ORDERS: std::ops::RangeInclusive<i64> = 1..=150;
const LONG_AGO_MS: i64 = 1_000;

/// Whatever becomes of them, all have had their turn at the second time, and it goes round.
async fn all_have_their_turn(tx: &mut Tx, mut ask: impl AsyncFnMut(&mut Tx, i64) -> Vec<OrderId>) {
    let orders = |range: std::ops::RangeInclusive<i64>| range.map(OrderId).collect::<Vec<_>>();
    assert_eq!(ask(tx, 10_000).await, orders(1..=100));
    assert_eq!(
        ask(tx, 20_000).await,
        [orders(101..=150), orders(1..=50)].concat()
    );
    assert_eq!(
        ask(tx, 30_000).await,
        [orders(51..=100), orders(1..=50)].concat()
    );
}

#[tokio::test]
async fn orders_that_cannot_be_told_keep_no_other_from_being_told() {
    for opened in databases().await {
        let mut tx = opened.database.begin().await.unwrap();
        for order in ORDERS {
            // It is not even tried: nothing of the row changes.
            let one = told(order, &order.to_string(), VoucherifyOrderState::Planned, 0);
            voucherify_orders::put(tx.connection(), &one).await.unwrap();
        }
        all_have_their_turn(&mut tx, async |tx, now| {
            let untold =
                voucherify_orders::untold(tx.connection(), &shop(), LONG_AGO_MS, now).await;
            untold.unwrap()
        })
        .await;
    }
}

#[tokio::test]
async fn redemptions_without_an_answer_keep_no_other_from_being_looked_up() {
    for opened in databases().await {
        let mut tx = opened.database.begin().await.unwrap();
        for order in ORDERS {
            let one = Redemption {
                store: shop(),
                order: OrderId(order),
                code: Code::parse(&format!("SAVE{order}")).unwrap(),
                lock: lock(1, "SAVE10").id,
                state: RedemptionState::Sent,
                redemption_id: None,
                parent_id: None,
                reason: None,
                credits: None,
                sent_at_ms: 5,
            };
            redemptions::put(tx.connection(), &one).await.unwrap();
        }
        all_have_their_turn(&mut tx, async |tx, now| {
            let connection = tx.connection();
            let all = redemptions::unanswered(connection, &shop(), LONG_AGO_MS, now).await;
            all.unwrap()
        })
        .await;
    }
}

fn difference(order: i64) -> OrderDifference {
    OrderDifference {
        order: OrderId(order),
        lock: lock(1, "SAVE10").id,
        kinds: vec![DifferenceKind::Items],
        validated: side(40),
        ordered: side(8),
        state: DifferenceState::Noted,
        found_at_ms: 1,
        flag: Flag::Wanted,
    }
}

#[tokio::test]
async fn orders_that_cannot_be_flagged_keep_no_other_from_being_flagged() {
    for opened in databases().await {
        let mut tx = opened.database.begin().await.unwrap();
        let connection = tx.connection();
        for order in ORDERS {
            let written = order_differences::insert(connection, &shop(), &difference(order)).await;
            assert!(written.unwrap());
        }
        let nobody_wants_it = [
            OrderDifference {
                flag: Flag::Written,
                ..difference(901)
            },
            OrderDifference {
                state: DifferenceState::Seen,
                ..difference(902)
            },
            OrderDifference {
                found_at_ms: LONG_AGO_MS + 1,
                ..difference(903)
            },
        ];
        for one in nobody_wants_it {
            let written = order_differences::insert(connection, &shop(), &one).await;
            assert!(written.unwrap());
        }
        all_have_their_turn(&mut tx, async |tx, now| {
            let connection = tx.connection();
            let all = order_differences::unflagged(connection, &shop(), LONG_AGO_MS, now).await;
            all.unwrap()
        })
        .await;
    }
}

/// Also those that have the earliest times, which stay what they are.
#[tokio::test]
async fn locks_that_fail_keep_no_other_from_its_turn() {
    for opened in databases().await {
        for state in [LockState::Held, LockState::Ordered, LockState::Releasing] {
            let mut tx = opened.database.begin().await.unwrap();
            let connection = tx.connection();
            for number in 1..=3 {
                let mut one = Lock {
                    state,
                    checked_at_ms: i64::from(number),
                    state_since_ms: i64::from(number),
                    session_ends_at_ms: i64::from(number),
                    ..lock(number, "SAVE10")
                };
                locks::put(connection, &mut one).await.unwrap();
            }
            let mut ask = async |at_ms| {
                let turn = Turn { locks: 2, at_ms };
                let all = match state {
                    LockState::Held => due_locks::unchecked(connection, &shop(), 9, turn).await,
                    LockState::Ordered => {
                        due_locks::ordered_ending(connection, &shop(), 9, turn).await
                    }
                    _ => due_locks::stuck(connection, &shop(), 9, turn).await,
                };
                let all = all.unwrap().into_iter();
                all.map(|lock| lock.checked_at_ms).collect::<Vec<_>>()
            };
            let what = format!("{} {state:?}", opened.kind);
            assert_eq!(ask(10).await, [1, 2], "{what}");
            assert_eq!(ask(20).await, [3, 1], "{what}");
            assert_eq!(ask(30).await, [2, 1], "{what}");
            // The next state has the same locks.
            drop(tx);
        }
    }
}
