//! An order that is not what its codes were validated for is marked as such where the merchant works: in
//! the notes of the store's staff.
//!
//! The notes are read and written whole (Update an Order), just after each other: BigCommerce has no
//! condition for a write, so what staff save between the two is lost. Nothing else is sent, as a PUT clears
//! the discounts of the lines it changes; the status stays, as its change may send the shopper a mail.

use tracing::{info, warn};

use crate::{
    bigcommerce::BigCommerceError,
    context::{Connection, Context},
    database::order_differences::{self, DifferenceState, Flag, OrderDifference},
    domain::{
        OrderId,
        order_notes::{self, Note, Notes},
    },
    error::FlowError,
};

/// The job: adds what the order's notes lack. It may be done twice.
pub async fn flag(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<(), FlowError> {
    let wanted = wanted(context, connection, order).await?;
    if wanted.is_empty() {
        return Ok(());
    }
    let became = match write(connection, order, &wanted).await {
        // The order is gone, and with it who would read it.
        Err(BigCommerceError::NotFound) => Flag::Left,
        Err(BigCommerceError::Forbidden { .. }) => {
            let lacks = "the access token lacks Orders: modify, which flagging an order needs";
            return Err(FlowError::Unusable(lacks.to_owned()));
        }
        became => became?,
    };
    if became == Flag::Left {
        warn!(store = %connection.store, %order, "an order that differs could not be flagged");
    } else {
        info!(store = %connection.store, %order, "an order that differs is flagged");
    }
    let mut tx = context.database.begin().await?;
    for difference in &wanted {
        let store = &connection.store;
        order_differences::flagged(tx.connection(), store, difference, became).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What a person has not seen already.
async fn wanted(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<OrderDifference>, FlowError> {
    let mut reading = context.database.read().await?;
    let mut all = order_differences::of_order(&mut reading, &connection.store, order).await?;
    drop(reading);
    all.retain(|one| one.flag == Flag::Wanted && one.is_open());
    Ok(all)
}

async fn write(
    connection: &Connection,
    order: OrderId,
    wanted: &[OrderDifference],
) -> Result<Flag, BigCommerceError> {
    let wanted: Vec<Note<'_>> = wanted.iter().map(note).collect();
    let bigcommerce = &connection.bigcommerce;
    let there = bigcommerce.staff_notes(order).await?;
    match order_notes::with(&there, &wanted) {
        Notes::Complete => {}
        Notes::NoRoom => return Ok(Flag::Left),
        Notes::Longer(notes) => bigcommerce.write_staff_notes(order, &notes).await?,
    }
    Ok(Flag::Written)
}

fn note(difference: &OrderDifference) -> Note<'_> {
    Note {
        lock: &difference.lock,
        kinds: &difference.kinds,
        validated: &difference.validated,
        ordered: &difference.ordered,
        waits: difference.state == DifferenceState::Held,
    }
}
