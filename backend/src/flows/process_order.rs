//! An order was made or changed: what that means for the codes it carries.

use tracing::{info, warn};

use super::{
    FlowError, ask_for_release,
    exclusive::exclusively,
    redeem_order::{redeem, settle_uncertain},
    release_lock::live_order_with,
    roll_back::roll_back,
    save,
};
use crate::{
    bigcommerce::{BigCommerceError, Order, OrderCoupon},
    context::{Connection, Context},
    domain::{
        CheckoutId, OrderId,
        lock::{Lock, LockState, ReleaseReason},
        order::{Standing, standing},
    },
    store::{
        jobs::{self, JobKind},
        locks,
    },
};

/// The job: reads the order and acts on the locks whose native codes it carries.
pub async fn process(
    context: &Context,
    connection: &Connection,
    id: OrderId,
) -> Result<(), FlowError> {
    let read = tokio::try_join!(
        connection.bigcommerce.order(id),
        connection.bigcommerce.order_coupons(id)
    );
    let (order, coupons) = match read {
        Ok(read) => read,
        // Deleted. Its locks end by their own time, after a look at the orders that are left.
        Err(BigCommerceError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let Some(checkout) = checkout_of(context, connection, &order, &coupons).await? else {
        return Ok(());
    };
    let work = act(context, connection, &order, &coupons, &checkout);
    exclusively(context, &connection.store, &checkout, work).await
}

/// The checkout an order came from: by the native codes it carries, else by its cart.
async fn checkout_of(
    context: &Context,
    connection: &Connection,
    order: &Order,
    coupons: &[OrderCoupon],
) -> Result<Option<CheckoutId>, FlowError> {
    let mut tx = context.store.begin().await?;
    for coupon in coupons {
        let found = locks::by_native_code(tx.connection(), &connection.store, &coupon.code).await?;
        if let Some(lock) = found {
            return Ok(Some(lock.checkout));
        }
    }
    let Some(cart) = order
        .cart_id
        .as_deref()
        .and_then(|id| CheckoutId::parse(id).ok())
    else {
        return Ok(None);
    };
    let all = locks::of_checkout(tx.connection(), &connection.store, &cart).await?;
    Ok(if all.is_empty() { None } else { Some(cart) })
}

async fn act(
    context: &Context,
    connection: &Connection,
    order: &Order,
    coupons: &[OrderCoupon],
    checkout: &CheckoutId,
) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    let all = locks::of_checkout(tx.connection(), &connection.store, checkout).await?;
    tx.commit().await?;
    let mut carried = Vec::new();
    for mut lock in all {
        match coupons
            .iter()
            .find(|coupon| lock.native_code.is(&coupon.code))
        {
            Some(coupon) => {
                lock.order_discount = Some(coupon.discount);
                carried.push(lock);
            }
            None => release_left_behind(context, connection, &mut lock).await?,
        }
    }
    match standing(order.status_id, &order.payment_status) {
        Standing::Paid => redeem(context, connection, order, carried).await,
        Standing::Pending => keep(context, order, carried).await,
        Standing::Void | Standing::Refunded => {
            settle_uncertain(context, connection, order, &carried).await?;
            free(context, connection, order, carried).await?;
            roll_back(context, connection, order.id).await
        }
    }
}

/// The cart became an order that does not carry this code: the shopper had taken it off. One that
/// is on the open cart was typed after a payment failed, for the order to come.
async fn release_left_behind(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
) -> Result<(), FlowError> {
    if lock.state == LockState::Held && !is_on_open_cart(connection, lock).await? {
        super::give_up(context, lock, ReleaseReason::CartGone).await?;
    }
    Ok(())
}

/// The order waits for its payment: so do its locks.
async fn keep(context: &Context, order: &Order, carried: Vec<Lock>) -> Result<(), FlowError> {
    for mut lock in carried {
        let from = lock.state;
        if !matches!(
            from,
            LockState::Held | LockState::Releasing | LockState::Applying
        ) {
            continue;
        }
        // It has waited too long already.
        if lock.reason.as_deref() == Some(ReleaseReason::NeverPaid.as_str()) {
            continue;
        }
        lock.state = LockState::Ordered;
        lock.order = Some(order.id);
        save(context, &lock, from).await?;
        info!(store = %lock.store, lock = %lock.id, order = %order.id, "code waits for payment");
        compare_discount(&lock);
    }
    Ok(())
}

/// What the order really took off against what Voucherify calculated.
pub(super) fn compare_discount(lock: &Lock) {
    let Some(taken) = lock.order_discount.filter(|taken| *taken != lock.discount) else {
        return;
    };
    warn!(
        store = %lock.store, lock = %lock.id, order = ?lock.order, validated = lock.discount.0,
        taken = taken.0, "the order's discount is not the validated one"
    );
    metrics::counter!("voucherbridge_discount_differences_total").increment(1);
}

/// The order came to nothing: its locks come free, unless another order of the cart carries them.
async fn free(
    context: &Context,
    connection: &Connection,
    order: &Order,
    carried: Vec<Lock>,
) -> Result<(), FlowError> {
    for mut lock in carried {
        if !matches!(lock.state, LockState::Held | LockState::Ordered) {
            continue;
        }
        if let Some(other) = live_order_with(connection, &lock).await? {
            let now = context.clock.now_ms();
            let subject = other.id.to_string();
            super::ask_for(context, &lock.store, JobKind::ProcessOrder, &subject, now).await?;
            continue;
        }
        if is_on_open_cart(connection, &lock).await? {
            let from = lock.state;
            lock.state = LockState::Held;
            lock.order = None;
            save(context, &lock, from).await?;
            continue;
        }
        lock.order = Some(order.id);
        let mut tx = context.store.begin().await?;
        let now = context.clock.now_ms();
        ask_for_release(&mut tx, &mut lock, ReleaseReason::OrderVoid, now).await?;
        tx.commit().await?;
        context.wake_worker();
    }
    Ok(())
}

/// Whether the cart is open still and carries the code: a declined payment may be tried again.
async fn is_on_open_cart(connection: &Connection, lock: &Lock) -> Result<bool, FlowError> {
    match connection.bigcommerce.checkout(&lock.checkout).await {
        Ok(checkout) if checkout.order_id.is_some() => Ok(false),
        Ok(checkout) => Ok(checkout
            .coupons
            .iter()
            .any(|coupon| lock.native_code.is(&coupon.code))),
        Err(BigCommerceError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Asks for an order to be looked at.
pub(super) async fn ask(
    connection: &mut sqlx::AnyConnection,
    store: &crate::domain::StoreHash,
    order: OrderId,
    run_at_ms: i64,
    now_ms: i64,
) -> Result<(), crate::store::StoreError> {
    let subject = order.to_string();
    jobs::enqueue(
        connection,
        store,
        JobKind::ProcessOrder,
        &subject,
        run_at_ms,
        now_ms,
    )
    .await
}
