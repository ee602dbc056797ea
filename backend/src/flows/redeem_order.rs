//! A paid order uses its codes: once, whatever is cut off in between.
//!
//! Voucherify has no idempotency key. So it is written down that it is about to be asked; after an
//! uncertain answer nothing is asked again before the first request can no longer arrive, and then
//! only if Voucherify's own record of the order holds no redemption with our lock's id.

use std::time::Duration;

use tracing::{error, info, warn};

use super::{FlowError, process_order::compare_discount};
use crate::{
    bigcommerce::Order,
    context::{Connection, Context},
    domain::{
        Code, Hundredths, SessionKey,
        cards::spent,
        lock::{Lock, LockKind, LockState},
        snapshot::Snapshot,
    },
    store::{
        locks,
        redemptions::{self, Redemption, RedemptionState},
    },
    voucherify::{
        KnownRedemption, Redeemable, Redeemed, RedeemedCode, RedemptionRequest, Session,
        VoucherifyError,
    },
};

/// How long what is left of a refused stack is held, to be redeemed at once.
const REDEEM_WITHIN_MINUTES: i64 = 60;

/// A code that an order used, and the lock that held it.
#[derive(Debug, Clone)]
struct Use {
    lock: Lock,
    code: Code,
    /// What a gift card paid.
    credits: Option<Hundredths>,
}

/// What one redemption can take together: the uses of one session, and the order they were
/// validated on.
struct Stack {
    session: SessionKey,
    snapshot: Snapshot,
    /// What Voucherify knows the order by. A second redemption of an order Voucherify knows would
    /// be judged by the order as it is stored, so gift cards have one of their own.
    source_id: String,
    uses: Vec<Use>,
}

/// Redeems what the locks an order carries hold: of coupons the snapshots, of gift cards exactly
/// what the order took.
pub(super) async fn redeem(
    context: &Context,
    connection: &Connection,
    order: &Order,
    carried: Vec<Lock>,
) -> Result<(), FlowError> {
    let known = known(context, connection, order).await?;
    let open = open_uses(order, carried, &known);
    for stack in stacks(connection, order, open)? {
        redeem_stack(context, connection, order, stack, &known).await?;
    }
    Ok(())
}

async fn known(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<Vec<Redemption>, FlowError> {
    let mut tx = context.store.begin().await?;
    let known = redemptions::of_order(tx.connection(), &connection.store, order.id).await?;
    tx.commit().await?;
    Ok(known)
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
    write_sent(context, order, &stack.uses).await?;
    match send(connection, &stack).await {
        Ok(redeemed) => settle(context, order, &stack.uses, &redeemed).await,
        Err(VoucherifyError::Refused {
            status,
            key,
            message,
        }) if is_final(status) => {
            let bad = refused_by_themselves(connection, &stack).await?;
            if bad.is_empty() {
                return settle(
                    context,
                    order,
                    &stack.uses,
                    &refused(&stack.uses, &key, &message),
                )
                .await;
            }
            let (bad, good): (Vec<Use>, Vec<Use>) = stack
                .uses
                .into_iter()
                .partition(|one| bad.contains(&one.code));
            settle(context, order, &bad, &refused(&bad, &key, &message)).await?;
            stack.uses = good;
            Box::pin(redeem_stack(context, connection, order, stack, &[])).await
        }
        Err(error) => Err(error.into()),
    }
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
        Err(VoucherifyError::Refused { status, .. }) if is_final(status) => return Ok(Vec::new()),
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
    }
}

fn redeemable(one: &Use) -> Redeemable {
    let mut coupons = one.lock.coupons.iter();
    let coupon = coupons.find(|coupon| coupon.code == one.code);
    Redeemable {
        code: one.code.clone(),
        credits: one.credits,
        reward: coupon.and_then(|coupon| coupon.reward.clone()),
    }
}

fn is_sent(one: &Use, known: &[Redemption]) -> bool {
    rows_of(one, known).any(|row| row.state == RedemptionState::Sent)
}

/// What is written down of a use. One card may be behind two certificates of an order.
fn rows_of<'a>(one: &Use, known: &'a [Redemption]) -> impl Iterator<Item = &'a Redemption> {
    let (code, lock) = (one.code.clone(), one.lock.id.clone());
    known
        .iter()
        .filter(move |row| row.code == code && row.lock == lock)
}

/// The codes the locks hold, as the order used them.
fn uses(lock: &Lock) -> Vec<Use> {
    let parts: Vec<(Code, Option<Hundredths>)> = match lock.kind {
        LockKind::Coupon => lock.used_codes().map(|code| (code.clone(), None)).collect(),
        LockKind::Certificate => {
            let used = lock.order_discount.unwrap_or_default();
            let parts = spent(&lock.cards, used).into_iter();
            parts.map(|(code, part)| (code, Some(part))).collect()
        }
    };
    let of = |(code, credits)| Use {
        lock: lock.clone(),
        code,
        credits,
    };
    parts.into_iter().map(of).collect()
}

/// Coupons by themselves, and gift cards by themselves.
fn stacks(connection: &Connection, order: &Order, open: Vec<Use>) -> Result<Vec<Stack>, FlowError> {
    let mut stacks: Vec<Stack> = Vec::new();
    for one in open {
        let source_id = source_id(connection, order, &one.lock);
        if let Some(stack) = stacks.iter_mut().find(|stack| stack.source_id == source_id) {
            stack.uses.push(one);
            continue;
        }
        let Some(snapshot) = one.lock.snapshot.clone() else {
            let lock = &one.lock.id;
            return Err(FlowError::NeedsPerson(format!(
                "{lock} was never validated"
            )));
        };
        stacks.push(Stack {
            session: one.lock.session.clone(),
            snapshot,
            source_id,
            uses: vec![one],
        });
    }
    Ok(stacks)
}

/// The order's id at Voucherify. Gift cards that came from another checkout than the order's own
/// are an order of their own once more.
fn source_id(connection: &Connection, order: &Order, lock: &Lock) -> String {
    let own = if connection.settings.prefix_orders {
        format!("{}-{}", connection.store, order.id)
    } else {
        order.id.to_string()
    };
    let is_own_cart = order.cart_id.as_deref() == Some(lock.checkout.as_str());
    match lock.kind {
        LockKind::Coupon => own,
        LockKind::Certificate if is_own_cart => format!("{own}-gift-cards"),
        LockKind::Certificate => format!("{own}-gift-cards-{}", lock.checkout),
    }
}

/// Whether a refusal is about the codes. Any other (a forbidden address, a plan's limit) ends some
/// day, and the codes are redeemed then.
fn is_final(status: u16) -> bool {
    matches!(status, 0 | 400 | 404 | 409 | 422)
}

/// Settles what Voucherify was asked for an order that came to nothing after all: a redemption that
/// happened is taken over, to be rolled back; one that did not is struck off.
pub(super) async fn settle_uncertain(
    context: &Context,
    connection: &Connection,
    order: &Order,
    carried: &[Lock],
) -> Result<(), FlowError> {
    let mut known = known(context, connection, order).await?;
    known.retain(|redemption| redemption.state == RedemptionState::Sent);
    if known.is_empty() {
        return Ok(());
    }
    wait_for_stragglers(context, &known)?;
    let asked = carried.iter().flat_map(uses);
    let asked = asked.filter(|one| is_sent(one, &known)).collect();
    for stack in stacks(connection, order, asked)? {
        let left = adopt(context, connection, order, &stack).await?;
        let mut tx = context.store.begin().await?;
        for one in &left {
            let struck_off = redemption(context, order, one, RedemptionState::RolledBack);
            redemptions::put(tx.connection(), &struck_off).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// The codes that are not settled for this order. A lock that was used by another order already is
/// a person's business, unless it is a certificate of which that order took a part.
fn open_uses(order: &Order, carried: Vec<Lock>, known: &[Redemption]) -> Vec<Use> {
    let settled = |one: &Use| rows_of(one, known).any(|row| row.state != RedemptionState::Sent);
    // It may be a cancellation taken back, or a mark on an order whose money has gone back.
    let given_back = |one: &Use| {
        let rolled_back = RedemptionState::RolledBack;
        rows_of(one, known).any(|row| row.state == rolled_back && row.redemption_id.is_some())
    };
    let mut open = Vec::new();
    for lock in carried {
        let used = matches!(lock.state, LockState::Redeemed | LockState::RolledBack);
        let elsewhere = used && lock.order != Some(order.id);
        let mut left = uses(&lock);
        if left.iter().any(given_back) {
            error!(order = %order.id, "an order whose codes were given back is paid again");
            metrics::counter!("voucherbridge_needs_person_total").increment(1);
        }
        left.retain(|one| !settled(one));
        if elsewhere && let Some(one) = left.iter().find(|one| one.credits.is_none()) {
            error!(lock = %one.lock.id, order = %order.id, "a second paid order carries a used code");
            metrics::counter!("voucherbridge_needs_person_total").increment(1);
            continue;
        }
        open.append(&mut left);
    }
    open
}

/// Twice the time-out after Voucherify was last asked, no request of ours is on its way any more.
fn wait_for_stragglers(context: &Context, known: &[Redemption]) -> Result<(), FlowError> {
    let sent = known
        .iter()
        .filter(|redemption| redemption.state == RedemptionState::Sent);
    let last = sent
        .map(|redemption| redemption.sent_at_ms)
        .max()
        .unwrap_or_default();
    let wait_ms = i64::try_from(2 * context.limits.upstream_timeout.as_millis()).unwrap_or(0);
    let left = last + wait_ms - context.clock.now_ms();
    match u64::try_from(left) {
        Ok(left) if left > 0 => Err(FlowError::NotYet(Duration::from_millis(left))),
        _ => Ok(()),
    }
}

/// Takes over the redemptions an earlier try left at Voucherify, and rolls surplus ones back.
///
/// Answers the uses that have none.
async fn adopt(
    context: &Context,
    connection: &Connection,
    order: &Order,
    stack: &Stack,
) -> Result<Vec<Use>, FlowError> {
    let found = connection
        .voucherify
        .order_redemptions(&stack.source_id)
        .await?
        .unwrap_or_default();
    let mut left = Vec::new();
    let mut adopted: Vec<(Use, KnownRedemption)> = Vec::new();
    for one in &stack.uses {
        let mut own = found.iter().filter(|known| is_of(known, one));
        let Some(first) = own.next() else {
            left.push(one.clone());
            continue;
        };
        for surplus in own {
            warn!(lock = %one.lock.id, redemption = surplus.id, "a surplus redemption is rolled back");
            let (id, stacked) = rollback_id(&surplus.id, surplus.parent_id.as_deref());
            connection
                .voucherify
                .roll_back(id, stacked, "redeemed twice")
                .await?;
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
        };
        let uses: Vec<Use> = adopted.into_iter().map(|(one, _)| one).collect();
        settle(context, order, &uses, &redeemed).await?;
    }
    Ok(left)
}

fn is_of(known: &KnownRedemption, one: &Use) -> bool {
    let ours = known.lock_ids.iter().any(|id| id == one.lock.id.as_str());
    let same_code = known
        .code
        .as_deref()
        .is_none_or(|code| code.to_lowercase() == one.code.as_str().to_lowercase());
    ours && same_code && known.succeeded && !known.rolled_back
}

/// A stack is rolled back by its parent alone.
pub(super) fn rollback_id<'a>(id: &'a str, parent: Option<&'a str>) -> (&'a str, bool) {
    parent.map_or((id, false), |parent| (parent, true))
}

fn result_of(code: &Code, id: Option<String>, failure: Option<(String, String)>) -> RedeemedCode {
    RedeemedCode {
        code: code.clone(),
        id,
        failure,
    }
}

async fn write_sent(context: &Context, order: &Order, open: &[Use]) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    for one in open {
        let redemption = redemption(context, order, one, RedemptionState::Sent);
        redemptions::put(tx.connection(), &redemption).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn redemption(context: &Context, order: &Order, one: &Use, state: RedemptionState) -> Redemption {
    Redemption {
        store: one.lock.store.clone(),
        order: order.id,
        code: one.code.clone(),
        lock: one.lock.id.clone(),
        state,
        redemption_id: None,
        parent_id: None,
        reason: None,
        credits: one.credits,
        sent_at_ms: context.clock.now_ms(),
    }
}

async fn send(connection: &Connection, stack: &Stack) -> Result<Redeemed, VoucherifyError> {
    let asked = |one: &Use| (one.lock.id.clone(), redeemable(one));
    let request = RedemptionRequest {
        codes: stack.uses.iter().map(asked).collect(),
        snapshot: &stack.snapshot,
        session: &stack.session,
        order_source_id: &stack.source_id,
    };
    connection.voucherify.redeem(&request).await
}

/// Writes the answers down, each code on its own: a stack may succeed for some only.
async fn settle(
    context: &Context,
    order: &Order,
    uses: &[Use],
    redeemed: &Redeemed,
) -> Result<(), FlowError> {
    let mut tx = context.store.begin().await?;
    let mut ended: Vec<Lock> = Vec::new();
    for one in uses {
        let mut results = redeemed.results.iter();
        let result = results.find(|result| result.code == one.code);
        let (row, state) = judge(context, order, one, result, redeemed.parent_id.as_deref());
        redemptions::put(tx.connection(), &row).await?;
        let at = ended.iter().position(|lock| lock.id == one.lock.id);
        let at = at.unwrap_or_else(|| {
            ended.push(one.lock.clone());
            ended.len() - 1
        });
        // One code that is refused is the whole lock's trouble.
        if ended[at].state != LockState::NeedsPerson {
            ended[at].state = state;
            ended[at].reason = row.reason;
        }
    }
    for mut lock in ended {
        lock.order = Some(order.id);
        // Its time may have been up meanwhile, and the sweep gave it up: what Voucherify did counts.
        if let Some(found) = locks::get(tx.connection(), &lock.id).await? {
            if found.state == LockState::NeedsPerson {
                (lock.state, lock.reason) = (found.state, found.reason);
            }
            locks::update(tx.connection(), &lock, found.state).await?;
        }
        super::clean_up_later(context, &mut tx, &lock).await?;
        report(&lock);
    }
    tx.commit().await?;
    context.wake_worker();
    Ok(())
}

fn judge(
    context: &Context,
    order: &Order,
    one: &Use,
    result: Option<&RedeemedCode>,
    parent_id: Option<&str>,
) -> (Redemption, LockState) {
    let redeemed_as = result.filter(|result| result.failure.is_none());
    if let Some(id) = redeemed_as.and_then(|result| result.id.clone()) {
        let mut row = redemption(context, order, one, RedemptionState::Redeemed);
        row.redemption_id = Some(id);
        row.parent_id = parent_id.map(str::to_owned);
        return (row, LockState::Redeemed);
    }
    let failure = result.and_then(|result| result.failure.as_ref());
    let key = failure.map_or("no_answer", |(key, _)| key.as_str());
    let mut row = redemption(context, order, one, RedemptionState::Refused);
    row.reason = Some(key.to_owned());
    (row, LockState::NeedsPerson)
}

fn report(lock: &Lock) {
    compare_discount(lock);
    if lock.state == LockState::Redeemed {
        info!(store = %lock.store, lock = %lock.id, order = ?lock.order, "code redeemed");
        metrics::counter!("voucherbridge_codes_redeemed_total").increment(1);
        return;
    }
    error!(
        store = %lock.store, lock = %lock.id, order = ?lock.order, reason = ?lock.reason,
        "an order was paid with a code that cannot be redeemed: a person has to look"
    );
    metrics::counter!("voucherbridge_needs_person_total").increment(1);
}
