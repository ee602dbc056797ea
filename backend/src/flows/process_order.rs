//! An order was made or changed: what that means for the codes it carries.

use tracing::{info, warn};

use super::{
    FlowError, NOT_TOLD,
    adopt_redemptions::settle_uncertain,
    ask_for_release, compare_order,
    exclusive::exclusively,
    locks_of, open_checkout, pay_again,
    redeem_order::redeem,
    refund_cards::refund_cards,
    release_lock::{kill_native, live_order_with},
    remove_code::look_again_at_others,
    roll_back::roll_back,
    save,
};
use crate::{
    bigcommerce::{BigCommerceError, FreeItems, Order, OrderCertificate, OrderCoupon},
    context::{Connection, Context},
    domain::{
        CheckoutId, Hundredths, OrderId,
        discount::{FreeItem, free_items},
        lock::{Lock, LockKind, LockState, ReleaseReason, TAKEN_ELSEWHERE},
        order::{Standing, is_unfinished, standing},
    },
    store::{
        jobs::{self, JobKind},
        locks,
    },
};

/// An order and the native codes it carries.
struct Placed {
    order: Order,
    coupons: Vec<OrderCoupon>,
    certificates: Vec<OrderCertificate>,
}

/// The job: reads the order and acts on the locks whose native codes it carries.
pub async fn process(
    context: &Context,
    connection: &Connection,
    id: OrderId,
) -> Result<(), FlowError> {
    let placed = match read(connection, id).await {
        Ok(placed) => placed,
        // Deleted. Its locks end by their own time, after a look at the orders that are left.
        Err(BigCommerceError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for checkout in checkouts_of(context, connection, &placed).await? {
        let work = act(context, connection, &placed, &checkout);
        exclusively(context, &connection.store, &checkout, work).await?;
    }
    Ok(())
}

async fn read(connection: &Connection, id: OrderId) -> Result<Placed, BigCommerceError> {
    let bigcommerce = &connection.bigcommerce;
    let (order, coupons) = tokio::try_join!(bigcommerce.order(id), bigcommerce.order_coupons(id))?;
    let certificates = if order.certificate_amount.is_positive() {
        bigcommerce.order_certificates(id).await?
    } else {
        Vec::new()
    };
    Ok(Placed {
        order,
        coupons,
        certificates,
    })
}

/// The checkouts whose locks an order is about: its own cart's, and those whose native codes it
/// carries, by whatever way they came there.
async fn checkouts_of(
    context: &Context,
    connection: &Connection,
    placed: &Placed,
) -> Result<Vec<CheckoutId>, FlowError> {
    let coupons = placed.coupons.iter().map(|one| &one.code);
    let codes = coupons.chain(placed.certificates.iter().map(|one| &one.code));
    let mut found = Vec::new();
    let mut tx = context.store.begin().await?;
    if let Some(cart) = cart_of(&placed.order) {
        let own = locks::of_checkout(tx.connection(), &connection.store, &cart).await?;
        found.extend((!own.is_empty()).then_some(cart));
    }
    for code in codes {
        let lock = locks::by_native_code(tx.connection(), &connection.store, code).await?;
        found.extend(lock.map(|lock| lock.checkout));
    }
    tx.commit().await?;
    found.sort();
    found.dedup();
    Ok(found)
}

fn cart_of(order: &Order) -> Option<CheckoutId> {
    CheckoutId::parse(order.cart_id.as_deref()?).ok()
}

impl Placed {
    /// What the order took by the lock's native code; none if it does not carry it. `unnamed` is
    /// what certificates paid that the order does not name: one that waits for its payment names
    /// none, and they are those of its own cart.
    fn taken_by(&self, lock: &Lock, unnamed: &mut Hundredths) -> Option<Hundredths> {
        if lock.kind == LockKind::Coupon {
            let mut coupons = self.coupons.iter();
            let own = coupons.find(|one| lock.native_code.is(&one.code))?;
            return Some(own.discount);
        }
        let own = |one: &&OrderCertificate| lock.native_code.is(&one.code);
        if let Some(own) = self.certificates.iter().find(own) {
            return Some(own.amount);
        }
        let may_be = matches!(
            lock.state,
            LockState::Held | LockState::Ordered | LockState::Releasing
        );
        if !may_be || cart_of(&self.order).as_ref() != Some(&lock.checkout) {
            return None;
        }
        let part = lock.discount.min(*unnamed);
        *unnamed = *unnamed - part;
        part.is_positive().then_some(part)
    }

    fn unnamed(&self) -> Hundredths {
        let named: Hundredths = self.certificates.iter().map(|one| one.amount).sum();
        (self.order.certificate_amount - named).max(Hundredths::ZERO)
    }
}

async fn act(
    context: &Context,
    connection: &Connection,
    placed: &Placed,
    checkout: &CheckoutId,
) -> Result<(), FlowError> {
    let order = &placed.order;
    let all = locks_of(context, &connection.store, checkout).await?;
    let is_own = cart_of(order).as_ref() == Some(checkout);
    let mut unnamed = placed.unnamed();
    let mut carried = Vec::new();
    for mut lock in all {
        match placed.taken_by(&lock, &mut unnamed) {
            Some(taken) => {
                let added = items_added(connection, order.id, &lock).await?;
                // What it took off the items it added is no money off what was bought.
                let taken = taken - added.worth;
                lock.learn_from_order(taken, added.items.clone());
                let is_new = matches!(lock.state, LockState::Held | LockState::Releasing);
                if is_new && !is_unfinished(order.status_id) {
                    compare_free_items(&lock, &added, order.id);
                }
                lock.order_discount = Some(taken);
                carried.push(lock);
            }
            None if is_own => release_left_behind(context, connection, &mut lock).await?,
            None => {}
        }
    }
    let carried = compare_order::compare(context, connection, order, carried).await?;
    let standing = standing(order.status_id, &order.payment_status);
    if is_own && (is_unfinished(order.status_id) || standing == Standing::Void) {
        for lock in &carried {
            pay_again::keep_on_cart(connection, lock).await?;
        }
    }
    match standing {
        Standing::Paid => {
            let first = carried.first().cloned().filter(|_| !is_own);
            redeem(context, connection, order, carried).await?;
            // The redemption may have ended the session that this cart's other codes share.
            if let Some(lock) = first {
                look_again_at_others(context, &lock).await?;
            }
            refund_cards(context, connection, order).await
        }
        Standing::Pending => {
            keep(context, connection, order, carried).await?;
            refund_cards(context, connection, order).await
        }
        Standing::Void | Standing::Refunded => {
            settle_uncertain(context, connection, order, &carried).await?;
            free(context, connection, order, carried).await?;
            roll_back(context, connection, order, standing == Standing::Void).await
        }
    }
}

/// The free items that the order has by the lock's coupon.
async fn items_added(
    connection: &Connection,
    order: OrderId,
    lock: &Lock,
) -> Result<FreeItems, FlowError> {
    let free = free_items(lock.discounts());
    if free.is_empty() {
        return Ok(FreeItems::default());
    }
    let bigcommerce = &connection.bigcommerce;
    Ok(bigcommerce
        .free_items_of(order, &lock.native_code, &free)
        .await?)
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
async fn keep(
    context: &Context,
    connection: &Connection,
    order: &Order,
    carried: Vec<Lock>,
) -> Result<(), FlowError> {
    for mut lock in carried {
        let from = lock.state;
        if is_unfinished(order.status_id) {
            await_another(context, &mut lock).await?;
            continue;
        }
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
        lock.checked_at_ms = context.clock.now_ms();
        // From here it is that order's; its own cart must not fill it up again.
        if cart_of(order).as_ref() != Some(&lock.checkout) {
            lock.reason = Some(TAKEN_ELSEWHERE.to_owned());
        }
        save(context, &lock, from).await?;
        info!(store = %lock.store, lock = %lock.id, order = %order.id, "code waits for payment");
        compare_discount(&lock);
        if lock.is_taken_elsewhere() {
            kill_native(connection, &lock).await?;
        }
    }
    Ok(())
}

/// The payment was never finished: the cart is open still, and its lock lives as long as that of
/// any open cart, not as long as that of an order that waits for a bank transfer.
async fn await_another(context: &Context, lock: &mut Lock) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    if lock.state != LockState::Ordered || lock.ends_at_ms > now {
        return Ok(());
    }
    let mut tx = context.store.begin().await?;
    ask_for_release(&mut tx, lock, ReleaseReason::NeverPaid, now).await?;
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

/// What the order really took off against what Voucherify calculated.
pub(super) fn compare_discount(lock: &Lock) {
    // Of a certificate the order may take less: it has a use for the rest no more.
    let differs = |taken: &Hundredths| match lock.kind {
        LockKind::Coupon => *taken != lock.discount,
        LockKind::Certificate => *taken > lock.discount,
    };
    let Some(taken) = lock.order_discount.filter(differs) else {
        return;
    };
    warn!(
        store = %lock.store, lock = %lock.id, order = ?lock.order, validated = lock.discount.0,
        taken = taken.0, "the order's discount is not the validated one"
    );
    metrics::counter!("voucherbridge_discount_differences_total").increment(1);
}

/// The order may lack free items of a code that it used: they were sold out at the last moment.
fn compare_free_items(lock: &Lock, added: &FreeItems, order: OrderId) {
    let pieces = |items: &[FreeItem]| items.iter().map(|free| free.quantity).sum::<i64>();
    let told = lock.coupons.iter().filter(|coupon| coupon.told);
    let given = free_items(told.map(|coupon| &coupon.discount));
    let (given, added) = (pieces(&given), pieces(&added.items));
    if added < given {
        warn!(
            store = %lock.store, lock = %lock.id, %order, given, added,
            "the order has fewer free items than its codes give"
        );
        metrics::counter!("voucherbridge_discount_differences_total").increment(1);
    }
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
        if lock.is_taken_elsewhere() && lock.order != Some(order.id) {
            continue;
        }
        if let Some(other) = live_order_with(connection, &lock).await? {
            let now = context.clock.now_ms();
            let subject = other.id.to_string();
            super::ask_for(context, &lock.store, JobKind::ProcessOrder, &subject, now).await?;
            continue;
        }
        if !lock.is_taken_elsewhere() && is_on_open_cart(connection, &lock).await? {
            go_on(context, &mut lock).await?;
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

/// The cart is open still. Whether the store gave a certificate its money back is not documented:
/// it is told anew what it is worth.
async fn go_on(context: &Context, lock: &mut Lock) -> Result<(), FlowError> {
    let from = lock.state;
    lock.state = LockState::Held;
    lock.order = None;
    save(context, lock, from).await?;
    if lock.kind == LockKind::Certificate {
        lock.native_discount = NOT_TOLD;
        save(context, lock, LockState::Held).await?;
        let (now, subject) = (context.clock.now_ms(), lock.checkout.as_str());
        let kind = JobKind::RefreshCheckout;
        super::ask_for(context, &lock.store, kind, subject, now).await?;
    }
    Ok(())
}

/// Whether the cart is open still and carries the code: a declined payment may be tried again.
async fn is_on_open_cart(connection: &Connection, lock: &Lock) -> Result<bool, FlowError> {
    let found = open_checkout::find(connection, &lock.checkout).await?;
    let Some(checkout) = found.open() else {
        return Ok(false);
    };
    // What certificates it carries is not told.
    let mut codes = checkout.coupons.iter().map(|coupon| &coupon.code);
    Ok(lock.kind == LockKind::Certificate || codes.any(|code| lock.native_code.is(code)))
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
