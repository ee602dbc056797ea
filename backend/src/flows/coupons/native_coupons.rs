//! BigCommerce follows: every coupon lock has a promotion of its own that gives what the codes of the
//! lock give together.

use tracing::{info, warn};

use crate::{
    bigcommerce::{BigCommerceError, NewPromotion, PromotionTerms},
    domain::{
        Code, Hundredths,
        discount::Discount,
        lock::Lock,
        needed_items::needed_items,
        promotion_rules::{PromotionRule, least_spend, money_of, promotion_rules},
    },
    error::FlowError,
    flows::{
        coupons::{
            coupon_locks::{Coupons, renew},
            pay_again::put_on,
        },
        locks::{cart_context::Cart, lock_steps::undo, native_parts::delete_promotion},
    },
};

/// Changes the coupons that are there and makes the fresh ones.
pub(crate) async fn make_native(
    cart: Cart<'_>,
    coupons: &mut Coupons,
    fresh: Vec<Lock>,
) -> Result<(), FlowError> {
    let mut ended = Ok(());
    let all: Vec<&Lock> = coupons.locks.iter().chain(&fresh).collect();
    let mut beside = beside(cart, &all);
    for lock in &mut coupons.locks {
        if ended.is_ok() {
            ended = change(cart, lock, &coupons.joined, beside).await;
        }
        beside.behind_order |= takes_off_order(cart, lock, beside);
    }
    for mut lock in fresh {
        renew(cart, &mut lock);
        if ended.is_ok() {
            ended = make(cart, &mut lock, beside).await;
        }
        beside.behind_order |= takes_off_order(cart, &lock, beside);
        if let Err(error) = &ended {
            undo(cart, &mut lock, error).await?;
        } else {
            coupons.changed = true;
            coupons.locks.push(lock);
        }
    }
    ended
}

/// What is beside a lock's promotion.
#[derive(Clone, Copy)]
struct Beside {
    /// A promotion before it takes something off the order.
    behind_order: bool,
    /// What all coupons together take off.
    coupons: Hundredths,
}

/// The coupons of `locks`, and those that are not ours.
fn beside(cart: Cart<'_>, locks: &[&Lock]) -> Beside {
    let own = locks.iter().flat_map(|lock| lock.discounts());
    let own: Hundredths = own.map(Discount::money).sum();
    let is_own = |code: &str| locks.iter().any(|lock| lock.native_code.is(code));
    let others = cart.checkout.coupons.iter();
    let others = others.filter(|coupon| !is_own(&coupon.code));
    Beside {
        behind_order: false,
        coupons: own + others.map(|coupon| coupon.discounted).sum(),
    }
}

impl Cart<'_> {
    /// The rules of a lock's promotion.
    pub(crate) fn rules_of(&self, lock: &Lock, behind_order: bool) -> Vec<PromotionRule> {
        promotion_rules(lock.discounts(), behind_order, self.one_rule)
    }
}

fn takes_off_order(cart: Cart<'_>, lock: &Lock, beside: Beside) -> bool {
    let rules = cart.rules_of(lock, beside.behind_order);
    rules
        .iter()
        .any(|rule| matches!(rule, PromotionRule::OffOrder(_)))
}

async fn make(cart: Cart<'_>, lock: &mut Lock, beside: Beside) -> Result<(), FlowError> {
    let bigcommerce = &cart.connection.bigcommerce;
    lock.native_discount = Some(lock.discount);
    lock.told();
    let promotion = promotion_for(cart, lock, beside);
    let id = bigcommerce.create_promotion(&promotion).await?;
    lock.promotion = Some(id);
    cart.work.stage(lock);
    bigcommerce.create_code(id, &lock.native_code).await?;
    cart.stage_held(lock);
    Ok(())
}

async fn change(
    cart: Cart<'_>,
    lock: &mut Lock,
    joined: &[Code],
    beside: Beside,
) -> Result<(), FlowError> {
    let promotion = promotion_for(cart, lock, beside);
    if let Err(error) = tell(cart, lock, &promotion).await {
        if matches!(&error, FlowError::BigCommerce(cause) if !cause.may_have_happened()) {
            take_back(cart, lock, joined);
        }
        return Err(error);
    }
    lock.told();
    cart.work.stage(lock);
    info!(store = %lock.store, lock = %lock.id, amount = lock.discount.0, "coupon brought up to date");
    Ok(())
}

/// Changes the promotion. One that the merchant deleted is made anew, with the same code.
async fn tell(cart: Cart<'_>, lock: &mut Lock, promotion: &NewPromotion) -> Result<(), FlowError> {
    let bigcommerce = &cart.connection.bigcommerce;
    if let Some(id) = lock.promotion {
        match bigcommerce.update_promotion(id, promotion).await {
            Ok(()) => {
                lock.native_discount = Some(lock.discount);
                return Ok(());
            }
            Err(BigCommerceError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
        warn!(store = %lock.store, lock = %lock.id, "a promotion of ours was deleted and is made anew");
        // Cut off from here, what is made is found by its name.
        lock.promotion = None;
        cart.work.stage(lock);
        cart.work.write_down().await?;
    }
    delete_promotion(cart.connection, lock).await?;
    let id = bigcommerce.create_promotion(promotion).await?;
    bigcommerce.create_code(id, &lock.native_code).await?;
    lock.promotion = Some(id);
    cart.work.stage(lock);
    cart.work.write_down().await?;
    if let Err(error) = apply_anew(cart, lock).await {
        // It is not known to be on the checkout: not told, it is looked at again.
        warn!(%error, lock = %lock.id, "a coupon made anew could not be put on its checkout");
        return Ok(());
    }
    lock.native_discount = Some(lock.discount);
    Ok(())
}

/// Whether deleting a promotion takes it off carts is not documented.
async fn apply_anew(cart: Cart<'_>, lock: &Lock) -> Result<(), BigCommerceError> {
    let (connection, checkout) = (cart.connection, &cart.checkout.id);
    let mut applied = cart.checkout.coupons.iter();
    if applied.any(|coupon| lock.native_code.is(&coupon.code)) {
        let bigcommerce = &connection.bigcommerce;
        let removed = bigcommerce.remove_coupon(checkout, &lock.native_code).await;
        put_on(connection, checkout, &lock.native_code).await?;
        removed?;
    }
    Ok(())
}

/// BigCommerce refused what the lock was to give: the codes that joined it leave again, and the
/// session follows when the checkout is looked at next.
fn take_back(cart: Cart<'_>, lock: &mut Lock, joined: &[Code]) {
    lock.coupons
        .retain(|coupon| coupon.told || !joined.contains(&coupon.code));
    lock.add_up();
    cart.work.stage(lock);
}

/// The promotion of a lock: what its codes give, while the cart holds what was validated.
fn promotion_for(cart: Cart<'_>, lock: &Lock, beside: Beside) -> NewPromotion {
    let rules = cart.rules_of(lock, beside.behind_order);
    NewPromotion {
        name: lock.promotion_name(),
        display_name: lock.display_name(),
        terms: PromotionTerms {
            minimum_spend: least_spend_of(cart, &rules, beside),
            rules,
            needed: needed_items(cart.snapshot, lock.discounts()),
            ends_at_ms: lock.ends_at_ms,
        },
        channel_id: cart.checkout.channel_id,
        currency: lock.currency,
        combine: cart.connection.settings.combine_with_promotions,
    }
}

/// The least that the cart may be taken to come to where a rule is looked at: after other discounts, and
/// without tax. Of each line's tax a hundredth may be rounded away.
fn least_spend_of(cart: Cart<'_>, rules: &[PromotionRule], beside: Beside) -> Hundredths {
    let mut others = beside.coupons - money_of(rules);
    let tax = cart.checkout.tax_in_prices;
    if tax.is_positive() {
        let lines = i64::try_from(cart.snapshot.items.len()).unwrap_or(i64::MAX);
        others = others + tax + Hundredths(lines);
    }
    least_spend(cart.snapshot.cost(), rules, others)
}

/// Turns the rules of a held lock's promotion round, to find out what the store makes of it; answers
/// the one that is first then. None if there is no other order.
pub(crate) async fn tell_in_reverse(
    cart: Cart<'_>,
    lock: &mut Lock,
) -> Result<Option<PromotionRule>, FlowError> {
    let Some(id) = lock.promotion else {
        return Ok(None);
    };
    let beside = beside(cart, &[&*lock]);
    let mut promotion = promotion_for(cart, lock, beside);
    let rules = &mut promotion.terms.rules;
    if rules.len() < 2 {
        return Ok(None);
    }
    rules.reverse();
    let first = rules.first().copied();
    // Whichever comes last: the others may count before it.
    promotion.terms.minimum_spend = least_spend_of(cart, &promotion.terms.rules, beside);
    lock.native_discount = None;
    cart.work.stage(lock);
    cart.work.write_down().await?;
    let bigcommerce = &cart.connection.bigcommerce;
    bigcommerce.update_promotion(id, &promotion).await?;
    Ok(first)
}
