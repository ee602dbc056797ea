//! What is read of the storefront's checkout and cart answers, and whether the amounts in them are
//! what the backend calculated.

use crate::held::Held;
use crate::json::{self, Read};
use wasm_bindgen::JsValue;

/// A checkout or a cart, as far as the module looks at it.
#[derive(Debug, Default)]
pub struct Checkout {
    /// `None` when the answer does not speak of coupons.
    pub coupons: Option<Vec<Native>>,
    certificates: Vec<Native>,
    /// What is to be paid, by certificates too.
    pub total: Option<i64>,
    cart: Option<String>,
    items: Vec<Item>,
}

/// A coupon on the checkout and what it takes off, or a gift certificate and what it pays.
#[derive(Debug)]
pub struct Native {
    code: String,
    amount: i64,
}

/// A line of the cart.
#[derive(Debug, Clone, Default)]
pub struct Item {
    pub id: String,
    pub product_id: f64,
    pub variant_id: Option<f64>,
    pub quantity: f64,
    /// Not the shopper's own: part of another line, fixed, or added by a promotion.
    bound: bool,
}

impl Read for Checkout {
    fn read(value: &JsValue) -> Option<Self> {
        let inner = json::field(value, "cart");
        // A cart has at its top what a checkout has below `cart`.
        let cart = if inner.is_object() { &inner } else { value };
        let lines = json::field(cart, "lineItems");
        let mut items: Vec<Item> = json::list(&lines, "physicalItems").unwrap_or_default();
        items.extend(json::list::<Item>(&lines, "digitalItems").unwrap_or_default());
        let total = json::number(value, "grandTotal");
        let total = total.or_else(|| json::number(value, "cartAmount"));
        value.is_object().then(|| Self {
            coupons: json::list(value, "coupons"),
            certificates: json::list(value, "giftCertificates").unwrap_or_default(),
            total: total.map(hundredths),
            cart: json::text(cart, "id"),
            items,
        })
    }
}

impl Read for Native {
    fn read(value: &JsValue) -> Option<Self> {
        let amount = json::number(value, "discountedAmount");
        let amount = amount.or_else(|| json::number(value, "used"))?;
        Some(Self {
            code: json::text(value, "code")?,
            amount: hundredths(amount),
        })
    }
}

impl Read for Item {
    fn read(value: &JsValue) -> Option<Self> {
        let parent = json::field(value, "parentId");
        Some(Self {
            id: json::text(value, "id")?,
            product_id: json::number(value, "productId")?,
            variant_id: json::number(value, "variantId"),
            quantity: json::number(value, "quantity")?,
            bound: !(parent.is_null() || parent.is_undefined())
                || json::field(value, "isMutable").as_bool() == Some(false)
                || json::field(value, "addedByPromotion").as_bool() == Some(true),
        })
    }
}

impl Checkout {
    /// The native codes on it, and whether each is a gift certificate.
    pub fn natives(&self) -> impl Iterator<Item = (&str, bool)> {
        let coupons = self.coupons.iter().flatten();
        let coupons = coupons.map(|coupon| (coupon.code.as_str(), false));
        let certificates = self.certificates.iter();
        coupons.chain(certificates.map(|found| (found.code.as_str(), true)))
    }

    /// Whether a native code is on it, ignoring case as BigCommerce does.
    pub fn has(&self, native: &str) -> bool {
        self.natives()
            .any(|(code, _)| code.eq_ignore_ascii_case(native))
    }

    /// The gift certificates on it that no longer hold.
    pub fn gone_certificates(&self, held: &Held) -> Vec<String> {
        let codes = self.certificates.iter().map(|found| &found.code);
        codes.filter(|code| held.is_gone(code)).cloned().collect()
    }

    /// The cart's id and a line that can be written again unchanged: the cart action that makes
    /// BigCommerce evaluate promotions.
    pub fn touchable_item(&self) -> Option<(&str, &Item)> {
        Some((
            self.cart.as_deref()?,
            self.items.iter().find(|item| !item.bound)?,
        ))
    }

    /// Whether anything on it is not as it should be.
    pub fn differs(&self, held: &Held) -> bool {
        self.coupons_differ(held) || self.certificates_differ(held)
    }

    /// Whether a coupon's discount is missing or other than calculated, or a dropped one is still
    /// there. Codes that share one native code are compared by their sum.
    pub fn coupons_differ(&self, held: &Held) -> bool {
        let Some(coupons) = &self.coupons else {
            return false;
        };
        let is_right = |native: &str| {
            let mut found = coupons.iter();
            let found = found.find(|coupon| coupon.code.eq_ignore_ascii_case(native));
            found.map(|coupon| coupon.amount) == held.worth(native)
        };
        !held.coupons().all(|code| is_right(&code.native_code))
            || coupons.iter().any(|coupon| held.is_gone(&coupon.code))
    }

    /// Whether a gift certificate pays another amount than it should, or one that was dropped is
    /// still there. One that is missing was taken off: typed again, it comes back.
    pub fn certificates_differ(&self, held: &Held) -> bool {
        self.certificates.iter().any(|found| {
            let worth = held.worth(&found.code);
            worth.is_some_and(|worth| worth != found.amount) || held.is_gone(&found.code)
        })
    }
}

/// BigCommerce's decimal as hundredths.
#[allow(
    clippy::cast_possible_truncation,
    reason = "saturates, and no discount is that large"
)]
fn hundredths(amount: f64) -> i64 {
    (amount * 100.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use voucherbridge_api_types::{AppliedCode, DroppedCode, NativeKind};

    fn code(kind: NativeKind, native: &str, amount: i64) -> AppliedCode {
        AppliedCode {
            code: "typed".into(),
            native_code: native.into(),
            kind,
            amount,
            currency: "USD".into(),
            free_items: 0,
            free_shipping: false,
        }
    }

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
        let dropped = DroppedCode {
            code: "A".into(),
            native_code: native.into(),
            reason: "expired".into(),
            message: "…".into(),
        };
        Held {
            dropped: vec![dropped],
            ..Held::default()
        }
    }

    fn natives(found: &[(&str, f64)]) -> Vec<Native> {
        let found = found.iter().map(|(code, amount)| Native {
            code: (*code).into(),
            amount: hundredths(*amount),
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

    fn line(id: &str) -> Item {
        Item {
            id: id.into(),
            quantity: 2.0,
            product_id: 111.0,
            ..Item::default()
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

    #[test]
    fn only_a_line_the_shopper_owns_is_touched() {
        let bound = Item {
            bound: true,
            ..line("gift")
        };
        let checkout = |items| Checkout {
            cart: Some("k".into()),
            items,
            ..Checkout::default()
        };
        let found = checkout(vec![bound.clone(), line("own")]);
        assert_eq!(
            found
                .touchable_item()
                .map(|(cart, item)| (cart, item.id.as_str())),
            Some(("k", "own"))
        );
        assert!(checkout(vec![bound]).touchable_item().is_none());
    }
}
