//! What codes are at a checkout, each as Voucherify's answer was judged.

use std::collections::HashMap;

use super::{
    Code, Hundredths,
    cards::Card,
    discount::Discount,
    lock::{Coupon, Reward},
    messages::Refusal,
};

/// The rewards by which loyalty cards pay.
pub type Rewards = HashMap<Code, Reward>;

/// Codes that cannot be used, each with its reason.
pub type Refused = Vec<(Code, Refusal)>;

/// What a code is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
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
#[derive(Debug, Clone, Default)]
pub struct Judged {
    verdicts: Vec<(Code, Verdict)>,
    /// The codes Voucherify found applicable, which the session holds now.
    pub in_session: Vec<Code>,
    /// Whether the cart's lines had to be told whole.
    pub whole_lines: bool,
    /// Loyalty cards, which need a reward to pay by.
    pub need_reward: Vec<Code>,
    /// By what loyalty cards pay, with their points.
    rewards: Rewards,
    /// Loyalty cards that pay more than the items cost, each with the points that are of use.
    pub fewer_points: Rewards,
}

impl Judged {
    /// Nothing is judged yet; the session may hold codes all the same.
    #[must_use]
    pub fn new(whole_lines: bool, in_session: Vec<Code>) -> Self {
        Self {
            in_session,
            whole_lines,
            ..Self::default()
        }
    }

    /// Writes down what a code is that applies. A loyalty card pays by a `reward`, with the points for which
    /// Voucherify `calculated` its discount.
    pub fn applies(
        &mut self,
        code: &Code,
        verdict: Verdict,
        reward: Option<Reward>,
        calculated: Hundredths,
    ) {
        if !self.in_session.contains(code) {
            self.in_session.push(code.clone());
        }
        if let Some(reward) = reward {
            if let Some(points) = points_of_use(reward.points, calculated, &verdict) {
                let points = Some(points);
                let fewer = Reward {
                    points,
                    ..reward.clone()
                };
                self.fewer_points.insert(code.clone(), fewer);
            }
            self.rewards.insert(code.clone(), reward);
        }
        self.verdicts.push((code.clone(), verdict));
    }

    /// Writes down what a code is that does not apply.
    pub fn does_not_apply(&mut self, code: &Code, verdict: Verdict) {
        self.verdicts.push((code.clone(), verdict));
    }

    /// Refuses codes that apply.
    pub fn refuse(&mut self, refused: Refused) {
        for (code, refusal) in refused {
            let mut verdicts = self.verdicts.iter_mut();
            if let Some((_, verdict)) = verdicts.find(|(known, _)| *known == code) {
                *verdict = Verdict::Refused(refusal);
            }
        }
    }

    /// Where no code failed and some were not judged all the same, Voucherify says nothing of them.
    pub fn answer_for_the_unjudged(&mut self) {
        let failed = |(_, verdict): &(Code, Verdict)| matches!(verdict, Verdict::Refused(_));
        if self.verdicts.iter().any(failed) {
            return;
        }
        for (_, verdict) in &mut self.verdicts {
            if *verdict == Verdict::Unjudged {
                *verdict = Verdict::Refused(Refusal::Other("no_answer".to_owned()));
            }
        }
    }

    /// What a code is.
    #[must_use]
    pub fn verdict(&self, code: &Code) -> Option<&Verdict> {
        let found = self.verdicts.iter().find(|(known, _)| known == code);
        found.map(|(_, verdict)| verdict)
    }

    /// Why a code is refused, if it is.
    #[must_use]
    pub fn refusal(&self, code: &Code) -> Option<&Refusal> {
        match self.verdict(code) {
            Some(Verdict::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// Those of `codes` that are refused, each with its reason.
    #[must_use]
    pub fn refused(&self, codes: &[Code]) -> Refused {
        let refused = |code: &Code| Some((code.clone(), self.refusal(code)?.clone()));
        codes.iter().filter_map(refused).collect()
    }

    /// What a code gives, if it is a discount.
    #[must_use]
    pub fn discount(&self, code: &Code) -> Option<&Discount> {
        match self.verdict(code) {
            Some(Verdict::Gives(discount)) => Some(discount),
            _ => None,
        }
    }

    /// The codes that are discounts, in the order in which they apply.
    #[must_use]
    pub fn given(&self) -> Vec<(&Code, &Discount)> {
        let given = self
            .verdicts
            .iter()
            .filter_map(|(code, verdict)| match verdict {
                Verdict::Gives(discount) => Some((code, discount)),
                _ => None,
            });
        given.collect()
    }

    /// Those of `codes` that are discounts, as coupons of which BigCommerce was not told.
    #[must_use]
    pub fn coupons(&self, codes: &[Code]) -> Vec<Coupon> {
        let coupon = |code: &Code| {
            Some(Coupon {
                discount: self.discount(code)?.clone(),
                reward: self.rewards.get(code).cloned(),
                ..Coupon::new(code)
            })
        };
        codes.iter().filter_map(coupon).collect()
    }

    /// Those of `codes` that are gift cards.
    #[must_use]
    pub fn cards(&self, codes: &[Code]) -> Vec<Card> {
        let card = |code: &Code| match self.verdict(code) {
            Some(Verdict::IsCard(card)) => Some(card.clone()),
            _ => None,
        };
        codes.iter().filter_map(card).collect()
    }
}

/// A loyalty card spends points for what the items really cost, not for their retail price: how many,
/// where those are fewer than were `calculated` with.
fn points_of_use(points: Option<i64>, calculated: Hundredths, verdict: &Verdict) -> Option<i64> {
    let Verdict::Gives(discount) = verdict else {
        return None;
    };
    let (points, wanted) = (i128::from(points?), i128::from(calculated.0));
    if wanted <= 0 {
        return None;
    }
    let of_use = points * i128::from(discount.money().0);
    let of_use = (of_use + wanted - 1).div_euclid(wanted);
    (of_use < points).then(|| i64::try_from(of_use).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_are_of_use() {
        // (points, what was calculated for them, what it really takes off, the points of use)
        let table = [
            (Some(1_000), 1_000, 1_000, None),
            (Some(1_000), 1_000, 500, Some(500)),
            // The last point is needed for a part of what it is worth.
            (Some(100), 1_000, 501, Some(51)),
            (Some(100), 1_000, 991, None),
            (Some(100), 1_000, 0, Some(0)),
            (Some(100), 0, 0, None),
            (None, 1_000, 500, None),
        ];
        for (points, calculated, money, expected) in table {
            let verdict = Verdict::Gives(Discount::on_order(Hundredths(money)));
            let is = points_of_use(points, Hundredths(calculated), &verdict);
            assert_eq!(is, expected, "{points:?} {calculated} {money}");
        }
        let refused = Verdict::Refused(Refusal::NoEffect);
        assert_eq!(points_of_use(Some(100), Hundredths(1_000), &refused), None);
    }
}
