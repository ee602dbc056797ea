//! A lock that was given up is released: first its native part is ended, then its codes at Voucherify.
//!
//! In that order, and only when no live order carries it: a code released too early could be used
//! twice. Every step may be done again, so a release that was cut off simply starts over.

use tracing::{info, warn};

use crate::{
    context::{Connection, Context},
    database::{checkouts, jobs::JobKind, locks},
    domain::{
        CheckoutId, Code, Hundredths, LockId, OrderId, SessionKey, StoreHash,
        lock::{Lock, LockKind, LockState, ReleaseReason},
        order_search::When,
    },
    error::FlowError,
    flows::{
        cart::open_checkout,
        later::ask_for,
        locks::{
            cart_context::Cart,
            changes::{give_up, locks_of, save},
            leased::exclusively,
            native_parts::{delete_native, end_native, was_known_to_page},
        },
        placed::live_order::{keep_for_order, keep_for_person},
    },
    voucherify::VoucherifyError,
};

/// How long a removed certificate is kept for its cards to be entered again.
const KEEP_CERTIFICATE_MS: i64 = 24 * 60 * 60_000;

/// The job: releases the lock unless somebody else has.
pub async fn release(
    context: &Context,
    connection: &Connection,
    id: &LockId,
) -> Result<(), FlowError> {
    let release = |mut lock: Lock| async move {
        let told_is_known = told_is_known(context, &lock).await?;
        release_alone(context, connection, &mut lock, told_is_known).await
    };
    exclusively_with(context, id, release).await
}

/// The job: gives up an apply that never became `held`.
pub async fn undo_apply(
    context: &Context,
    connection: &Connection,
    id: &LockId,
) -> Result<(), FlowError> {
    let undo = |mut lock: Lock| async move {
        if lock.state != LockState::Applying {
            return Ok(());
        }
        give_up(context, &mut lock, ReleaseReason::Unfinished).await?;
        // What BigCommerce was told of it is not asked: the page was never given its native code.
        release_alone(context, connection, &mut lock, false).await
    };
    exclusively_with(context, id, undo).await
}

/// Works on a lock while nobody else works on its checkout: as it is then, if it is there still.
async fn exclusively_with<Done>(
    context: &Context,
    id: &LockId,
    work: impl FnOnce(Lock) -> Done + Send,
) -> Result<(), FlowError>
where
    Done: Future<Output = Result<(), FlowError>> + Send,
{
    let Some(known) = read(context, id).await? else {
        return Ok(());
    };
    let work = async {
        match read(context, id).await? {
            Some(lock) => work(lock).await,
            None => Ok(()),
        }
    };
    exclusively(context, &known.store, &known.checkout, work).await
}

/// The job: ends the native part of a lock whose order is over, and releases codes that it had
/// no use of. A certificate kept for its cards to be entered again is deleted.
pub async fn clean_up_native(
    context: &Context,
    connection: &Connection,
    id: &LockId,
) -> Result<(), FlowError> {
    let Some(lock) = read(context, id).await? else {
        return Ok(());
    };
    if lock.state.is_live() {
        return Ok(());
    }
    if lock.state == LockState::Released {
        return delete_native(connection, &lock).await;
    }
    end_native(connection, &lock).await?;
    // What a paid order used stays held, if it could not be redeemed.
    let used: Vec<&Code> = lock.used_codes().collect();
    for (code, _) in lock.parts() {
        if !used.contains(&code) {
            release_code(context, connection, &lock, code, &lock.session).await?;
        }
    }
    Ok(())
}

/// Gives a lock of the cart up and releases it at once.
pub(crate) async fn release_on_cart(
    cart: Cart<'_>,
    lock: &mut Lock,
    reason: ReleaseReason,
) -> Result<(), FlowError> {
    give_up_on_cart(cart, lock, reason).await?;
    release_of(cart, lock).await
}

/// The same; what fails of it now a job does later.
pub(crate) async fn release_now_or_later(
    cart: Cart<'_>,
    lock: &mut Lock,
    reason: ReleaseReason,
) -> Result<(), FlowError> {
    give_up_on_cart(cart, lock, reason).await?;
    if let Err(error) = release_of(cart, lock).await {
        warn!(%error, lock = %lock.id, reason = reason.as_str(), "a lock is released later");
    }
    Ok(())
}

async fn give_up_on_cart(
    cart: Cart<'_>,
    lock: &mut Lock,
    reason: ReleaseReason,
) -> Result<(), FlowError> {
    cart.work.hand_over(lock).await?;
    give_up(cart.context, lock, reason).await
}

/// Releases a lock of the cart that was given up.
async fn release_of(cart: Cart<'_>, lock: &mut Lock) -> Result<(), FlowError> {
    let told_is_known = !cart.work.found_open();
    release_alone(cart.context, cart.connection, lock, told_is_known).await
}

/// Releases a lock in state `releasing`; whoever calls holds the checkout. `told_is_known` says whether what
/// BigCommerce was told of it is certain: no change of the checkout was open when the work on it began.
pub(crate) async fn release_alone(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
    told_is_known: bool,
) -> Result<(), FlowError> {
    if lock.state != LockState::Releasing {
        return Ok(());
    }
    // Time or a vanished cart may hide an order; the shopper's own removal does not.
    if !was_known_to_page(lock) {
        end_native(connection, lock).await?;
        return release_at_voucherify(context, connection, lock).await;
    }
    // Amounts alone do not undo what the code's uses decided of an order while they were there.
    let mut decided = lock.unused_by.clone();
    let reason = lock.released_because;
    if reason.is_none_or(ReleaseReason::may_hide_order)
        && keep_for_order(context, connection, lock, When::First, &mut decided).await?
    {
        return Ok(());
    }
    if keep_for_person(context, connection, lock, told_is_known).await? {
        return Ok(());
    }
    remember_unused(context, lock, &decided).await?;
    end_native(connection, lock).await?;
    take_off_cart(connection, lock).await?;
    // An order that waits for its payment may carry it though the cart is open still, and its
    // webhook may be late.
    let when = When::AfterDeath;
    if keep_for_order(context, connection, lock, when, &mut decided).await? {
        return Ok(());
    }
    release_at_voucherify(context, connection, lock).await
}

/// What the code's uses decided of orders is written down before they are deleted, and that a certificate is
/// worth nothing before it is: cut off from there, the release starts over.
async fn remember_unused(
    context: &Context,
    lock: &mut Lock,
    decided: &[OrderId],
) -> Result<(), FlowError> {
    let nothing = Some(Hundredths::ZERO);
    match lock.kind {
        LockKind::Coupon if lock.unused_by != decided => lock.unused_by = decided.to_vec(),
        LockKind::Certificate if lock.native_discount != nothing => lock.native_discount = nothing,
        _ => return Ok(()),
    }
    save(context, lock).await
}

/// Releases what the checkout gave up to its end, before others of it are validated: let go of by a
/// validation under the key they share, a code would be free while its native one lives. Without a
/// key, whatever its key is.
pub(crate) async fn finish_releases(
    cart: Cart<'_>,
    key: Option<&SessionKey>,
) -> Result<(), FlowError> {
    let mut all = cart.work.locks().await?;
    all.retain(|lock| {
        lock.state == LockState::Releasing && key.is_none_or(|key| lock.session == *key)
    });
    for lock in &mut all {
        cart.work.hand_over(lock).await?;
        if was_known_to_page(lock) {
            release_of(cart, lock).await?;
        }
    }
    Ok(())
}

/// Whether no change of the lock's checkout is open. For work that began none itself.
pub(crate) async fn told_is_known(context: &Context, lock: &Lock) -> Result<bool, FlowError> {
    let mut reading = context.database.read().await?;
    let left = checkouts::left(&mut reading, &lock.store, &lock.checkout).await?;
    Ok(!left.change.is_open())
}

/// Sees the release of a lock through, unless the page was never given its native code: that one's own job
/// waits for requests that may still arrive.
pub(crate) async fn finish_release(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
    told_is_known: bool,
) -> Result<(), FlowError> {
    if was_known_to_page(lock) {
        release_alone(context, connection, lock, told_is_known).await?;
    }
    Ok(())
}

/// Makes sure the cart does not carry the native code: whether deleting a promotion takes it off
/// carts is not documented.
async fn take_off_cart(connection: &Connection, lock: &Lock) -> Result<(), FlowError> {
    // Of certificates the management API does not tell; a disabled one pays nothing.
    if lock.kind == LockKind::Certificate {
        return Ok(());
    }
    let found = open_checkout::find(connection, &lock.checkout).await?;
    let Some(checkout) = found.open() else {
        return Ok(());
    };
    if checkout
        .coupons
        .iter()
        .any(|coupon| lock.native_code.is(&coupon.code))
    {
        connection
            .bigcommerce
            .remove_coupon(&lock.checkout, &lock.native_code)
            .await?;
    }
    Ok(())
}

/// The native part is ended: Voucherify releases the codes, unless the same checkout holds the same code anew.
async fn release_at_voucherify(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
) -> Result<(), FlowError> {
    if let Some(key) = lock.leaves() {
        release_codes(context, connection, lock, &key).await?;
    }
    release_codes(context, connection, lock, &lock.session).await?;
    lock.enter(LockState::Released, context.clock.now_ms());
    save(context, lock).await?;
    if lock.kind == LockKind::Certificate && was_known_to_page(lock) {
        let at = context.clock.now_ms() + KEEP_CERTIFICATE_MS;
        let (kind, subject) = (JobKind::CleanUpNative, lock.id.as_str());
        ask_for(context, &lock.store, kind, subject, at).await?;
    }
    let reason = lock.released_because.map_or("", ReleaseReason::as_str);
    info!(store = %lock.store, lock = %lock.id, reason, "code released");
    metrics::counter!("voucherbridge_locks_released_total", "reason" => reason).increment(1);
    Ok(())
}

/// Lets go, under the key, of the codes of a lock that no other lock holds there.
pub(crate) async fn release_codes(
    context: &Context,
    connection: &Connection,
    lock: &Lock,
    key: &SessionKey,
) -> Result<(), FlowError> {
    for (code, _) in lock.parts() {
        release_code(context, connection, lock, code, key).await?;
    }
    Ok(())
}

async fn release_code(
    context: &Context,
    connection: &Connection,
    lock: &Lock,
    code: &Code,
    key: &SessionKey,
) -> Result<(), FlowError> {
    let all = locks_of(context, &lock.store, &lock.checkout).await?;
    let is_there = |other: &Lock| {
        let holds = other.may_be_held() && other.state != LockState::Releasing;
        other.id != lock.id && holds && other.session == *key && other.holds(code)
    };
    if all.iter().any(is_there) {
        return Ok(());
    }
    let released = connection.voucherify.release(code, key).await;
    if released
        .as_ref()
        .is_err_and(VoucherifyError::may_have_happened)
    {
        may_arrive_late(context, &lock.store, &lock.checkout).await?;
    }
    Ok(released?)
}

/// A release that got no answer may arrive when the code is held anew under the same key: what is done
/// under the key until then is looked at again.
pub(crate) async fn may_arrive_late(
    context: &Context,
    store: &StoreHash,
    checkout: &CheckoutId,
) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let mut tx = context.database.begin().await?;
    checkouts::may_arrive_late(tx.connection(), store, checkout, now).await?;
    tx.commit().await?;
    Ok(())
}

async fn read(context: &Context, id: &LockId) -> Result<Option<Lock>, FlowError> {
    let mut connection = context.database.read().await?;
    Ok(locks::get(&mut connection, id).await?)
}
