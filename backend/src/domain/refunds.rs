//! What gift cards get of an order's refunds.
//!
//! A refund names the providers by which its money goes back. What goes to gift certificates is the
//! cards'; what goes to another provider is not; what the merchant gives back by hand is divided by
//! the rule the merchant chose.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumMessage, EnumString, IntoStaticStr};

use super::Hundredths;

/// A payment of a refund: money that went back in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPayment {
    /// Names it among those of its order.
    pub id: String,
    /// Where to.
    pub way: RefundWay,
    /// How much.
    pub amount: Hundredths,
    /// Whether the provider declined it: then nothing went back.
    pub is_declined: bool,
}

/// Where money of a refund goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundWay {
    /// To the gift certificates that paid.
    Certificates,
    /// By hand: in cash, by bank transfer, or in a way the store does not know.
    Offline,
    /// To another provider, such as a credit card or store credit.
    Other,
}

/// What gift cards get of what a merchant gives back by hand.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumIter,
    EnumMessage,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum OfflineRefunds {
    /// Nothing: the shopper has the money already.
    #[default]
    Nothing,
    /// As much of it as they paid of the order.
    InProportion,
    /// All of it, until they have back what they paid.
    CardsFirst,
}

/// How an order was paid.
#[derive(Debug, Clone, Copy)]
pub struct Paid {
    /// All of it.
    pub total: Hundredths,
    /// What gift certificates paid, the merchant's own included.
    pub by_certificates: Hundredths,
    /// What our cards paid.
    pub by_cards: Hundredths,
    /// The smallest amount of the currency.
    pub unit: Hundredths,
}

impl Paid {
    /// What the cards get of each payment, in their order. Never more together than they paid; what
    /// one payment leaves by rounding, the next brings.
    #[must_use]
    pub fn due(
        self,
        payments: &[RefundPayment],
        rule: OfflineRefunds,
    ) -> Vec<(String, Hundredths)> {
        let (mut to_certificates, mut offline) = (Hundredths::ZERO, Hundredths::ZERO);
        let mut before = Hundredths::ZERO;
        let mut due = Vec::new();
        for payment in payments.iter().filter(|payment| !payment.is_declined) {
            match payment.way {
                RefundWay::Certificates => to_certificates = to_certificates + payment.amount,
                RefundWay::Offline => offline = offline + payment.amount,
                RefundWay::Other => {}
            }
            let until_now = self.of_certificates(to_certificates) + self.of_offline(offline, rule);
            let until_now = until_now.min(self.by_cards).rounded_down_to(self.unit);
            due.push((payment.id.clone(), until_now - before));
            before = until_now;
        }
        due
    }

    fn of_certificates(self, refunded: Hundredths) -> Hundredths {
        part_of(
            refunded,
            self.by_cards,
            self.by_certificates.max(self.by_cards),
        )
    }

    fn of_offline(self, refunded: Hundredths, rule: OfflineRefunds) -> Hundredths {
        match rule {
            OfflineRefunds::Nothing => Hundredths::ZERO,
            OfflineRefunds::InProportion => part_of(refunded, self.by_cards, self.total),
            OfflineRefunds::CardsFirst => refunded,
        }
    }

    /// What the cards get beside that when the order came to nothing: what they have not got back,
    /// as far as the order's money did not go back otherwise.
    #[must_use]
    pub fn rest(self, refunded: Hundredths, given: Hundredths) -> Hundredths {
        let left = (self.total - refunded).max(Hundredths::ZERO);
        (self.by_cards - given)
            .max(Hundredths::ZERO)
            .min(left)
            .rounded_down_to(self.unit)
    }
}

/// Divides an amount among cards in the proportion of what is `open` of each, in whole units. The
/// sum is exact, as far as so much is open.
#[must_use]
pub fn share_out(amount: Hundredths, open: &[Hundredths], unit: Hundredths) -> Vec<Hundredths> {
    let all: Hundredths = open.iter().copied().sum();
    let amount = amount.max(Hundredths::ZERO).min(all);
    let (mut before, mut shared) = (Hundredths::ZERO, Hundredths::ZERO);
    let mut parts = Vec::new();
    for one in open {
        // By running sums: what rounding leaves of one card falls to the next.
        before = before + *one;
        let until_now = if before == all {
            amount
        } else {
            part_of(amount, before, all).rounded_down_to(unit)
        };
        parts.push(until_now - shared);
        shared = until_now;
    }
    parts
}

/// `amount` × `part` ∕ `whole`, rounded down.
fn part_of(amount: Hundredths, part: Hundredths, whole: Hundredths) -> Hundredths {
    if !whole.is_positive() {
        return Hundredths::ZERO;
    }
    let exact = i128::from(amount.0) * i128::from(part.0) / i128::from(whole.0);
    Hundredths(i64::try_from(exact).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An order of 100.00, 50.00 of it by card.
    const HALF: Paid = Paid {
        total: Hundredths(10_000),
        by_certificates: Hundredths(5_000),
        by_cards: Hundredths(5_000),
        unit: Hundredths(1),
    };

    fn payment(way: RefundWay, amount: i64) -> RefundPayment {
        RefundPayment {
            id: "1-1".to_owned(),
            way,
            amount: Hundredths(amount),
            is_declined: false,
        }
    }

    fn due(paid: Paid, payments: &[RefundPayment], rule: OfflineRefunds) -> i64 {
        paid.due(payments, rule)
            .iter()
            .map(|(_, part)| part.0)
            .sum()
    }

    #[test]
    fn cards_get_what_went_to_certificates() {
        let nothing = OfflineRefunds::Nothing;
        let one = |way, amount| due(HALF, &[payment(way, amount)], nothing);
        assert_eq!(one(RefundWay::Other, 4_000), 0);
        assert_eq!(one(RefundWay::Offline, 10_000), 0);
        assert_eq!(one(RefundWay::Certificates, 4_000), 4_000);
        assert_eq!(one(RefundWay::Certificates, 9_000), 5_000);
        let declined = RefundPayment {
            is_declined: true,
            ..payment(RefundWay::Certificates, 4_000)
        };
        assert_eq!(due(HALF, &[declined], nothing), 0);
    }

    #[test]
    fn what_is_given_back_by_hand_is_divided_by_the_rule() {
        let by_hand = [payment(RefundWay::Offline, 4_000)];
        assert_eq!(due(HALF, &by_hand, OfflineRefunds::InProportion), 2_000);
        assert_eq!(due(HALF, &by_hand, OfflineRefunds::CardsFirst), 4_000);
    }

    #[test]
    fn beside_the_merchants_own_certificates_cards_get_their_part() {
        let both = Paid {
            by_certificates: Hundredths(7_500),
            ..HALF
        };
        let refunds = [payment(RefundWay::Certificates, 1_000)];
        assert_eq!(due(both, &refunds, OfflineRefunds::Nothing), 666);
        let refunds = [
            refunds.as_slice(),
            &[payment(RefundWay::Certificates, 6_500)],
        ]
        .concat();
        assert_eq!(due(both, &refunds, OfflineRefunds::Nothing), 5_000);
    }

    #[test]
    fn an_order_that_came_to_nothing_gives_the_rest_back_and_no_more_than_it_has() {
        assert_eq!(HALF.rest(Hundredths::ZERO, Hundredths::ZERO).0, 5_000);
        assert_eq!(HALF.rest(Hundredths(4_000), Hundredths(4_000)).0, 1_000);
        assert_eq!(HALF.rest(Hundredths(8_000), Hundredths::ZERO).0, 2_000);
        assert_eq!(HALF.rest(Hundredths(10_000), Hundredths::ZERO).0, 0);
    }

    #[test]
    fn yen_are_given_back_whole() {
        let yen = Paid {
            unit: Hundredths(100),
            ..HALF
        };
        let by_hand = [
            payment(RefundWay::Offline, 3_805),
            payment(RefundWay::Offline, 6_195),
        ];
        let due = yen.due(&by_hand, OfflineRefunds::InProportion);
        assert_eq!((due[0].1.0, due[1].1.0), (1_900, 3_100));
        let parts = share_out(
            Hundredths(1_900),
            &[Hundredths(3_000), Hundredths(2_000)],
            yen.unit,
        );
        assert_eq!(parts, [Hundredths(1_100), Hundredths(800)]);
        let odd = Paid {
            by_cards: Hundredths(5_050),
            ..yen
        };
        assert_eq!(odd.rest(Hundredths::ZERO, Hundredths::ZERO).0, 5_000);
        // All that is open is given, also what is no whole yen of it.
        let open = [Hundredths(3_000), Hundredths(2_050)];
        assert_eq!(share_out(Hundredths(5_050), &open, yen.unit), open);
    }

    proptest! {
        #[test]
        fn what_is_shared_out_is_exact_and_no_card_gets_more_than_is_open(
            amount in 0_i64..100_000,
            open in prop::collection::vec(0_i64..20_000, 1..6),
        ) {
            let open: Vec<Hundredths> = open.into_iter().map(Hundredths).collect();
            let all: i64 = open.iter().map(|one| one.0).sum();
            let parts = share_out(Hundredths(amount), &open, Hundredths(1));
            prop_assert_eq!(parts.iter().map(|one| one.0).sum::<i64>(), amount.min(all));
            for (part, open) in parts.iter().zip(&open) {
                prop_assert!(part.0 >= 0 && part <= open);
            }
        }
    }
}
