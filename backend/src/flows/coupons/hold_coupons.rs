//! Codes become native coupons of exactly what Voucherify calculated.
//!
//! 1. Write down that codes are about to be held: the first of a checkout as an `applying` lock; beside
//!    others the change of the checkout that has begun says it. A job finishes or undoes what is cut off.
//! 2. Agree with Voucherify which codes hold together, under the one session key of the coupons.
//! 3. Write down what each lock holds now, and new locks as `applying`.
//! 4. Make or change each lock's promotion.
//!
//! One native coupon stands for as many codes as it must: where the store allows one coupon, or
//! where codes take the place of the store's own promotions, for all of them.

use tracing::warn;

use crate::{
    database::jobs::JobKind,
    domain::{
        Code, Entry, SessionKey,
        judged::Rewards,
        lock::{Coupon, Lock, LockState, ReleaseReason, Reward},
        messages::Refusal,
        promotion_rules::only_kind,
        snapshot::Snapshot,
    },
    error::FlowError,
    flows::{
        codes::agree_codes::{Agreed, InSession, agree},
        coupons::{
            coupon_locks::{Coupons, renew},
            native_coupons::make_native,
        },
        locks::{
            cart_context::Cart,
            dropped_codes::Lost,
            lock_steps::{new_lock, session_of, undo},
        },
        sessions::{
            release_lock::{may_arrive_late, release_now_or_later},
            session_change::SessionChange,
        },
    },
};

/// Validates the codes of `locks`, and the new ones of `entry` beside them, and has the native coupons follow.
pub(crate) async fn hold(
    cart: Cart<'_>,
    locks: Vec<Lock>,
    entry: &mut Entry,
    key: SessionKey,
) -> Result<Coupons, FlowError> {
    let mut change = SessionChange::begin(cart, &locks, &entry.all_new_codes(), &key).await?;
    cart.work.write_down().await?;
    let held = Box::pin(hold_begun(cart, locks, entry, &key, &mut change.intent)).await;
    let intent = change.intent.take();
    match ended(cart, &change, held) {
        Ok(mut coupons) => {
            coupons.intent = intent.map(Box::new);
            Ok(coupons)
        }
        Err(error) => {
            if let Some(mut lock) = intent {
                undo(cart, &mut lock, &error).await?;
            }
            Err(error)
        }
    }
}

/// A change that was written down has ended, well or not.
pub(crate) fn ended(
    cart: Cart<'_>,
    change: &SessionChange,
    changed: Result<Coupons, FlowError>,
) -> Result<Coupons, FlowError> {
    match &changed {
        Ok(coupons) => change.succeeded(cart, &coupons.locks),
        Err(error) => change.failed(cart, error),
    }
    changed
}

/// The same, where it was written down what is about to be done.
pub(crate) async fn hold_begun(
    cart: Cart<'_>,
    locks: Vec<Lock>,
    entry: &mut Entry,
    key: &SessionKey,
    intent: &mut Option<Lock>,
) -> Result<Coupons, FlowError> {
    let held = locks.iter().flat_map(|lock| &lock.coupons);
    let held: Vec<Code> = held.map(|coupon| coupon.code.clone()).collect();
    let session = session_of(cart.context, key);
    let rewards = rewards_of(&locks);
    let mut agreed = agree(&cart, &session, held.clone(), entry, rewards).await?;
    cart.explain(&mut agreed.refused).await?;
    let has_cards = agreed.in_session == InSession::CouponsAndCards;
    let only_cards = agreed.coupons.is_empty() && locks.is_empty() && has_cards;
    if !only_cards && has_cards {
        for card in &agreed.cards {
            let voucherify = &cart.connection.voucherify;
            voucherify.release(&card.code, key).await?;
        }
    }
    let snapshot = Snapshot {
        whole_lines: agreed.whole_lines,
        ..cart.snapshot.clone()
    };
    let cart = Cart {
        snapshot: &snapshot,
        ..cart
    };
    let mut coupons = Coupons::default();
    let emptied = share_out(cart, &agreed, locks, &mut coupons);
    let left = cart.places().await?.left_beside(&coupons.locks);
    let mut fresh = place(cart, &agreed, key, intent, left, &mut coupons);
    for lock in &mut fresh {
        let mut own = lock.coupons.iter();
        if own.any(|coupon| held.contains(&coupon.code)) {
            lock.is_taken_apart = true;
        }
    }
    write_down(cart, &mut coupons, &mut fresh).await?;
    make_native(cart, &mut coupons, fresh).await?;
    for mut lock in emptied {
        let reason = ReleaseReason::NoLongerValid;
        release_now_or_later(cart, &mut lock, reason).await?;
    }
    let leftover = agreed.in_session == InSession::MaybeOthers;
    if leftover && intent.is_none() {
        release_refused(cart, &agreed, key).await?;
    }
    if !only_cards {
        drop_intent(cart, intent, leftover).await?;
    }
    coupons.cards = agreed.cards;
    coupons.refused = agreed.refused;
    Ok(coupons)
}

/// By what the loyalty cards among held codes pay; how many points are of use is asked anew.
pub(crate) fn rewards_of(locks: &[Lock]) -> Rewards {
    let coupons = locks.iter().flat_map(|lock| &lock.coupons);
    let with_reward = coupons.filter_map(|coupon| {
        let id = coupon.reward.as_ref()?.id.clone();
        Some((coupon.code.clone(), Reward { id, points: None }))
    });
    with_reward.collect()
}

/// The session may hold new codes that were refused, beside no lock that would be released.
async fn release_refused(
    cart: Cart<'_>,
    agreed: &Agreed,
    key: &SessionKey,
) -> Result<(), FlowError> {
    let known = agreed.refused.iter();
    let known = known.filter(|(_, refusal)| *refusal != Refusal::Unknown);
    for (code, _) in known {
        if let Err(error) = cart.connection.voucherify.release(code, key).await {
            warn!(%error, "a refused code stays held until its session ends");
            // It may arrive when the code is held after all: its cart is looked at again.
            if error.may_have_happened() {
                may_arrive_late(cart.context, cart.work.store, cart.work.checkout).await?;
            }
        }
    }
    Ok(())
}

/// Gives each lock its codes back, as they were agreed on. Answers the locks that have none left;
/// they keep theirs, to be released.
fn share_out(
    cart: Cart<'_>,
    agreed: &Agreed,
    locks: Vec<Lock>,
    coupons: &mut Coupons,
) -> Vec<Lock> {
    let mut emptied = Vec::new();
    for mut lock in locks {
        let mut own: Vec<Coupon> = agreed
            .coupons
            .iter()
            .filter(|coupon| lock.holds(&coupon.code))
            .map(|coupon| as_told(coupon, &lock))
            .collect();
        if cart.one_rule {
            // What another rule gives is placed anew.
            let kind = own.first().map(|one| only_kind(&one.discount));
            own.retain(|one| Some(only_kind(&one.discount)) == kind);
        }
        let lost = agreed.lost.iter().filter(|(code, _)| lock.holds(code));
        let native_code = if own.is_empty() {
            lock.native_code.as_str()
        } else {
            ""
        };
        let lost = lost.map(|(code, refusal)| Lost {
            code: code.clone(),
            native_code: native_code.to_owned(),
            refusal: refusal.clone(),
        });
        coupons.lost.extend(lost);
        if own.is_empty() {
            emptied.push(lock);
            continue;
        }
        coupons.changed |= own != lock.coupons;
        lock.coupons = own;
        coupons.locks.push(lock);
    }
    coupons.changed |= !emptied.is_empty();
    emptied
}

/// BigCommerce knows of a code that was there, though perhaps of another amount.
fn as_told(coupon: &Coupon, lock: &Lock) -> Coupon {
    let known = lock.coupons.iter().find(|known| known.code == coupon.code);
    Coupon {
        told: known.is_some_and(|known| known.told),
        ..coupon.clone()
    }
}

/// Finds the new codes their native coupon: one of their own while the store allows more, else the
/// last one; `left` is how many more it allows. Answers the coupons to be made.
fn place(
    cart: Cart<'_>,
    agreed: &Agreed,
    key: &SessionKey,
    intent: &mut Option<Lock>,
    mut left: usize,
    coupons: &mut Coupons,
) -> Vec<Lock> {
    let held = &mut coupons.locks;
    let is_held = |coupon: &&Coupon| !held.iter().any(|lock| lock.holds(&coupon.code));
    let new: Vec<Coupon> = agreed.coupons.iter().filter(is_held).cloned().collect();
    let mut fresh: Vec<Lock> = Vec::new();
    for coupon in new {
        let kind = only_kind(&coupon.discount);
        let shares_rule = |lock: &&mut Lock| {
            let mut own = lock.discounts();
            cart.one_rule && own.any(|one| only_kind(one) == kind)
        };
        if let Some(lock) = fresh.iter_mut().chain(held.iter_mut()).find(shares_rule) {
            coupons.joined.push(coupon.code.clone());
            lock.coupons.push(coupon);
            continue;
        }
        if left == 0 {
            // There is one: a checkout without a coupon has at least one place.
            if let Some(last) = fresh.last_mut().or(held.last_mut()) {
                coupons.joined.push(coupon.code.clone());
                last.coupons.push(coupon);
            }
            continue;
        }
        left -= 1;
        let named_after_it = intent.take_if(|lock| lock.code == coupon.code);
        let mut lock = named_after_it.unwrap_or_else(|| {
            let code = &coupon.code;
            new_lock(
                cart.context,
                cart.connection,
                cart.checkout,
                code,
                key.clone(),
            )
        });
        lock.coupons = vec![coupon];
        fresh.push(lock);
    }
    fresh
}

/// Writes down what each lock holds now, before BigCommerce is told: at once where that is another thing.
///
/// The one that was written before the codes were agreed on is there already, with all of them: cut off from
/// here it is undone, and its promotion is found by its name.
async fn write_down(
    cart: Cart<'_>,
    coupons: &mut Coupons,
    fresh: &mut [Lock],
) -> Result<(), FlowError> {
    let mut is_another = coupons.changed || !coupons.joined.is_empty();
    for lock in &mut coupons.locks {
        lock.enter(LockState::Held, cart.context.clock.now_ms());
        let told = lock.native_discount.take();
        let known = lock.snapshot.as_ref();
        is_another |= known.is_none_or(|known| !known.is_of_same_cart(cart.snapshot));
        renew(cart, lock);
        is_another |= told != Some(lock.discount);
        cart.work.stage(lock);
    }
    if cart.work.is_by_job() && !coupons.lost.is_empty() {
        cart.work.stage_dropped(coupons.lost.clone());
    }
    for lock in fresh {
        renew(cart, lock);
        if !cart.work.is_written(lock) {
            is_another = true;
            cart.stage_applying(lock);
        }
    }
    if is_another {
        cart.work.write_down().await?;
    }
    Ok(())
}

/// Ends what was written down at the beginning and became no coupon. What the session may hold is
/// released; where it holds nothing the row is deleted, so that guessing codes leaves no heap
/// behind.
async fn drop_intent(
    cart: Cart<'_>,
    intent: &mut Option<Lock>,
    leftover: bool,
) -> Result<(), FlowError> {
    let Some(mut lock) = intent.take() else {
        return Ok(());
    };
    if leftover {
        let reason = ReleaseReason::Unfinished;
        return release_now_or_later(cart, &mut lock, reason).await;
    }
    cart.work.stage_delete(&lock);
    let (kind, subject) = (JobKind::UndoApply, lock.id.as_str());
    cart.work
        .stage_withdrawal(kind, subject, lock.created_at_ms);
    Ok(())
}
