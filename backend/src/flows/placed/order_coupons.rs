//! Which coupons an order used.
//!
//! BigCommerce may answer an order's list of coupons with nothing for a while after it was placed,
//! though the order's discount shows one. Then the order's products may name them; else [`order_use`]
//! decides of what the order shows, and of how often the coupon's code was used.
//!
//! [`order_use`]: crate::domain::order_use

use tracing::{error, info};

use crate::{
    bigcommerce::{BigCommerceError, OrderCoupon},
    context::{Connection, Context},
    domain::{
        Hundredths, StoreHash,
        lock::{Apart, Lock, LockState},
        order::Order,
        order_claim::{Waiting, waiting},
        order_use::{Naming, Shown, TOLD_AFTER_MS, Used, shown, used_by_count},
    },
    error::FlowError,
    flows::{later::process_later, locks::changes::save},
};

/// How soon an order whose coupons are not told is looked at again, at the earliest.
const SOONEST_MS: i64 = 30_000;

/// The coupons an order names.
pub(crate) struct Named {
    coupons: Vec<OrderCoupon>,
    /// Whether these are all it has.
    complete: bool,
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
        match shown(order, lock, self.naming(lock), together) {
            Shown::Decided(used) => Ok(used),
            Shown::UsesDecide { amount_fits } => {
                let uses = uses(connection, lock).await?;
                let age = order.age_ms(context.clock.now_ms());
                Ok(used_by_count(uses, amount_fits, age))
            }
        }
    }

    fn naming(&self, lock: &Lock) -> Naming {
        let mut coupons = self.coupons.iter();
        match coupons.find(|one| lock.native_code.is(&one.code)) {
            Some(own) => Naming::Named(own.discount),
            None if self.complete => Naming::NotNamed,
            None => Naming::NotYet,
        }
    }
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

/// An order of the lock's cart that may have used it: it is kept for that order, which is looked at
/// again, and ends with a person if it is paid and never tells.
pub(crate) async fn wait_for_coupons(
    context: &Context,
    order: &Order,
    lock: &mut Lock,
) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let waiting = waiting(order, lock, order.age_ms(now));
    let state = match waiting {
        Waiting::AsItIs => return Ok(()),
        Waiting::ForOrder => LockState::Ordered,
        Waiting::ForPerson => LockState::NeedsPerson,
    };
    lock.enter(state, now);
    lock.order = Some(order.id);
    lock.set_apart(Apart::OrderCouponsUnknown);
    save(context, lock).await?;
    if waiting == Waiting::ForPerson {
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
    let has_told_all = order.age_ms(context.clock.now_ms()) >= TOLD_AFTER_MS;
    if order.is_unfinished() || has_told_all {
        return Ok(());
    }
    info!(store = %connection.store, order = %order.id, "an order does not name yet what paid it");
    look_again(context, &connection.store, order).await
}

/// The older the order, the later.
async fn look_again(context: &Context, store: &StoreHash, order: &Order) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let again = now + order.age_ms(now).clamp(SOONEST_MS, TOLD_AFTER_MS / 2);
    let mut tx = context.database.begin().await?;
    process_later(tx.connection(), store, order.id, again, now).await?;
    tx.commit().await?;
    Ok(())
}
