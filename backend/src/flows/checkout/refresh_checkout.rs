//! The checkout changed: its codes are validated again, and the native ones follow.

use tracing::warn;
use voucherbridge_api_types::RefreshResponse;

use crate::{
    bigcommerce::Checkout,
    context::{Connection, Context},
    domain::{
        CheckoutId, Code, Entry, SessionKey,
        cards::order_to_pay,
        lock::{Lock, LockState, ReleaseReason},
    },
    error::FlowError,
    flows::{
        cards::{refresh_cards::refresh_cards, till::Till},
        cart::open_checkout,
        codes::{
            asker::{Asker, is_up_to_date},
            opening::{Opening, is_counted},
        },
        coupons::{
            agree_amounts::{all_agree, bring_together},
            coupon_locks::Coupons,
            hold_coupons::{ended, hold_begun},
            pay_again,
        },
        later::FOLLOW_UP_MS,
        locks::{
            applied_codes::applied_codes,
            cart_context::Cart,
            changes::{give_up, on_cart},
            dropped_codes,
            leased::Leased,
            lock_steps::wait_for_late_requests,
        },
        sessions::{release_lock::finish_releases, session_change::SessionChange},
    },
};

/// Brings the codes of a checkout up to date, and tells a page what jobs dropped before. Costs no
/// call for a checkout without codes.
pub async fn refresh(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    asker: Asker<'_>,
) -> Result<RefreshResponse, FlowError> {
    let mut response = refresh_held(context, connection, checkout, asker).await?;
    if let Asker::Page(voice) = asker {
        let is_told = |code: &Code| {
            let mut told = response.dropped.iter().map(|dropped| &dropped.code);
            told.any(|told| told == code.as_str())
                || response.codes.iter().any(|held| held.code == code.as_str())
        };
        let lost = dropped_codes::take(context, connection, checkout, is_told).await?;
        response
            .dropped
            .extend(lost.iter().map(|lost| lost.to_response(voice)));
    }
    Ok(response)
}

async fn refresh_held(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    asker: Asker<'_>,
) -> Result<RefreshResponse, FlowError> {
    if on_cart(context, connection, checkout).await?.is_empty() {
        return Ok(RefreshResponse {
            changed: false,
            codes: Vec::new(),
            dropped: Vec::new(),
        });
    }
    let asked_at_ms = context.clock.now_ms();
    let leased = Leased::take(context, &connection.store, checkout, asker.by(), false).await?;
    let work = async {
        match open_checkout::find(connection, checkout).await?.open() {
            Some(found) => refresh_alone(&leased, connection, &found, asker, asked_at_ms).await,
            None => gone(&leased).await,
        }
    };
    leased.through(work).await
}

/// The cart is gone: it may have been paid, so the release looks for an order first.
async fn gone(leased: &Leased<'_>) -> Result<RefreshResponse, FlowError> {
    let mut codes = Vec::new();
    for mut lock in leased.on_cart().await? {
        codes.extend(applied_codes(&lock));
        if lock.state == LockState::Ordered {
            continue;
        }
        leased.hand_over(&mut lock).await?;
        give_up(leased.context, &mut lock, ReleaseReason::CartGone).await?;
    }
    Ok(RefreshResponse {
        changed: false,
        codes,
        dropped: Vec::new(),
    })
}

async fn refresh_alone(
    leased: &Leased<'_>,
    connection: &Connection,
    checkout: &Checkout,
    asker: Asker<'_>,
    asked_at_ms: i64,
) -> Result<RefreshResponse, FlowError> {
    let opening = Opening::of(leased, connection, checkout).await?;
    let cart = opening.cart();
    let mut response = RefreshResponse {
        changed: false,
        codes: Vec::new(),
        dropped: Vec::new(),
    };
    let (coupons, certificates) = opening.locks().await?;
    if cart.work.is_by_job() {
        let counted = coupons.iter().filter(|lock| is_counted(checkout, lock));
        let till = Till::new(cart, &counted.cloned().collect::<Vec<_>>());
        wait_for_late_requests(cart, &order_to_pay(&till.net, till.payable)).await?;
    }
    let mut coupons = refresh_coupons(cart, coupons, asker, asked_at_ms, &mut response).await?;
    if certificates.is_empty() {
        return Ok(response);
    }
    // The store counts the coupons anew: that is what is left to pay.
    let counted = if response.changed {
        connection.bigcommerce.checkout(&checkout.id).await?
    } else {
        checkout.clone()
    };
    coupons.retain(|lock| is_counted(&counted, lock));
    let counted = Cart {
        checkout: &counted,
        ..cart
    };
    let till = Till::new(counted, &coupons);
    refresh_cards(&till, certificates, asker, &mut response).await?;
    Ok(response)
}

/// Brings the coupons up to date, all of them together; answers those that stand.
async fn refresh_coupons(
    cart: Cart<'_>,
    mut locks: Vec<Lock>,
    asker: Asker<'_>,
    asked_at_ms: i64,
    response: &mut RefreshResponse,
) -> Result<Vec<Lock>, FlowError> {
    let context = cart.context;
    let Some(key) = locks.first().map(|lock| lock.session.clone()) else {
        return Ok(locks);
    };
    let up_to_date = |lock: &Lock| is_up_to_date(cart.work, lock, cart.snapshot, asker);
    let is_right = locks.iter().all(up_to_date) && cart.can_have_free_items(&locks).await;
    let are_held = locks.iter().all(|lock| lock.state == LockState::Held);
    let differ = is_right && are_held && !all_agree(cart.checkout, &locks);
    if differ && cart.work.is_by_job() && may_be_counting(context, &locks) {
        ask_again_later(cart);
        response.codes.extend(locks.iter().flat_map(applied_codes));
        return Ok(locks);
    }
    if is_right {
        for lock in &mut locks {
            lock.checked_at_ms = context.clock.now_ms();
            cart.work.stage(lock);
            match pay_again::put_back(cart, lock).await {
                Ok(is_back) => response.changed |= is_back,
                Err(error) => {
                    put_back_later(cart, lock, &error);
                    cart.work.end_open(context.clock.now_ms());
                }
            }
        }
    }
    if !is_right || differ {
        // What the store was not told of before it has yet to count.
        response.changed |= !locks.iter().all(Lock::is_told);
        let change = SessionChange::begin(cart, &locks, &[], &key).await?;
        cart.work.write_down().await?;
        let changed = if differ {
            Box::pin(mend(cart, bring_together(cart, locks, asked_at_ms))).await
        } else {
            Box::pin(mend(cart, validate_again(cart, locks, &key))).await
        };
        let coupons = ended(cart, &change, changed)?;
        if cart.work.is_by_job() && !differ && !all_agree(cart.checkout, &coupons.locks) {
            ask_again_later(cart);
        }
        response.changed |= coupons.changed;
        response.dropped.extend(
            coupons
                .lost
                .iter()
                .map(|lost| lost.to_response(asker.voice())),
        );
        locks = coupons.locks;
    }
    response.codes.extend(locks.iter().flat_map(applied_codes));
    Ok(locks)
}

/// Whether a page looked so lately that it may be having the store count again: a job that takes coupons
/// off meanwhile would show in what the page gets.
fn may_be_counting(context: &Context, locks: &[Lock]) -> bool {
    let newest = locks.iter().map(|lock| lock.checked_at_ms).max();
    newest.is_some_and(|at_ms| at_ms + FOLLOW_UP_MS > context.clock.now_ms())
}

fn ask_again_later(cart: Cart<'_>) {
    cart.stage_look_again(cart.context.clock.now_ms());
}

async fn validate_again(
    cart: Cart<'_>,
    locks: Vec<Lock>,
    key: &SessionKey,
) -> Result<Coupons, FlowError> {
    finish_releases(cart, Some(key)).await?;
    hold_begun(cart, locks, &mut Entry::default(), key, &mut None).await
}

/// After the change, what the store took off its checkout by itself comes back.
async fn mend(
    cart: Cart<'_>,
    change: impl Future<Output = Result<Coupons, FlowError>>,
) -> Result<Coupons, FlowError> {
    let mut coupons = change.await?;
    for lock in &mut coupons.locks {
        match pay_again::put_on_cart(cart.connection, lock, cart.checkout).await {
            Ok(is_back) => coupons.changed |= is_back,
            Err(error) => put_back_later(cart, lock, &error.into()),
        }
    }
    Ok(coupons)
}

/// A coupon that cannot be put back now is one of which BigCommerce is not known to be told: a job sees to it.
fn put_back_later(cart: Cart<'_>, lock: &mut Lock, error: &FlowError) {
    warn!(%error, lock = %lock.id, "a coupon that the store took off is put back later");
    lock.native_discount = None;
    cart.work.stage(lock);
    ask_again_later(cart);
}
