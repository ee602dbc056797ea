//! A cart has two session keys: one for its coupons, one for its gift cards.

use crate::{
    context::{Connection, Context},
    domain::{CheckoutId, SessionKey, lock::Lock},
    error::FlowError,
    flows::locks::changes::locks_of,
};

/// The session key of a checkout that these locks do not use.
pub(crate) fn free_key(
    connection: &Connection,
    checkout: &CheckoutId,
    locks: &[Lock],
) -> SessionKey {
    let [first, second] = SessionKey::of(&connection.store, checkout);
    if locks.iter().any(|lock| lock.session == first) {
        second
    } else {
        first
    }
}

/// The live locks of a checkout that are in one of its two sessions, not in one of their own.
pub(crate) async fn in_cart_sessions(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
) -> Result<Vec<Lock>, FlowError> {
    let mut all = locks_of(context, &connection.store, checkout).await?;
    all.retain(is_in_cart_session);
    Ok(all)
}

/// Whether it is live in one of its cart's two sessions, not in one of its own.
pub(crate) fn is_in_cart_session(lock: &Lock) -> bool {
    lock.state.is_live() && !lock.is_apart()
}
