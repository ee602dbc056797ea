//! Gift cards are asked about without being held: whether their rules hold, and what is on them.

use crate::{
    domain::{Code, cards::Card, judged::Rewards, lock::Lock, messages::Refusal},
    error::FlowError,
    flows::{cards::till::Till, locks::cart_context::Cart},
};

/// Cards as they are.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// `credits` is what is surely free on the card, `balance` what is on it.
    pub(crate) cards: Vec<Card>,
    pub(crate) refused: Vec<(Code, Refusal)>,
}

/// Asks about `codes` for the cart. One call, and one more for every bad card that keeps Voucherify
/// from judging those after it.
pub(crate) async fn ask_cards(cart: Cart<'_>, codes: Vec<Code>) -> Result<Asked, FlowError> {
    let mut asked = Asked::default();
    let mut left = codes;
    while !left.is_empty() {
        let judged = cart.judge(&left, &Rewards::new(), None).await?;
        let refused = judged.refused(&left);
        if refused.is_empty() {
            asked.cards = judged.cards(&left);
            break;
        }
        left.retain(|code| !refused.iter().any(|(known, _)| known == code));
        asked.refused.extend(refused);
    }
    Ok(asked)
}

/// Cards pay for what coupons leave of what the items cost. Where codes were judged on other amounts,
/// whether the cards' rules hold is asked again: of those that are good, and of what a rule refused, as
/// it may be a card for orders of no more than so much. `are_held` says that the session holds the cards.
pub(crate) async fn after_coupons(
    cart: Cart<'_>,
    coupons: &[Lock],
    mut cards: Vec<Card>,
    are_held: bool,
    rejected: &mut Vec<(Code, Refusal)>,
) -> Result<Vec<Card>, FlowError> {
    let net = Till::new(cart, coupons).net;
    if net.items == cart.snapshot.items {
        return Ok(cards);
    }
    let net_cart = Cart {
        snapshot: &net,
        ..cart
    };
    let codes: Vec<Code> = cards.iter().map(|card| card.code.clone()).collect();
    let mut asked = ask_cards(net_cart, codes).await?;
    if are_held {
        // One that is locked to its last cent is said to have no money left.
        asked
            .refused
            .retain(|(_, refusal)| !says_is_used_up(refusal));
        let is_good = |card: &Card| !asked.refused.iter().any(|(code, _)| *code == card.code);
        cards.retain(is_good);
    } else {
        cards = asked.cards;
    }
    cart.explain(&mut asked.refused).await?;
    for (code, refusal) in std::mem::take(rejected) {
        let mut found = Vec::new();
        if refusal.reason() == Refusal::RulesNotMet.reason() {
            found = ask_cards(net_cart, vec![code.clone()]).await?.cards;
        }
        if found.is_empty() {
            rejected.push((code, refusal));
        }
        cards.append(&mut found);
    }
    rejected.append(&mut asked.refused);
    Ok(cards)
}

fn says_is_used_up(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NoBalance | Refusal::NoEffect)
}
