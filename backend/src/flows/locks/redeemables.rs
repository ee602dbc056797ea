//! What locks hold, as Voucherify is asked about it.

use crate::{domain::lock::Lock, voucherify::Redeemable};

/// What locks hold at Voucherify: every coupon's codes, and every card that pays, with its credits.
pub(crate) fn redeemables<'a>(locks: impl Iterator<Item = &'a Lock>) -> Vec<Redeemable> {
    let mut asked = Vec::new();
    for lock in locks {
        asked.extend(lock.coupons.iter().map(|coupon| Redeemable {
            reward: coupon.reward.clone(),
            ..Redeemable::code(&coupon.code)
        }));
        let cards = lock.cards.iter().filter(|card| card.pays());
        asked.extend(cards.map(|card| Redeemable {
            code: card.code.clone(),
            credits: Some(card.credits),
            reward: None,
        }));
    }
    asked
}
