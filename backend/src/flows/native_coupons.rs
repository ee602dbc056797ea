//! BigCommerce follows: every coupon lock has a promotion of its own that gives what the codes of the
//! lock give together.

use tracing::{info, warn};

use super::{
    FlowError,
    hold_coupons::{Coupons, renew},
    judge_codes::Cart,
    lock_steps::{advance, undo},
    release_lock::delete_promotion,
    save,
};
use crate::{
    bigcommerce::{BigCommerceError, NewPromotion, PromotionTerms},
    domain::{
        Code,
        lock::{Lock, LockState},
        needed_items::needed_items,
        promotion_rules::{PromotionRule, promotion_rules},
    },
};

/// Changes the coupons that are there and makes the fresh ones.
pub(super) async fn make_native(
    cart: Cart<'_>,
    coupons: &mut Coupons,
    fresh: Vec<Lock>,
) -> Result<(), FlowError> {
    let mut ended = Ok(());
    let mut behind_order = false;
    for lock in &mut coupons.locks {
        if ended.is_ok() {
            ended = change(cart, lock, &coupons.joined, behind_order).await;
        }
        behind_order |= takes_off_order(lock, behind_order);
    }
    for mut lock in fresh {
        renew(cart, &mut lock);
        if ended.is_ok() {
            ended = make(cart, &mut lock, behind_order).await;
        }
        behind_order |= takes_off_order(&lock, behind_order);
        if let Err(error) = &ended {
            undo(cart.context, &mut lock, error).await?;
        } else {
            coupons.changed = true;
            coupons.locks.push(lock);
        }
    }
    ended
}

fn takes_off_order(lock: &Lock, behind_order: bool) -> bool {
    let rules = promotion_rules(lock.discounts(), behind_order);
    rules
        .iter()
        .any(|rule| matches!(rule, PromotionRule::OffOrder(_)))
}

async fn make(cart: Cart<'_>, lock: &mut Lock, behind_order: bool) -> Result<(), FlowError> {
    let bigcommerce = &cart.connection.bigcommerce;
    lock.native_discount = lock.discount;
    lock.told();
    let promotion = promotion_for(cart, lock, behind_order);
    let id = bigcommerce.create_promotion(&promotion).await?;
    lock.promotion = Some(id);
    advance(cart.context, lock, LockState::Applying).await?;
    bigcommerce.create_code(id, &lock.native_code).await?;
    advance(cart.context, lock, LockState::Held).await
}

async fn change(
    cart: Cart<'_>,
    lock: &mut Lock,
    joined: &[Code],
    behind_order: bool,
) -> Result<(), FlowError> {
    let promotion = promotion_for(cart, lock, behind_order);
    if let Err(error) = tell(cart, lock, &promotion).await {
        if matches!(&error, FlowError::BigCommerce(cause) if !cause.may_have_happened()) {
            take_back(cart, lock, joined).await?;
        }
        return Err(error);
    }
    lock.told();
    save(cart.context, lock, LockState::Held).await?;
    info!(store = %lock.store, lock = %lock.id, amount = lock.discount.0, "coupon brought up to date");
    Ok(())
}

/// Changes the promotion. One that the merchant deleted is made anew, with the same code.
async fn tell(cart: Cart<'_>, lock: &mut Lock, promotion: &NewPromotion) -> Result<(), FlowError> {
    let bigcommerce = &cart.connection.bigcommerce;
    if let Some(id) = lock.promotion {
        match bigcommerce.update_promotion(id, promotion).await {
            Ok(()) => {
                lock.native_discount = lock.discount;
                return Ok(());
            }
            Err(BigCommerceError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        warn!(store = %lock.store, lock = %lock.id, "a promotion of ours was deleted and is made anew");
        // Cut off from here, what is made is found by its name.
        lock.promotion = None;
        save(cart.context, lock, LockState::Held).await?;
    }
    delete_promotion(cart.connection, lock).await?;
    let id = bigcommerce.create_promotion(promotion).await?;
    bigcommerce.create_code(id, &lock.native_code).await?;
    lock.promotion = Some(id);
    save(cart.context, lock, LockState::Held).await?;
    if let Err(error) = apply_anew(cart, lock).await {
        // What it was told of is not known to be on the checkout: that is looked at again.
        warn!(%error, lock = %lock.id, "a coupon made anew could not be put on its checkout");
        return Ok(());
    }
    lock.native_discount = lock.discount;
    Ok(())
}

/// Whether deleting a promotion takes it off carts is not documented.
async fn apply_anew(cart: Cart<'_>, lock: &Lock) -> Result<(), BigCommerceError> {
    let (bigcommerce, checkout) = (&cart.connection.bigcommerce, &cart.checkout.id);
    let mut applied = cart.checkout.coupons.iter();
    if applied.any(|coupon| lock.native_code.is(&coupon.code)) {
        bigcommerce
            .remove_coupon(checkout, &lock.native_code)
            .await?;
        bigcommerce.add_coupon(checkout, &lock.native_code).await?;
    }
    Ok(())
}

/// BigCommerce refused what the lock was to give: the codes that joined it leave again, and the
/// session follows when the checkout is looked at next.
async fn take_back(cart: Cart<'_>, lock: &mut Lock, joined: &[Code]) -> Result<(), FlowError> {
    lock.coupons
        .retain(|coupon| coupon.told || !joined.contains(&coupon.code));
    lock.add_up();
    save(cart.context, lock, LockState::Held).await?;
    Ok(())
}

/// The promotion of a lock: what its codes give, while the cart holds what was validated.
fn promotion_for(cart: Cart<'_>, lock: &Lock, behind_order: bool) -> NewPromotion {
    NewPromotion {
        name: lock.promotion_name(),
        display_name: lock.display_name(),
        terms: PromotionTerms {
            rules: promotion_rules(lock.discounts(), behind_order),
            minimum_spend: cart.snapshot.cost(),
            needed: needed_items(cart.snapshot, lock.discounts()),
            ends_at_ms: lock.ends_at_ms,
        },
        channel_id: cart.checkout.channel_id,
        currency: lock.currency,
        combine: cart.connection.settings.combine_with_promotions,
    }
}
