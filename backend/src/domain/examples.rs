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

/// A coupon's lock, of the cart that [`order`] was made of.
pub(crate) fn lock(state: LockState) -> Lock {
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
        state,
        discount: CENTS,
        native_discount: CENTS,
        currency: Currency::parse("USD").unwrap(),
        snapshot: None,
        order: None,
        order_discount: None,
        reason: None,
        ends_at_ms: 1_000,
        session_ends_at_ms: 2_000,
        created_at_ms: 0,
        checked_at_ms: 0,
        cut_off_at_ms: None,
        unused_by: Vec::new(),
    }
}

/// The same, for [`order`], with a reason unless it is empty.
pub(crate) fn waiting(state: LockState, reason: &str) -> Lock {
    Lock {
        order: Some(order().id),
        reason: (!reason.is_empty()).then(|| reason.to_owned()),
        ..lock(state)
    }
}

/// The same lock, of another cart.
pub(crate) fn elsewhere(lock: Lock) -> Lock {
    let checkout = CheckoutId::parse("0a1b2c3d-0000-4000-8000-000000000002").unwrap();
    Lock { checkout, ..lock }
}

/// A pending order, placed at the first moment.
pub(crate) fn order() -> Order {
    Order {
        id: OrderId(101),
        cart: Some(lock(LockState::Held).checkout),
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
