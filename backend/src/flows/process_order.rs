//! An order was made or changed: what that means for the codes it carries.

use tracing::{info, warn};

use super::{
    FlowError,
    adopt_redemptions::settle_uncertain,
    ask_for_release, compare_order,
    exclusive::exclusively,
    locks_of,
    order_coupons::{self, Named, Used, wait_for_coupons},
    pay_again,
    redeem_order::redeem,
    refund_cards::refund_cards,
    release_lock::kill_native,
    remove_code::look_again_at_others,
    roll_back::roll_back,
    save,
    tell_order::{tell, tell_deleted},
    void_order::{free, free_deleted, is_on_open_cart},
};
use crate::{
    bigcommerce::{BigCommerceError, FreeItems, Order, OrderCertificate},
    context::{Connection, Context},
    domain::{
        CheckoutId, Hundredths, OrderId,
        discount::{FreeItem, free_items},
        lock::{Lock, LockKind, LockState, ORDER_COUPONS_UNKNOWN, ReleaseReason, TAKEN_ELSEWHERE},
        order::Standing,
    },
    store::{
        jobs::{self, JobKind},
        locks,
    },
};

/// An order and the native codes it carries.
struct Placed {
    order: Order,
    coupons: Named,
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
        Err(BigCommerceError::NotFound) => {
            free_deleted(context, connection, id).await?;
            return tell_deleted(context, connection, id).await;
        }
        Err(error) => return Err(error.into()),
    };
    let checkouts = checkouts_of(context, connection, &placed).await?;
    for checkout in &checkouts {
        let work = async {
            Box::pin(act(context, connection, &placed, checkout)).await?;
            if checkouts.last() == Some(checkout) {
                return settle(context, connection, &placed.order).await;
            }
            Ok(())
        };
        exclusively(context, &connection.store, checkout, work).await?;
    }
    Ok(())
}

/// What is the order's as a whole, once the codes of every checkout were seen to: what goes back, and
/// what Voucherify is told. Neither waits for the other's failures to end.
async fn settle(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(), FlowError> {
    let standing = order.standing();
    let given = match standing {
        Standing::Paid | Standing::Pending => refund_cards(context, connection, order).await,
        Standing::Void | Standing::Refunded => {
            roll_back(context, connection, order, standing == Standing::Void).await
        }
    };
    let told = tell(context, connection, order).await;
    given.and(told)
}

async fn read(connection: &Connection, id: OrderId) -> Result<Placed, BigCommerceError> {
    let bigcommerce = &connection.bigcommerce;
    let (order, listed) = tokio::try_join!(bigcommerce.order(id), bigcommerce.order_coupons(id))?;
    let coupons = Named::of(connection, &order, listed).await?;
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
    let coupons = placed.coupons.codes();
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
    /// What the order took by the lock's certificate; none if it does not carry it. `unnamed` is
    /// what certificates paid that the order does not name: one that waits for its payment names
    /// none, and they are those of its own cart.
    fn taken_by(&self, lock: &Lock, unnamed: &mut Hundredths) -> Option<Hundredths> {
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
    let together = order_coupons::together(&all);
    for mut lock in all {
        let used = match lock.kind {
            LockKind::Coupon => {
                let coupons = &placed.coupons;
                coupons
                    .use_of(context, connection, order, &lock, together)
                    .await?
            }
            LockKind::Certificate => {
                let taken = placed.taken_by(&lock, &mut unnamed);
                taken.map_or(Used::No, Used::Named)
            }
        };
        match used {
            Used::Named(taken) => carried.push(learn(connection, order, lock, taken).await?),
            Used::Inferred => carried.push(lock),
            Used::Unknown if is_void(order) => carried.push(lock),
            Used::Unknown => wait_for_coupons(context, order, &mut lock).await?,
            Used::No if is_own => {
                release_left_behind(context, connection, order, &mut lock).await?;
            }
            Used::No => {}
        }
    }
    let carried = compare_order::compare(context, connection, order, carried).await?;
    let standing = order.standing();
    if is_own && (order.is_unfinished() || standing == Standing::Void) {
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
            Ok(())
        }
        Standing::Pending => keep(context, connection, order, carried).await,
        Standing::Void | Standing::Refunded => {
            settle_uncertain(context, connection, order, &carried).await?;
            free(context, connection, order.id, carried).await
        }
    }
}

fn is_void(order: &Order) -> bool {
    matches!(order.standing(), Standing::Void | Standing::Refunded)
}

/// What the order shows of a lock that it carries.
async fn learn(
    connection: &Connection,
    order: &Order,
    mut lock: Lock,
    taken: Hundredths,
) -> Result<Lock, FlowError> {
    let added = items_added(connection, order.id, &lock).await?;
    // What it took off the items it added is no money off what was bought.
    let taken = taken - added.worth;
    lock.learn_from_order(taken, added.items.clone());
    let is_new = matches!(lock.state, LockState::Held | LockState::Releasing);
    if is_new && !order.is_unfinished() {
        compare_free_items(&lock, &added, order.id);
    }
    lock.order_discount = Some(taken);
    Ok(lock)
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

/// The cart became an order that does not carry this code: the shopper had taken it off, or staff
/// did. One that is on the open cart was typed after a payment failed, for the order to come.
async fn release_left_behind(
    context: &Context,
    connection: &Connection,
    order: &Order,
    lock: &mut Lock,
) -> Result<(), FlowError> {
    let waited = lock.state == LockState::Ordered && lock.order == Some(order.id);
    let is_left = lock.state == LockState::Held || (waited && !is_void(order));
    if is_left && !is_on_open_cart(connection, lock).await? {
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
        if order.is_unfinished() {
            await_another(context, &mut lock).await?;
            continue;
        }
        let is_new = matches!(
            from,
            LockState::Held | LockState::Releasing | LockState::Applying
        );
        let is_decided_now = from == LockState::Ordered && lock.is_undecided();
        if !is_new && !is_decided_now {
            continue;
        }
        // It has waited too long already.
        if lock.reason.as_deref() == Some(ReleaseReason::NeverPaid.as_str()) {
            continue;
        }
        lock.state = LockState::Ordered;
        lock.order = Some(order.id);
        lock.checked_at_ms = context.clock.now_ms();
        lock.reason
            .take_if(|reason| reason == ORDER_COUPONS_UNKNOWN);
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
