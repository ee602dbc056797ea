//! Locks and redemptions: found by what they are looked for by, changed only from the state they
//! were read in.

use uuid::Uuid;
use voucherbridge::{
    database::{
        Database, DatabaseError,
        due_locks::{self, Turn},
        inbox, locks,
        redemptions::{self, Redemption, RedemptionState},
        retention::{self, Over},
    },
    domain::{
        CheckoutId, Code, Currency, EmailAddress, Hundredths, LockId, NativeCode, NativeSuffix,
        OrderId, PromotionId, SessionKey,
        discount::Discount,
        lock::{Apart, Coupon, Lock, LockKind, LockState, ReleaseReason},
        snapshot::{Group, Snapshot, SnapshotCustomer, SnapshotItem},
    },
};

use super::opened::{databases, shop};

const TURN: Turn = Turn {
    locks: 10,
    at_ms: 3_000,
};

pub fn lock(number: u32, code: &str) -> Lock {
    let checkout = format!("00000000-0000-4000-8000-{number:012}");
    let checkout = CheckoutId::parse(&checkout).unwrap();
    let code = Code::parse(code).unwrap();
    Lock {
        id: LockId::from_uuid(Uuid::from_u128(u128::from(number) + 1)),
        store: shop(),
        session: SessionKey::of(&shop(), &checkout)[0].clone(),
        kind: LockKind::Coupon,
        coupons: vec![Coupon {
            code: code.clone(),
            discount: Discount::on_order(Hundredths(1_000)),
            reward: None,
            told: true,
        }],
        cards: Vec::new(),
        certificate: None,
        native_code: NativeCode::for_code(&code, &NativeSuffix::from_bits(number)),
        checkout,
        code,
        promotion: None,
        state: LockState::Applying,
        discount: Hundredths(1_000),
        native_discount: None,
        currency: Currency::parse("USD").unwrap(),
        snapshot: None,
        order: None,
        order_discount: None,
        apart: None,
        released_because: None,
        refused_because: None,
        is_taken_apart: true,
        ends_at_ms: 1_000,
        session_ends_at_ms: 2_000,
        created_at_ms: i64::from(number),
        checked_at_ms: 10,
        state_since_ms: 9,
        revision: 0,
        unused_by: vec![OrderId(100), OrderId(101)],
    }
}

fn snapshot() -> Snapshot {
    Snapshot {
        unit: None,
        amount: Hundredths(79_900),
        currency: Currency::parse("USD").unwrap(),
        items: vec![SnapshotItem {
            product_id: 111,
            variant_id: Some(211),
            sku: Some("IPHONE8".to_owned()),
            name: "iPhone “8” é".to_owned(),
            quantity: 1,
            amount: Hundredths(79_900),
            cost: Hundredths(79_900),
            categories: vec![1],
        }],
        whole_lines: false,
        customer: Some(SnapshotCustomer {
            customer_id: None,
            source_id: "12".to_owned(),
            email: EmailAddress::parse("bob@example.com").ok(),
            name: None,
            group: Some(Group {
                id: 2,
                name: "STAFF".to_owned(),
            }),
        }),
    }
}

async fn insert(database: &Database, lock: &mut Lock) {
    let mut tx = database.begin().await.unwrap();
    assert!(locks::put(tx.connection(), lock).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn everything_written_is_read_again() {
    for opened in databases().await {
        let mut written = lock(1, "SPRING/SALE+10% é");
        insert(&opened.database, &mut written).await;
        written.state = LockState::Held;
        written.promotion = Some(PromotionId(7));
        written.snapshot = Some(snapshot());
        written.order = Some(OrderId(101));
        written.order_discount = Some(Hundredths(990));
        written.native_discount = Some(Hundredths(980));
        written.apart = Some(Apart::OrderNotFound);
        written.released_because = Some(ReleaseReason::Removed);
        written.refused_because = Some("too_old".to_owned());
        let mut tx = opened.database.begin().await.unwrap();
        let changed = locks::put(tx.connection(), &mut written).await.unwrap();
        assert!(changed, "{}", opened.kind);
        let read = locks::get(tx.connection(), &written.id).await.unwrap();
        assert_eq!(read.as_ref(), Some(&written), "{}", opened.kind);
        let native = written.native_code.as_str().to_ascii_lowercase();
        let found = locks::by_native_code(tx.connection(), &shop(), &native)
            .await
            .unwrap();
        assert_eq!(
            found.as_ref(),
            Some(&written),
            "{}: case is ignored",
            opened.kind
        );
    }
}

#[tokio::test]
async fn a_lock_that_moved_on_is_not_changed() {
    for opened in databases().await {
        let mut changed = lock(1, "SAVE10");
        insert(&opened.database, &mut changed).await;
        let mut late = changed.clone();
        let mut tx = opened.database.begin().await.unwrap();
        changed.checked_at_ms = 11;
        assert!(locks::put(tx.connection(), &mut changed).await.unwrap());
        late.state = LockState::Redeemed;
        let done = locks::put(tx.connection(), &mut late).await.unwrap();
        assert!(!done, "{}", opened.kind);
        let read = locks::get(tx.connection(), &changed.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(read.state, LockState::Applying, "{}", opened.kind);
        locks::delete(tx.connection(), &late).await.unwrap();
        assert!(
            locks::get(tx.connection(), &changed.id)
                .await
                .unwrap()
                .is_some()
        );
        locks::delete(tx.connection(), &changed).await.unwrap();
        assert!(
            locks::get(tx.connection(), &changed.id)
                .await
                .unwrap()
                .is_none()
        );
    }
}

#[tokio::test]
async fn a_native_code_stands_for_one_lock() {
    for opened in databases().await {
        let mut first = lock(1, "SAVE10");
        let mut second = lock(2, "SAVE10");
        second.native_code = first.native_code.clone();
        insert(&opened.database, &mut first).await;
        let mut tx = opened.database.begin().await.unwrap();
        let refused = locks::put(tx.connection(), &mut second).await;
        assert!(
            matches!(refused, Err(DatabaseError::Failed(_))),
            "{}",
            opened.kind
        );
    }
}

#[tokio::test]
async fn locks_are_found_by_their_times_and_codes() {
    for opened in databases().await {
        let mut held = lock(1, "ONCE15");
        held.state = LockState::Held;
        let mut ordered = lock(2, "ONCE50");
        ordered.state = LockState::Ordered;
        let mut released = lock(3, "SAVE10");
        released.state = LockState::Released;
        for one in [&mut held, &mut ordered, &mut released] {
            insert(&opened.database, one).await;
        }
        let mut tx = opened.database.begin().await.unwrap();
        let connection = tx.connection();
        let expired = due_locks::expired(connection, &shop(), 999, 10)
            .await
            .unwrap();
        assert!(expired.is_empty(), "{}", opened.kind);
        let expired = due_locks::expired(connection, &shop(), 1_000, 10)
            .await
            .unwrap();
        assert_eq!(expired, [held.clone()], "{}", opened.kind);
        let unchecked = due_locks::unchecked(connection, &shop(), 10, TURN)
            .await
            .unwrap();
        assert_eq!(unchecked, [held.clone()], "{}", opened.kind);
        let ending = due_locks::ordered_ending(connection, &shop(), 2_000, TURN)
            .await
            .unwrap();
        assert_eq!(ending, [ordered.clone()], "{}", opened.kind);

        let elsewhere = async |connection: &mut sqlx::AnyConnection, lock: &Lock, from: &Lock| {
            let store = shop();
            let held = locks::held_elsewhere(connection, &store, &lock.code, &from.checkout);
            !held.await.unwrap().is_empty()
        };
        assert!(
            elsewhere(connection, &held, &ordered).await,
            "{}",
            opened.kind
        );
        assert!(
            !elsewhere(connection, &held, &held).await,
            "{}: its own",
            opened.kind
        );
        assert!(
            !elsewhere(connection, &released, &held).await,
            "{}: over",
            opened.kind
        );
    }
}

#[tokio::test]
async fn an_order_redeems_a_code_once() {
    for opened in databases().await {
        let mut redemption = Redemption {
            store: shop(),
            order: OrderId(101),
            code: Code::parse("SAVE10").unwrap(),
            lock: lock(1, "SAVE10").id,
            state: RedemptionState::Sent,
            redemption_id: None,
            parent_id: None,
            reason: None,
            credits: None,
            sent_at_ms: 5,
        };
        let mut tx = opened.database.begin().await.unwrap();
        redemptions::put(tx.connection(), &redemption)
            .await
            .unwrap();
        redemption.state = RedemptionState::Redeemed;
        redemption.redemption_id = Some("r_1".to_owned());
        redemptions::put(tx.connection(), &redemption)
            .await
            .unwrap();
        let known = redemptions::of_order(tx.connection(), &shop(), OrderId(101))
            .await
            .unwrap();
        assert_eq!(known, [redemption.clone()], "{}", opened.kind);
        // A certificate pays with several cards.
        for card in ["GIFT50", "GIFT25"] {
            let card = Redemption {
                code: Code::parse(card).unwrap(),
                lock: lock(2, "GIFT50").id,
                credits: Some(Hundredths(1_500)),
                ..redemption.clone()
            };
            redemptions::put(tx.connection(), &card).await.unwrap();
            let known = redemptions::of_order(tx.connection(), &shop(), OrderId(101))
                .await
                .unwrap();
            assert!(known.contains(&card), "{}", opened.kind);
        }
        // The same coupon's lock for another order is a contradiction.
        redemption.order = OrderId(102);
        assert!(
            redemptions::put(tx.connection(), &redemption)
                .await
                .is_err(),
            "{}",
            opened.kind
        );
    }
}

#[tokio::test]
async fn a_webhook_is_written_once_and_forgotten_in_time() {
    for opened in databases().await {
        let mut tx = opened.database.begin().await.unwrap();
        let connection = tx.connection();
        let first = inbox::insert(connection, &shop(), "h", "store/order/created", "{}", 5).await;
        assert!(first.unwrap(), "{}", opened.kind);
        let again = inbox::insert(connection, &shop(), "h", "store/order/created", "{}", 6).await;
        assert!(!again.unwrap(), "{}", opened.kind);
        for (before_ms, forgotten) in [(5, 0), (6, 1)] {
            let webhooks = Over::Webhooks;
            let some = retention::delete_some(connection, webhooks, &shop(), before_ms).await;
            assert_eq!(some.unwrap(), forgotten, "{}", opened.kind);
        }
    }
}
