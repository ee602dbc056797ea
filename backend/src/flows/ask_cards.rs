//! Gift cards are asked about without being held: whether their rules hold, and what is on them.

use super::{
    FlowError,
    judge_codes::{Cart, Rewards},
};
use crate::domain::{Code, cards::Card, messages::Refusal};

/// Cards as they are.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// `credits` is what is surely free on the card, `balance` what is on it.
    pub(super) cards: Vec<Card>,
    pub(super) refused: Vec<(Code, Refusal)>,
}

/// Asks about `codes` for the cart. One call, and one more for every bad card that keeps Voucherify
/// from judging those after it.
pub(super) async fn ask_cards(cart: Cart<'_>, codes: Vec<Code>) -> Result<Asked, FlowError> {
    let mut asked = Asked::default();
    let mut left = codes;
    while !left.is_empty() {
        let judged = cart.judge(&left, &Rewards::new(), None).await?;
        let refused = judged.refused(&left);
        if refused.is_empty() {
            let cards = left.iter().filter_map(|code| judged.card(code));
            asked.cards.extend(cards.cloned());
            break;
        }
        left.retain(|code| !refused.iter().any(|(known, _)| known == code));
        asked.refused.extend(refused);
    }
    Ok(asked)
}
