//! After an uncertain answer: what Voucherify did is taken over, and never done twice.

use tracing::warn;

use crate::{
    context::{Connection, Context},
    database::redemptions::{self, Redemption, RedemptionState},
    domain::{Code, OrderId, lock::Lock, order::Order},
    error::FlowError,
    flows::{
        later::not_before,
        orders::redemption_answers::{redemption, result_of, write_answers},
        placed::order_uses::{Stack, Use, is_sent, stacks, uses},
    },
    voucherify::{KnownRedemption, Redeemed},
};

pub(crate) async fn known(
    context: &Context,
    connection: &Connection,
    order: OrderId,
) -> Result<Vec<Redemption>, FlowError> {
    let mut reading = context.database.read().await?;
    let known = redemptions::of_order(&mut reading, &connection.store, order).await?;
    drop(reading);
    Ok(known)
}

/// Settles what Voucherify was asked for an order that came to nothing after all: a redemption that
/// happened is taken over, to be rolled back; one that did not is struck off.
pub(crate) async fn resolve_uncertain(
    context: &Context,
    connection: &Connection,
    order: &Order,
    carried: &[Lock],
) -> Result<(), FlowError> {
    let mut known = known(context, connection, order.id).await?;
    known.retain(|redemption| redemption.state == RedemptionState::Sent);
    if known.is_empty() {
        return Ok(());
    }
    wait_for_stragglers(context, &known)?;
    let asked = carried.iter().flat_map(uses);
    let asked = asked.filter(|one| is_sent(one, &known)).collect();
    for stack in stacks(connection, order, asked)? {
        let left = adopt(context, connection, order, &stack).await?;
        let mut tx = context.database.begin().await?;
        for one in &left {
            let struck_off = redemption(context, order, one, RedemptionState::RolledBack);
            redemptions::put(tx.connection(), &struck_off).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Twice the time-out after Voucherify was last asked, no request of ours is on its way any more.
pub(crate) fn wait_for_stragglers(
    context: &Context,
    known: &[Redemption],
) -> Result<(), FlowError> {
    let sent = known
        .iter()
        .filter(|redemption| redemption.state == RedemptionState::Sent);
    let last = sent
        .map(|redemption| redemption.sent_at_ms)
        .max()
        .unwrap_or_default();
    not_before(context, last + context.straggling_ms())
}

/// Takes over the redemptions an earlier try left at Voucherify: of each code the first, which took off
/// what was validated. Surplus ones are rolled back, and the order stays what it is.
///
/// Answers the uses that have none.
pub(crate) async fn adopt(
    context: &Context,
    connection: &Connection,
    order: &Order,
    stack: &Stack,
) -> Result<Vec<Use>, FlowError> {
    let found = connection
        .voucherify
        .known_order(&stack.names.redeemed)
        .await?;
    let mut order_status = found.as_ref().and_then(|found| found.status);
    let found = found.map_or_else(Vec::new, |found| found.redemptions);
    let codes: Vec<Code> = stack.uses.iter().map(|one| one.code.clone()).collect();
    let mut left = Vec::new();
    let mut adopted: Vec<(Use, KnownRedemption)> = Vec::new();
    for one in &stack.uses {
        let mut own = found.iter().filter(|known| is_of(known, one, &codes));
        let Some(first) = own.next() else {
            left.push(one.clone());
            continue;
        };
        for surplus in own {
            warn!(lock = %one.lock.id, redemption = surplus.id, "a surplus redemption is rolled back");
            let (id, stacked) = rollback_id(&surplus.id, surplus.parent_id.as_deref());
            connection
                .voucherify
                .roll_back(id, stacked, "redeemed twice", Some(stack.names.status()))
                .await?;
            // It may have cancelled the order all the same.
            order_status = None;
        }
        adopted.push((one.clone(), first.clone()));
    }
    if let Some((_, first)) = adopted.first() {
        let result = |(one, known): &(Use, KnownRedemption)| {
            result_of(&one.code, Some(known.id.clone()), None)
        };
        let redeemed = Redeemed {
            parent_id: first.parent_id.clone(),
            results: adopted.iter().map(result).collect(),
            order_status,
        };
        let uses: Vec<Use> = adopted.into_iter().map(|(one, _)| one).collect();
        write_answers(context, order, &stack.names, &uses, &redeemed).await?;
    }
    Ok(left)
}

/// Whether a redemption is that of one of a stack's `codes`.
fn is_of(known: &KnownRedemption, one: &Use, codes: &[Code]) -> bool {
    let ours = known.lock_ids.iter().any(|id| id == one.lock.id.as_str());
    let named = known.code.as_deref().map(|code| Code::named(codes, code));
    let same_code = named.is_none_or(|named| named == Some(&one.code));
    ours && same_code && known.succeeded && !known.rolled_back
}

/// A stack is rolled back by its parent alone.
pub(crate) fn rollback_id<'a>(id: &'a str, parent: Option<&'a str>) -> (&'a str, bool) {
    parent.map_or((id, false), |parent| (parent, true))
}
