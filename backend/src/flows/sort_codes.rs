//! What codes are, asked without holding them: coupons, gift cards, or of no use here.

use super::FlowError;
use crate::{
    context::Connection,
    domain::{Code, Hundredths, cards::Card, messages::Refusal, snapshot::Snapshot},
    voucherify::{Applicable, Redeemable, Validation},
};

/// Codes by what they are.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) coupons: Vec<Code>,
    /// `credits` is what is surely free on the card, `balance` what is on it.
    pub(super) cards: Vec<Card>,
    pub(super) refused: Vec<(Code, Refusal)>,
}

/// Asks about `codes` for the order. One call, and one more for every bad code that keeps
/// Voucherify from judging those after it.
pub(super) async fn sort(
    connection: &Connection,
    codes: &[Code],
    order: &Snapshot,
) -> Result<Sorted, FlowError> {
    let mut sorted = Sorted::default();
    let mut left = codes.to_vec();
    while !left.is_empty() {
        let asked: Vec<Redeemable> = left.iter().map(Redeemable::code).collect();
        let validation = connection.voucherify.validate(&asked, order, None).await?;
        let before = left.len();
        left.retain(|code| !judge(&validation, code, connection, order, &mut sorted));
        if left.len() == before {
            // Voucherify says nothing of any of them.
            let other = || Refusal::Other("no_answer".to_owned());
            sorted
                .refused
                .extend(left.drain(..).map(|code| (code, other())));
        }
    }
    sorted.cards.sort_by_key(|card| position(codes, &card.code));
    sorted.coupons.sort_by_key(|code| position(codes, code));
    Ok(sorted)
}

fn position(codes: &[Code], code: &Code) -> Option<usize> {
    codes.iter().position(|one| one == code)
}

/// Sorts one code; false if it has to be asked about again.
fn judge(
    validation: &Validation,
    code: &Code,
    connection: &Connection,
    order: &Snapshot,
    sorted: &mut Sorted,
) -> bool {
    if let Some(refused) = validation.refused(code) {
        if refused.is_unjudged() {
            return false;
        }
        let refusal = refused.refusal();
        sorted.refused.push((code.clone(), refusal));
        return true;
    }
    let Some(applicable) = validation.applicable(code) else {
        return false;
    };
    match card_of(applicable) {
        None => sorted.coupons.push(code.clone()),
        Some(_) if order.currency != connection.settings.currency => {
            sorted.refused.push((code.clone(), Refusal::OtherCurrency));
        }
        Some(card) if !card.balance.is_positive() => {
            sorted.refused.push((code.clone(), Refusal::NoBalance));
        }
        Some(card) => sorted.cards.push(card),
    }
    true
}

/// The gift card a validation found.
pub(super) fn card_of(applicable: &Applicable) -> Option<Card> {
    let gift = applicable.gift?;
    Some(Card {
        code: applicable.code.clone(),
        credits: gift.credits.max(Hundredths::ZERO),
        balance: gift.balance,
    })
}
