//! A lock and an order for the tests of rules.

use uuid::Uuid;

use super::{
    CheckoutId, Code, Currency, Hundredths, LockId, NativeCode, NativeSuffix, OrderId, SessionKey,
    StoreHash,
    discount::Discount,
    lock::{Coupon, Lock, LockKind, LockState},
    order::Order,
};

/// What the example's lock takes off.
pub(crate) const CENTS: Hundredths = Hundredths(1_000);

/// A coupon's lock, in words: its state, and what else there is of it. `kept` is for [`order`], `other_order`
/// for another one; `other_cart` is of another cart than [`order`]; any other word is its reason.
pub(crate) fn lock(words: &str) -> Lock {
    let mut words = words.split(' ');
    let mut lock = held();
    lock.state = words.next().unwrap().parse().unwrap();
    for word in words {
        match word {
            "kept" => lock.order = Some(order().id),
            "other_order" => lock.order = Some(OrderId(7)),
            "other_cart" => {
                lock.checkout = CheckoutId::parse("0a1b2c3d-0000-4000-8000-000000000002").unwrap();
            }
            "certificate" => lock.kind = LockKind::Certificate,
            "unused" => lock.unused_by = vec![order().id],
            "worthless" => lock.discount = Hundredths::ZERO,
            reason => {
                lock.apart = reason.parse().ok();
                lock.released_because = reason.parse().ok();
                let is_other = lock.apart.is_none() && lock.released_because.is_none();
                lock.refused_because = is_other.then(|| reason.to_owned());
            }
        }
    }
    lock
}

fn held() -> Lock {
    let store = StoreHash::parse("demo1store").unwrap();
    let checkout = CheckoutId::parse("0a1b2c3d-0000-4000-8000-000000000001").unwrap();
    let code = Code::parse("SAVE10").unwrap();
    Lock {
        id: LockId::from_uuid(Uuid::from_u128(1)),
        session: SessionKey::of(&store, &checkout)[0].clone(),
        store,
        kind: LockKind::Coupon,
        coupons: vec![Coupon {
            discount: Discount::on_order(CENTS),
            ..Coupon::new(&code)
        }],
        cards: Vec::new(),
        certificate: None,
        native_code: NativeCode::for_code(&code, &NativeSuffix::from_bits(1)),
        checkout,
        code,
        promotion: None,
        state: LockState::Held,
        discount: CENTS,
        native_discount: Some(CENTS),
        currency: Currency::parse("USD").unwrap(),
        snapshot: None,
        order: None,
        order_discount: None,
        apart: None,
        released_because: None,
        refused_because: None,
        is_taken_apart: false,
        ends_at_ms: 1_000,
        session_ends_at_ms: 2_000,
        created_at_ms: 0,
        checked_at_ms: 0,
        state_since_ms: 0,
        revision: 1,
        unused_by: Vec::new(),
    }
}

/// A pending order, placed at the first moment.
pub(crate) fn order() -> Order {
    Order {
        id: OrderId(101),
        cart: Some(held().checkout),
        status_id: 7,
        payment_status: String::new(),
        total: Hundredths(9_000),
        currency: Currency::parse("USD").unwrap(),
        certificate_amount: Hundredths::ZERO,
        customer_id: None,
        email: None,
        coupon_discount: CENTS,
        discount: Hundredths::ZERO,
        is_archived: false,
        created_at_ms: Some(0),
    }
}
