//! A paid order was cancelled or refunded: its codes are given back. A partial refund gives its
//! gift cards their part.

use tracing::info;

use super::{FlowError, adopt_redemptions::rollback_id, not_before};
use crate::{
    bigcommerce::Order,
    context::{Connection, Context},
    domain::{
        Hundredths, OrderId, StoreHash,
        cards::share_of_refund,
        lock::{LockKind, LockState},
    },
    store::{
        card_refunds::{self, CardRefund},
        locks,
        redemptions::{self, Redemption, RedemptionState},
    },
};

/// Rolls the order's redemptions back, each stack once. Rolling back twice is no error.
pub(super) async fn roll_back(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(), FlowError> {
    let mut done: Vec<String> = Vec::new();
    let refunded_before = refunds_of(context, connection, order.id).await?;
    for redemption in redeemed(context, connection, order.id).await? {
        let Some(own_id) = redemption.redemption_id.as_deref() else {
            continue;
        };
        // Rolled back as a whole, a card would get twice what it was given back in part.
        if redemption.credits.is_some() && !refunded_before.is_empty() {
            give_back(context, connection, order, &redemption, order.total).await?;
            write_down(context, redemption).await?;
            continue;
        }
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

/// Gives gift cards their part of what was refunded so far.
pub(super) async fn refund_partially(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(), FlowError> {
    if !order.is_partially_refunded() || !order.certificate_amount.is_positive() {
        return Ok(());
    }
    let mut cards = redeemed(context, connection, order.id).await?;
    cards.retain(|redemption| redemption.credits.is_some());
    if cards.is_empty() {
        return Ok(());
    }
    let refunded = connection.bigcommerce.refunded(order.id).await?;
    for card in cards {
        give_back(context, connection, order, &card, refunded).await?;
    }
    Ok(())
}

async fn redeemed(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<Redemption>, FlowError> {
    let mut tx = context.store.begin().await?;
    let mut all = redemptions::of_order(tx.connection(), &connection.store, order).await?;
    tx.commit().await?;
    all.retain(|one| one.state == RedemptionState::Redeemed);
    Ok(all)
}

async fn refunds_of(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<CardRefund>, FlowError> {
    let mut tx = context.store.begin().await?;
    let all = card_refunds::of_order(tx.connection(), &connection.store, order).await?;
    tx.commit().await?;
    Ok(all)
}

/// Adds to a card's balance what it is due of `refunded`, all refunds together, and has not got.
/// Written down before; after an uncertain answer Voucherify's own list of transactions decides.
async fn give_back(
    context: &Context,
    connection: &Connection,
    order: &Order,
    card: &Redemption,
    refunded: Hundredths,
) -> Result<(), FlowError> {
    let mut earlier = refunds_of(context, connection, order.id).await?;
    earlier.retain(|one| one.code == card.code && one.lock == card.lock);
    for unsure in earlier.iter().filter(|one| !one.done) {
        finish(context, connection, unsure).await?;
    }
    let credits = card.credits.unwrap_or_default();
    let given: Hundredths = earlier.iter().map(|one| one.credits).sum();
    let due = share_of_refund(credits, refunded, order.total) - given;
    if !due.is_positive() {
        return Ok(());
    }
    let refund = CardRefund {
        store: card.store.clone(),
        order: order.id,
        code: card.code.clone(),
        lock: card.lock.clone(),
        refunded,
        credits: due,
        done: false,
        sent_at_ms: context.clock.now_ms(),
    };
    put(context, &refund).await?;
    send(context, connection, refund).await
}

/// Twice the time-out after Voucherify was asked, its list shows whether it did.
async fn finish(
    context: &Context,
    connection: &Connection,
    unsure: &CardRefund,
) -> Result<(), FlowError> {
    not_before(context, unsure.sent_at_ms + context.straggling_ms())?;
    let (code, id) = (&unsure.code, transaction_id(&unsure.store, unsure));
    if connection.voucherify.has_transaction(code, &id).await? {
        let done = CardRefund {
            done: true,
            ..unsure.clone()
        };
        return put(context, &done).await;
    }
    let again = CardRefund {
        sent_at_ms: context.clock.now_ms(),
        ..unsure.clone()
    };
    put(context, &again).await?;
    send(context, connection, again).await
}

async fn send(
    context: &Context,
    connection: &Connection,
    mut refund: CardRefund,
) -> Result<(), FlowError> {
    let id = transaction_id(&refund.store, &refund);
    let (code, reason) = (&refund.code, "order refunded");
    connection
        .voucherify
        .add_balance(code, refund.credits, &id, reason)
        .await?;
    refund.done = true;
    put(context, &refund).await?;
    info!(
        store = %refund.store, order = %refund.order, credits = refund.credits.0,
        "a gift card got its part of a refund"
    );
    metrics::counter!("voucherbridge_card_refunds_total").increment(1);
    Ok(())
}

fn transaction_id(store: &StoreHash, refund: &CardRefund) -> String {
    let CardRefund {
        order,
        lock,
        refunded,
        ..
    } = refund;
    format!("{store}-{order}-refund-{}-{lock}", refunded.0)
}

async fn put(context: &Context, refund: &CardRefund) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    card_refunds::put(tx.connection(), refund).await?;
    tx.commit().await?;
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
        if lock.kind == LockKind::Certificate {
            // The store may have given it its money back too.
            super::clean_up_later(context, &mut tx, &lock).await?;
        }
    }
    tx.commit().await?;
    context.wake_worker();
    info!(store = %redemption.store, lock = %redemption.lock, order = %redemption.order, "code given back");
    metrics::counter!("voucherbridge_codes_rolled_back_total").increment(1);
    Ok(())
}
