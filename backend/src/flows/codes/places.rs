//! How many native coupons a checkout has for codes, and whether each code finds a place in one.
//!
//! Where the store runs the first rule of a promotion alone, codes share a coupon only if the same rule
//! gives them all.

use crate::{
    domain::{
        Code, LockId,
        discount::Discount,
        lock::{Lock, LockState},
        messages::Refusal,
        promotion_rules::{RuleKind, only_kind},
    },
    error::FlowError,
    flows::locks::cart_context::Cart,
};

/// The native coupons a checkout has for codes.
pub(crate) struct Places {
    /// How many, with those that are taken.
    most: usize,
    /// The locks of the checkout.
    locks: Vec<Lock>,
}

impl Places {
    pub(crate) async fn of(cart: Cart<'_>) -> Result<Self, FlowError> {
        let mut locks = cart.work.locks().await?;
        // What is apart has no place for codes; while the checkout shows it, it is in one.
        locks.retain(|lock| !lock.is_apart());
        let settings = &cart.connection.settings;
        let is_ours = |code: &str| locks.iter().any(|lock| lock.native_code.is(code));
        let coupons = cart.checkout.coupons.iter();
        let foreign = coupons.filter(|coupon| !is_ours(&coupon.code)).count();
        let allowed = usize::try_from(settings.coupons_allowed).unwrap_or(1);
        let most = if settings.combine_with_promotions {
            allowed.saturating_sub(foreign).max(1)
        } else {
            1
        };
        Ok(Self { most, locks })
    }

    /// How many more native coupons there can be beside those of `held`.
    pub(crate) fn left_beside(&self, held: &[Lock]) -> usize {
        self.most.saturating_sub(held.len())
    }

    /// Where a promotion has one rule: the codes among `given` that cannot be given, as no place is left
    /// or two would be needed. What is held keeps its coupon, whatever applies before it.
    pub(crate) fn without_place(
        &self,
        asked: &[Code],
        given: &[(Code, Discount)],
    ) -> Vec<(Code, Refusal)> {
        let mut taken = self.taken(asked, given);
        let mut refused = Vec::new();
        for (code, discount) in given {
            let Some(kind) = only_kind(discount) else {
                refused.push((code.clone(), Refusal::NotApplied));
                continue;
            };
            if taken.iter().any(|(_, known)| *known == kind) {
                continue;
            }
            if taken.len() >= self.most {
                refused.push((code.clone(), Refusal::NotCombinable));
                continue;
            }
            taken.push((None, kind));
        }
        refused
    }

    /// The coupons that stay, each with what its first code is given by.
    fn taken(&self, asked: &[Code], given: &[(Code, Discount)]) -> Vec<(Option<LockId>, RuleKind)> {
        let mut taken: Vec<(Option<LockId>, RuleKind)> = Vec::new();
        let holds = [LockState::Held, LockState::Ordered];
        for code in asked {
            let mut own = self.locks.iter();
            let lock = own.find(|lock| lock.holds(code) && holds.contains(&lock.state));
            let discount = given.iter().find(|(known, _)| known == code);
            let kind = discount.and_then(|(_, discount)| only_kind(discount));
            let (Some(lock), Some(kind)) = (lock, kind) else {
                continue;
            };
            let id = Some(lock.id.clone());
            if !taken.iter().any(|(known, _)| *known == id) {
                taken.push((id, kind));
            }
        }
        taken
    }
}
