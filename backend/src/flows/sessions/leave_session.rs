//! A code that waits for an order leaves the session it shares, before the session is used without it.
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
    clock::MINUTE_MS,
    context::{Connection, Context},
    database::locks,
    domain::{
        LockId, OrderId, SessionKey,
        lock::{Lock, LockState, NOT_YET_HELD},
    },
    error::FlowError,
    flows::{
        locks::cart_context::Cart,
        locks::{
            changes::{locks_of, save},
            lock_steps::{late_requests_are_over, not_while_late},
            redeemables::redeemables,
        },
        placed::order_uses::Stack,
        sessions::release_lock::{finish_release, release_codes, told_is_known},
    },
    voucherify::{Inapplicable, Session},
};

/// What waits for an order is held this long, and again before that is over.
const MINUTES: i64 = 24 * 60;

/// Before the codes of a cart, those of `staying`, are validated under `key`: what waits for an order
/// leaves, to where codes of the same order wait already.
pub(crate) async fn make_way(
    cart: Cart<'_>,
    key: &SessionKey,
    staying: &[Lock],
) -> Result<(), FlowError> {
    let (context, connection) = (cart.context, cart.connection);
    let mut all = cart.work.locks().await?;
    if !all.iter().any(|lock| has_to_leave(lock, key, staying)) {
        return Ok(());
    }
    cart.work.write_down().await?;
    cart.work.forget();
    // What is given up while it leaves is not held elsewhere first: let go of by the validation, its code would
    // be free while its native one lives.
    let mut has_ended = false;
    for lock in &mut all {
        if lock.state == LockState::Releasing && lock.leaves().as_ref() == Some(key) {
            finish_release(context, connection, lock, !cart.work.found_open()).await?;
            has_ended = true;
        }
    }
    if has_ended {
        all = locks_of(context, &connection.store, &cart.checkout.id).await?;
    }
    if all.iter().any(|lock| has_to_leave(lock, key, staying)) {
        not_while_late(context, cart.work.found())?;
    }
    let cut_off = all
        .iter()
        .filter(|lock| lock.leaves().as_ref() == Some(key));
    let mut cut_off: Vec<&Lock> = cut_off.collect();
    cut_off.sort_by(|one, other| one.session.as_str().cmp(other.session.as_str()));
    cut_off.dedup_by(|one, other| one.session == other.session);
    for lock in cut_off {
        move_over(context, connection, lock).await?;
    }
    let leaves = |lock: &&Lock| is_to_leave(lock, key, staying);
    for mut group in grouped(all.iter().filter(leaves)) {
        let host = group.first().and_then(|first| {
            let of_order = |host: &&Lock| host.waits_for_order() && host.order == first.order;
            all.iter().filter(of_order).find(|host| joins(first, host))
        });
        let host = host.map(|host| host.session.clone());
        leave(context, connection, &mut group, host).await?;
    }
    Ok(())
}

/// Whether the session cannot be used yet: the lock leaves it, or has not left it to the end.
fn has_to_leave(lock: &Lock, key: &SessionKey, staying: &[Lock]) -> bool {
    let has_left = lock.leaves().as_ref() == Some(key);
    has_left || is_to_leave(lock, key, staying)
}

fn is_to_leave(lock: &Lock, key: &SessionKey, staying: &[Lock]) -> bool {
    let stays = staying.iter().any(|other| other.id == lock.id);
    lock.session == *key && lock.waits_for_order() && !stays
}

/// Before what an order used is redeemed: what is in its cart's session joins what left that for the same
/// order. One redemption takes both: a second one would be judged by the order as the first left it.
pub(crate) async fn join_those_that_left(
    context: &Context,
    connection: &Connection,
    order: OrderId,
    carried: &mut [Lock],
) -> Result<(), FlowError> {
    // Coupons and certificates have sessions of their own.
    for at in 0..carried.len() {
        let host = carried[at].clone();
        if host.may_be_held() {
            join(context, connection, order, &host, carried).await?;
        }
    }
    Ok(())
}

async fn join(
    context: &Context,
    connection: &Connection,
    order: OrderId,
    host: &Lock,
    carried: &mut [Lock],
) -> Result<(), FlowError> {
    let joining = carried.iter().filter(|lock| joins(lock, host));
    let mut group: Vec<Lock> = joining.cloned().collect();
    if group.is_empty() {
        return Ok(());
    }
    late_requests_are_over(context, &connection.store, &host.checkout).await?;
    wait_for(context, order, &mut group).await?;
    leave(context, connection, &mut group, Some(host.session.clone())).await?;
    for lock in carried {
        take_over(lock, &group);
    }
    Ok(())
}

/// What was being released while it left its session is the order's that used it: as one that is given up, it
/// would be held nowhere, and not be redeemed.
pub(crate) async fn keep_what_leaves(
    context: &Context,
    order: OrderId,
    carried: &mut [Lock],
) -> Result<(), FlowError> {
    let is_given_up =
        |lock: &&mut Lock| lock.state == LockState::Releasing && lock.leaves().is_some();
    for lock in carried.iter_mut().filter(is_given_up) {
        wait_for(context, order, std::slice::from_mut(lock)).await?;
    }
    Ok(())
}

/// Whether a lock can join another one that left its session: they were validated together.
fn joins(lock: &Lock, host: &Lock) -> bool {
    let is_same_cart = match (&lock.snapshot, &host.snapshot) {
        (Some(own), Some(other)) => own.is_of_same_cart(other),
        _ => false,
    };
    is_same_cart
        && lock.may_be_held()
        && lock.checkout == host.checkout
        && lock.kind == host.kind
        && host.session.before().as_ref() == Some(&lock.session)
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
    let used: Vec<LockId> = stack.uses.iter().map(|one| one.lock.id.clone()).collect();
    let is_own = |lock: &Lock| used.contains(&lock.id);
    let shares = |lock: &Lock| {
        lock.session == stack.session && lock.may_be_held() && !used.contains(&lock.id)
    };
    let mut all = locks_of(context, &connection.store, &first.checkout).await?;
    let cut_off = all.iter().filter(|lock| is_own(lock));
    if cut_off.clone().any(|lock| lock.leaves().is_some()) {
        late_requests_are_over(context, &connection.store, &first.checkout).await?;
        move_over(context, connection, &first).await?;
    }
    // What the order left behind is let go of first: then what it used can stay where it is held.
    for lock in all.iter_mut().filter(|lock| shares(lock)) {
        let told_is_known = told_is_known(context, lock).await?;
        if let Err(error) = finish_release(context, connection, lock, told_is_known).await {
            warn!(%error, lock = %lock.id, "what an order left behind is released later");
        }
    }
    let all = locks_of(context, &connection.store, &first.checkout).await?;
    if !all.iter().any(shares) {
        return Ok(());
    }
    late_requests_are_over(context, &connection.store, &first.checkout).await?;
    // Of what another order used before, nothing is held that could leave.
    let own = all.iter().filter(|lock| is_own(lock) && lock.may_be_held());
    let mut own: Vec<Lock> = own.cloned().collect();
    wait_for(context, order, &mut own).await?;
    leave(context, connection, &mut own, None).await?;
    stack.session = match own.first() {
        Some(lock) => lock.session.clone(),
        None => stack.session.left_by(&first.id),
    };
    for one in &mut stack.uses {
        take_over(&mut one.lock, &own);
    }
    Ok(())
}

/// From here the locks are this order's.
async fn wait_for(context: &Context, order: OrderId, own: &mut [Lock]) -> Result<(), FlowError> {
    for lock in own {
        if lock.state != LockState::NeedsPerson {
            lock.enter(LockState::Ordered, context.clock.now_ms());
            lock.order = Some(order);
            save(context, lock).await?;
        }
    }
    Ok(())
}

/// Whoever read the lock before knows where it is held now.
fn take_over(lock: &mut Lock, left: &[Lock]) {
    if let Some(left) = left.iter().find(|left| left.id == lock.id) {
        lock.state = left.state;
        lock.state_since_ms = left.state_since_ms;
        lock.revision = left.revision;
        lock.order = left.order;
        lock.session = left.session.clone();
        lock.session_ends_at_ms = left.session_ends_at_ms;
    }
}

/// Makes the session of a lock that waits for an order longer, for all that is held in it; finishes what was
/// cut off.
pub(crate) async fn extend(
    context: &Context,
    connection: &Connection,
    lock: &Lock,
) -> Result<(), FlowError> {
    let all = locks_of(context, &lock.store, &lock.checkout).await?;
    let mut group = all.iter().filter(|other| other.session == lock.session);
    if group.any(|other| other.leaves().is_some()) {
        late_requests_are_over(context, &lock.store, &lock.checkout).await?;
    }
    move_over(context, connection, lock).await?;
    Ok(())
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

/// The group leaves its session for `host`, or for one of its own.
async fn leave(
    context: &Context,
    connection: &Connection,
    group: &mut [Lock],
    host: Option<SessionKey>,
) -> Result<(), FlowError> {
    let Some(first) = group.first().cloned() else {
        return Ok(());
    };
    let key = host.unwrap_or_else(|| first.session.left_by(&first.id));
    let mut tx = context.database.begin().await?;
    for lock in group.iter_mut() {
        lock.session = key.clone();
        lock.session_ends_at_ms = NOT_YET_HELD;
        if !locks::put(tx.connection(), lock).await? {
            return Err(FlowError::Busy);
        }
    }
    tx.commit().await?;
    let held = match group.first() {
        Some(first) => move_over(context, connection, first).await?,
        None => Vec::new(),
    };
    for lock in group {
        take_over(lock, &held);
    }
    Ok(())
}

/// What of a lock's session is held under another key still is let go of there; then all of it is held.
async fn move_over(
    context: &Context,
    connection: &Connection,
    lock: &Lock,
) -> Result<Vec<Lock>, FlowError> {
    let mut group = locks_of(context, &connection.store, &lock.checkout).await?;
    group.retain(|other| {
        let is_held = other.state == LockState::Held || other.waits_for_order();
        other.session == lock.session && is_held
    });
    for lock in &group {
        if let Some(key) = lock.leaves() {
            release_codes(context, connection, lock, &key).await?;
            info!(store = %lock.store, lock = %lock.id, order = ?lock.order, "a code waits in a session of its own");
        }
    }
    hold(context, connection, &mut group).await?;
    Ok(group)
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
    let mut tx = context.database.begin().await?;
    for lock in group.iter_mut().filter(|lock| lock.waits_for_order()) {
        lock.session_ends_at_ms = ends_at_ms;
        locks::put(tx.connection(), lock).await?;
    }
    tx.commit().await?;
    Ok(())
}
