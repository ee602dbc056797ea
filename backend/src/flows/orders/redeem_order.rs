//! A paid order uses its codes: once, whatever is cut off in between.
//!
//! Voucherify has no idempotency key. So it is written down that it is about to be asked
//! (`redemption_answers`); after an uncertain answer nothing is asked again before the first request
//! can no longer arrive, and then only if Voucherify's own record of the order holds no redemption
//! with our lock's id (`adopt_redemptions`).

use crate::{
    context::{Connection, Context},
    database::{
        order_differences::{self, OrderDifference},
        redemptions::{Redemption, RedemptionState},
    },
    domain::{
        Code, Hundredths, OrderId, lock::Lock, order::Order, order_difference::DifferenceKind,
    },
    error::FlowError,
    flows::{
        orders::{
            adopt_redemptions::{adopt, known, wait_for_stragglers},
            redemption_answers::{result_of, write_answers, write_sent},
        },
        placed::order_uses::{Stack, Use, is_sent, open_uses, redeemable, stacks},
        sessions::leave_session::{have_session_alone, join_those_that_left, keep_what_leaves},
    },
    voucherify::{Redeemable, Redeemed, RedemptionRequest, Session, VoucherifyError},
};

/// How long what is left of a refused stack is held, to be redeemed at once.
const REDEEM_WITHIN_MINUTES: i64 = 60;

/// Redeems what the locks an order carries hold: of coupons the snapshots, of gift cards exactly
/// what the order took.
pub(crate) async fn redeem(
    context: &Context,
    connection: &Connection,
    order: &Order,
    mut carried: Vec<Lock>,
) -> Result<(), FlowError> {
    let known = known(context, connection, order.id).await?;
    keep_what_leaves(context, order.id, &mut carried).await?;
    // What was asked for may arrive yet, for the session it was asked under.
    if known.iter().all(|row| row.state != RedemptionState::Sent) {
        join_those_that_left(context, connection, order.id, &mut carried).await?;
    }
    let open = open_uses(order, carried, &known);
    for stack in stacks(connection, order, open)? {
        redeem_stack(context, connection, order, stack, &known).await?;
    }
    Ok(())
}

async fn redeem_stack(
    context: &Context,
    connection: &Connection,
    order: &Order,
    mut stack: Stack,
    known: &[Redemption],
) -> Result<(), FlowError> {
    if stack.uses.iter().any(|one| is_sent(one, known)) {
        wait_for_stragglers(context, known)?;
        stack.uses = adopt(context, connection, order, &stack).await?;
    }
    if stack.uses.is_empty() {
        return Ok(());
    }
    have_session_alone(context, connection, order.id, &mut stack).await?;
    write_sent(context, order, &stack.uses).await?;
    let difference = difference_of(context, order.id, &stack).await?;
    match send(connection, &stack, difference).await {
        Ok(redeemed) => write_answers(context, order, &stack.names, &stack.uses, &redeemed).await,
        Err(VoucherifyError::Refused {
            status,
            key,
            message,
        }) if VoucherifyError::is_final_status(status) => {
            let bad = refused_by_themselves(connection, &stack).await?;
            if bad.is_empty() {
                return write_answers(
                    context,
                    order,
                    &stack.names,
                    &stack.uses,
                    &refused(&stack.uses, &key, &message),
                )
                .await;
            }
            let (bad, good): (Vec<Use>, Vec<Use>) = stack
                .uses
                .into_iter()
                .partition(|one| bad.contains(&one.code));
            let no = refused(&bad, &key, &message);
            write_answers(context, order, &stack.names, &bad, &no).await?;
            stack.uses = good;
            Box::pin(redeem_stack(context, connection, order, stack, &[])).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What Voucherify is told of an order that is not the snapshot. The order it records is the snapshot all
/// the same: that is what it validated and locked, and another would be judged anew.
async fn difference_of(
    context: &Context,
    order: OrderId,
    stack: &Stack,
) -> Result<Option<(Vec<&'static str>, Hundredths)>, FlowError> {
    let Some(first) = stack.uses.first() else {
        return Ok(None);
    };
    let mut reading = context.database.read().await?;
    let known = order_differences::of_order(&mut reading, &first.lock.store, order).await?;
    drop(reading);
    let is_of_stack =
        |one: &&OrderDifference| stack.uses.iter().any(|used| used.lock.id == one.lock);
    Ok(known.iter().find(is_of_stack).map(|one| {
        let kinds = one.kinds.iter().copied().map(DifferenceKind::as_str);
        (kinds.collect(), one.ordered.amount)
    }))
}

/// One code that cannot be redeemed may keep a whole stack from it: those that are refused while
/// others are not.
async fn refused_by_themselves(
    connection: &Connection,
    stack: &Stack,
) -> Result<Vec<Code>, FlowError> {
    if stack.uses.len() < 2 {
        return Ok(Vec::new());
    }
    let asked: Vec<Redeemable> = stack.uses.iter().map(redeemable).collect();
    let session = Session {
        key: stack.session.clone(),
        minutes: REDEEM_WITHIN_MINUTES,
    };
    let voucherify = &connection.voucherify;
    let validation = match voucherify
        .validate(&asked, &stack.snapshot, Some(&session))
        .await
    {
        Err(VoucherifyError::Refused { status, .. })
            if VoucherifyError::is_final_status(status) =>
        {
            return Ok(Vec::new());
        }
        validation => validation?,
    };
    let is_refused = |code: &Code| {
        let refused = validation.refused(code);
        refused.is_some_and(|refused| !refused.is_unjudged())
    };
    let codes = stack.uses.iter().map(|one| &one.code);
    let bad: Vec<Code> = codes.filter(|code| is_refused(code)).cloned().collect();
    Ok(if bad.len() < stack.uses.len() {
        bad
    } else {
        Vec::new()
    })
}

fn refused(uses: &[Use], key: &str, message: &str) -> Redeemed {
    let failure = Some((key.to_owned(), message.to_owned()));
    let results = uses
        .iter()
        .map(|one| result_of(&one.code, None, failure.clone()));
    Redeemed {
        parent_id: None,
        results: results.collect(),
        order_status: None,
    }
}

async fn send(
    connection: &Connection,
    stack: &Stack,
    difference: Option<(Vec<&'static str>, Hundredths)>,
) -> Result<Redeemed, VoucherifyError> {
    let asked = |one: &Use| (one.lock.id.clone(), redeemable(one));
    let request = RedemptionRequest {
        codes: stack.uses.iter().map(asked).collect(),
        snapshot: &stack.snapshot,
        session: &stack.session,
        order_source_id: &stack.names.redeemed,
        order_status: stack.names.status(),
        difference,
    };
    connection.voucherify.redeem(&request).await
}
