//! What codes give a checkout: Voucherify is asked of all of them together, and each is judged.

use crate::{
    domain::{
        Code, Hundredths,
        cards::Card,
        discount::FreeItem,
        judged::{Judged, Rewards, Verdict},
        lock::Reward,
        messages::Refusal,
        room::{Room, UnknownItem},
    },
    error::FlowError,
    flows::cart::cart_context::Cart,
    voucherify::{Applicable, Gift, Inapplicable, Redeemable, Session},
};

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
            let mut judged = Judged::default();
            for code in codes {
                judged.does_not_apply(code, Verdict::Refused(Refusal::NotCheckable));
            }
            return Ok(judged);
        }
        let asked = codes.iter().map(|code| Redeemable {
            reward: rewards.get(code).cloned(),
            ..Redeemable::code(code)
        });
        let asked: Vec<Redeemable> = asked.collect();
        let voucherify = &self.connection.voucherify;
        let validation = voucherify.validate(&asked, self.snapshot, session).await?;
        let mut judged = Judged::new(validation.whole_lines, validation.maybe_held.clone());
        let mut room = Room::of(self.snapshot);
        let mut given = Vec::new();
        // In the order in which they apply, which a project may have chosen otherwise.
        for one in &validation.applicable {
            let verdict = self.judge_one(one, &mut room, &mut given).await?;
            let reward = rewards.get(&one.code).map(|reward| Reward {
                points: one.points,
                ..reward.clone()
            });
            let calculated = one.calculated.as_ref().map(|calculated| calculated.total);
            let calculated = calculated.unwrap_or_default();
            judged.applies(&one.code, verdict, reward, calculated);
        }
        for code in codes {
            if judged.verdict(code).is_some() {
                continue;
            }
            let refused = validation.refused(code);
            if refused.is_some_and(Inapplicable::needs_reward) {
                judged.need_reward.push(code.clone());
            }
            judged.does_not_apply(code, self.verdict_on_inapplicable(refused));
        }
        judged.answer_for_the_unjudged();
        if self.one_rule {
            let refused = self.places().await?.without_place(codes, &judged.given());
            judged.refuse(refused);
        }
        Ok(judged)
    }

    fn verdict_on_inapplicable(&self, refused: Option<&Inapplicable>) -> Verdict {
        match refused {
            Some(refused) if !refused.is_unjudged() => {
                Verdict::Refused(refused.refusal(self.shopper()))
            }
            _ => Verdict::Unjudged,
        }
    }

    async fn judge_one(
        &self,
        applicable: &Applicable,
        room: &mut Room,
        given: &mut Vec<FreeItem>,
    ) -> Result<Verdict, FlowError> {
        let kind = self.kind_of(applicable).await?;
        // The project's amounts mean the project's currency.
        let own_currency = self.snapshot.currency == self.connection.settings.currency;
        let verdict = verdict(applicable, kind, own_currency, self.snapshot.unit(), room);
        let Verdict::Gives(discount) = &verdict else {
            return Ok(verdict);
        };
        for free in &discount.free_items {
            if let Some(refusal) = self.cannot_add(free, given).await? {
                return Ok(Verdict::Refused(refusal));
            }
            given.push(*free);
        }
        Ok(verdict)
    }

    async fn kind_of(&self, applicable: &Applicable) -> Result<Kind, FlowError> {
        let code = &applicable.code;
        Ok(match applicable {
            // Nothing else matters where what it gives is not understood.
            Applicable {
                calculated: None, ..
            } => Kind::Coupon,
            Applicable {
                gift: Some(gift), ..
            } => Kind::GiftCard(self.card_of(code, *gift).await?),
            Applicable {
                points: Some(_), ..
            } if self.is_in_use(code).await? => Kind::LoyaltyCardInUse,
            _ => Kind::Coupon,
        })
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

/// What a code is, as far as that was looked up.
#[derive(Debug, Clone)]
enum Kind {
    /// A discount, or a loyalty card that is free.
    Coupon,
    /// A gift card, with what is on it.
    GiftCard(Card),
    /// A loyalty card on which another checkout counts. Voucherify's guide says that a session holds points,
    /// its API description that it holds none: so no two checkouts may count on them.
    LoyaltyCardInUse,
}

/// What a code is that applies, before the store is asked for the items that it adds; `unit` is the least amount
/// of the cart's currency. What the code takes off is taken out of the `room`.
fn verdict(
    one: &Applicable,
    kind: Kind,
    own_currency: bool,
    unit: Hundredths,
    room: &mut Room,
) -> Verdict {
    let Some(calculated) = &one.calculated else {
        return Verdict::Refused(Refusal::NotSupported);
    };
    match kind {
        // What is less than a unit of the currency pays nothing.
        Kind::GiftCard(card) if !card.balance.rounded_down_to(unit).is_positive() => {
            return Verdict::Refused(Refusal::NoBalance);
        }
        Kind::GiftCard(card) if own_currency => return Verdict::IsCard(card),
        Kind::GiftCard(_) => return Verdict::Refused(Refusal::OtherCurrency),
        Kind::LoyaltyCardInUse => return Verdict::Refused(Refusal::InUse),
        Kind::Coupon => {}
    }
    if !own_currency && !one.fits_every_currency {
        return Verdict::Refused(Refusal::OtherCurrency);
    }
    match room.take(calculated) {
        Err(UnknownItem) => Verdict::Refused(Refusal::FreeItemUnavailable),
        Ok(discount) if !discount.has_effect() => Verdict::Refused(Refusal::NoEffect),
        Ok(discount) => Verdict::Gives(discount),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        name_of,
        room::{Calculated, CalculatedItem, tests::cart},
    };

    /// What Voucherify calculated, in words.
    fn calculated(words: &str) -> Option<Calculated> {
        let mut calculated = Calculated::default();
        match words {
            "not understood" => return None,
            "unknown item" => calculated.items.push(CalculatedItem {
                item: None,
                discount: Hundredths(100),
                added: 1,
                added_worth: Hundredths(100),
            }),
            "shipping" => calculated.free_shipping = true,
            cents => calculated.on_order = Hundredths(cents.parse().unwrap()),
        }
        calculated.total = calculated.on_order;
        Some(calculated)
    }

    fn told(verdict: &Verdict) -> String {
        match verdict {
            Verdict::Gives(discount) if discount.free_shipping => "shipping".to_owned(),
            Verdict::Gives(discount) => discount.money().0.to_string(),
            Verdict::IsCard(card) => format!("card {}", card.balance.0),
            Verdict::Refused(refusal) => name_of(refusal).to_owned(),
            Verdict::Unjudged => "unjudged".to_owned(),
        }
    }

    #[test]
    fn what_a_code_is_that_applies() {
        let code = Code::parse("SAVE10").unwrap();
        let gift = |cents| {
            Kind::GiftCard(Card {
                code: code.clone(),
                credits: Hundredths(cents),
                balance: Hundredths(cents),
            })
        };
        let coupon = || Kind::Coupon;
        let in_use = || Kind::LoyaltyCardInUse;
        let [other, none] = ["other_currency", "no_effect"];
        // The cart comes to 10,000, and its currency has units of 100.
        // (what was calculated, what the code is, in the project's currency, in another one, there where it means
        // the same in each)
        let table = [
            ("1000", coupon(), ["1000", other, "1000"]),
            ("20000", coupon(), ["10000", other, "10000"]),
            ("0", coupon(), [none, other, none]),
            ("shipping", coupon(), ["shipping", other, "shipping"]),
            (
                "unknown item",
                coupon(),
                ["free_item_unavailable", other, "free_item_unavailable"],
            ),
            ("not understood", gift(500), ["not_supported"; 3]),
            ("1000", gift(500), ["card 500", other, other]),
            ("1000", gift(10), ["no_balance"; 3]),
            ("1000", in_use(), ["in_use"; 3]),
        ];
        for (words, kind, expected) in table {
            let what = format!("{words} {kind:?}");
            let is = [(true, false), (false, false), (false, true)].map(|(own_currency, fits)| {
                let one = Applicable {
                    code: code.clone(),
                    calculated: calculated(words),
                    fits_every_currency: fits,
                    gift: None,
                    points: None,
                };
                let mut room = Room::of(&cart("USD", &[10_000]));
                let unit = Hundredths(100);
                told(&verdict(&one, kind.clone(), own_currency, unit, &mut room))
            });
            assert_eq!(is, expected, "{what}");
        }
    }
}
