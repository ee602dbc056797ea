//! An order was made or changed: what that means for the codes it carries.

use tracing::info;

use crate::{
    bigcommerce::BigCommerceError,
    context::{Connection, Context},
    domain::{
        CheckoutId, Hundredths, OrderId,
        lock::{Apart, Lock, LockKind, LockState, ReleaseReason},
        order::{Order, Standing},
        order_claim::{Keeping, keeping},
    },
    error::FlowError,
    flows::{
        coupons::pay_again,
        locks::{
            changes::{give_up, save},
            leased::exclusively,
            lock_steps::look_again_at_others,
            native_parts::end_native,
        },
        orders::{
            adopt_redemptions::resolve_uncertain,
            placed_order::{Carried, Placed},
            redeem_order::redeem,
            refund_cards::refund_cards,
            roll_back::roll_back,
            tell_order::{tell, tell_deleted},
            void_order::{free, free_deleted},
        },
        placed::{
            compare_order::{self, compare_discount},
            order_coupons::wait_for_names,
        },
    },
};

/// The job: reads the order and acts on the locks whose native codes it carries.
pub async fn process(
    context: &Context,
    connection: &Connection,
    id: OrderId,
) -> Result<(), FlowError> {
    let placed = match Placed::read(connection, id).await {
        Ok(placed) => placed,
        Err(BigCommerceError::NotFound) => {
            free_deleted(context, connection, id).await?;
            return tell_deleted(context, connection, id).await;
        }
        Err(error) => return Err(error.into()),
    };
    let checkouts = placed.checkouts(context, connection).await?;
    let mut unnamed = placed.unnamed(context, connection).await?;
    for checkout in &checkouts {
        let unnamed = &mut unnamed;
        let work = async {
            Box::pin(act(context, connection, &placed, checkout, unnamed)).await?;
            if checkouts.last() == Some(checkout) {
                return finish(context, connection, &placed.order).await;
            }
            Ok(())
        };
        exclusively(context, &connection.store, checkout, work).await?;
    }
    if placed.lacks_names(unnamed) {
        wait_for_names(context, connection, &placed.order).await?;
    }
    Ok(())
}

/// What is the order's as a whole, once the codes of every checkout were seen to: what goes back, and
/// what Voucherify is told. Neither waits for the other's failures to end.
async fn finish(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(), FlowError> {
    let standing = order.standing();
    let given = match standing {
        Standing::Paid | Standing::Pending => refund_cards(context, connection, order).await,
        Standing::Void | Standing::Refunded => {
            roll_back(context, connection, order, standing == Standing::Void).await
        }
    };
    let told = tell(context, connection, order).await;
    given.and(told)
}

async fn act(
    context: &Context,
    connection: &Connection,
    placed: &Placed,
    checkout: &CheckoutId,
    unnamed: &mut Hundredths,
) -> Result<(), FlowError> {
    let order = &placed.order;
    let is_own = placed.order.cart.as_ref() == Some(checkout);
    let Carried {
        locks: carried,
        undecided,
    } = placed
        .carried(context, connection, checkout, unnamed)
        .await?;
    let carried = compare_order::compare(context, connection, order, carried).await?;
    let standing = order.standing();
    if is_own && (order.is_unfinished() || standing == Standing::Void) {
        for lock in &carried {
            pay_again::keep_on_cart(connection, lock).await?;
        }
    }
    match standing {
        Standing::Paid => {
            // One redemption takes the coupons that an order used: it waits until that is known.
            let is_known = |lock: &Lock| {
                lock.kind == LockKind::Certificate || !undecided.contains(&lock.session.of_cart())
            };
            let (known, waiting) = carried.into_iter().partition(is_known);
            keep(context, connection, order, waiting).await?;
            redeem(context, connection, order, known).await
        }
        Standing::Pending => keep(context, connection, order, carried).await,
        Standing::Void | Standing::Refunded => {
            resolve_uncertain(context, connection, order, &carried).await?;
            free(context, connection, order.id, carried).await
        }
    }
}

/// The order waits for its payment, or to be known whole: so do its locks.
async fn keep(
    context: &Context,
    connection: &Connection,
    order: &Order,
    carried: Vec<Lock>,
) -> Result<(), FlowError> {
    let now = context.clock.now_ms();
    let mut taken = Vec::new();
    for mut lock in carried {
        match keeping(order, &lock, now) {
            Keeping::AsItIs => {}
            Keeping::ForOrder => {
                keep_for(context, order, &mut lock).await?;
                taken.push(lock);
            }
            Keeping::NeverPaid => give_up(context, &mut lock, ReleaseReason::NeverPaid).await?,
        }
    }
    // Once all are written: what is left on their carts is changed by this.
    for lock in taken.iter().filter(|lock| lock.is_taken_elsewhere()) {
        look_again_at_others(context, lock).await?;
        end_native(connection, lock).await?;
    }
    Ok(())
}

async fn keep_for(context: &Context, order: &Order, lock: &mut Lock) -> Result<(), FlowError> {
    if lock.waits_for_order() {
        // It was not known which order used it.
        lock.apart = None;
    }
    lock.enter(LockState::Ordered, context.clock.now_ms());
    lock.order = Some(order.id);
    // From here it is that order's; its own cart must not fill it up again.
    if !order.is_of_cart_of(lock) {
        lock.set_apart(Apart::TakenElsewhere);
    }
    save(context, lock).await?;
    info!(store = %lock.store, lock = %lock.id, order = %order.id, "code waits for its order");
    compare_discount(lock);
    Ok(())
}
