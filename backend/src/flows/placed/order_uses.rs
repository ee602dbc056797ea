//! What an order used: which codes, of which locks, and how Voucherify is asked to redeem them.

use tracing::error;

use crate::{
    context::Connection,
    database::redemptions::{Redemption, RedemptionState},
    domain::{
        Code, Hundredths, OrderId, SessionKey,
        cards::spent,
        lock::{Lock, LockKind, LockState},
        order::Order,
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
    let mut open = Vec::new();
    for lock in carried {
        let mut left = uses(&lock);
        if left
            .iter()
            .any(|one| progress(one, known) == Progress::GivenBack)
        {
            error!(order = %order.id, "an order whose codes were given back is paid again");
            metrics::counter!("voucherbridge_needs_person_total").increment(1);
        }
        left.retain(|one| progress(one, known) == Progress::Open);
        if left.iter().any(|one| is_second_use(order.id, one)) {
            error!(lock = %lock.id, order = %order.id, "a second paid order carries a used code");
            metrics::counter!("voucherbridge_needs_person_total").increment(1);
            continue;
        }
        open.append(&mut left);
    }
    open
}

/// How far the redemption of a use is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// Voucherify was not asked, or its answer is not known.
    Open,
    /// Its answer is known.
    Settled,
    /// It was redeemed and rolled back, and the order is paid: it may be a cancellation taken back, or a mark
    /// on an order whose money has gone back.
    GivenBack,
}

fn progress(one: &Use, known: &[Redemption]) -> Progress {
    let mut progress = Progress::Open;
    for row in rows_of(one, known) {
        match row.state {
            RedemptionState::Sent => {}
            RedemptionState::RolledBack if row.redemption_id.is_some() => {
                return Progress::GivenBack;
            }
            _ => progress = Progress::Settled,
        }
    }
    progress
}

/// Whether another order used this code. Of a certificate it may have taken a part.
fn is_second_use(order: OrderId, one: &Use) -> bool {
    let is_used = matches!(one.lock.state, LockState::Redeemed | LockState::RolledBack);
    is_used && one.lock.order != Some(order) && one.credits.is_none()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        LockId,
        examples::{lock, order},
    };

    fn a_use(words: &str, credits: Option<Hundredths>) -> Use {
        let lock = lock(words);
        let code = lock.code.clone();
        Use {
            lock,
            code,
            credits,
        }
    }

    fn row(one: &Use, state: RedemptionState, redemption_id: Option<&str>) -> Redemption {
        Redemption {
            store: one.lock.store.clone(),
            order: order().id,
            code: one.code.clone(),
            lock: one.lock.id.clone(),
            state,
            redemption_id: redemption_id.map(str::to_owned),
            parent_id: None,
            reason: None,
            credits: None,
            sent_at_ms: 0,
        }
    }

    #[test]
    fn how_far_a_redemption_is() {
        use RedemptionState::{NotReturned, Redeemed, Refused, RolledBack, Sent};
        let one = a_use("ordered kept", None);
        // (the row, how far it is)
        let table = [
            (row(&one, Sent, None), Progress::Open),
            (row(&one, Redeemed, Some("r_1")), Progress::Settled),
            (row(&one, Refused, None), Progress::Settled),
            (row(&one, NotReturned, Some("r_1")), Progress::Settled),
            // It was never redeemed.
            (row(&one, RolledBack, None), Progress::Settled),
            (row(&one, RolledBack, Some("r_1")), Progress::GivenBack),
        ];
        assert_eq!(progress(&one, &[]), Progress::Open);
        for (row, expected) in table {
            assert_eq!(
                progress(&one, std::slice::from_ref(&row)),
                expected,
                "{row:?}"
            );
            let of_other_lock = Redemption {
                lock: LockId::from_uuid(uuid::Uuid::from_u128(2)),
                ..row
            };
            assert_eq!(progress(&one, &[of_other_lock]), Progress::Open);
        }
    }

    #[test]
    fn which_use_is_a_second_one() {
        let paid = Some(Hundredths(500));
        // (the lock, what a card paid, whether it is a second use)
        let table = [
            ("ordered other_order", None, false),
            ("needs_person other_order", None, false),
            ("redeemed kept", None, false),
            ("redeemed other_order", None, true),
            ("redeemed other_order", paid, false),
            ("rolled_back kept", None, false),
            ("rolled_back other_order", None, true),
            ("rolled_back other_order", paid, false),
        ];
        for (words, credits, expected) in table {
            let is = is_second_use(order().id, &a_use(words, credits));
            assert_eq!(is, expected, "{words} {credits:?}");
        }
    }
}
