//! An order is compared with what its codes were validated for: the cart, its items, who bought.
//!
//! Between the validation and the order a shopper can change the cart by the storefront's own API, sign
//! out, or use the coupon in another cart. The promotion's conditions stop some of it; what passed is
//! written down with both sides, and redeemed or held for a person as the merchant chose, or redeemed and
//! marked on the order. A coupon that another cart paid with is always held: who used it may be somebody who
//! could not have.
//!
//! It is done once, when an order is first seen with a lock: what staff change later is theirs.

use tracing::{error, warn};

use crate::{
    context::{Connection, Context},
    database::{
        jobs::{self, JobKind},
        order_differences::{self, DifferenceState, Flag, OrderDifference},
    },
    domain::{
        Hundredths, OrderId,
        discount::free_items,
        lock::{Apart, Lock, LockKind, LockState},
        order::{Order, Standing, standing},
        order_difference::{DifferenceKind, Side, differences},
        settings::OnDifference,
    },
    error::FlowError,
    flows::locks::{changes::save, lock_steps::look_again_at_others, native_parts::end_native},
};

/// Compares what is new, and answers the locks with which the order goes on: without those that wait
/// for a person, or that a person gave back.
pub(crate) async fn compare(
    context: &Context,
    connection: &Connection,
    order: &Order,
    carried: Vec<Lock>,
) -> Result<Vec<Lock>, FlowError> {
    let standing = standing(order.status_id, &order.payment_status);
    if carried.is_empty() || is_tried(order, standing) {
        return Ok(carried);
    }
    let new: Vec<&Lock> = carried.iter().filter(|lock| is_new(lock)).collect();
    if !standing.is_over() && !new.is_empty() {
        note(context, connection, order, &new).await?;
    }
    let known = known(context, connection, order.id, standing).await?;
    let (mut going_on, mut waiting) = (Vec::new(), Vec::new());
    for mut lock in carried {
        let difference = known.iter().find(|one| one.lock == lock.id);
        match course(standing, difference.map(|one| one.state)) {
            Course::GoesOn => going_on.push(lock),
            Course::WasGivenBack => {}
            Course::WaitsForPerson => {
                if wait_for_person(context, order, &mut lock).await? {
                    waiting.push(lock);
                }
            }
        }
    }
    // Once all are written: what is left on their carts is changed by this.
    for lock in &waiting {
        if lock.is_taken_elsewhere() {
            look_again_at_others(context, lock).await?;
        }
        end_native(connection, lock).await?;
    }
    Ok(going_on)
}

/// Compares an order that a release found to carry its lock. From then on the lock is that order's, and no
/// longer one that no order was seen with.
pub(crate) async fn compare_found(
    context: &Context,
    connection: &Connection,
    order: &Order,
    lock: &Lock,
) -> Result<(), FlowError> {
    let standing = order.standing();
    if !standing.is_over() && !is_tried(order, standing) && is_new(lock) {
        note(context, connection, order, &[lock]).await?;
    }
    Ok(())
}

/// Its payment was never finished: it may yet become another order.
fn is_tried(order: &Order, standing: Standing) -> bool {
    order.is_unfinished() && standing != Standing::Paid
}

/// No order was seen with it yet, or it was not known until now whether the order used it.
fn is_new(lock: &Lock) -> bool {
    lock.is_unseen() || lock.is_order_unknown()
}

/// How the order goes on with a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    GoesOn,
    WasGivenBack,
    WaitsForPerson,
}

/// How an order goes on with a lock of which it is known in what it differs.
fn course(standing: Standing, difference: Option<DifferenceState>) -> Course {
    match (difference, standing) {
        (Some(DifferenceState::Dismissed), _) => Course::WasGivenBack,
        (Some(DifferenceState::Held), Standing::Paid) => Course::WaitsForPerson,
        _ => Course::GoesOn,
    }
}

async fn note(
    context: &Context,
    connection: &Connection,
    order: &Order,
    new: &[&Lock],
) -> Result<(), FlowError> {
    let own: Vec<_> = new.iter().map(|lock| &lock.native_code).collect();
    let (items, amount) = connection.bigcommerce.order_items(order.id, &own).await?;
    let mut ordered = Side {
        cart: order.cart.clone(),
        items,
        amount,
        customer_id: order.customer_id,
        email: order.email.clone(),
    };
    ordered.may_have_been_given(&free_items(new.iter().flat_map(|lock| lock.discounts())));
    for lock in new {
        let Some(snapshot) = &lock.snapshot else {
            continue;
        };
        let validated = Side::validated(&lock.checkout, snapshot);
        let kinds = differences(&validated, &ordered);
        if kinds.is_empty() {
            continue;
        }
        let difference = OrderDifference {
            order: order.id,
            lock: lock.id.clone(),
            state: state_of(connection.settings.on_difference, lock.kind, &kinds),
            kinds,
            validated,
            ordered: ordered.clone(),
            found_at_ms: context.clock.now_ms(),
            flag: match connection.settings.on_difference {
                OnDifference::Flag => Flag::Wanted,
                OnDifference::Redeem | OnDifference::Hold => Flag::None,
            },
        };
        if write_down(context, connection, &difference).await? {
            report(lock, &difference);
        }
    }
    Ok(())
}

/// With the job that flags the order; false if it was written down before.
async fn write_down(
    context: &Context,
    connection: &Connection,
    difference: &OrderDifference,
) -> Result<bool, FlowError> {
    let (store, now) = (&connection.store, context.clock.now_ms());
    let mut tx = context.database.begin().await?;
    let is_new = order_differences::insert(tx.connection(), store, difference).await?;
    if is_new && difference.flag == Flag::Wanted {
        let (kind, order) = (JobKind::FlagOrder, difference.order.to_string());
        jobs::enqueue(tx.connection(), store, kind, &order, now, now).await?;
    }
    tx.commit().await?;
    context.wake_worker();
    Ok(is_new)
}

/// Whether a redemption goes on that differs in this.
fn state_of(chosen: OnDifference, kind: LockKind, kinds: &[DifferenceKind]) -> DifferenceState {
    // What a certificate paid is gone from it, whoever's cart it was.
    let elsewhere = kinds.contains(&DifferenceKind::Cart) && kind == LockKind::Coupon;
    match chosen {
        _ if elsewhere => DifferenceState::Held,
        OnDifference::Hold => DifferenceState::Held,
        OnDifference::Redeem | OnDifference::Flag => DifferenceState::Noted,
    }
}

fn report(lock: &Lock, difference: &OrderDifference) {
    let (order, validated, ordered) =
        (difference.order, &difference.validated, &difference.ordered);
    for kind in &difference.kinds {
        let kind = kind.as_str();
        metrics::counter!("voucherbridge_order_differences_total", "kind" => kind).increment(1);
    }
    warn!(
        store = %lock.store, lock = %lock.id, %order, kinds = ?difference.kinds,
        validated_items = ?validated.items, ordered_items = ?ordered.items,
        validated_customer = ?validated.customer_id, ordered_customer = ?ordered.customer_id,
        "an order is not what its codes were validated for"
    );
    if difference.state == DifferenceState::Held {
        error!(store = %lock.store, lock = %lock.id, %order, "a redemption waits for a person");
        metrics::counter!("voucherbridge_needs_person_total").increment(1);
    }
}

/// What is known of the order's differences. Of an order that came to nothing none waits any more.
async fn known(
    context: &Context,
    connection: &Connection,
    order: OrderId,
    standing: Standing,
) -> Result<Vec<OrderDifference>, FlowError> {
    let store = &connection.store;
    let mut tx = context.database.begin().await?;
    if standing.is_over() {
        let (from, to) = (DifferenceState::Held, DifferenceState::Seen);
        order_differences::decide(tx.connection(), store, order, from, to).await?;
    }
    let known = order_differences::of_order(tx.connection(), store, order).await?;
    tx.commit().await?;
    Ok(known)
}

/// The lock is that order's, and its codes stay locked, as those of an order that waits for its payment. Answers
/// whether they did not before.
async fn wait_for_person(
    context: &Context,
    order: &Order,
    lock: &mut Lock,
) -> Result<bool, FlowError> {
    let is_own = order.is_of_cart_of(lock);
    let why = if is_own {
        Apart::HeldForPerson
    } else {
        Apart::TakenElsewhere
    };
    let is_ordered = lock.state == LockState::Ordered;
    let waits_already = is_ordered && lock.apart == Some(why);
    if waits_already || !(is_new(lock) || is_ordered) {
        return Ok(false);
    }
    lock.enter(LockState::Ordered, context.clock.now_ms());
    lock.order = Some(order.id);
    lock.set_apart(why);
    save(context, lock).await?;
    Ok(true)
}

/// What the order really took off against what Voucherify calculated.
pub(crate) fn compare_discount(lock: &Lock) {
    // Of a certificate the order may take less: it has a use for the rest no more.
    let differs = |taken: &Hundredths| match lock.kind {
        LockKind::Coupon => *taken != lock.discount,
        LockKind::Certificate => *taken > lock.discount,
    };
    let Some(taken) = lock.order_discount.filter(differs) else {
        return;
    };
    warn!(
        store = %lock.store, lock = %lock.id, order = ?lock.order, validated = lock.discount.0,
        taken = taken.0, "the order's discount is not the validated one"
    );
    metrics::counter!("voucherbridge_discount_differences_total").increment(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_an_order_goes_on_with_a_lock() {
        use Course::{GoesOn, WaitsForPerson, WasGivenBack};
        // (what is known of the difference, a paid order, any other)
        let table = [
            (None, GoesOn, GoesOn),
            (Some(DifferenceState::Noted), GoesOn, GoesOn),
            (Some(DifferenceState::Held), WaitsForPerson, GoesOn),
            (Some(DifferenceState::Redeemed), GoesOn, GoesOn),
            (Some(DifferenceState::Dismissed), WasGivenBack, WasGivenBack),
            (Some(DifferenceState::Seen), GoesOn, GoesOn),
        ];
        for (difference, paid, other) in table {
            assert_eq!(course(Standing::Paid, difference), paid, "{difference:?}");
            for standing in [Standing::Pending, Standing::Void, Standing::Refunded] {
                let is = course(standing, difference);
                assert_eq!(is, other, "{difference:?} {standing:?}");
            }
        }
    }

    #[test]
    fn what_waits_for_a_person() {
        use DifferenceKind::{Cart, Customer, Items};
        use DifferenceState::{Held, Noted};
        // (the lock, in what the order differs, where the merchant chose redeem, flag, hold)
        let table = [
            (LockKind::Coupon, vec![Items], [Noted, Noted, Held]),
            (LockKind::Coupon, vec![Customer], [Noted, Noted, Held]),
            (LockKind::Coupon, vec![Cart], [Held, Held, Held]),
            (LockKind::Coupon, vec![Items, Cart], [Held, Held, Held]),
            (LockKind::Certificate, vec![Items], [Noted, Noted, Held]),
            (LockKind::Certificate, vec![Cart], [Noted, Noted, Held]),
        ];
        for (kind, kinds, expected) in table {
            let choices = [OnDifference::Redeem, OnDifference::Flag, OnDifference::Hold];
            let is = choices.map(|chosen| state_of(chosen, kind, &kinds));
            assert_eq!(is, expected, "{kind:?} {kinds:?}");
        }
    }
}
