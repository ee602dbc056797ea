//! Rows of every kind, of a known age.

use sqlx::AnyConnection;
use voucherbridge::{
    bigcommerce::{CustomerFacts, ProductFacts},
    database::{
        Database, Tx,
        audit::{self, AuditEntry},
        card_refunds::{self, CardRefund},
        checkouts::{self, Lease},
        dropped_codes::{self, DroppedCode},
        inbox, locks,
        order_differences::{self, DifferenceState, Flag, OrderDifference},
        redemptions::{self, Redemption, RedemptionState},
        voucherify_orders::{self, VoucherifyOrder, VoucherifyOrderState},
    },
    domain::{
        Code, Hundredths, OrderId,
        lock::{Lock, LockState},
        messages::Refusal,
        order::OrderStatus,
        order_difference::DifferenceKind,
    },
};

use super::{
    locks::lock,
    merchant::NOW,
    opened::{Opened, shop},
    order_differences::side,
};

pub const HOUR: i64 = 60 * 60 * 1_000;
pub const DAY: i64 = 24 * HOUR;

/// Every table whose rows go by their age.
pub const TABLES: [&str; 12] = [
    "product_facts",
    "customer_facts",
    "dropped_codes",
    "checkouts",
    "inbox",
    "locks",
    "redemptions",
    "card_refunds",
    "voucherify_orders",
    "order_differences",
    "jobs",
    "audit_log",
];
/// Those whose rows stay as long as their store.
pub const OF_STORES: [&str; 4] = ["reading", "store_facts", "job_turns", "left_stores"];
/// A row for each connected store, and one at all.
pub const ALWAYS: [&str; 2] = ["stores", "readiness"];

/// A lock that was last changed then.
pub fn lock_at(number: u32, state: LockState, at_ms: i64) -> Lock {
    Lock {
        state,
        ends_at_ms: at_ms,
        session_ends_at_ms: at_ms,
        checked_at_ms: at_ms,
        state_since_ms: at_ms,
        created_at_ms: at_ms,
        ..lock(number, "SAVE10")
    }
}

pub fn redemption(lock: &Lock, order: OrderId, state: RedemptionState, at_ms: i64) -> Redemption {
    Redemption {
        store: shop(),
        order,
        code: lock.code.clone(),
        lock: lock.id.clone(),
        state,
        redemption_id: Some("r_1".to_owned()),
        parent_id: None,
        reason: None,
        credits: Some(Hundredths(100)),
        sent_at_ms: at_ms,
    }
}

pub fn refund(lock: &Lock, order: OrderId, done: bool, at_ms: i64) -> CardRefund {
    CardRefund {
        store: shop(),
        order,
        payment: "1".to_owned(),
        code: lock.code.clone(),
        lock: lock.id.clone(),
        credits: Hundredths(50),
        done,
        sent_at_ms: at_ms,
    }
}

pub fn told(order: OrderId, state: VoucherifyOrderState, at_ms: i64) -> VoucherifyOrder {
    VoucherifyOrder {
        store: shop(),
        order,
        source_id: order.to_string(),
        status: OrderStatus::Paid,
        state,
        sent_at_ms: at_ms,
    }
}

pub fn difference(lock: &Lock, order: OrderId, state: DifferenceState) -> OrderDifference {
    OrderDifference {
        order,
        lock: lock.id.clone(),
        kinds: vec![DifferenceKind::Items],
        validated: side(1),
        ordered: side(2),
        state,
        found_at_ms: NOW,
        flag: Flag::None,
    }
}

/// An order whose codes were used: its lock, and a row of each other kind.
pub struct Used {
    pub number: u32,
    pub lock: LockState,
    pub redemption: RedemptionState,
    pub is_refunded: bool,
    pub told: VoucherifyOrderState,
    pub difference: DifferenceState,
    pub at_ms: i64,
}

impl Used {
    /// All of it is over.
    pub fn settled(number: u32) -> Self {
        Self {
            number,
            lock: LockState::Redeemed,
            redemption: RedemptionState::Redeemed,
            is_refunded: true,
            told: VoucherifyOrderState::Told,
            difference: DifferenceState::Seen,
            at_ms: NOW,
        }
    }

    pub async fn write(&self, connection: &mut AnyConnection) {
        let order = OrderId(i64::from(self.number));
        let own = Lock {
            order: Some(order),
            ..lock_at(self.number, self.lock, NOW)
        };
        locks::put(connection, &mut own.clone()).await.unwrap();
        let redemption = redemption(&own, order, self.redemption, self.at_ms);
        redemptions::put(connection, &redemption).await.unwrap();
        let refund = refund(&own, order, self.is_refunded, NOW);
        card_refunds::put(connection, &refund).await.unwrap();
        let told = told(order, self.told, NOW);
        voucherify_orders::put(connection, &told).await.unwrap();
        let difference = difference(&own, order, self.difference);
        let written = order_differences::insert(connection, &shop(), &difference).await;
        written.unwrap();
    }
}

pub async fn audited(tx: &mut Tx) {
    let entry = AuditEntry {
        at_ms: NOW,
        actor: "test".to_owned(),
        action: "settings".to_owned(),
        details: serde_json::json!({}),
    };
    audit::write(tx, &shop(), &entry).await.unwrap();
}

/// What was read of a product and of a customer.
async fn facts(database: &Database) {
    let product = ProductFacts {
        id: 1,
        categories: Vec::new(),
        retail_price: None,
    };
    let customer = CustomerFacts {
        id: 1,
        email: None,
        name: String::new(),
        group: None,
    };
    database
        .cache_products(&shop(), &[product], NOW)
        .await
        .unwrap();
    database
        .cache_customer(&shop(), &customer, NOW)
        .await
        .unwrap();
}

/// A row of each kind that was last changed at `NOW`.
pub async fn one_of_each(opened: &Opened) {
    facts(&opened.database).await;
    let mut tx = opened.database.begin().await.unwrap();
    let connection = tx.connection();
    let dropped = DroppedCode {
        code: Code::parse("SAVE10").unwrap(),
        native_code: String::new(),
        refusal: Refusal::Expired,
        dropped_at_ms: NOW,
    };
    let checkout = lock(1, "SAVE10").checkout;
    dropped_codes::put(connection, &shop(), &checkout, &dropped)
        .await
        .unwrap();
    let killed = Lease {
        owner: "killed",
        at_ms: NOW - 1,
        until_ms: NOW,
    };
    checkouts::take(connection, &shop(), &checkout, killed)
        .await
        .unwrap();
    inbox::insert(connection, &shop(), "1", "store/order/updated", "{}", NOW)
        .await
        .unwrap();
    let released = lock_at(2, LockState::Released, NOW);
    locks::put(connection, &mut released.clone()).await.unwrap();
    // A person gave its code back, and it is gone before its difference.
    let dismissed = difference(&released, OrderId(2), DifferenceState::Dismissed);
    order_differences::insert(connection, &shop(), &dismissed)
        .await
        .unwrap();
    Used::settled(3).write(connection).await;
    let rolled_back = Used {
        lock: LockState::RolledBack,
        redemption: RedemptionState::RolledBack,
        ..Used::settled(4)
    };
    rolled_back.write(connection).await;
    audited(&mut tx).await;
    tx.commit().await.unwrap();
}
