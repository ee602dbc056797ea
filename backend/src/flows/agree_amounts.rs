//! What a checkout shows of its coupons is compared with what was calculated: a code is never sold too
//! dear or too cheap.
//!
//! 1. Where the two differ though the cart is as it was, the store is told again and counts again.
//! 2. Where it gives a promotion's first rule alone, that is proved by another order of the rules, and
//!    learnt: from then on a promotion of this store has one rule.
//! 3. What still differs leaves, with a sentence.

use tracing::{info, warn};

use super::{
    FlowError, NOT_TOLD, dropped_codes,
    hold_coupons::{self, Coupons, Lost},
    judge_codes::Cart,
    native_coupons::{make_native, tell_in_reverse},
    release_lock::{end_now_or_later, end_releasing},
    save,
};
use crate::{
    bigcommerce::{BigCommerceError, Checkout},
    domain::{
        Entry, Hundredths, NativeCode, SessionKey,
        discount::FreeItem,
        lock::{Lock, LockState, ReleaseReason},
        messages::Refusal,
        promotion_rules::PromotionRule,
    },
    store::facts::{self, Fact},
};

/// Whether the checkout shows each coupon on it as it was calculated. What is not on it is not compared:
/// the page has yet to apply it, or the shopper took it off.
pub(super) fn all_agree(checkout: &Checkout, locks: &[Lock]) -> bool {
    differing(checkout, locks).is_empty()
}

/// The locks of which the checkout shows something else than was calculated.
fn differing(checkout: &Checkout, locks: &[Lock]) -> Vec<NativeCode> {
    let shown = locks
        .iter()
        .filter_map(|lock| Some((lock, shown_of(checkout, lock)?)));
    let (giving, others): (Vec<_>, Vec<_>) =
        shown.partition(|(lock, _)| lock.discounts().any(|one| !one.free_items.is_empty()));
    let mut found: Vec<NativeCode> = Vec::new();
    for (lock, shown) in others {
        if shown != lock.discount {
            found.push(lock.native_code.clone());
        }
    }
    let over: Hundredths = giving
        .iter()
        .map(|(lock, shown)| *shown - lock.discount)
        .sum();
    let are_there = giving.iter().all(|(lock, _)| {
        let mut free = lock.discounts().flat_map(|one| &one.free_items);
        free.all(|free| is_added(checkout, free))
    });
    if !are_there || !may_be_worth_of_gifts(checkout, over) {
        found.extend(giving.iter().map(|(lock, _)| lock.native_code.clone()));
    }
    found
}

fn shown_of(checkout: &Checkout, lock: &Lock) -> Option<Hundredths> {
    let mut coupons = checkout.coupons.iter();
    let own = coupons.find(|coupon| lock.native_code.is(&coupon.code));
    own.map(|coupon| coupon.discounted)
}

fn is_added(checkout: &Checkout, free: &FreeItem) -> bool {
    let added = checkout.added_items.iter();
    let added = added.filter(|one| free.item.is(one.product_id, one.variant_id));
    added.map(|one| one.quantity).sum::<i64>() >= free.quantity
}

/// The store may count the worth of what coupons add in their discounts, or not.
fn may_be_worth_of_gifts(checkout: &Checkout, over: Hundredths) -> bool {
    let sums = [
        Hundredths::ZERO,
        checkout.added_by_coupons,
        checkout.added_worth,
    ];
    sums.contains(&over)
}

/// Whether the checkout shows of a lock what its promotion's first rule gives, and no more.
fn shows_only(checkout: &Checkout, lock: &Lock, first: PromotionRule) -> bool {
    let Some(shown) = shown_of(checkout, lock) else {
        return false;
    };
    let (money, item) = match first {
        PromotionRule::OffItem(off) => (off.amount, None),
        PromotionRule::OffOrder(amount) => (amount, None),
        PromotionRule::FreeItem(free) => (Hundredths::ZERO, Some(free.item)),
        PromotionRule::FreeShipping => (Hundredths::ZERO, None),
    };
    let mut free = lock.discounts().flat_map(|one| &one.free_items);
    let items_fit = free.all(|free| is_added(checkout, free) == (item == Some(free.item)));
    items_fit && may_be_worth_of_gifts(checkout, shown - money)
}

/// Has checkout and calculation agree; what cannot leaves. The store counts anew in any case.
pub(super) async fn bring_together(
    cart: Cart<'_>,
    mut locks: Vec<Lock>,
) -> Result<Coupons, FlowError> {
    let shown = differing(cart.checkout, &locks);
    warn!(
        store = %cart.connection.store, checkout = %cart.checkout.id, coupons = shown.len(),
        "a checkout shows other discounts than were calculated"
    );
    metrics::counter!("voucherbridge_discount_differences_total").increment(1);
    let mut told = Coupons {
        locks,
        ..Coupons::default()
    };
    make_native(cart, &mut told, Vec::new()).await?;
    locks = told.locks;
    let checkout = count_again(cart, &mut locks).await?;
    let wrong = differing(&checkout, &locks);
    if wrong.is_empty() {
        return Ok(Coupons {
            locks,
            changed: true,
            ..Coupons::default()
        });
    }
    let now = Cart {
        checkout: &checkout,
        ..cart
    };
    if let Some(at) = first_rule_alone(now, &locks)
        && is_proved(now, &mut locks, at).await?
    {
        info!(store = %cart.connection.store, "the store runs the first rule of a promotion alone");
        let (store, at_ms) = (&cart.connection.store, cart.context.clock.now_ms());
        let mut tx = cart.context.store.begin().await?;
        facts::learn(tx.connection(), store, Fact::OnlyFirstRule, at_ms).await?;
        tx.commit().await?;
        let cart = Cart {
            one_rule: true,
            ..now
        };
        return hold_again(cart, locks).await;
    }
    leave(now, locks, &wrong).await
}

/// A lock with several rules of which the checkout shows the first alone.
fn first_rule_alone(cart: Cart<'_>, locks: &[Lock]) -> Option<usize> {
    if cart.one_rule {
        return None;
    }
    let alone = |lock: &Lock| {
        let rules = cart.rules_of(lock, false);
        rules.len() > 1 && shows_only(cart.checkout, lock, rules[0])
    };
    locks.iter().position(alone)
}

/// Turns the rules of one lock round: what comes first now must be what is given.
async fn is_proved(cart: Cart<'_>, locks: &mut [Lock], at: usize) -> Result<bool, FlowError> {
    let Some(first) = tell_in_reverse(cart, &mut locks[at]).await? else {
        return Ok(false);
    };
    let checkout = count_again(cart, locks).await?;
    Ok(shows_only(&checkout, &locks[at], first))
}

/// Has the store evaluate its promotions: our coupons are taken off and put on again in their order.
/// Cut off in between, the next look finds that the locks are not told, and puts them back.
async fn count_again(cart: Cart<'_>, locks: &mut [Lock]) -> Result<Checkout, FlowError> {
    let (bigcommerce, id) = (&cart.connection.bigcommerce, &cart.checkout.id);
    for lock in locks.iter_mut() {
        lock.native_discount = NOT_TOLD;
        save(cart.context, lock, LockState::Held).await?;
    }
    let on_it = cart.checkout.coupons.iter();
    let natives: Vec<NativeCode> = on_it
        .filter_map(|coupon| {
            let mut own = locks.iter().map(|lock| &lock.native_code);
            own.find(|native| native.is(&coupon.code)).cloned()
        })
        .collect();
    for native in &natives {
        bigcommerce.remove_coupon(id, native).await?;
    }
    for native in &natives {
        match bigcommerce.add_coupon(id, native).await {
            Ok(()) => {}
            Err(error @ BigCommerceError::Refused { .. }) => {
                warn!(%error, checkout = %id, "the store does not take a coupon again");
            }
            Err(error) => return Err(error.into()),
        }
    }
    let mut checkout = bigcommerce.checkout(id).await?;
    for native in natives {
        let mut shown = checkout.coupons.iter();
        if !shown.any(|coupon| native.is(&coupon.code)) {
            // It gives nothing any more: compared like one that is shown with nothing.
            checkout.coupons.push(crate::bigcommerce::CheckoutCoupon {
                code: native.to_string(),
                discounted: Hundredths::ZERO,
            });
        }
    }
    for lock in locks.iter_mut() {
        lock.native_discount = lock.discount;
        save(cart.context, lock, LockState::Held).await?;
    }
    Ok(checkout)
}

/// What differs leaves; the others are calculated without it.
async fn leave(
    cart: Cart<'_>,
    locks: Vec<Lock>,
    wrong: &[NativeCode],
) -> Result<Coupons, FlowError> {
    let (context, connection) = (cart.context, cart.connection);
    let (leaving, staying): (Vec<Lock>, Vec<Lock>) = locks
        .into_iter()
        .partition(|lock| wrong.contains(&lock.native_code));
    let key = leaving.first().map(|lock| lock.session.clone());
    let mut lost = Vec::new();
    for mut lock in leaving {
        let refusal = refusal_of(cart, &lock);
        warn!(store = %lock.store, lock = %lock.id, reason = refusal.reason(), "a code leaves its checkout");
        let own = lock.coupons.iter().map(|coupon| Lost {
            code: coupon.code.clone(),
            native_code: lock.native_code.to_string(),
            refusal: refusal.clone(),
        });
        let own: Vec<Lost> = own.collect();
        if cart.by_job {
            let (store, now) = (&connection.store, context.clock.now_ms());
            let mut tx = context.store.begin().await?;
            dropped_codes::keep(&mut tx, store, &cart.checkout.id, own.clone(), now).await?;
            tx.commit().await?;
        }
        lost.extend(own);
        end_now_or_later(context, connection, &mut lock, ReleaseReason::NoLongerValid).await?;
    }
    let mut coupons = hold_again_under(cart, staying, key).await?;
    coupons.lost.extend(lost);
    Ok(coupons)
}

fn refusal_of(cart: Cart<'_>, lock: &Lock) -> Refusal {
    let gives_nothing = shown_of(cart.checkout, lock) == Some(Hundredths::ZERO);
    if gives_nothing && cart.checkout.currency != cart.connection.settings.currency {
        return Refusal::OtherCurrency;
    }
    Refusal::NotApplied
}

async fn hold_again(cart: Cart<'_>, locks: Vec<Lock>) -> Result<Coupons, FlowError> {
    let key = locks.first().map(|lock| lock.session.clone());
    hold_again_under(cart, locks, key).await
}

async fn hold_again_under(
    cart: Cart<'_>,
    locks: Vec<Lock>,
    key: Option<SessionKey>,
) -> Result<Coupons, FlowError> {
    let mut coupons = Coupons::default();
    if let Some(key) = key.filter(|_| !locks.is_empty()) {
        end_releasing(cart, Some(&key)).await?;
        coupons = Box::pin(hold_coupons::hold(cart, locks, &mut Entry::default(), key)).await?;
    }
    coupons.changed = true;
    Ok(coupons)
}
