//! An order as it is now, and which locks of a checkout it carries.

use tracing::warn;

use crate::{
    bigcommerce::{BigCommerceError, FreeItems},
    context::{Connection, Context},
    database::{
        locks,
        redemptions::{self, Redemption, RedemptionState},
    },
    domain::{
        CheckoutId, Hundredths, OrderId, SessionKey,
        discount::{FreeItem, free_items},
        lock::{Lock, LockKind, LockState, ReleaseReason},
        order::Order,
        order_claim::{Claim, claim},
        order_use::{Used, together},
    },
    error::FlowError,
    flows::{
        cart::open_checkout::is_on_open_cart,
        locks::changes::{give_up, locks_of},
        orders::adopt_redemptions,
        placed::{
            order_certificates::Certificates,
            order_coupons::{Named, wait_for_coupons},
        },
    },
};

/// An order and the native codes it carries.
pub(crate) struct Placed {
    pub(crate) order: Order,
    coupons: Named,
    certificates: Certificates,
}

/// What an order carries of a checkout.
#[derive(Default)]
pub(crate) struct Carried {
    pub(crate) locks: Vec<Lock>,
    /// The sessions of carts that had codes of which it is not known yet whether it used them.
    pub(crate) undecided: Vec<SessionKey>,
}

impl Placed {
    pub(crate) async fn read(
        connection: &Connection,
        id: OrderId,
    ) -> Result<Self, BigCommerceError> {
        let bigcommerce = &connection.bigcommerce;
        let (order, listed) =
            tokio::try_join!(bigcommerce.order(id), bigcommerce.order_coupons(id))?;
        let coupons = Named::of(connection, &order, listed).await?;
        let certificates = Certificates::of(connection, &order).await?;
        Ok(Self {
            order,
            coupons,
            certificates,
        })
    }

    /// The checkouts whose locks an order is about: its own cart's, those whose native codes it carries, by
    /// whatever way they came there, and those whose codes it has, though it may name them no more.
    pub(crate) async fn checkouts(
        &self,
        context: &Context,
        connection: &Connection,
    ) -> Result<Vec<CheckoutId>, FlowError> {
        let coupons = self.coupons.codes();
        let codes = coupons.chain(self.certificates.codes());
        let mut found = Vec::new();
        let mut reading = context.database.read().await?;
        let cart = &self.order.cart;
        if let Some(cart) = cart {
            let own = locks::of_checkout(&mut reading, &connection.store, cart).await?;
            found.extend((!own.is_empty()).then(|| cart.clone()));
        }
        for code in codes {
            let lock = locks::by_native_code(&mut reading, &connection.store, code).await?;
            found.extend(lock.map(|lock| lock.checkout));
        }
        let store = &connection.store;
        for redemption in redemptions::of_order(&mut reading, store, self.order.id).await? {
            let lock = locks::get(&mut reading, &redemption.lock).await?;
            found.extend(lock.map(|lock| lock.checkout));
        }
        let own = locks::of_order(&mut reading, store, self.order.id).await?;
        found.extend(own.into_iter().map(|lock| lock.checkout));
        drop(reading);
        found.sort();
        found.dedup();
        // What another cart's lock paid is known from when the order named it: what is left of a sum that
        // it does not name is its own cart's.
        found.sort_by_key(|checkout| cart.as_ref() == Some(checkout));
        Ok(found)
    }

    /// What certificates paid that it does not name.
    pub(crate) async fn unnamed(
        &self,
        context: &Context,
        connection: &Connection,
    ) -> Result<Hundredths, FlowError> {
        self.certificates
            .unnamed(context, connection, &self.order)
            .await
    }

    /// Whether it shows money of coupons, or of certificates, that it does not name; `unnamed` is what is left
    /// of theirs.
    pub(crate) fn lacks_names(&self, unnamed: Hundredths) -> bool {
        self.coupons.lack_names(&self.order) || unnamed.is_positive()
    }

    /// The locks of a checkout that the order carries. Those it left behind are given up, and those of which
    /// it is not known are kept for it. `unnamed` becomes less by what they paid of it.
    pub(crate) async fn carried(
        &self,
        context: &Context,
        connection: &Connection,
        checkout: &CheckoutId,
        unnamed: &mut Hundredths,
    ) -> Result<Carried, FlowError> {
        let order = &self.order;
        let all = locks_of(context, &connection.store, checkout).await?;
        let mut sent = adopt_redemptions::known(context, connection, order.id).await?;
        sent.retain(|row| row.state == RedemptionState::Sent);
        let mut carried = Carried::default();
        let together = together(&all);
        for mut lock in all {
            let used = match lock.kind {
                LockKind::Coupon => {
                    let coupons = &self.coupons;
                    coupons
                        .use_of(context, connection, order, &lock, together)
                        .await?
                }
                LockKind::Certificate => {
                    let taken = self.certificates.taken_by(order, &lock, unnamed);
                    taken.map_or(Used::No, Used::Took)
                }
            };
            let is_asked_for = sent.iter().any(|row| row.lock == lock.id);
            match claim(order, &lock, used, is_asked_for) {
                Claim::Took(taken) => {
                    let lock = learn(connection, order, lock, taken).await?;
                    carried.locks.push(lock);
                }
                Claim::Carries => carried.locks.push(lock),
                Claim::AskedFor => carried.locks.push(as_asked(lock, &sent)),
                Claim::Undecided => {
                    wait_for_coupons(context, order, &mut lock).await?;
                    if lock.state == LockState::Ordered {
                        carried.undecided.push(lock.session.of_cart());
                    }
                }
                // The shopper had taken it off, or staff did.
                Claim::LeftUnlessOnCart if is_on_open_cart(connection, &lock).await? => {}
                Claim::LeftBehind | Claim::LeftUnlessOnCart => {
                    give_up(context, &mut lock, ReleaseReason::CartGone).await?;
                }
                Claim::Nothing => {}
            }
        }
        Ok(carried)
    }
}

/// Voucherify was asked to redeem the lock for this order, and its answer is not known: whatever the order
/// names by now, it carries what was asked for until that is answered.
fn as_asked(mut lock: Lock, sent: &[Redemption]) -> Lock {
    let own = || sent.iter().filter(|row| row.lock == lock.id);
    let codes: Vec<_> = own().map(|row| row.code.clone()).collect();
    let paid = own().filter_map(|row| row.credits).sum();
    if lock.kind == LockKind::Certificate {
        lock.order_discount = Some(paid);
    }
    for coupon in &mut lock.coupons {
        coupon.told = codes.contains(&coupon.code);
    }
    lock
}

/// What the order shows of a lock that it carries.
async fn learn(
    connection: &Connection,
    order: &Order,
    mut lock: Lock,
    taken: Hundredths,
) -> Result<Lock, FlowError> {
    let added = items_added(connection, order.id, &lock).await?;
    // What it took off the items it added is no money off what was bought. Where no line tells of that,
    // a sum that is right without them never had them in it.
    let is_without = !added.are_named && taken == lock.discount;
    let taken = if is_without {
        taken
    } else {
        taken - added.worth
    };
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
        .free_items_of(order, &lock.native_code, &free, |item| lock.bought(item))
        .await?)
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
