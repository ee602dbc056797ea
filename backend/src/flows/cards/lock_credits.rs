//! Cards are locked for exactly what they pay.

use crate::{
    domain::{
        Code, Hundredths,
        cards::order_to_pay,
        lock::Lock,
        messages::{Refusal, Shopper},
    },
    error::FlowError,
    flows::{
        cards::till::Till,
        locks::{lock_steps::session_of, redeemables::redeemables},
    },
    voucherify::{Inapplicable, Redeemable, Validation},
};

/// Why a card does not pay what it was asked for.
#[derive(Debug)]
pub(crate) enum Lack {
    /// Voucherify refused it.
    Refused(Refusal),
    /// Of this order it pays no more than this: it may be for items only.
    PaysOnly(Hundredths),
}

impl Lack {
    /// Why the card cannot be used, where it has to do what was asked.
    pub(crate) fn refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::PaysOnly(_) => Refusal::NoEffect,
        }
    }
}

/// Locks exactly what every card pays, in place of what was locked under the key.
pub(crate) async fn lock_credits(
    till: &Till<'_>,
    locks: &[Lock],
) -> Result<Vec<(Code, Lack)>, FlowError> {
    let voucherify = &till.connection.voucherify;
    let asked = redeemables(locks.iter());
    let Some(first) = locks.first() else {
        return Ok(Vec::new());
    };
    if asked.is_empty() {
        for card in locks.iter().flat_map(|lock| &lock.cards) {
            voucherify.release(&card.code, &first.session).await?;
        }
        return Ok(Vec::new());
    }
    let order = order_to_pay(&till.net, till.payable);
    let session = session_of(till.context, &first.session);
    let validation = voucherify.validate(&asked, &order, Some(&session)).await?;
    let shopper = till.cart().shopper();
    let named = |one: &Redeemable| Some((one.code.clone(), lack_of(&validation, one, shopper)?));
    let mut refused: Vec<_> = asked.iter().filter_map(named).collect();
    // Only what is refused by itself is taken back; the rest is asked for again.
    let is_judged = |(code, _): &(Code, Lack)| {
        let refused = validation.refused(code);
        !refused.is_some_and(Inapplicable::is_unjudged)
    };
    if refused.iter().any(is_judged) {
        refused.retain(is_judged);
    }
    Ok(refused)
}

fn lack_of(validation: &Validation, asked: &Redeemable, shopper: Shopper) -> Option<Lack> {
    if let Some(refused) = validation.refused(&asked.code) {
        return Some(Lack::Refused(refused.refusal(shopper)));
    }
    let applicable = validation.applicable(&asked.code);
    let understood = applicable.filter(|one| one.calculated.is_some());
    match understood.and_then(|one| one.gift) {
        None => Some(Lack::Refused(Refusal::NotSupported)),
        Some(gift) if Some(gift.credits) < asked.credits => Some(Lack::PaysOnly(gift.credits)),
        Some(_) => None,
    }
}
