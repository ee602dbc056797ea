//! Whether the amounts on a checkout are what the backend calculated.
//!
//! The backend tells hundredths, the store shows thousandths where its currency has them: amounts are
//! added up as they are shown, and a sum that rounds to the other is no difference.

use super::checkout::{Checkout, Item};
use super::held::Held;

/// Half a hundredth, in thousandths.
const ROUNDING: i64 = 5;

/// Whether two amounts in thousandths are the same but for rounding.
fn are_same(one: i64, other: i64) -> bool {
    (one - other).abs() <= ROUNDING
}

impl Checkout {
    /// Whether anything on it is not as it should be.
    pub fn differs(&self, held: &Held) -> bool {
        self.coupons_differ(held) || self.certificates_differ(held)
    }

    /// Whether a coupon's discount is missing or other than calculated, a dropped one is still
    /// there, or a free item is missing. Codes that share one native code are compared by their sum.
    pub fn coupons_differ(&self, held: &Held) -> bool {
        let Some(coupons) = &self.coupons else {
            return false;
        };
        let missing = held.coupons().any(|code| !self.has(&code.native_code));
        let pieces = held.coupons().map(|code| code.free_items).sum::<i64>();
        if missing || self.added_pieces() < pieces {
            return true;
        }
        // What the coupons that give items away take off too much.
        let mut over = 0;
        for coupon in coupons {
            if held.is_gone(&coupon.code) {
                return true;
            }
            let Some(worth) = held.worth(&coupon.code) else {
                continue;
            };
            let more = coupon.amount - worth * 10;
            if held.gives_items(&coupon.code) {
                over += more;
            } else if !are_same(more, 0) {
                return true;
            }
        }
        !self.may_be_worth_of_gifts(over)
    }

    /// Whether an amount is that of the free items. BigCommerce may count them in the discounts of
    /// their coupons or not, and may have other promotions that give items away.
    fn may_be_worth_of_gifts(&self, amount: i64) -> bool {
        let sum = |of: fn(&Item) -> i64| self.added().map(of).sum::<i64>();
        let sums = [0, sum(|item| item.couponed), sum(|item| item.price)];
        sums.iter().any(|sum| are_same(*sum, amount))
    }

    fn added(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.added)
    }

    #[allow(clippy::cast_possible_truncation, reason = "a small whole number")]
    fn added_pieces(&self) -> i64 {
        self.added().map(|item| item.quantity as i64).sum()
    }

    /// A mark of what is shown of the coupons and what is calculated: where an evaluation did not
    /// bring the two together, the next would not either.
    pub fn coupon_mark(&self, held: &Held) -> i64 {
        let shown = self.coupons.iter().flatten().map(|coupon| coupon.amount);
        let told = held.coupons().map(|code| code.amount + code.free_items);
        let all = shown.chain([self.added_pieces(), -1]).chain(told);
        all.fold(0, |mark, part| {
            mark.wrapping_mul(1_000_003).wrapping_add(part)
        })
    }

    /// Whether a gift certificate pays another amount than it should, or one that was dropped is
    /// still there. One that is missing was taken off: typed again, it comes back.
    pub fn certificates_differ(&self, held: &Held) -> bool {
        self.certificates.iter().any(|found| {
            let worth = held.worth(&found.code);
            worth.is_some_and(|worth| !are_same(worth * 10, found.amount))
                || held.is_gone(&found.code)
        })
    }

    /// The gift certificates on it that no longer hold.
    pub fn gone_certificates(&self, held: &Held) -> Vec<String> {
        let codes = self.certificates.iter().map(|found| &found.code);
        codes.filter(|code| held.is_gone(code)).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::checkout::{Native, thousandths};
    use crate::domain::samples::{code, dropped};
    use voucherbridge_api_types::NativeKind;

    fn held(coupons: &[(&str, i64)], cards: &[(&str, i64)]) -> Held {
        let coupons = coupons.iter();
        let coupons = coupons.map(|(native, amount)| code(NativeKind::Coupon, native, *amount));
        let cards = cards.iter();
        let cards =
            cards.map(|(native, amount)| code(NativeKind::GiftCertificate, native, *amount));
        Held {
            codes: coupons.chain(cards).collect(),
            ..Held::default()
        }
    }

    fn gone(native: &str) -> Held {
        Held {
            dropped: vec![dropped(native)],
            ..Held::default()
        }
    }

    fn natives(found: &[(&str, f64)]) -> Vec<Native> {
        let found = found.iter().map(|(code, amount)| Native {
            code: (*code).into(),
            amount: thousandths(*amount),
        });
        found.collect()
    }

    fn with_coupons(coupons: &[(&str, f64)]) -> Checkout {
        Checkout {
            coupons: Some(natives(coupons)),
            ..Checkout::default()
        }
    }

    fn with_certificates(certificates: &[(&str, f64)]) -> Checkout {
        Checkout {
            certificates: natives(certificates),
            ..Checkout::default()
        }
    }

    #[test]
    fn equal_amounts_do_not_differ_in_spite_of_floats() {
        let checkout = with_coupons(&[
            ("save10-7k3m9q", 82.900_000_000_01),
            ("B-000000", 0.1 + 0.2),
        ]);
        let held = held(&[("SAVE10-7K3M9Q", 8290), ("B-000000", 30)], &[]);
        assert!(!checkout.coupons_differ(&held));
    }

    #[test]
    fn another_amount_or_no_coupon_differs() {
        let held = held(&[("SAVE10-7K3M9Q", 8290)], &[]);
        assert!(with_coupons(&[("SAVE10-7K3M9Q", 82.91)]).coupons_differ(&held));
        assert!(with_coupons(&[]).coupons_differ(&held));
    }

    /// Dinars have three decimals. Rounded one by one, 17.761 less 3.96 is 13.80, and 9.195 and 4.606
    /// are 13.81.
    #[test]
    fn free_items_are_added_up_before_they_are_rounded() {
        let mut held = held(&[("SET-000000", 396), ("SET-000000", 0)], &[]);
        for code in &mut held.codes {
            code.free_items = 1;
        }
        let shown = |discount, couponed: f64| {
            let gift = |price, couponed| Item {
                quantity: 1.0,
                added: true,
                price: thousandths(price),
                couponed: thousandths(couponed),
                ..Item::default()
            };
            Checkout {
                items: vec![gift(9.195, couponed), gift(4.606, couponed / 2.0)],
                ..with_coupons(&[("SET-000000", discount)])
            }
        };
        // Their worth is counted, in full or in part, or not at all.
        assert!(!shown(17.761, 0.0).coupons_differ(&held));
        assert!(!shown(9.96, 4.0).coupons_differ(&held));
        assert!(!shown(3.96, 4.0).coupons_differ(&held));
        // A hundredth more or less is a difference all the same.
        for discount in [17.751, 17.771, 9.95, 9.97, 3.95, 3.97, 13.155] {
            let checkout = shown(discount, 4.0);
            assert!(checkout.coupons_differ(&held), "{discount}");
        }
    }

    #[test]
    fn what_rounds_to_the_amount_does_not_differ() {
        let coupon = held(&[("A-000000", 920)], &[]);
        let card = held(&[], &[("GIFT-000000", 920)]);
        for (amount, differs) in [(9.195, false), (9.2, false), (9.19, true), (9.21, true)] {
            let coupons = with_coupons(&[("A-000000", amount)]);
            assert_eq!(coupons.coupons_differ(&coupon), differs, "{amount}");
            let certificates = with_certificates(&[("GIFT-000000", amount)]);
            assert_eq!(certificates.certificates_differ(&card), differs, "{amount}");
        }
    }

    #[test]
    fn an_answer_that_does_not_speak_of_coupons_does_not_differ() {
        assert!(!Checkout::default().coupons_differ(&held(&[("SAVE10-7K3M9Q", 1)], &[])));
    }

    #[test]
    fn codes_sharing_one_native_code_are_summed() {
        let held = held(&[("A-000000", 100), ("A-000000", 250)], &[]);
        assert!(!with_coupons(&[("A-000000", 3.5)]).coupons_differ(&held));
        assert!(with_coupons(&[("A-000000", 1.0)]).coupons_differ(&held));
    }

    #[test]
    fn a_dropped_code_must_be_gone() {
        let held = gone("A-000000");
        assert!(with_coupons(&[("A-000000", 1.0)]).coupons_differ(&held));
        assert!(!with_coupons(&[]).coupons_differ(&held));
        let checkout = with_certificates(&[("a-000000", 1.0), ("B-000000", 1.0)]);
        assert!(checkout.certificates_differ(&held));
        assert_eq!(checkout.gone_certificates(&held), ["a-000000"]);
        assert!(!with_certificates(&[]).certificates_differ(&held));
    }

    #[test]
    fn a_certificate_pays_the_sum_of_its_cards() {
        let held = held(&[], &[("GIFT-000000", 10000), ("GIFT-000000", 5000)]);
        let differs = |used| with_certificates(&[("gift-000000", used)]).certificates_differ(&held);
        assert!(!differs(150.0));
        assert!(differs(149.99));
        // The shopper took it off, or a certificate of the store's own pays as well.
        assert!(!with_certificates(&[("OWN-123", 3.0)]).certificates_differ(&held));
        assert!(!with_coupons(&[]).coupons_differ(&held));
    }
}
