//! Which codes hold together: what Voucherify is asked next is decided of what it answered.
//!
//! A bad code never costs the good ones, and a new code never one that is held.

use super::{
    Code,
    cards::Card,
    judged::{Judged, Refused, Rewards},
    lock::Coupon,
    messages::Refusal,
};

/// What is asked about together.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The codes that are held.
    pub held: Vec<Code>,
    /// The new ones, which are asked about after those.
    pub new: Vec<Code>,
    /// By what loyalty cards pay, as far as that is known.
    pub rewards: Rewards,
}

/// What follows from an answer on all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// A held code is refused. Whether that is the new codes' doing, the held ones by themselves tell.
    AskHeldAlone,
    /// It is decided what is next.
    Next(Next),
}

/// What is next. All but [`Next::Agree`] has the rest asked about again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Loyalty cards pay with no more points than are of use.
    PayWith(Rewards),
    /// Held codes can no longer be used.
    Lose(Refused),
    /// New codes cannot stand beside the held ones.
    RefuseBesideHeld(Refused),
    /// New codes cannot be used. What is not known may be read otherwise.
    Refuse(Refused),
    /// A code behind these new cards was calculated on what they left of the order.
    SetAside(Vec<Card>),
    /// What is left holds together.
    Agree(Together),
}

/// Codes that hold together. The session holds them, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Together {
    /// The discounts, those held before first.
    pub coupons: Vec<Coupon>,
    /// The new codes that are gift cards.
    pub cards: Vec<Card>,
    /// New codes that cannot stand beside the held ones.
    pub refused: Refused,
    /// Whether the cart's lines had to be told whole.
    pub whole_lines: bool,
}

impl Asked {
    /// All codes, in the order in which they are asked about.
    #[must_use]
    pub fn codes(&self) -> Vec<Code> {
        [self.held.as_slice(), &self.new].concat()
    }

    /// The project does not take so many codes at once: the last new one is given up for the others.
    pub fn give_up_last(&mut self) -> Option<Code> {
        let others = self.held.len() + self.new.len();
        self.new.pop_if(|_| others > 1)
    }

    /// Leaves codes out.
    pub fn leave_out(&mut self, codes: &Refused) {
        let is_left = |code: &Code| !codes.iter().any(|(known, _)| known == code);
        self.held.retain(is_left);
        self.new.retain(is_left);
    }

    /// The loyalty cards that pay with more points than are of use, each with those that are.
    fn fewer_points(&self, judged: &Judged) -> Option<Next> {
        let is_open = |code: &Code| {
            self.rewards
                .get(code)
                .is_some_and(|one| one.points.is_none())
        };
        let mut fewer = judged.fewer_points.clone();
        fewer.retain(|code, _| is_open(code));
        (!fewer.is_empty()).then_some(Next::PayWith(fewer))
    }
}

/// What follows from the answer on all codes that were asked about.
#[must_use]
pub fn next(asked: &Asked, judged: &Judged) -> Answered {
    if let Some(fewer) = asked.fewer_points(judged) {
        return Answered::Next(fewer);
    }
    let lost = judged.refused(&asked.held);
    if !lost.is_empty() && !asked.new.is_empty() {
        return Answered::AskHeldAlone;
    }
    let refused = judged.refused(&asked.new);
    let cards = judged.cards(&asked.new);
    Answered::Next(if !lost.is_empty() {
        Next::Lose(lost)
    } else if is_any_behind_card(&asked.new, judged) {
        Next::SetAside(cards)
    } else if !refused.is_empty() {
        Next::Refuse(refused)
    } else {
        Next::Agree(Together {
            coupons: judged.coupons(&asked.codes()),
            cards,
            refused,
            whole_lines: judged.whole_lines,
        })
    })
}

/// What is next after the answer on the held codes `alone`, where one of them was refused beside the new ones.
#[must_use]
pub fn next_after_alone(asked: &Asked, judged: &Judged, alone: &Judged) -> Next {
    if let Some(fewer) = asked.fewer_points(alone) {
        return fewer;
    }
    let lost = alone.refused(&asked.held);
    if !lost.is_empty() {
        return Next::Lose(lost);
    }
    let refused = refused_beside_held(&asked.new, judged);
    if refused.len() < asked.new.len() {
        return Next::RefuseBesideHeld(refused);
    }
    Next::Agree(Together {
        coupons: alone.coupons(&asked.held),
        cards: Vec::new(),
        refused,
        whole_lines: alone.whole_lines,
    })
}

/// The new codes beside which a held one cannot stand: those that applied in its place. Where none did, it
/// is all of them, each for its own reason.
fn refused_beside_held(new: &[Code], judged: &Judged) -> Refused {
    let applied = |code: &&Code| judged.in_session.contains(code);
    let none_applied = !new.iter().any(|code| applied(&code));
    let bad = new.iter().filter(|code| none_applied || applied(code));
    let refused = bad.map(|code| {
        let refusal = judged.refusal(code).cloned();
        (code.clone(), refusal.unwrap_or(Refusal::NotCombinable))
    });
    refused.collect()
}

/// Whether a code stands behind a gift card that was calculated on what the card left of the order.
fn is_any_behind_card(new: &[Code], judged: &Judged) -> bool {
    let is_card = |code: &Code| !judged.cards(std::slice::from_ref(code)).is_empty();
    let mut behind = new.iter().skip_while(|code| !is_card(code));
    behind.any(|code| {
        judged.discount(code).is_some() || judged.refusal(code) == Some(&Refusal::NoEffect)
    })
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;
    use crate::domain::{Hundredths, discount::Discount, judged::Verdict, lock::Reward, name_of};

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    fn codes(words: &str) -> Vec<Code> {
        words.split_whitespace().map(code).collect()
    }

    fn asked(held: &str, new: &str) -> Asked {
        Asked {
            held: codes(held),
            new: codes(new),
            rewards: Rewards::new(),
        }
    }

    /// An answer in words: a code that `gives` something or is a `card` applies, and so is in the session. One
    /// that is `unjudged` or refused does not.
    fn answer(words: &str) -> Judged {
        let mut judged = Judged::default();
        for word in words.split_whitespace() {
            let (text, verdict) = word.split_once('=').unwrap();
            let code = code(text);
            let amount = Hundredths(500);
            let applies = match verdict {
                "gives" => Verdict::Gives(Discount::on_order(amount)),
                "card" => Verdict::IsCard(Card {
                    code: code.clone(),
                    credits: amount,
                    balance: amount,
                }),
                "unjudged" => {
                    judged.does_not_apply(&code, Verdict::Unjudged);
                    continue;
                }
                reason => {
                    let refusal = Refusal::iter().find(|one| name_of(one) == reason);
                    judged.does_not_apply(&code, Verdict::Refused(refusal.unwrap()));
                    continue;
                }
            };
            judged.applies(&code, applies, None, amount);
        }
        judged
    }

    /// The same words for what is next.
    fn told(next: &Next) -> String {
        let refused = |all: &Refused| -> Vec<String> {
            let one = |(code, refusal): &(Code, Refusal)| format!("{code}={}", name_of(refusal));
            all.iter().map(one).collect()
        };
        let cards = |all: &[Card]| -> Vec<String> {
            let one = |card: &Card| format!("{}=card", card.code);
            all.iter().map(one).collect()
        };
        let (what, words) = match next {
            Next::PayWith(rewards) => ("pay with", vec![format!("{rewards:?}")]),
            Next::Lose(all) => ("lose", refused(all)),
            Next::RefuseBesideHeld(all) => ("refuse beside held", refused(all)),
            Next::Refuse(all) => ("refuse", refused(all)),
            Next::SetAside(all) => ("set aside", cards(all)),
            Next::Agree(together) => {
                let coupons = together.coupons.iter();
                let coupons = coupons.map(|coupon| coupon.code.to_string()).collect();
                let (cards, refused) = (cards(&together.cards), refused(&together.refused));
                ("agree", [coupons, cards, refused].concat())
            }
        };
        format!("{what} {}", words.join(" "))
    }

    #[test]
    fn what_is_next_after_an_answer_on_all() {
        // (held, new, what was answered in the order in which codes apply, what follows)
        let table = [
            ("", "A", "A=gives", "agree A"),
            ("H", "A", "A=gives H=gives", "agree H A"),
            ("H", "", "H=gives", "agree H"),
            ("", "A", "A=unknown", "refuse A=unknown"),
            ("", "A B", "A=gives B=expired", "refuse B=expired"),
            (
                "H",
                "A B",
                "H=gives A=expired B=unjudged",
                "refuse A=expired",
            ),
            // A held code is refused by itself.
            ("H", "", "H=expired", "lose H=expired"),
            ("H I", "", "H=gives I=expired", "lose I=expired"),
            // It may be the new code's doing, also where that is refused too.
            ("H", "A", "A=gives H=not_combinable", "ask held alone"),
            ("H", "A", "H=expired A=unknown", "ask held alone"),
            // Cards behind the discounts stay. Before one they are set aside.
            ("", "C", "C=card", "agree C=card"),
            ("H", "A C", "H=gives A=gives C=card", "agree H A C=card"),
            ("", "A C", "A=no_effect C=card", "refuse A=no_effect"),
            ("", "C A", "C=card A=gives", "set aside C=card"),
            ("", "C A", "C=card A=no_effect", "set aside C=card"),
            (
                "",
                "C A D",
                "C=card A=gives D=card",
                "set aside C=card D=card",
            ),
            // What the card left of the order is not why this one is refused.
            ("", "C A", "C=card A=unknown", "refuse A=unknown"),
        ];
        for (held, new, answered, expected) in table {
            let is = match next(&asked(held, new), &answer(answered)) {
                Answered::AskHeldAlone => "ask held alone".to_owned(),
                Answered::Next(next) => told(&next),
            };
            assert_eq!(is, expected, "{held} + {new}: {answered}");
        }
    }

    #[test]
    fn what_is_next_after_the_held_ones_alone() {
        // (new beside the held H, answered of all, of H alone, what is next)
        let table = [
            // It is not the new code's doing.
            ("A", "A=gives H=expired", "H=expired", "lose H=expired"),
            // The only new code applied in its place.
            (
                "A",
                "A=gives H=not_combinable",
                "H=gives",
                "agree H A=not_combinable",
            ),
            // One of two did. The other one is asked about again.
            (
                "A B",
                "A=gives H=not_combinable B=unjudged",
                "H=gives",
                "refuse beside held A=not_combinable",
            ),
            // None did: each is refused for its own reason.
            (
                "A B",
                "H=not_combinable A=unknown B=unjudged",
                "H=gives",
                "agree H A=unknown B=not_combinable",
            ),
        ];
        for (new, all, alone, expected) in table {
            let is = next_after_alone(&asked("H", new), &answer(all), &answer(alone));
            assert_eq!(told(&is), expected, "{new}: {all}: {alone}");
        }
    }

    #[test]
    fn points_that_are_of_no_use_are_not_paid_with() {
        let reward = |points| Reward {
            id: "rew_1".to_owned(),
            points,
        };
        let loyal = code("L");
        // Ten points were calculated with, and what they buy is worth five of them.
        let gives = Verdict::Gives(Discount::on_order(Hundredths(500)));
        let mut judged = Judged::default();
        judged.applies(&loyal, gives, Some(reward(Some(10))), Hundredths(1_000));
        let fewer = Next::PayWith(Rewards::from([(loyal.clone(), reward(Some(5)))]));
        // (what is known of the reward and its points, whether fewer are paid with)
        for (known, expected) in [(None, false), (Some(None), true), (Some(Some(5)), false)] {
            let mut asked = asked("L", "");
            let known = known.map(|points| (loyal.clone(), reward(points)));
            asked.rewards.extend(known);
            let is = next(&asked, &judged) == Answered::Next(fewer.clone());
            assert_eq!(is, expected, "{:?}", asked.rewards);
            let is = next_after_alone(&asked, &judged, &judged) == fewer;
            assert_eq!(is, expected, "{:?}", asked.rewards);
        }
    }

    #[test]
    fn a_project_that_takes_fewer_codes_costs_the_last_new_one() {
        for (held, new, last) in [
            ("H", "A B", Some("B")),
            ("H", "A", Some("A")),
            ("", "A", None),
        ] {
            assert_eq!(
                asked(held, new).give_up_last(),
                last.map(code),
                "{held} {new}"
            );
        }
        assert_eq!(asked("H I", "").give_up_last(), None);
    }
}
