//! A paid order was cancelled or refunded: its codes are given back, and its gift cards get what is
//! theirs.

use tracing::{error, info, warn};

use crate::{
    context::{Connection, Context},
    database::{
        locks,
        redemptions::{self, Redemption, RedemptionState},
    },
    domain::{
        lock::{LockKind, LockState},
        order::Order,
    },
    error::FlowError,
    flows::{
        later::clean_up_later,
        orders::{
            adopt_redemptions::rollback_id,
            refund_cards::{CardsOfOrder, redeemed, refusal},
        },
    },
};

/// Why a gift card's redemption is going to be rolled back as a whole: it stays decided, whatever is
/// refunded until then.
const ROLLING_BACK: &str = "rolling_back";

/// Gives back what the order used. Doing it twice is no error, and what fails of one stack stops no
/// other: the first failure is answered when all were tried. An order is void that was cancelled or
/// declined; else it was refunded.
pub(crate) async fn roll_back(
    context: &Context,
    connection: &Connection,
    order: &Order,
    is_void: bool,
) -> Result<(), FlowError> {
    let mut failed = None;
    let all = redeemed(context, connection, order.id).await?;
    let (cards, codes) = all.into_iter().partition(|one| one.credits.is_some());
    for stack in stacks(codes) {
        note(
            &mut failed,
            order,
            roll_back_stack(context, connection, &stack).await,
        );
    }
    let read = CardsOfOrder::read(context, connection, order, cards).await;
    match read {
        Ok(Some(cards)) => {
            let given = give_cards_back(context, connection, cards, is_void, &mut failed).await;
            note(&mut failed, order, given);
        }
        Ok(None) => {}
        Err(error) => note(&mut failed, order, Err(error)),
    }
    failed.map_or(Ok(()), Err)
}

fn note(failed: &mut Option<FlowError>, order: &Order, done: Result<(), FlowError>) {
    if let Err(error) = done {
        warn!(order = %order.id, %error, "codes of an order are not given back yet");
        failed.get_or_insert(error);
    }
}

/// The redemptions by what Voucherify rolls back together.
fn stacks(redemptions: Vec<Redemption>) -> Vec<Vec<Redemption>> {
    let mut stacks: Vec<Vec<Redemption>> = Vec::new();
    for one in redemptions {
        let Some(id) = whole(&one).map(|(id, _)| id.to_owned()) else {
            continue;
        };
        let same = |stack: &&mut Vec<Redemption>| {
            let first = stack.first().and_then(whole);
            first.is_some_and(|(other, _)| other == id)
        };
        match stacks.iter_mut().find(same) {
            Some(stack) => stack.push(one),
            None => stacks.push(vec![one]),
        }
    }
    stacks
}

/// The id that is rolled back, and whether it is a stack's.
fn whole(redemption: &Redemption) -> Option<(&str, bool)> {
    let own = redemption.redemption_id.as_deref()?;
    Some(rollback_id(own, redemption.parent_id.as_deref()))
}

async fn roll_back_stack(
    context: &Context,
    connection: &Connection,
    stack: &[Redemption],
) -> Result<(), FlowError> {
    let refused = ask_for_rollback(connection, stack).await?;
    for one in stack {
        end(context, one, refused.clone()).await?;
    }
    Ok(())
}

/// Rolls the cards' redemptions back where they get all they paid at once; else, and where
/// Voucherify will not, their money comes back by their balance.
async fn give_cards_back(
    context: &Context,
    connection: &Connection,
    mut cards: CardsOfOrder<'_>,
    is_void: bool,
    failed: &mut Option<FlowError>,
) -> Result<(), FlowError> {
    let is_decided = |card: &Redemption| card.reason.as_deref() == Some(ROLLING_BACK);
    if cards.cards.iter().any(is_decided) || cards.get_all_at_once(is_void) {
        decide_rollback(context, &mut cards.cards).await?;
        let mut refused = Vec::new();
        for stack in stacks(std::mem::take(&mut cards.cards)) {
            match ask_for_rollback(connection, &stack).await {
                Ok(None) => {
                    for one in &stack {
                        end(context, one, None).await?;
                    }
                }
                Ok(Some(_)) => refused.extend(stack),
                Err(error) => note(failed, cards.order, Err(error)),
            }
        }
        cards.cards = refused;
        cards.give_what_is_open().await?;
    } else {
        cards.give_all(is_void).await?;
        // A payment that was declined may come yet.
        if !is_void && cards.has_declined() {
            return Ok(());
        }
    }
    for card in &cards.cards {
        let refused = cards.refusal(card).map(ToOwned::to_owned);
        end(context, card, refused).await?;
    }
    Ok(())
}

async fn decide_rollback(context: &Context, cards: &mut [Redemption]) -> Result<(), FlowError> {
    let mut tx = context.database.begin().await?;
    for card in cards {
        card.reason = Some(ROLLING_BACK.to_owned());
        redemptions::put(tx.connection(), card).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Answers Voucherify's error key where it will not roll the stack back: it takes back what is at
/// most three months old (Rollback Redemption).
async fn ask_for_rollback(
    connection: &Connection,
    stack: &[Redemption],
) -> Result<Option<String>, FlowError> {
    let Some((id, stacked)) = stack.first().and_then(whole) else {
        return Ok(None);
    };
    let reason = "order cancelled or refunded";
    let voucherify = &connection.voucherify;
    match voucherify.roll_back(id, stacked, reason, None).await {
        Ok(_) => Ok(None),
        Err(error) => Ok(Some(refusal(error)?)),
    }
}

/// How it ended: given back, or why not.
async fn end(
    context: &Context,
    one: &Redemption,
    refused: Option<String>,
) -> Result<(), FlowError> {
    let Some(reason) = refused else {
        return write_down(context, one, RedemptionState::RolledBack, None).await;
    };
    error!(
        store = %one.store, lock = %one.lock, order = %one.order, reason,
        "a code of a cancelled or refunded order cannot be given back: a person has to look"
    );
    metrics::counter!("voucherbridge_needs_person_total").increment(1);
    write_down(context, one, RedemptionState::NotReturned, Some(reason)).await
}

/// Writes down how a code ended. What a person has to look at of a lock stays there.
async fn write_down(
    context: &Context,
    redemption: &Redemption,
    state: RedemptionState,
    reason: Option<String>,
) -> Result<(), FlowError> {
    let ended = Redemption {
        state,
        reason,
        ..redemption.clone()
    };
    let mut tx = context.database.begin().await?;
    redemptions::put(tx.connection(), &ended).await?;
    let all = redemptions::of_order(tx.connection(), &ended.store, ended.order).await?;
    let mut kept = all
        .into_iter()
        .filter(|one| one.lock == ended.lock && one.state == RedemptionState::NotReturned);
    if let Some(mut lock) = locks::get(tx.connection(), &ended.lock).await? {
        let kept = kept.next();
        let state = match kept {
            Some(_) => LockState::NeedsPerson,
            None => LockState::RolledBack,
        };
        lock.enter(state, context.clock.now_ms());
        if let Some(kept) = kept {
            lock.refused_because = kept.reason;
        }
        locks::put(tx.connection(), &mut lock).await?;
        if lock.kind == LockKind::Certificate {
            // The store may have given it its money back too.
            clean_up_later(context, &mut tx, &lock).await?;
        }
    }
    tx.commit().await?;
    context.wake_worker();
    if state == RedemptionState::RolledBack {
        info!(store = %ended.store, lock = %ended.lock, order = %ended.order, "code given back");
        metrics::counter!("voucherbridge_codes_rolled_back_total").increment(1);
    }
    Ok(())
}
