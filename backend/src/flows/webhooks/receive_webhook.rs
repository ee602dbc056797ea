//! A webhook arrived: it is written down together with the job it asks for, and answered at once.
//!
//! The scopes and their `data` are those of BigCommerce's webhook events. The data are hints, not
//! facts: a job reads what it acts on from BigCommerce, so an event says "read again" and no more.
//! A delivery is known again by its id (`webhook-id`, Standard Webhooks). Its body does not tell: two
//! changes of one order may have equal data, an equal `hash` of them, and no `created_at`.

use serde::Deserialize;
use serde_json::Value;
use tracing::debug;

use crate::{
    context::Context,
    domain::{
        CheckoutId, OrderId, StoreHash,
        lock::{Lock, LockState},
    },
    error::FlowError,
    flows::later::process_later,
    store::{
        StoreError, Tx, inbox,
        jobs::{self, JobKind},
        locks,
    },
};

/// Several webhooks tell of one change; the job waits this long to answer them together. No longer:
/// who changed the cart on the cart page is soon in the checkout.
const GATHER_MS: i64 = 1_000;

/// A webhook's body, as far as it is read.
#[derive(Debug, Clone, Deserialize)]
pub struct WebhookEvent {
    /// What happened, `store/order/created`.
    pub scope: String,
    /// To what.
    pub data: Value,
}

/// What a webhook asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asks {
    Order(OrderId),
    CartChanged(CheckoutId),
    CartGone(CheckoutId),
    CouponApplied(CheckoutId),
    ProductChanged(i64),
    CustomerChanged(i64),
    Nothing,
}

/// Takes a webhook whose sender was verified; `delivery` is the same each time it is tried again.
pub async fn receive(
    context: &Context,
    store: &StoreHash,
    delivery: &str,
    event: &WebhookEvent,
    body: &str,
) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let asks = Asks::of(event);
    // Before it is written down: one that came again would not be looked at.
    match asks {
        Asks::ProductChanged(id) => context.store.forget_product(store, id).await?,
        Asks::CustomerChanged(id) => context.store.forget_customer(store, id).await?,
        _ => {}
    }
    let mut tx = context.store.begin().await?;
    if !inbox::insert(tx.connection(), store, delivery, &event.scope, body, now).await? {
        debug!(%store, scope = event.scope, "a webhook came again");
        return Ok(());
    }
    ask(&mut tx, store, &asks, now).await?;
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

async fn ask(tx: &mut Tx, store: &StoreHash, asks: &Asks, now: i64) -> Result<(), StoreError> {
    let connection = tx.connection();
    let (kind, cart) = match asks {
        Asks::Order(id) => {
            return process_later(connection, store, *id, now + GATHER_MS, now).await;
        }
        Asks::CartChanged(cart) | Asks::CartGone(cart) => (JobKind::RefreshCheckout, cart),
        Asks::CouponApplied(cart) => (JobKind::EvictCoupon, cart),
        _ => return Ok(()),
    };
    // A cart without a lock has nothing to refresh. Whose coupon a cart was given the job finds out.
    if kind == JobKind::RefreshCheckout {
        let all = locks::of_checkout(connection, store, cart).await?;
        let is_held = |lock: &Lock| matches!(lock.state, LockState::Held | LockState::Applying);
        if !all.iter().any(is_held) {
            return Ok(());
        }
    }
    let at = match asks {
        // Until it is off, the cart may become an order with it.
        Asks::CouponApplied(_) => now,
        _ => now + GATHER_MS,
    };
    jobs::enqueue(connection, store, kind, cart.as_str(), at, now).await
}

impl Asks {
    fn of(event: &WebhookEvent) -> Self {
        let data = &event.data;
        let cart = || {
            text(data, "cartId")
                .or_else(|| text(data, "id"))
                .and_then(checkout)
        };
        let number = || data.get("id").and_then(number);
        let wanted = match event.scope.as_str() {
            "store/cart/converted" => data
                .get("orderId")
                .and_then(self::number)
                .map(|id| Self::Order(OrderId(id))),
            "store/cart/couponApplied" => cart().map(Self::CouponApplied),
            "store/cart/deleted" | "store/cart/abandoned" => cart().map(Self::CartGone),
            "store/product/updated" | "store/product/deleted" => number().map(Self::ProductChanged),
            "store/customer/updated" | "store/customer/deleted" => {
                number().map(Self::CustomerChanged)
            }
            scope if scope.starts_with("store/order/") => {
                number().map(|id| Self::Order(OrderId(id)))
            }
            scope if scope.starts_with("store/cart/lineItem/") => text(data, "cartId")
                .and_then(checkout)
                .map(Self::CartChanged),
            _ => None,
        };
        wanted.unwrap_or(Self::Nothing)
    }
}

fn text<'a>(data: &'a Value, key: &str) -> Option<&'a str> {
    data.get(key).and_then(Value::as_str)
}

/// Ids come as numbers, and from some scopes as text.
fn number(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

fn checkout(text: &str) -> Option<CheckoutId> {
    CheckoutId::parse(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asks(scope: &str, data: Value) -> Asks {
        Asks::of(&WebhookEvent {
            scope: scope.to_owned(),
            data,
        })
    }

    #[test]
    fn knows_what_each_scope_asks_for() {
        let cart = "0a1b2c3d-0000-4000-8000-000000000001";
        let id = || CheckoutId::parse(cart).unwrap();
        let order = Asks::Order(OrderId(7));
        assert_eq!(
            asks("store/order/created", json!({"type": "order", "id": 7})),
            order
        );
        assert_eq!(
            asks("store/order/archived", json!({"type": "order", "id": 7})),
            order
        );
        let refund = json!({"type": "order", "id": 7, "refund": {"refund_id": 1}});
        assert_eq!(asks("store/order/refund/created", refund), order);
        let converted = json!({"type": "cart", "id": cart, "orderId": "7"});
        assert_eq!(asks("store/cart/converted", converted), order);
        let line = json!({"type": "cart_line_item", "id": "x", "cartId": cart});
        assert_eq!(
            asks("store/cart/lineItem/updated", line),
            Asks::CartChanged(id())
        );
        let deleted = json!({"type": "cart", "id": cart});
        assert_eq!(asks("store/cart/deleted", deleted), Asks::CartGone(id()));
        assert_eq!(
            asks("store/cart/deleted", json!({"id": "'; --"})),
            Asks::Nothing
        );
        assert_eq!(asks("store/sku/updated", json!({"id": 7})), Asks::Nothing);
    }
}
