//! What was learnt of a store by watching it.

use crate::{
    context::{Connection, Context},
    database::{DatabaseError, facts},
    domain::Fact,
    error::FlowError,
    flows::locks::cart_context::Cart,
};

/// Whether something was learnt of the store.
pub(crate) async fn knows(
    context: &Context,
    connection: &Connection,
    fact: Fact,
) -> Result<bool, DatabaseError> {
    let mut reading = context.database.read().await?;
    facts::is_known(&mut reading, &connection.store, fact).await
}

pub(crate) async fn learn(cart: Cart<'_>, fact: Fact) -> Result<(), FlowError> {
    let (store, at_ms) = (&cart.connection.store, cart.context.clock.now_ms());
    let mut tx = cart.context.database.begin().await?;
    facts::learn(tx.connection(), store, fact, at_ms).await?;
    tx.commit().await?;
    Ok(())
}

pub(crate) async fn forget(cart: Cart<'_>, fact: Fact) -> Result<(), FlowError> {
    let mut tx = cart.context.database.begin().await?;
    facts::forget(tx.connection(), &cart.connection.store, fact).await?;
    tx.commit().await?;
    Ok(())
}
