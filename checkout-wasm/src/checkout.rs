//! What is read of the storefront's checkout and cart answers, and whether the discounts in them
//! are what the backend calculated.

use crate::json::{self, Read};
use voucherbridge_api_types::{AppliedCode, DroppedCode, NativeKind};
use wasm_bindgen::JsValue;

/// A checkout or a cart, as far as the module looks at it.
#[derive(Debug, Default)]
pub struct Checkout {
    /// `None` when the answer does not speak of coupons.
    pub coupons: Option<Vec<Coupon>>,
    cart: Option<String>,
    items: Vec<Item>,
}

/// A coupon on the checkout.
#[derive(Debug)]
pub struct Coupon {
    pub code: String,
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
        let coupons = json::list(value, "coupons");
        value.is_object().then(|| Self {
            coupons,
            cart: json::text(cart, "id"),
            items,
        })
    }
}

impl Read for Coupon {
    fn read(value: &JsValue) -> Option<Self> {
        let amount = hundredths(json::number(value, "discountedAmount")?);
        Some(Self {
            code: json::text(value, "code")?,
            amount,
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
    /// The codes of the coupons on it.
    pub fn coupon_codes(&self) -> impl Iterator<Item = &str> {
        self.coupons
            .iter()
            .flatten()
            .map(|coupon| coupon.code.as_str())
    }

    /// Whether a coupon is on it, ignoring case as BigCommerce does.
    pub fn has_coupon(&self, native: &str) -> bool {
        self.coupon_codes()
            .any(|code| code.eq_ignore_ascii_case(native))
    }

    /// The cart's id and a line that can be written again unchanged: the cart action that makes
    /// BigCommerce evaluate promotions.
    pub fn touchable_item(&self) -> Option<(&str, &Item)> {
        Some((
            self.cart.as_deref()?,
            self.items.iter().find(|item| !item.bound)?,
        ))
    }

    /// Whether a code's discount is missing or other than calculated, or a dropped code is still
    /// there. Codes that share one native code are compared by their sum.
    pub fn differs(&self, codes: &[AppliedCode], dropped: &[DroppedCode]) -> bool {
        let Some(coupons) = &self.coupons else {
            return false;
        };
        let of_kind = |code: &&AppliedCode| code.kind == NativeKind::Coupon;
        let wrong = codes.iter().filter(of_kind).any(|code| {
            let same = |other: &&AppliedCode| {
                other.kind == NativeKind::Coupon && other.native_code == code.native_code
            };
            let expected: i64 = codes.iter().filter(same).map(|other| other.amount).sum();
            let found = coupons
                .iter()
                .find(|c| c.code.eq_ignore_ascii_case(&code.native_code));
            found.is_none_or(|coupon| coupon.amount != expected)
        });
        wrong
            || dropped
                .iter()
                .any(|code| self.has_coupon(&code.native_code))
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

    fn held(native: &str, amount: i64) -> AppliedCode {
        AppliedCode {
            code: "typed".into(),
            native_code: native.into(),
            kind: NativeKind::Coupon,
            amount,
            currency: "USD".into(),
        }
    }

    fn with_coupons(coupons: &[(&str, f64)]) -> Checkout {
        let coupons = coupons.iter().map(|(code, amount)| Coupon {
            code: (*code).into(),
            amount: hundredths(*amount),
        });
        Checkout {
            coupons: Some(coupons.collect()),
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
        let codes = [held("SAVE10-7K3M9Q", 8290), held("B-000000", 30)];
        assert!(!checkout.differs(&codes, &[]));
    }

    #[test]
    fn another_amount_or_no_coupon_differs() {
        let codes = [held("SAVE10-7K3M9Q", 8290)];
        assert!(with_coupons(&[("SAVE10-7K3M9Q", 82.91)]).differs(&codes, &[]));
        assert!(with_coupons(&[]).differs(&codes, &[]));
    }

    #[test]
    fn an_answer_that_does_not_speak_of_coupons_does_not_differ() {
        assert!(!Checkout::default().differs(&[held("SAVE10-7K3M9Q", 1)], &[]));
    }

    #[test]
    fn codes_sharing_one_native_code_are_summed() {
        let codes = [held("A-000000", 100), held("A-000000", 250)];
        assert!(!with_coupons(&[("A-000000", 3.5)]).differs(&codes, &[]));
        assert!(with_coupons(&[("A-000000", 1.0)]).differs(&codes, &[]));
    }

    #[test]
    fn a_dropped_code_must_be_gone() {
        let dropped = [DroppedCode {
            code: "A".into(),
            native_code: "A-000000".into(),
            reason: "expired".into(),
            message: "…".into(),
        }];
        assert!(with_coupons(&[("A-000000", 1.0)]).differs(&[], &dropped));
        assert!(!with_coupons(&[]).differs(&[], &dropped));
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
