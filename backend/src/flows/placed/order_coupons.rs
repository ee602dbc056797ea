//! Which coupons an order used.
//!
//! BigCommerce may answer an order's list of coupons with nothing for a while after it was placed,
//! though the order's discount shows one. Then the order's products may name them; else the order's
//! cart, its discount, and how often the coupon's code was used decide. What is not decided stays
//! held: a code let go of too early could be used twice.

use tracing::{error, info};

use crate::{
    bigcommerce::{BigCommerceError, Order, OrderCoupon},
    context::{Connection, Context},
    domain::{
        Hundredths, StoreHash,
        lock::{Lock, LockKind, LockState, ORDER_COUPONS_UNKNOWN},
        order::Standing,
    },
    error::FlowError,
    flows::{later::process_later, locks::changes::save},
};

/// An order this old has told all that it will.
const TOLD_AFTER_MS: i64 = 60 * 60_000;
/// How soon an order whose coupons are not told is looked at again, at the earliest.
const SOONEST_MS: i64 = 30_000;

/// The coupons an order names.
pub(crate) struct Named {
    coupons: Vec<OrderCoupon>,
    /// Whether these are all it has.
    complete: bool,
}

/// Whether an order used the coupon of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Used {
    /// It did, and names it: what it took off.
    Named(Hundredths),
    /// It did, as far as all else shows.
    Inferred,
    /// It did not.
    No,
    /// Nothing shows it yet.
    Unknown,
}

impl Named {
    /// What List Order Coupons answers; where that is empty and should not be, what the order's
    /// products name.
    pub(crate) async fn of(
        connection: &Connection,
        order: &Order,
        listed: Vec<OrderCoupon>,
    ) -> Result<Self, BigCommerceError> {
        let bigcommerce = &connection.bigcommerce;
        let complete = !listed.is_empty();
        let coupons = if !complete && order.coupon_discount.is_positive() {
            bigcommerce.coupons_on_products(order.id).await?
        } else {
            listed
        };
        Ok(Self { coupons, complete })
    }

    /// Their codes.
    pub(crate) fn codes(&self) -> impl Iterator<Item = &String> {
        self.coupons.iter().map(|one| &one.code)
    }

    /// Whether coupons took something off that it names none for.
    pub(crate) fn lack_names(&self, order: &Order) -> bool {
        self.coupons.is_empty() && order.coupon_discount.is_positive()
    }

    /// Whether the order used the lock's coupon. `together` is what the coupons of its cart take off
    /// that it does not name.
    pub(crate) async fn use_of(
        &self,
        context: &Context,
        connection: &Connection,
        order: &Order,
        lock: &Lock,
        together: Hundredths,
    ) -> Result<Used, FlowError> {
        let mut coupons = self.coupons.iter();
        if let Some(own) = coupons.find(|one| lock.native_code.is(&one.code)) {
            return Ok(Used::Named(own.discount));
        }
        // Its uses told so before they were deleted.
        if lock.unused_by.contains(&order.id) {
            return Ok(Used::No);
        }
        let is_own_cart = order.cart_id.as_deref() == Some(lock.checkout.as_str());
        let is_its = is_own_cart || order.is_waited_for_by(lock);
        if !is_its || !may_be_used(lock) {
            return Ok(Used::No);
        }
        // What staff did to the order since, takes its discount from it or does not.
        let had_it = lock.state == LockState::Ordered
            && lock.order == Some(order.id)
            && !lock.is_undecided();
        let shown = order.shown_discount();
        if lock.discount.is_positive() && !shown.is_positive() {
            return Ok(Used::No);
        }
        if had_it {
            return Ok(Used::Inferred);
        }
        if self.complete {
            return Ok(Used::No);
        }
        let fits = lock.discount.is_positive() && (shown == lock.discount || shown == together);
        // Another discount may be as large: how often the code was used counts before amounts do.
        match uses(connection, lock).await? {
            Some(uses) if uses > 0 => Ok(Used::Inferred),
            Some(_) if age_ms(context, order) >= TOLD_AFTER_MS => Ok(Used::No),
            None if fits => Ok(Used::Inferred),
            _ => Ok(Used::Unknown),
        }
    }
}

/// Whether its coupon may be on an order that does not name it.
fn may_be_used(lock: &Lock) -> bool {
    let live = [LockState::Held, LockState::Ordered, LockState::Releasing];
    let undecided = lock.state == LockState::NeedsPerson && lock.is_undecided();
    lock.kind == LockKind::Coupon && (live.contains(&lock.state) || undecided)
}

/// What the coupons of a cart take off that may be on an order without being named.
pub(crate) fn together(locks: &[Lock]) -> Hundredths {
    let locks = locks.iter().filter(|lock| may_be_used(lock));
    locks.map(|lock| lock.discount).sum()
}

/// How often orders used the coupon's code; none if that cannot be known any more.
pub(crate) async fn uses(
    connection: &Connection,
    lock: &Lock,
) -> Result<Option<i64>, BigCommerceError> {
    let Some(promotion) = lock.promotion else {
        return Ok(None);
    };
    let bigcommerce = &connection.bigcommerce;
    bigcommerce.code_uses(promotion, &lock.native_code).await
}

fn age_ms(context: &Context, order: &Order) -> i64 {
    let now = context.clock.now_ms();
    order.created_at_ms.map_or(i64::MAX, |at| now - at)
}

/// An order of the lock's cart that may have used it: it is kept for that order, which is looked at
/// again, and ends with a person if it is paid and never tells.
pub(crate) async fn wait_for_coupons(
    context: &Context,
    order: &Order,
    lock: &mut Lock,
) -> Result<(), FlowError> {
    if order.is_unfinished() || lock.state == LockState::NeedsPerson {
        return Ok(());
    }
    let (from, age) = (lock.state, age_ms(context, order));
    let is_over = age >= TOLD_AFTER_MS && order.standing() == Standing::Paid;
    lock.state = if is_over {
        LockState::NeedsPerson
    } else {
        LockState::Ordered
    };
    lock.order = Some(order.id);
    lock.because(ORDER_COUPONS_UNKNOWN);
    if from != LockState::Ordered {
        lock.checked_at_ms = context.clock.now_ms();
    }
    save(context, lock, from).await?;
    if is_over {
        error!(
            store = %lock.store, lock = %lock.id, order = %order.id,
            "whether an order used a code cannot be known: a person has to look"
        );
        metrics::counter!("voucherbridge_needs_person_total").increment(1);
        return Ok(());
    }
    info!(store = %lock.store, lock = %lock.id, order = %order.id, "an order does not tell its coupons yet");
    look_again(context, &lock.store, order).await
}

/// An order that shows money of coupons or certificates which it does not name, or not yet: another cart's lock
/// is known by the name alone, and nothing else of the order changes when it comes. So it is looked at again,
/// until it has told all that it will; one that came to nothing too, as it may have spent a certificate.
pub(crate) async fn wait_for_names(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(), FlowError> {
    if order.is_unfinished() || age_ms(context, order) >= TOLD_AFTER_MS {
        return Ok(());
    }
    info!(store = %connection.store, order = %order.id, "an order does not name yet what paid it");
    look_again(context, &connection.store, order).await
}

/// The older the order, the later.
async fn look_again(context: &Context, store: &StoreHash, order: &Order) -> Result<(), FlowError> {
    let (now, age) = (context.clock.now_ms(), age_ms(context, order));
    let again = now + age.clamp(SOONEST_MS, TOLD_AFTER_MS / 2);
    let mut tx = context.database.begin().await?;
    process_later(tx.connection(), store, order.id, again, now).await?;
    tx.commit().await?;
    Ok(())
}
