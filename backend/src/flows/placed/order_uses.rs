//! What an order used: which codes, of which locks, and how Voucherify is asked to redeem them.

use tracing::error;

use crate::{
    bigcommerce::Order,
    context::Connection,
    database::redemptions::{Redemption, RedemptionState},
    domain::{
        Code, Hundredths, SessionKey,
        cards::spent,
        lock::{Lock, LockKind, LockState},
        snapshot::Snapshot,
    },
    error::FlowError,
    flows::placed::order_names::OrderNames,
    voucherify::Redeemable,
};

/// A code that an order used, and the lock that held it.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    pub(crate) lock: Lock,
    pub(crate) code: Code,
    /// What a gift card paid.
    pub(crate) credits: Option<Hundredths>,
}

/// What one redemption can take together: the uses of one session, and the order they were
/// validated on.
pub(crate) struct Stack {
    pub(crate) session: SessionKey,
    pub(crate) snapshot: Snapshot,
    /// What Voucherify knows the order by.
    pub(crate) names: OrderNames,
    pub(crate) uses: Vec<Use>,
}

/// The codes that are not settled for this order. A lock that was used by another order already is
/// a person's business, unless it is a certificate of which that order took a part.
pub(crate) fn open_uses(order: &Order, carried: Vec<Lock>, known: &[Redemption]) -> Vec<Use> {
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

/// The codes the locks hold, as the order used them.
pub(crate) fn uses(lock: &Lock) -> Vec<Use> {
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
pub(crate) fn stacks(
    connection: &Connection,
    order: &Order,
    open: Vec<Use>,
) -> Result<Vec<Stack>, FlowError> {
    let mut stacks: Vec<Stack> = Vec::new();
    for one in open {
        let names = OrderNames::of_lock(connection, order, &one.lock);
        let shares = |stack: &&mut Stack| stack.names == names && stack.session == one.lock.session;
        if let Some(stack) = stacks.iter_mut().find(shares) {
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
            names,
            uses: vec![one],
        });
    }
    Ok(stacks)
}

pub(crate) fn redeemable(one: &Use) -> Redeemable {
    let mut coupons = one.lock.coupons.iter();
    let coupon = coupons.find(|coupon| coupon.code == one.code);
    Redeemable {
        code: one.code.clone(),
        credits: one.credits,
        reward: coupon.and_then(|coupon| coupon.reward.clone()),
    }
}

pub(crate) fn is_sent(one: &Use, known: &[Redemption]) -> bool {
    rows_of(one, known).any(|row| row.state == RedemptionState::Sent)
}

/// What is written down of a use. One card may be behind two certificates of an order.
fn rows_of<'a>(one: &Use, known: &'a [Redemption]) -> impl Iterator<Item = &'a Redemption> {
    let (code, lock) = (one.code.clone(), one.lock.id.clone());
    known
        .iter()
        .filter(move |row| row.code == code && row.lock == lock)
}
