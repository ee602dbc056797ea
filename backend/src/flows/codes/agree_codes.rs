//! Which codes hold together: those a checkout holds already, and new ones.
//!
//! All are validated under one session key, and at the end the session holds those that were agreed
//! on. [`agreement`] decides what is asked next.
//!
//! [`agreement`]: crate::domain::agreement

use std::slice;

use crate::{
    domain::{
        Code, Entry,
        agreement::{Answered, Asked, Next, Together, next, next_after_alone},
        cards::Card,
        judged::{Judged, Refused, Rewards},
        lock::{Coupon, Reward},
        messages::Refusal,
    },
    error::FlowError,
    flows::locks::cart_context::Cart,
    voucherify::{Session, VoucherifyError},
};

/// What came of asking.
#[derive(Debug, Default)]
pub(crate) struct Agreed {
    /// The discounts, those held before first.
    pub(crate) coupons: Vec<Coupon>,
    /// New codes that are gift cards.
    pub(crate) cards: Vec<Card>,
    /// New codes that cannot be used.
    pub(crate) refused: Refused,
    /// Held codes that no longer can.
    pub(crate) lost: Refused,
    /// What the session holds now.
    pub(crate) in_session: InSession,
    /// Whether the cart's lines had to be told whole.
    pub(crate) whole_lines: bool,
}

/// What a session holds after its codes were agreed on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum InSession {
    /// The coupons that were agreed on, if any.
    #[default]
    Coupons,
    /// These, and the new cards beside them.
    CouponsAndCards,
    /// It may hold codes that were not agreed on.
    MaybeOthers,
}

/// Asks until everything that is left holds together: once for an entry without a bad code, and
/// once more for what is left without it.
pub(crate) async fn agree(
    cart: &Cart<'_>,
    session: &Session,
    held: Vec<Code>,
    entry: &mut Entry,
    rewards: Rewards,
) -> Result<Agreed, FlowError> {
    read(cart, entry, &held, &rewards).await?;
    let new = entry.new_codes();
    let mut asked = Asked { held, new, rewards };
    let mut agreed = Agreed::default();
    while !asked.codes().is_empty() {
        let judged = agreed.ask(cart, session, &mut asked).await?;
        if !judged.in_session.is_empty() {
            // The session keeps them, should the next validation hold none.
            agreed.in_session = InSession::MaybeOthers;
        }
        if find_rewards(cart, &judged, &mut asked.rewards).await? {
            continue;
        }
        let next = match next(&asked, &judged) {
            Answered::Next(next) => next,
            Answered::AskHeldAlone => {
                let alone = cart
                    .judge(&asked.held, &asked.rewards, Some(session))
                    .await?;
                next_after_alone(&asked, &judged, &alone)
            }
        };
        match next {
            Next::PayWith(rewards) => asked.rewards.extend(rewards),
            Next::Lose(lost) => {
                asked.leave_out(&lost);
                agreed.lost.extend(lost);
            }
            Next::RefuseBesideHeld(refused) => {
                asked.leave_out(&refused);
                agreed.refused.extend(refused);
            }
            Next::Refuse(refused) => {
                agreed.refuse(refused, entry);
                asked.new = agreed.left_of(entry);
            }
            Next::SetAside(cards) => {
                agreed.cards.extend(cards);
                asked.new.retain(|code| !agreed.has_card(code));
            }
            Next::Agree(together) => {
                agreed.agree(together);
                break;
            }
        }
    }
    Ok(agreed)
}

/// Finds out how an entry is meant, as far as its codes are asked about beside others: what may have to
/// be read otherwise is asked alone and holds nothing. A single code needs no such call. Asked about
/// under the session, it is held if it is known, and otherwise nothing is.
async fn read(
    cart: &Cart<'_>,
    entry: &mut Entry,
    held: &[Code],
    rewards: &Rewards,
) -> Result<(), FlowError> {
    while let Some(code) = entry.uncertain() {
        if held.is_empty() && entry.new_codes().len() == 1 {
            break;
        }
        let judged = cart.judge(slice::from_ref(&code), rewards, None).await?;
        if judged.refusal(&code) == Some(&Refusal::Unknown) {
            entry.are_unknown([code]);
        } else {
            entry.is_known(&code);
        }
    }
    Ok(())
}

/// A project may allow fewer codes in a request than were asked about (`redeemables_limit` of its
/// stacking rules); then none is judged.
fn is_refused_whole(judged: &Result<Judged, FlowError>) -> bool {
    let Err(FlowError::Voucherify(error)) = judged else {
        return false;
    };
    matches!(error, VoucherifyError::Refused { status: 400, .. })
}

/// Looks for rewards by which loyalty cards can pay; answers whether one was found.
async fn find_rewards(
    cart: &Cart<'_>,
    judged: &Judged,
    rewards: &mut Rewards,
) -> Result<bool, FlowError> {
    let mut found = false;
    for card in &judged.need_reward {
        if let Some(id) = cart.connection.voucherify.paying_reward(card).await? {
            let reward = Reward { id, points: None };
            found |= rewards.insert(card.clone(), reward).is_none();
        }
    }
    Ok(found)
}

impl Agreed {
    /// Asks about all together. Where the project does not take so many, the last new code is refused and
    /// the others are asked about.
    async fn ask(
        &mut self,
        cart: &Cart<'_>,
        session: &Session,
        asked: &mut Asked,
    ) -> Result<Judged, FlowError> {
        loop {
            let (codes, rewards) = (asked.codes(), &asked.rewards);
            let judged = cart.judge(&codes, rewards, Some(session)).await;
            if is_refused_whole(&judged)
                && let Some(last) = asked.give_up_last()
            {
                self.refused.push((last, Refusal::TooManyCodes));
                continue;
            }
            return judged;
        }
    }

    /// Refuses bad codes. What is not known may be read otherwise.
    fn refuse(&mut self, refused: Refused, entry: &mut Entry) {
        let is_unknown = |(_, refusal): &&(Code, Refusal)| *refusal == Refusal::Unknown;
        let unknown = refused.iter().filter(is_unknown);
        entry.are_unknown(unknown.map(|(code, _)| code.clone()));
        self.refused.extend(refused);
    }

    /// The new codes of an entry that are left to be asked about.
    fn left_of(&self, entry: &Entry) -> Vec<Code> {
        let mut left = entry.new_codes();
        let is_refused = |code: &Code| self.refused.iter().any(|(known, _)| known == code);
        left.retain(|code| !self.has_card(code) && !is_refused(code));
        left
    }

    fn has_card(&self, code: &Code) -> bool {
        self.cards.iter().any(|card| card.code == *code)
    }

    /// Agrees on what holds together.
    fn agree(&mut self, together: Together) {
        self.in_session = if together.cards.is_empty() {
            InSession::Coupons
        } else {
            InSession::CouponsAndCards
        };
        self.coupons = together.coupons;
        self.cards.extend(together.cards);
        self.refused.extend(together.refused);
        self.whole_lines = together.whole_lines;
    }
}
