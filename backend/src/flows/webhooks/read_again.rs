//! Orders that changed and refunds that were made while no webhook told of it: read from where the last
//! reading ended, however long ago that was.
//!
//! A page is done when the jobs it asks for are written down; the point moves in the same transaction.
//! The next reading begins a while before this one did: what changed meanwhile is on neither of its pages
//! for certain, and the two clocks are not the same. An order that it finds as it was is not looked at again:
//! one that names late what paid it is waited for by its own job.

use crate::{
    clock::MINUTE_MS,
    context::{Connection, Context, Shown},
    database::{
        jobs::{self, JobKind},
        locks,
        reading::{self, List, Reading},
        redemptions,
    },
    domain::{OrderId, lock::LockState, order::Order},
    error::FlowError,
    flows::locks::changes::locks_of,
};

/// How far two readings overlap.
const OVERLAP_MS: i64 = 30 * MINUTE_MS;
/// Where nothing was ever read, it is read from so long ago: a store that was just connected has no
/// older order with a code.
const FIRST_MS: i64 = 3 * 24 * 60 * MINUTE_MS;

/// A page of a list.
struct Page {
    /// The orders to be looked at.
    orders: Vec<OrderId>,
    /// How far the reading is then; `None` where it is over.
    done: Option<i64>,
}

/// Reads both lists to their ends; one that cannot be read keeps nobody from the other.
pub async fn read_again(context: &Context, connection: &Connection) -> Result<(), FlowError> {
    let orders = read(context, connection, List::Orders).await;
    let refunds = read(context, connection, List::Refunds).await;
    orders.and(refunds)
}

async fn read(context: &Context, connection: &Connection, list: List) -> Result<(), FlowError> {
    let store = &connection.store;
    let now = context.clock.now_ms();
    let mut reading = context.database.read().await?;
    let known = reading::find(&mut reading, store, list).await?;
    drop(reading);
    let mut reading = known.unwrap_or(Reading {
        since_ms: now - FIRST_MS,
        began_at_ms: None,
        done: 0,
    });
    let began_at_ms = *reading.began_at_ms.get_or_insert(now);
    let before = context.orders_read(store);
    let mut shown = Shown::new();
    while reading.began_at_ms.is_some() {
        let page = match list {
            List::Orders => orders(context, connection, reading, &before, &mut shown).await?,
            List::Refunds => refunds(context, connection, reading).await?,
        };
        reading = match page.done {
            Some(done) => Reading { done, ..reading },
            None => Reading {
                since_ms: began_at_ms - OVERLAP_MS,
                began_at_ms: None,
                done: 0,
            },
        };
        let now = context.clock.now_ms();
        let mut tx = context.database.begin().await?;
        for order in page.orders {
            let (kind, order) = (JobKind::ProcessOrder, order.to_string());
            jobs::enqueue_in_bulk(tx.connection(), store, kind, &order, now).await?;
        }
        reading::save(tx.connection(), store, list, reading).await?;
        tx.commit().await?;
        context.wake_worker();
    }
    if list == List::Orders {
        context.keep_orders_read(store, shown);
    }
    Ok(())
}

/// `shown` gets what is asked for, now or when it was last read, which `before` tells.
async fn orders(
    context: &Context,
    connection: &Connection,
    reading: Reading,
    before: &Shown,
    shown: &mut Shown,
) -> Result<Page, FlowError> {
    let bigcommerce = &connection.bigcommerce;
    let changed = bigcommerce
        .orders_changed(reading.since_ms, reading.done)
        .await?;
    let mut orders = Vec::new();
    for changed in &changed.orders {
        let is_as_read = before.get(&changed.id) == Some(&changed.shown);
        let is_asked_for = is_as_read
            || match &changed.order {
                Some(order) => is_unsettled(context, connection, order).await?,
                // Its own job says what is wrong with it; the others are read.
                None => true,
            };
        if is_asked_for {
            shown.insert(changed.id, changed.shown);
        }
        if is_asked_for && !is_as_read {
            orders.push(changed.id);
        }
    }
    Ok(Page {
        orders,
        done: changed.go_on_after,
    })
}

async fn refunds(
    context: &Context,
    connection: &Connection,
    reading: Reading,
) -> Result<Page, FlowError> {
    let page = reading.done + 1;
    let bigcommerce = &connection.bigcommerce;
    let made = bigcommerce.refunds_made(reading.since_ms, page).await?;
    let mut orders = Vec::new();
    for order in made.orders {
        if !orders.contains(&order) && has_redemptions(context, connection, order).await? {
            orders.push(order);
        }
    }
    Ok(Page {
        orders,
        done: (!made.is_last).then_some(page),
    })
}

async fn has_redemptions(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<bool, FlowError> {
    let mut reading = context.database.read().await?;
    let known = redemptions::of_order(&mut reading, &connection.store, order).await?;
    drop(reading);
    Ok(!known.is_empty())
}

/// Whether the order has codes, or something may still come of it: codes of its cart, or coupons or
/// certificates of which nothing was redeemed, as they may be another cart's.
async fn is_unsettled(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<bool, FlowError> {
    let may_name_ours =
        order.certificate_amount.is_positive() || order.coupon_discount.is_positive();
    if may_name_ours || has_redemptions(context, connection, order.id).await? {
        return Ok(true);
    }
    let store = &connection.store;
    let mut reading = context.database.read().await?;
    let own = locks::of_order(&mut reading, store, order.id).await?;
    drop(reading);
    if !own.is_empty() {
        return Ok(true);
    }
    let Some(cart) = &order.cart else {
        return Ok(false);
    };
    let all = locks_of(context, store, cart).await?;
    Ok(all.iter().any(|lock| {
        matches!(
            lock.state,
            LockState::Held | LockState::Ordered | LockState::Redeemed
        )
    }))
}
