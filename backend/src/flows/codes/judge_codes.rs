//! What codes give a checkout: Voucherify is asked of all of them together, and each is judged.

use std::collections::HashMap;

use crate::{
    domain::{
        Code,
        cards::Card,
        discount::{Discount, FreeItem},
        lock::Reward,
        messages::{Refusal, Shopper},
        room::Room,
    },
    error::FlowError,
    flows::{codes::places::Places, locks::cart_context::Cart},
    voucherify::{Applicable, Gift, Inapplicable, Redeemable, Session, Validation},
};

/// What a code is here.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    /// A discount.
    Gives(Discount),
    /// A gift card that can pay.
    IsCard(Card),
    /// Of no use.
    Refused(Refusal),
    /// Not judged, because a code before it failed.
    Unjudged,
}

/// What was said of the codes asked for.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    verdicts: Vec<(Code, Verdict)>,
    /// The codes Voucherify found applicable, which the session holds now.
    pub(crate) in_session: Vec<Code>,
    /// Whether the cart's lines had to be told whole.
    pub(crate) whole_lines: bool,
    /// Loyalty cards, which need a reward to pay by.
    pub(crate) need_reward: Vec<Code>,
    /// By what loyalty cards pay, with their points.
    rewards: Rewards,
    /// Loyalty cards that pay more than the items cost, each with the points that are of use.
    pub(crate) fewer_points: Rewards,
}

/// The rewards by which loyalty cards pay.
pub(crate) type Rewards = HashMap<Code, Reward>;

impl Judged {
    fn of(&self, code: &Code) -> Option<&Verdict> {
        let found = self.verdicts.iter().find(|(known, _)| known == code);
        found.map(|(_, verdict)| verdict)
    }

    /// Writes down what a code is that applies, and what a loyalty card pays by.
    fn applies(&mut self, one: &Applicable, verdict: Verdict, reward: Option<&Reward>) {
        let code = &one.code;
        if !self.in_session.contains(code) {
            self.in_session.push(code.clone());
        }
        if let Some(reward) = reward {
            let paying = |points| Reward {
                points,
                ..reward.clone()
            };
            if let Some(points) = points_of_use(one, &verdict) {
                self.fewer_points.insert(code.clone(), paying(Some(points)));
            }
            self.rewards.insert(code.clone(), paying(one.points));
        }
        self.verdicts.push((code.clone(), verdict));
    }

    /// Writes down why a code does not apply.
    fn does_not_apply(&mut self, code: &Code, validation: &Validation, shopper: Shopper) {
        let inapplicable = validation.refused(code);
        if inapplicable.is_some_and(Inapplicable::needs_reward) {
            self.need_reward.push(code.clone());
        }
        let verdict = match inapplicable {
            Some(refused) if !refused.is_unjudged() => Verdict::Refused(refused.refusal(shopper)),
            _ => Verdict::Unjudged,
        };
        self.verdicts.push((code.clone(), verdict));
    }

    /// Why a code is refused, if it is.
    pub(crate) fn refusal(&self, code: &Code) -> Option<&Refusal> {
        match self.of(code) {
            Some(Verdict::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// Those of `codes` that are refused, each with its reason.
    pub(crate) fn refused(&self, codes: &[Code]) -> Vec<(Code, Refusal)> {
        let refused = |code: &Code| Some((code.clone(), self.refusal(code)?.clone()));
        codes.iter().filter_map(refused).collect()
    }

    /// What a code gives, if it is a discount.
    pub(crate) fn discount(&self, code: &Code) -> Option<&Discount> {
        match self.of(code) {
            Some(Verdict::Gives(discount)) => Some(discount),
            _ => None,
        }
    }

    /// By what a loyalty card pays.
    pub(crate) fn reward(&self, code: &Code) -> Option<&Reward> {
        self.rewards.get(code)
    }

    /// The gift card a code is, if it is one.
    pub(crate) fn card(&self, code: &Code) -> Option<&Card> {
        match self.of(code) {
            Some(Verdict::IsCard(card)) => Some(card),
            _ => None,
        }
    }
}

impl Cart<'_> {
    /// Asks about `codes` together, in their order. With a session, those that apply are held under
    /// its key in place of what was held there.
    pub(crate) async fn judge(
        &self,
        codes: &[Code],
        rewards: &Rewards,
        session: Option<&Session>,
    ) -> Result<Judged, FlowError> {
        if self.snapshot.has_too_many_lines() {
            let refused = |code: &Code| (code.clone(), Verdict::Refused(Refusal::NotCheckable));
            return Ok(Judged {
                verdicts: codes.iter().map(refused).collect(),
                ..Judged::default()
            });
        }
        let asked = codes.iter().map(|code| Redeemable {
            reward: rewards.get(code).cloned(),
            ..Redeemable::code(code)
        });
        let asked: Vec<Redeemable> = asked.collect();
        let voucherify = &self.connection.voucherify;
        let validation = voucherify.validate(&asked, self.snapshot, session).await?;
        let mut judged = Judged {
            whole_lines: validation.whole_lines,
            in_session: validation.maybe_held.clone(),
            ..Judged::default()
        };
        let mut room = Room::of(self.snapshot);
        let mut given = Vec::new();
        // In the order in which they apply, which a project may have chosen otherwise.
        for one in &validation.applicable {
            let verdict = self.judge_one(one, &mut room, &mut given).await?;
            judged.applies(one, verdict, rewards.get(&one.code));
        }
        for code in codes {
            if judged.of(code).is_none() {
                judged.does_not_apply(code, &validation, self.shopper());
            }
        }
        answer_for_the_unjudged(&mut judged.verdicts);
        if self.one_rule {
            self.find_places(codes, &mut judged.verdicts).await?;
        }
        Ok(judged)
    }

    /// Refuses what no native coupon is left for.
    async fn find_places(
        &self,
        codes: &[Code],
        verdicts: &mut [(Code, Verdict)],
    ) -> Result<(), FlowError> {
        let places = Places::of(*self).await?;
        let given = verdicts.iter().filter_map(|(code, verdict)| match verdict {
            Verdict::Gives(discount) => Some((code.clone(), discount.clone())),
            _ => None,
        });
        let given: Vec<(Code, Discount)> = given.collect();
        let refused = places.without_place(codes, &given);
        for (code, verdict) in verdicts {
            if let Some((_, refusal)) = refused.iter().find(|(known, _)| known == code) {
                *verdict = Verdict::Refused(refusal.clone());
            }
        }
        Ok(())
    }

    async fn judge_one(
        &self,
        applicable: &Applicable,
        room: &mut Room,
        given: &mut Vec<FreeItem>,
    ) -> Result<Verdict, FlowError> {
        // The project's amounts mean the project's currency.
        let own_currency = self.snapshot.currency == self.connection.settings.currency;
        let Some(calculated) = &applicable.calculated else {
            return Ok(Verdict::Refused(Refusal::NotSupported));
        };
        if let Some(gift) = applicable.gift {
            let card = self.card_of(&applicable.code, gift).await?;
            // What is less than a unit of the currency pays nothing.
            let balance = card.balance.rounded_down_to(self.snapshot.unit());
            return Ok(match balance.is_positive() {
                true if own_currency => Verdict::IsCard(card),
                true => Verdict::Refused(Refusal::OtherCurrency),
                false => Verdict::Refused(Refusal::NoBalance),
            });
        }
        // Voucherify's guide says that a session holds points, its API description that it holds none:
        // so no two checkouts may count on them.
        if applicable.points.is_some() && self.is_in_use(&applicable.code).await? {
            return Ok(Verdict::Refused(Refusal::InUse));
        }
        if !own_currency && !applicable.fits_every_currency {
            return Ok(Verdict::Refused(Refusal::OtherCurrency));
        }
        let Ok(discount) = room.take(calculated) else {
            return Ok(Verdict::Refused(Refusal::FreeItemUnavailable));
        };
        if !discount.has_effect() {
            return Ok(Verdict::Refused(Refusal::NoEffect));
        }
        for free in &discount.free_items {
            if let Some(refusal) = self.cannot_add(free, given).await? {
                return Ok(Verdict::Refused(refusal));
            }
            given.push(*free);
        }
        Ok(Verdict::Gives(discount))
    }

    /// The gift card a validation found. What is on it is looked up where that was not said; where
    /// it cannot be, the card is good for what it pays.
    async fn card_of(&self, code: &Code, gift: Gift) -> Result<Card, FlowError> {
        let voucherify = &self.connection.voucherify;
        let balance = match gift.balance {
            Some(balance) => balance,
            None => voucherify.balance(code).await?.unwrap_or(gift.credits),
        };
        Ok(Card {
            code: code.clone(),
            credits: gift.credits,
            balance,
        })
    }
}

/// A loyalty card spends points for what the items really cost, not for their retail price: how many,
/// where those are fewer than were calculated.
fn points_of_use(one: &Applicable, verdict: &Verdict) -> Option<i64> {
    let Verdict::Gives(discount) = verdict else {
        return None;
    };
    let wanted = one.calculated.as_ref()?.total;
    let (points, wanted) = (i128::from(one.points?), i128::from(wanted.0));
    if wanted <= 0 {
        return None;
    }
    let of_use = points * i128::from(discount.money().0);
    let of_use = (of_use + wanted - 1).div_euclid(wanted);
    (of_use < points).then(|| i64::try_from(of_use).ok())?
}

/// Where no code failed and some were not judged all the same, Voucherify says nothing of them.
fn answer_for_the_unjudged(verdicts: &mut [(Code, Verdict)]) {
    let failed = |(_, verdict): &(Code, Verdict)| matches!(verdict, Verdict::Refused(_));
    if verdicts.iter().any(failed) {
        return;
    }
    for (_, verdict) in verdicts {
        if matches!(verdict, Verdict::Unjudged) {
            *verdict = Verdict::Refused(Refusal::Other("no_answer".to_owned()));
        }
    }
}
