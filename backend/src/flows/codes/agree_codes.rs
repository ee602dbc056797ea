//! Which codes hold together: those a checkout holds already, and new ones.
//!
//! All are validated under one session key, and at the end the session holds those that were agreed
//! on. A bad code never costs the good ones, and a new code never one that is held.

use std::slice;

use crate::{
    domain::{
        Code, Entry,
        cards::Card,
        lock::{Coupon, Reward},
        messages::Refusal,
    },
    error::FlowError,
    flows::{
        codes::judge_codes::{Judged, Rewards},
        locks::cart_context::Cart,
    },
    voucherify::{Session, VoucherifyError},
};

/// What came of asking.
#[derive(Debug, Default)]
pub(crate) struct Agreed {
    /// The discounts, those held before first.
    pub(crate) coupons: Vec<Coupon>,
    /// New codes that are gift cards.
    pub(crate) cards: Vec<Card>,
    /// Cards that the session holds beside the coupons.
    pub(crate) cards_in_session: bool,
    /// New codes that cannot be used.
    pub(crate) refused: Vec<(Code, Refusal)>,
    /// Held codes that no longer can.
    pub(crate) lost: Vec<(Code, Refusal)>,
    /// Whether the session may hold codes that were not agreed on.
    pub(crate) leftover: bool,
    /// Whether the cart's lines had to be told whole.
    pub(crate) whole_lines: bool,
}

/// Asks until everything that is left holds together: once for an entry without a bad code, and
/// once more for what is left without it.
pub(crate) async fn agree(
    cart: &Cart<'_>,
    session: &Session,
    mut held: Vec<Code>,
    entry: &mut Entry,
    mut rewards: Rewards,
) -> Result<Agreed, FlowError> {
    let mut agreed = Agreed::default();
    read(cart, entry, &held, &rewards).await?;
    let mut new = entry.new_codes();
    loop {
        if held.is_empty() && new.is_empty() {
            return Ok(agreed);
        }
        let asked = agreed.ask(cart, session, &held, &mut new, &rewards);
        let mut judged = asked.await?;
        // The session keeps them, should the next validation hold none.
        agreed.leftover |= !judged.in_session.is_empty();
        if find_rewards(cart, &judged, &mut rewards).await?
            || use_fewer_points(&judged, &mut rewards)
        {
            continue;
        }
        let mut lost = judged.refused(&held);
        if !lost.is_empty() && !new.is_empty() {
            // Whether that is the new codes' doing, the held ones by themselves tell.
            let alone = cart.judge(&held, &rewards, Some(session)).await?;
            if use_fewer_points(&alone, &mut rewards) {
                continue;
            }
            lost = alone.refused(&held);
            if lost.is_empty() {
                agreed.refuse_beside(&mut new, &judged);
                if !new.is_empty() {
                    continue;
                }
                judged = alone;
            }
        }
        let bad = judged.refused(&new);
        if !lost.is_empty() {
            held.retain(|code| !is_in(&lost, code));
            agreed.lost.append(&mut lost);
            continue;
        }
        if agreed.are_behind_cards(&mut new, &judged) {
            continue;
        }
        if !bad.is_empty() {
            agreed.refuse(bad, entry, &mut new);
            continue;
        }
        agreed.cards_in_session |= agreed.set_cards_aside(&mut new, &judged);
        agreed.hold(held.iter().chain(&new), &judged);
        return Ok(agreed);
    }
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

/// Has loyalty cards pay with no more points than are of use; answers whether one pays with fewer.
fn use_fewer_points(judged: &Judged, rewards: &mut Rewards) -> bool {
    let mut found = false;
    for (card, fewer) in &judged.fewer_points {
        if let Some(reward) = rewards.get_mut(card).filter(|one| one.points.is_none()) {
            *reward = fewer.clone();
            found = true;
        }
    }
    found
}

fn is_in(codes: &[(Code, Refusal)], code: &Code) -> bool {
    codes.iter().any(|(known, _)| known == code)
}

impl Agreed {
    /// Asks about all together. Where the project does not take so many, the last new code is refused and
    /// the others are asked about.
    async fn ask(
        &mut self,
        cart: &Cart<'_>,
        session: &Session,
        held: &[Code],
        new: &mut Vec<Code>,
        rewards: &Rewards,
    ) -> Result<Judged, FlowError> {
        loop {
            let asked = [held, new.as_slice()].concat();
            let judged = cart.judge(&asked, rewards, Some(session)).await;
            if is_refused_whole(&judged)
                && asked.len() > 1
                && let Some(last) = new.pop()
            {
                self.refused.push((last, Refusal::TooManyCodes));
                continue;
            }
            return judged;
        }
    }

    /// Agrees on what is left: the session holds that, and nothing else.
    fn hold<'a>(&mut self, codes: impl Iterator<Item = &'a Code>, judged: &Judged) {
        self.leftover = false;
        self.whole_lines = judged.whole_lines;
        self.coupons.extend(codes.filter_map(|code| {
            Some(Coupon {
                code: code.clone(),
                discount: judged.discount(code)?.clone(),
                reward: judged.reward(code).cloned(),
                told: false,
            })
        }));
    }

    /// Refuses bad codes. What is not known may be read otherwise: then that is asked about next.
    fn refuse(&mut self, bad: Vec<(Code, Refusal)>, entry: &mut Entry, new: &mut Vec<Code>) {
        let is_unknown = |(_, refusal): &&(Code, Refusal)| *refusal == Refusal::Unknown;
        let unknown = bad.iter().filter(is_unknown);
        entry.are_unknown(unknown.map(|(code, _)| code.clone()));
        self.refused.extend(bad);
        *new = entry.new_codes();
        new.retain(|code| {
            let is_card = self.cards.iter().any(|card| card.code == *code);
            !is_card && !is_in(&self.refused, code)
        });
    }

    /// Refuses the new codes beside which a held one cannot stand: those that applied in its place.
    /// Where none did, all are refused, each for its own reason.
    fn refuse_beside(&mut self, new: &mut Vec<Code>, judged: &Judged) {
        let applied = |code: &Code| judged.in_session.contains(code);
        let any_applied = new.iter().any(applied);
        for code in new.extract_if(.., |code| !any_applied || applied(code)) {
            let refusal = judged.refusal(&code).cloned();
            self.refused
                .push((code, refusal.unwrap_or(Refusal::NotCombinable)));
        }
    }

    /// A code behind a card was calculated on what the card left of the order: where there is one,
    /// the cards are set aside and the rest is asked again.
    fn are_behind_cards(&mut self, new: &mut Vec<Code>, judged: &Judged) -> bool {
        let first = new.iter().position(|code| judged.card(code).is_some());
        let Some(first) = first else { return false };
        let is_behind = |code: &Code| {
            judged.discount(code).is_some() || judged.refusal(code) == Some(&Refusal::NoEffect)
        };
        new[first..].iter().any(is_behind) && self.set_cards_aside(new, judged)
    }

    /// Takes note of the new codes that are gift cards; answers whether there are any.
    fn set_cards_aside(&mut self, new: &mut Vec<Code>, judged: &Judged) -> bool {
        let before = self.cards.len();
        let cards = new.iter().filter_map(|code| judged.card(code));
        self.cards.extend(cards.cloned());
        new.retain(|code| judged.card(code).is_none());
        self.cards.len() > before
    }
}
