//! What waits for an order leaves the session it shares, before that is used without it.
//!
//! Validating under a session's key lets go of what is not named, and redeeming ends the session. So what has
//! to stay held gets a key of its own first, and costs nothing until then:
//!
//! 1. Write down the new key, and that nothing is held under it yet.
//! 2. Let go of the codes under the old key.
//! 3. Validate them under the new one, as they were.
//!
//! Cut off in between, it is finished by whoever uses the old key next, by the order, or by the sweep.

use tracing::{info, warn};

use crate::{
    context::{Connection, Context},
    domain::{
        OrderId, SessionKey,
        lock::{Lock, LockState, NOT_YET_HELD},
    },
    error::FlowError,
    flows::{
        cart::cart_context::Cart,
        locks::{
            changes::{locks_of, save},
            lock_steps::late_requests_are_over,
            redeemables::redeemables,
        },
        placed::order_uses::Stack,
        sessions::release_lock::release_codes,
    },
    store::locks,
    voucherify::{Inapplicable, Session},
};

/// What waits for an order is held this long, and again before that is over.
const MINUTES: i64 = 24 * 60;
const MINUTE_MS: i64 = 60_000;

/// Before the codes of a cart, those of `staying`, are validated under `key`: what waits for an order
/// leaves.
pub(crate) async fn make_way(
    cart: Cart<'_>,
    key: &SessionKey,
    staying: &[Lock],
) -> Result<(), FlowError> {
    let (context, connection) = (cart.context, cart.connection);
    let all = locks_of(context, &connection.store, &cart.checkout.id).await?;
    let cut_off = |lock: &Lock| lock.leaves().as_ref() == Some(key);
    for mut group in grouped(all.iter().filter(|lock| cut_off(lock))) {
        late_requests_are_over(context, &all, key)?;
        move_over(context, connection, &mut group).await?;
    }
    let stays = |lock: &Lock| staying.iter().any(|other| other.id == lock.id);
    let leaves = |lock: &&Lock| lock.session == *key && lock.waits_for_order() && !stays(lock);
    for mut group in grouped(all.iter().filter(leaves)) {
        late_requests_are_over(context, &all, key)?;
        leave(context, connection, &mut group).await?;
    }
    Ok(())
}

/// Before a stack is redeemed: if others are held in its session, it leaves.
pub(crate) async fn have_session_alone(
    context: &Context,
    connection: &Connection,
    order: OrderId,
    stack: &mut Stack,
) -> Result<(), FlowError> {
    let Some(first) = stack.uses.first().map(|one| one.lock.clone()) else {
        return Ok(());
    };
    let all = locks_of(context, &connection.store, &first.checkout).await?;
    let uses = stack.uses.iter();
    let (mut own, others): (Vec<Lock>, Vec<Lock>) = all
        .iter()
        .cloned()
        .partition(|lock| uses.clone().any(|one| one.lock.id == lock.id));
    let shares = |lock: &Lock| lock.session == stack.session && lock.may_be_held();
    if let Some(key) = own.iter().find_map(Lock::leaves) {
        late_requests_are_over(context, &all, &key)?;
        move_over(context, connection, &mut own).await?;
    }
    if !others.iter().any(shares) {
        return Ok(());
    }
    late_requests_are_over(context, &all, &stack.session)?;
    // Of what another order used before, nothing is held that could leave.
    own.retain(Lock::may_be_held);
    for lock in &mut own {
        let from = lock.state;
        if from != LockState::NeedsPerson {
            lock.state = LockState::Ordered;
            lock.order = Some(order);
            save(context, lock, from).await?;
        }
    }
    leave(context, connection, &mut own).await?;
    stack.session = match own.first() {
        Some(lock) => lock.session.clone(),
        None => stack.session.left_by(&first.id),
    };
    for one in &mut stack.uses {
        if let Some(left) = own.iter().find(|lock| lock.id == one.lock.id) {
            one.lock.state = left.state;
            one.lock.session = left.session.clone();
            one.lock.session_ends_at_ms = left.session_ends_at_ms;
        }
    }
    Ok(())
}

/// Makes the session of a lock that waits for an order longer, for all that is held in it; finishes what was
/// cut off.
pub(crate) async fn extend(
    context: &Context,
    connection: &Connection,
    lock: &Lock,
) -> Result<(), FlowError> {
    let all = locks_of(context, &lock.store, &lock.checkout).await?;
    let is_held = |other: &Lock| other.state == LockState::Held || other.waits_for_order();
    let shares = |other: &&Lock| other.session == lock.session && is_held(other);
    let mut group: Vec<Lock> = all.iter().filter(shares).cloned().collect();
    let Some(key) = lock.leaves() else {
        return hold(context, connection, &mut group).await;
    };
    late_requests_are_over(context, &all, &key)?;
    move_over(context, connection, &mut group).await
}

/// By the order they wait for: what one order used is redeemed together.
fn grouped<'a>(locks: impl Iterator<Item = &'a Lock>) -> Vec<Vec<Lock>> {
    let mut groups: Vec<Vec<Lock>> = Vec::new();
    for lock in locks {
        let same = |group: &&mut Vec<Lock>| {
            let first = group.first();
            first.is_some_and(|one| one.order == lock.order && one.session == lock.session)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(lock.clone()),
            None => groups.push(vec![lock.clone()]),
        }
    }
    groups
}

async fn leave(
    context: &Context,
    connection: &Connection,
    group: &mut [Lock],
) -> Result<(), FlowError> {
    let Some(key) = group.first().map(|lock| lock.session.left_by(&lock.id)) else {
        return Ok(());
    };
    let mut tx = context.store.begin().await?;
    for lock in group.iter_mut() {
        lock.session = key.clone();
        lock.session_ends_at_ms = NOT_YET_HELD;
        if !locks::update(tx.connection(), lock, lock.state).await? {
            return Err(FlowError::Busy);
        }
    }
    tx.commit().await?;
    move_over(context, connection, group).await
}

async fn move_over(
    context: &Context,
    connection: &Connection,
    group: &mut [Lock],
) -> Result<(), FlowError> {
    for lock in group.iter() {
        if let Some(key) = lock.leaves() {
            release_codes(context, connection, lock, &key).await?;
        }
    }
    hold(context, connection, group).await?;
    for lock in group {
        info!(store = %lock.store, lock = %lock.id, order = ?lock.order, "a code waits in a session of its own");
    }
    Ok(())
}

/// Validates what was validated once more under its key, which holds it for as long as it takes.
async fn hold(
    context: &Context,
    connection: &Connection,
    group: &mut [Lock],
) -> Result<(), FlowError> {
    let Some((first, snapshot)) = group
        .iter()
        .find_map(|lock| Some((lock, lock.snapshot.as_ref()?)))
    else {
        return Ok(());
    };
    let session = Session {
        key: first.session.clone(),
        minutes: MINUTES,
    };
    let mut codes = redeemables(group.iter());
    // A code that no longer holds must not cost the others their session.
    while !codes.is_empty() {
        let asked = connection
            .voucherify
            .validate(&codes, snapshot, Some(&session))
            .await;
        let validation = match asked {
            // The redemption is refused in the same way, and written down. It and the cart go on.
            Err(error) if error.is_final() => {
                warn!(%error, lock = %first.id, order = ?first.order, "the code of an order cannot be held");
                break;
            }
            asked => asked?,
        };
        let before = codes.len();
        codes.retain(|one| {
            let refused = validation.refused(&one.code);
            refused.is_none_or(Inapplicable::is_unjudged)
        });
        if codes.len() == before {
            break;
        }
        warn!(lock = %first.id, order = ?first.order, "the code of an order is no longer valid");
    }
    let ends_at_ms = context.clock.now_ms() + MINUTES * MINUTE_MS;
    let mut tx = context.store.begin().await?;
    for lock in group.iter_mut().filter(|lock| lock.waits_for_order()) {
        lock.session_ends_at_ms = ends_at_ms;
        locks::update(tx.connection(), lock, lock.state).await?;
    }
    tx.commit().await?;
    Ok(())
}
