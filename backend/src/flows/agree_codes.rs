//! Which codes hold together: those a checkout holds already, and new ones.
//!
//! All are validated under one session key, and at the end the session holds those that were agreed
//! on. A bad code never costs the good ones, and a new code never one that is held.

use super::{
    FlowError,
    judge_codes::{Cart, Judged},
};
use crate::{
    domain::{Code, cards::Card, lock::Coupon, messages::Refusal},
    voucherify::Session,
};

/// What came of asking.
#[derive(Debug, Default)]
pub(super) struct Agreed {
    /// The discounts, those held before first.
    pub(super) coupons: Vec<Coupon>,
    /// New codes that are gift cards.
    pub(super) cards: Vec<Card>,
    /// Cards that the session holds beside the coupons.
    pub(super) cards_in_session: bool,
    /// New codes that cannot be used.
    pub(super) refused: Vec<(Code, Refusal)>,
    /// Held codes that no longer can.
    pub(super) lost: Vec<(Code, Refusal)>,
    /// Whether the session may hold codes that were not agreed on.
    pub(super) leftover: bool,
}

/// Asks until everything that is left holds together: once for an entry without a bad code, and
/// once more for what is left without it.
pub(super) async fn agree(
    cart: &Cart<'_>,
    session: &Session,
    mut held: Vec<Code>,
    mut new: Vec<Code>,
) -> Result<Agreed, FlowError> {
    let mut agreed = Agreed::default();
    loop {
        let asked = [held.as_slice(), new.as_slice()].concat();
        if asked.is_empty() {
            return Ok(agreed);
        }
        let mut judged = cart.judge(&asked, Some(session)).await?;
        let mut lost = judged.refused(&held);
        if !lost.is_empty() && !new.is_empty() {
            // Whether that is the new codes' doing, the held ones by themselves tell.
            let alone = cart.judge(&held, Some(session)).await?;
            lost = alone.refused(&held);
            if lost.is_empty() {
                agreed.refuse_beside(&new, &judged);
                new.clear();
                judged = alone;
            }
        }
        let bad = judged.refused(&new);
        agreed.leftover = !judged.in_session.is_empty();
        if !lost.is_empty() {
            held.retain(|code| !is_in(&lost, code));
            agreed.lost.append(&mut lost);
            continue;
        }
        if !bad.is_empty() {
            new.retain(|code| !is_in(&bad, code));
            agreed.refused.extend(bad);
            continue;
        }
        if agreed.set_cards_aside(&mut new, &held, &judged) {
            continue;
        }
        agreed.leftover = false;
        let coupons = held.iter().chain(&new).filter_map(|code| {
            let discount = judged.discount(code)?.clone();
            let code = code.clone();
            Some(Coupon { code, discount })
        });
        agreed.coupons.extend(coupons);
        return Ok(agreed);
    }
}

fn is_in(codes: &[(Code, Refusal)], code: &Code) -> bool {
    codes.iter().any(|(known, _)| known == code)
}

impl Agreed {
    /// New codes that no held code can stand beside, unless they have a reason of their own.
    fn refuse_beside(&mut self, new: &[Code], judged: &Judged) {
        let own = judged.refused(new);
        for code in new {
            let reason = own.iter().find(|(known, _)| known == code);
            let refusal = reason.map_or(Refusal::NotCombinable, |(_, refusal)| refusal.clone());
            self.refused.push((code.clone(), refusal));
        }
    }

    /// Takes note of the gift cards; answers whether the rest has to be asked again without them: a
    /// coupon after a card was calculated on what the card left.
    fn set_cards_aside(&mut self, new: &mut Vec<Code>, held: &[Code], judged: &Judged) -> bool {
        let first = new.iter().position(|code| judged.card(code).is_some());
        let Some(first) = first else { return false };
        let coupon_after = new[first..].iter().any(|code| judged.card(code).is_none());
        let cards = new.iter().filter_map(|code| judged.card(code));
        self.cards.extend(cards.cloned());
        new.retain(|code| judged.card(code).is_none());
        self.cards_in_session = !coupon_after;
        debug_assert!(held.iter().all(|code| judged.card(code).is_none()));
        coupon_after
    }
}
