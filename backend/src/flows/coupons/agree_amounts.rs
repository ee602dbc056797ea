//! What a checkout shows of its coupons is compared with what was calculated: a code is never sold too
//! dear or too cheap.
//!
//! 1. Where the two differ though the cart is as it was, the store is told again and counts again.
//! 2. Where it gives a promotion's first rule alone, that is proved by turning the rules round and back
//!    again, and learnt: from then on a promotion of this store has one rule. The page waits for an
//!    answer no longer than four seconds: what is seen first is kept, and proved at its next question.
//! 3. What still differs leaves, with a sentence.
//!
//! The caller has written down that the coupons are changed. So, wherever this is cut off, a job validates
//! them, tells BigCommerce and puts them on the checkout again.

use tracing::{info, warn};

use crate::{
    bigcommerce::{Checkout, CheckoutCoupon},
    domain::{
        Entry, Fact, Hundredths, NativeCode, SessionKey,
        discount::FreeItem,
        lock::{Lock, ReleaseReason},
        messages::Refusal,
        promotion_rules::PromotionRule,
    },
    error::FlowError,
    flows::{
        codes::store_facts::{forget, knows, learn},
        coupons::{
            coupon_locks::Coupons,
            hold_coupons::hold_begun,
            native_coupons::{make_native, tell_in_reverse},
            pay_again::put_on,
        },
        locks::{cart_context::Cart, dropped_codes::Lost},
        sessions::release_lock::{finish_releases, release_now_or_later},
    },
};

/// A proof takes some ten calls: a page gets it only where what came before was this quick, so that all of
/// it ends within the four seconds for which the page waits.
const TIME_BEFORE_PROOF_MS: i64 = 1_200;

/// Whether the checkout shows each coupon on it as it was calculated. What is not on it is not compared:
/// the page has yet to apply it, or the shopper took it off.
pub(crate) fn all_agree(checkout: &Checkout, locks: &[Lock]) -> bool {
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

/// Has checkout and calculation agree; what cannot leaves. The store counts anew in any case. What is
/// left undone is not known to be told.
pub(crate) async fn bring_together(
    cart: Cart<'_>,
    locks: Vec<Lock>,
    asked_at_ms: i64,
) -> Result<Coupons, FlowError> {
    let shown = differing(cart.checkout, &locks);
    warn!(
        store = %cart.connection.store, checkout = %cart.checkout.id, coupons = shown.len(),
        "a checkout shows other discounts than were calculated"
    );
    metrics::counter!("voucherbridge_discount_differences_total").increment(1);
    let mut told = Coupons {
        locks,
        changed: true,
        ..Coupons::default()
    };
    let seen_before = knows(cart.context, cart.connection, Fact::FirstRuleSeenAlone).await?;
    if seen_before && let Some(at) = first_rule_alone(cart, &told.locks) {
        return prove_and_follow(cart, told, at, asked_at_ms).await;
    }
    make_native(cart, &mut told, Vec::new()).await?;
    let Some(checkout) = count_again(cart, &mut told.locks).await? else {
        return Ok(told);
    };
    let now = Cart {
        checkout: &checkout,
        ..cart
    };
    match first_rule_alone(now, &told.locks) {
        Some(at) if cart.work.is_by_job() => prove_and_follow(now, told, at, asked_at_ms).await,
        Some(_) => {
            learn(cart, Fact::FirstRuleSeenAlone).await?;
            Ok(told)
        }
        None => leave_if_wrong(now, told).await,
    }
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

/// Where the store gives the first rule of a promotion alone, promotions have one from now on.
async fn prove_and_follow(
    cart: Cart<'_>,
    mut told: Coupons,
    at: usize,
    asked_at_ms: i64,
) -> Result<Coupons, FlowError> {
    let passed = cart.context.clock.now_ms() - asked_at_ms;
    if !cart.work.is_by_job() && passed > TIME_BEFORE_PROOF_MS {
        warn!(store = %cart.connection.store, passed, "how the store runs rules cannot be proved in time");
        return leave_if_wrong(cart, told).await;
    }
    let Some(first) = tell_in_reverse(cart, &mut told.locks[at]).await? else {
        return leave_if_wrong(cart, told).await;
    };
    let Some(turned) = count_again(cart, &mut told.locks).await? else {
        return Ok(untold(told, at));
    };
    // Back again, whatever came of it.
    make_native(cart, &mut told, Vec::new()).await?;
    let Some(back) = count_again(cart, &mut told.locks).await? else {
        return Ok(told);
    };
    let is_first_turned = shows_only(&turned, &told.locks[at], first);
    let cart = Cart {
        checkout: &back,
        ..cart
    };
    forget(cart, Fact::FirstRuleSeenAlone).await?;
    if !is_first_turned || first_rule_alone(cart, &told.locks) != Some(at) {
        return leave_if_wrong(cart, told).await;
    }
    info!(store = %cart.connection.store, "the store runs the first rule of a promotion alone");
    learn(cart, Fact::OnlyFirstRule).await?;
    let cart = Cart {
        one_rule: true,
        ..cart
    };
    hold_again(cart, told.locks).await
}

/// BigCommerce was told something else than the lock at `at` says.
fn untold(mut told: Coupons, at: usize) -> Coupons {
    told.locks[at].native_discount = None;
    told
}

/// Has the store evaluate its promotions: our coupons are taken off and put on again in their order, each
/// as surely as can be. None if that failed, and they are not known to be on it.
async fn count_again(cart: Cart<'_>, locks: &mut [Lock]) -> Result<Option<Checkout>, FlowError> {
    let (bigcommerce, id) = (&cart.connection.bigcommerce, &cart.checkout.id);
    for lock in locks.iter_mut() {
        lock.native_discount = None;
        cart.work.stage(lock);
    }
    cart.work.write_down().await?;
    let on_it = cart.checkout.coupons.iter();
    let natives: Vec<NativeCode> = on_it
        .filter_map(|coupon| {
            let mut own = locks.iter().map(|lock| &lock.native_code);
            own.find(|native| native.is(&coupon.code)).cloned()
        })
        .collect();
    let mut failed = None;
    let mut taken_off = Vec::new();
    for native in &natives {
        taken_off.push(native);
        if let Err(error) = bigcommerce.remove_coupon(id, native).await {
            failed = Some(error);
            break;
        }
    }
    let mut counted = None;
    for native in taken_off {
        match put_on(cart.connection, id, native).await {
            Ok(checkout) => counted = checkout.or(counted),
            Err(error) => failed = Some(error),
        }
    }
    if let Some(error) = failed {
        warn!(%error, checkout = %id, "coupons are put on their checkout later");
        return Ok(None);
    }
    let mut checkout = match counted {
        Some(checkout) => checkout,
        None => bigcommerce.checkout(id).await?,
    };
    for native in natives {
        let mut shown = checkout.coupons.iter();
        if !shown.any(|coupon| native.is(&coupon.code)) {
            // It gives nothing any more: compared like one that is shown with nothing.
            checkout.coupons.push(CheckoutCoupon {
                code: native.to_string(),
                discounted: Hundredths::ZERO,
            });
        }
    }
    for lock in locks.iter_mut() {
        lock.native_discount = Some(lock.discount);
        cart.work.stage(lock);
    }
    Ok(Some(checkout))
}

async fn leave_if_wrong(cart: Cart<'_>, told: Coupons) -> Result<Coupons, FlowError> {
    let wrong = differing(cart.checkout, &told.locks);
    if wrong.is_empty() {
        return Ok(told);
    }
    leave(cart, told.locks, &wrong).await
}

/// What differs leaves; the others are calculated without it.
async fn leave(
    cart: Cart<'_>,
    locks: Vec<Lock>,
    wrong: &[NativeCode],
) -> Result<Coupons, FlowError> {
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
        // Also for a page, as its answer may not come to that.
        cart.work.stage_dropped(own.clone());
        lost.extend(own);
        release_now_or_later(cart, &mut lock, ReleaseReason::NoLongerValid).await?;
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
        finish_releases(cart, Some(&key)).await?;
        let (mut entry, mut no_intent) = (Entry::default(), None);
        let held = hold_begun(cart, locks, &mut entry, &key, &mut no_intent);
        coupons = Box::pin(held).await?;
    }
    coupons.changed = true;
    Ok(coupons)
}
