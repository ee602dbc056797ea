//! Voucherify is told what an order is, so that it counts once: among a customer's orders, in what a
//! customer spent, in segments and in earning rules.
//!
//! A redemption has an order, and pays it; what gift cards pay is an order of its own (`order_names`). So
//! the order itself is paid, by the redemption of its coupons, or else told as such with what was bought;
//! those of its gift cards stay created; and all are cancelled when the order comes to nothing. What has to
//! be told is written down with the redemption that asks for it, each telling before it is sent, and
//! after an uncertain answer nothing is told before the first request can no longer arrive.

use tracing::{error, info};

use crate::{
    context::{Connection, Context},
    database::{
        DatabaseError, Tx, locks,
        redemptions::{self, Redemption, RedemptionState},
        voucherify_orders::{self, VoucherifyOrder, VoucherifyOrderState},
    },
    domain::{
        OrderId, StoreHash,
        lock::{Lock, LockKind, LockState},
        order::{Order, OrderStatus, Standing},
    },
    error::FlowError,
    flows::{
        later::not_before,
        orders::describe_order::describe_order,
        placed::order_names::{OrderNames, source_id},
    },
    voucherify::{NewOrder, VoucherifyError},
};

/// Writes down, in the transaction of a redemption's answers, what has to be told for it: the order
/// itself is paid, and the one that codes were redeemed on is what it should be. `is` is what
/// Voucherify said of that one; none where no code was redeemed, or it did not say.
pub(crate) async fn plan(
    tx: &mut Tx,
    store: &StoreHash,
    order: OrderId,
    names: &OrderNames,
    any_redeemed: bool,
    is: Option<OrderStatus>,
) -> Result<(), DatabaseError> {
    let known = voucherify_orders::of_order(tx.connection(), store, order).await?;
    let new = |source_id: &String, status, state| VoucherifyOrder {
        store: store.clone(),
        order,
        source_id: source_id.clone(),
        status,
        state,
        sent_at_ms: 0,
    };
    let find = |source_id: &String| known.iter().find(|one| one.source_id == *source_id);
    if find(&names.whole).is_none() {
        let whole = new(
            &names.whole,
            OrderStatus::Paid,
            VoucherifyOrderState::Planned,
        );
        voucherify_orders::put(tx.connection(), &whole).await?;
    }
    let is_over = find(&names.redeemed).is_some_and(|one| one.status == OrderStatus::Canceled);
    if any_redeemed && !is_over {
        let wanted = names.status();
        let state = match is {
            Some(is) if is.is_as_good_as(wanted) => VoucherifyOrderState::Told,
            _ => VoucherifyOrderState::Planned,
        };
        let redeemed = new(&names.redeemed, wanted, state);
        voucherify_orders::put(tx.connection(), &redeemed).await?;
    }
    Ok(())
}

/// Tells what is not told yet of an order of the shop. What fails stops nothing else: the first failure
/// is answered when all was tried.
pub(crate) async fn tell(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(), FlowError> {
    let is_over = matches!(order.standing(), Standing::Void | Standing::Refunded);
    let teller = Teller {
        context,
        connection,
        id: order.id,
        order: Some(order),
    };
    teller.tell_all(is_over).await
}

/// The same of an order that the shop has deleted: what was paid stays so.
pub(crate) async fn tell_deleted(
    context: &Context,
    connection: &Connection,
    id: OrderId,
) -> Result<(), FlowError> {
    let teller = Teller {
        context,
        connection,
        id,
        order: None,
    };
    teller.tell_all(false).await
}

struct Teller<'a> {
    context: &'a Context,
    connection: &'a Connection,
    id: OrderId,
    /// None where it was deleted.
    order: Option<&'a Order>,
}

impl Teller<'_> {
    async fn tell_all(&self, is_over: bool) -> Result<(), FlowError> {
        let mut reading = self.context.database.read().await?;
        let store = &self.connection.store;
        let all = voucherify_orders::of_order(&mut reading, store, self.id).await?;
        let known = redemptions::of_order(&mut reading, store, self.id).await?;
        let locks = locks::of_order(&mut reading, store, self.id).await?;
        drop(reading);
        let made_by = if known.iter().any(made_the_order) {
            MadeBy::Redemption
        } else if known.iter().any(is_sent) || locks.iter().any(is_open_coupon) {
            MadeBy::PerhapsRedemption
        } else {
            MadeBy::Nothing
        };
        let mut failed = None;
        for one in all {
            let wanted = if is_over {
                OrderStatus::Canceled
            } else {
                one.status
            };
            if one.status == wanted && one.is_settled() {
                continue;
            }
            if let Err(error) = self.tell_one(one, wanted, made_by).await {
                failed.get_or_insert(error);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn tell_one(
        &self,
        told: VoucherifyOrder,
        status: OrderStatus,
        made_by: MadeBy,
    ) -> Result<(), FlowError> {
        if told.state == VoucherifyOrderState::Sent {
            not_before(self.context, told.sent_at_ms + self.context.straggling_ms())?;
        }
        let told = VoucherifyOrder { status, ..told };
        let is_whole = told.source_id == source_id(self.connection, self.id);
        if !is_whole || status != OrderStatus::Paid || made_by == MadeBy::Redemption {
            return self.change(told).await;
        }
        match self.order {
            None => self.put(told, VoucherifyOrderState::Refused).await,
            // A coupon that is redeemed later would be judged by the order that was told.
            Some(_) if made_by == MadeBy::PerhapsRedemption => Ok(()),
            Some(order) => self.create(told, order).await,
        }
    }

    async fn change(&self, told: VoucherifyOrder) -> Result<(), FlowError> {
        let told = self.about_to_tell(told).await?;
        let voucherify = &self.connection.voucherify;
        let answer = voucherify
            .set_order_status(&told.source_id, told.status)
            .await;
        match answer {
            // Nobody redeemed on it, or somebody deleted it.
            Err(error) if error.is_not_found() => self.put(told, VoucherifyOrderState::Told).await,
            answer => self.note(told, answer).await,
        }
    }

    async fn create(&self, told: VoucherifyOrder, order: &Order) -> Result<(), FlowError> {
        let (bought, discount) = describe_order(self.context, self.connection, order).await?;
        let told = self.about_to_tell(told).await?;
        let new = NewOrder {
            source_id: &told.source_id,
            status: told.status,
            bought: &bought,
            discount,
        };
        let answer = self.connection.voucherify.create_order(&new).await;
        self.note(told, answer).await
    }

    async fn note(
        &self,
        told: VoucherifyOrder,
        answer: Result<Option<OrderStatus>, VoucherifyError>,
    ) -> Result<(), FlowError> {
        match answer {
            Ok(is) if is.is_none_or(|is| is.is_as_good_as(told.status)) => {
                let (source_id, status) = (&told.source_id, told.status.as_str());
                info!(store = %told.store, order = %told.order, source_id, status, "order told");
                self.put(told, VoucherifyOrderState::Told).await
            }
            Err(error) if !error.is_final() => Err(error.into()),
            refused => {
                let (source_id, status) = (&told.source_id, told.status.as_str());
                error!(
                    store = %told.store, order = %told.order, source_id, status, ?refused,
                    "Voucherify does not take what an order is: a customer's orders are counted wrongly"
                );
                metrics::counter!("voucherbridge_needs_person_total").increment(1);
                self.put(told, VoucherifyOrderState::Refused).await
            }
        }
    }

    async fn about_to_tell(&self, told: VoucherifyOrder) -> Result<VoucherifyOrder, FlowError> {
        let told = VoucherifyOrder {
            sent_at_ms: self.context.clock.now_ms(),
            ..told
        };
        self.put(told.clone(), VoucherifyOrderState::Sent).await?;
        Ok(told)
    }

    async fn put(
        &self,
        told: VoucherifyOrder,
        state: VoucherifyOrderState,
    ) -> Result<(), FlowError> {
        let mut tx = self.context.database.begin().await?;
        voucherify_orders::put(tx.connection(), &VoucherifyOrder { state, ..told }).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What made the order itself at Voucherify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MadeBy {
    /// The redemption of its coupons.
    Redemption,
    /// The same, or nothing: its coupons are not decided.
    PerhapsRedemption,
    /// It has to be told.
    Nothing,
}

/// Gift cards are redeemed on orders of their own.
fn made_the_order(redemption: &Redemption) -> bool {
    redemption.credits.is_none() && redemption.redemption_id.is_some()
}

fn is_sent(redemption: &Redemption) -> bool {
    redemption.state == RedemptionState::Sent
}

fn is_open_coupon(lock: &Lock) -> bool {
    let is_open = lock.state == LockState::Ordered || lock.is_undecided();
    lock.kind == LockKind::Coupon && is_open
}
