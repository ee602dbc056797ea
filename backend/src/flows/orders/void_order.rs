//! An order came to nothing, or is gone: the codes it held are released.

use crate::{
    context::{Connection, Context},
    database::{jobs::JobKind, locks},
    domain::{
        OrderId, SessionKey,
        lock::{Lock, LockKind, LockState, ReleaseReason},
        order_claim::may_come_free,
        order_search::When,
    },
    error::FlowError,
    flows::{
        cart::open_checkout::is_on_open_cart,
        later::{ask_for, process_now},
        locks::{
            changes::{ask_for_release, locks_of, save},
            leased::exclusively,
            session_keys::{free_key, in_cart_sessions},
        },
        placed::live_order::live_order_with,
        sessions::release_lock::release_codes,
    },
};

/// The order was deleted: what waited for its payment comes free. What was redeemed stays so.
pub(crate) async fn free_deleted(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<(), FlowError> {
    let store = &connection.store;
    let mut reading = context.database.read().await?;
    let all = locks::of_order(&mut reading, store, order).await?;
    drop(reading);
    let waiting = all.into_iter().filter(Lock::waits_for_order);
    let mut checkouts: Vec<_> = waiting.map(|lock| lock.checkout).collect();
    checkouts.sort();
    checkouts.dedup();
    for checkout in checkouts {
        let work = async {
            let mut waiting = locks_of(context, store, &checkout).await?;
            waiting.retain(|lock| lock.waits_for_order() && lock.order == Some(order));
            free(context, connection, order, waiting).await
        };
        exclusively(context, store, &checkout, work).await?;
    }
    Ok(())
}

/// The order came to nothing: its locks come free, unless another order of the cart carries them.
pub(crate) async fn free(
    context: &Context,
    connection: &Connection,
    order: OrderId,
    carried: Vec<Lock>,
) -> Result<(), FlowError> {
    for mut lock in carried {
        if !may_come_free(order, &lock) {
            continue;
        }
        let mut decided = Vec::new();
        let found = live_order_with(context, connection, &lock, When::First, &mut decided);
        if let Some((other, _)) = found.await? {
            process_now(context, &lock.store, other.id).await?;
            continue;
        }
        // A certificate that was given up is on no cart, whether or not that tells.
        let is_given_up = lock.kind == LockKind::Certificate && lock.is_order_unknown();
        let has_left = lock.is_taken_elsewhere() || is_given_up;
        if !has_left && is_on_open_cart(connection, &lock).await? {
            go_on(context, connection, &mut lock).await?;
            continue;
        }
        lock.order = Some(order);
        let mut tx = context.database.begin().await?;
        let now = context.clock.now_ms();
        if !ask_for_release(&mut tx, &mut lock, ReleaseReason::OrderVoid, now).await? {
            return Err(FlowError::Busy);
        }
        tx.commit().await?;
        context.wake_worker();
    }
    Ok(())
}

/// The cart is open still, and goes on with the lock. Whether the store gave a certificate its money back
/// is not documented: it is told anew what it is worth. What had left the cart's session comes back.
async fn go_on(
    context: &Context,
    connection: &Connection,
    lock: &mut Lock,
) -> Result<(), FlowError> {
    let was_apart = lock.is_apart();
    if lock.session.before().is_some() {
        if let Some(key) = lock.leaves() {
            release_codes(context, connection, lock, &key).await?;
        }
        release_codes(context, connection, lock, &lock.session).await?;
        lock.session = key_on_cart(context, connection, lock).await?;
    }
    lock.enter(LockState::Held, context.clock.now_ms());
    lock.order = None;
    lock.apart = None;
    let is_told_anew = was_apart || lock.kind == LockKind::Certificate;
    if is_told_anew {
        lock.native_discount = None;
    }
    save(context, lock).await?;
    if is_told_anew {
        let (now, subject) = (context.clock.now_ms(), lock.checkout.as_str());
        let kind = JobKind::RefreshCheckout;
        ask_for(context, &lock.store, kind, subject, now).await?;
    }
    Ok(())
}

/// The key under which the cart holds what is of this kind. While the lock was away, its old one may have
/// gone to the other kind: under one key only one of them can be held.
async fn key_on_cart(
    context: &Context,
    connection: &Connection,
    lock: &Lock,
) -> Result<SessionKey, FlowError> {
    let mut others = in_cart_sessions(context, connection, &lock.checkout).await?;
    others.retain(|other| other.id != lock.id);
    if let Some(same) = others.iter().find(|other| other.kind == lock.kind) {
        return Ok(same.session.clone());
    }
    let own = lock.session.of_cart();
    if others.iter().all(|other| other.session != own) {
        return Ok(own);
    }
    Ok(free_key(connection, &lock.checkout, &others))
}
