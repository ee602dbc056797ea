//! A paid order was cancelled or refunded: its codes are given back.

use tracing::info;

use super::{FlowError, redeem_order::rollback_id};
use crate::{
    context::{Connection, Context},
    domain::{OrderId, lock::LockState},
    store::{
        locks,
        redemptions::{self, Redemption, RedemptionState},
    },
};

/// Rolls the order's redemptions back, each stack once. Rolling back twice is no error.
pub(super) async fn roll_back(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    let all = redemptions::of_order(tx.connection(), &connection.store, order).await?;
    tx.commit().await?;
    let mut done: Vec<String> = Vec::new();
    for redemption in all
        .into_iter()
        .filter(|one| one.state == RedemptionState::Redeemed)
    {
        let Some(own_id) = redemption.redemption_id.as_deref() else {
            continue;
        };
        let (id, stacked) = rollback_id(own_id, redemption.parent_id.as_deref());
        if !done.iter().any(|earlier| earlier == id) {
            connection
                .voucherify
                .roll_back(id, stacked, "order cancelled or refunded")
                .await?;
            done.push(id.to_owned());
        }
        write_down(context, redemption).await?;
    }
    Ok(())
}

async fn write_down(context: &Context, mut redemption: Redemption) -> Result<(), FlowError> {
    redemption.state = RedemptionState::RolledBack;
    let mut tx = context.store.begin().await?;
    redemptions::put(tx.connection(), &redemption).await?;
    if let Some(mut lock) = locks::get(tx.connection(), &redemption.lock).await? {
        let from = lock.state;
        lock.state = LockState::RolledBack;
        locks::update(tx.connection(), &lock, from).await?;
    }
    tx.commit().await?;
    info!(store = %redemption.store, lock = %redemption.lock, order = %redemption.order, "code given back");
    metrics::counter!("voucherbridge_codes_rolled_back_total").increment(1);
    Ok(())
}
