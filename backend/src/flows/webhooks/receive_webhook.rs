//! A webhook arrived: it is written down together with the job it asks for, and answered at once.
//!
//! A delivery is known again by its id (`webhook-id`, Standard Webhooks). Its body does not tell: two
//! changes of one order may have equal data, an equal `hash` of them, and no `created_at`.

use serde::Deserialize;
use serde_json::Value;
use tracing::debug;

use crate::{
    context::Context,
    database::{
        DatabaseError, Tx, inbox,
        jobs::{self, JobKind},
        locks,
    },
    domain::{
        StoreHash,
        lock::{Lock, LockState},
    },
    error::FlowError,
    flows::{later::process_later, webhooks::scopes::Asks},
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

/// Takes a webhook whose sender was verified; `delivery` is the same each time it is tried again.
pub async fn receive(
    context: &Context,
    store: &StoreHash,
    delivery: &str,
    event: &WebhookEvent,
    body: &str,
) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let asks = Asks::of(&event.scope, &event.data);
    // Before it is written down: one that came again would not be looked at.
    match asks {
        Asks::ProductChanged(id) => context.database.forget_product(store, id).await?,
        Asks::CustomerChanged(id) => context.database.forget_customer(store, id).await?,
        _ => {}
    }
    let mut tx = context.database.begin().await?;
    if !inbox::insert(tx.connection(), store, delivery, &event.scope, body, now).await? {
        debug!(%store, scope = event.scope, "a webhook came again");
        return Ok(());
    }
    ask(&mut tx, store, &asks, now).await?;
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

async fn ask(tx: &mut Tx, store: &StoreHash, asks: &Asks, now: i64) -> Result<(), DatabaseError> {
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
