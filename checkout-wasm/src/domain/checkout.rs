//! What is read of the storefront's checkout and cart answers.

use crate::json::{self, Read};
use wasm_bindgen::JsValue;

/// A checkout or a cart, as far as the module looks at it.
#[derive(Debug, Default)]
pub struct Checkout {
    /// `None` when the answer does not speak of coupons.
    pub coupons: Option<Vec<Native>>,
    pub certificates: Vec<Native>,
    /// What is to be paid, by certificates too. All amounts here are thousandths.
    pub total: Option<i64>,
    pub cart: Option<String>,
    pub items: Vec<Item>,
    /// `None` when the answer does not speak of them.
    pub consignments: Option<Vec<Consignment>>,
}

/// What is shipped to one address.
#[derive(Debug)]
pub struct Consignment {
    pub id: String,
    /// How it is shipped.
    pub chosen: Option<ShippingOption>,
    /// How it can be shipped; `None` when the answer does not list it.
    pub offered: Option<Vec<ShippingOption>>,
    /// The shopper fetches it.
    pub is_pickup: bool,
}

/// A way of shipping.
#[derive(Debug)]
pub struct ShippingOption {
    pub id: String,
    /// Added by a promotion that makes the shipping free.
    pub is_free: bool,
}

/// A coupon on the checkout and what it takes off, or a gift certificate and what it pays.
#[derive(Debug)]
pub struct Native {
    pub code: String,
    pub amount: i64,
}

/// A line of the cart.
#[derive(Debug, Clone, Default)]
pub struct Item {
    pub id: String,
    pub product_id: f64,
    pub variant_id: Option<f64>,
    pub quantity: f64,
    /// Not the shopper's own: part of another line, fixed, or added by a promotion.
    pub bound: bool,
    /// Added by a promotion.
    pub added: bool,
    /// Its price before discounts, and what coupons take off it.
    pub price: i64,
    pub couponed: i64,
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
            total: total.map(thousandths),
            cart: json::text(cart, "id"),
            items,
            consignments: json::list(value, "consignments"),
        })
    }
}

impl Read for Native {
    fn read(value: &JsValue) -> Option<Self> {
        let amount = json::number(value, "discountedAmount");
        let amount = amount.or_else(|| json::number(value, "used"))?;
        Some(Self {
            code: json::text(value, "code")?,
            amount: thousandths(amount),
        })
    }
}

impl Read for Consignment {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            id: json::text(value, "id")?,
            chosen: ShippingOption::read(&json::field(value, "selectedShippingOption")),
            offered: json::list(value, "availableShippingOptions"),
            is_pickup: json::field(value, "selectedPickupOption").is_object(),
        })
    }
}

impl Read for ShippingOption {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            id: json::text(value, "id")?,
            is_free: json::text(value, "type").as_deref() == Some("freeshipping"),
        })
    }
}

impl Read for Item {
    fn read(value: &JsValue) -> Option<Self> {
        let parent = json::field(value, "parentId");
        let is = |name, wanted| json::field(value, name).as_bool() == Some(wanted);
        let amount = |name| thousandths(json::number(value, name).unwrap_or_default());
        let added = is("addedByPromotion", true);
        Some(Self {
            id: json::text(value, "id")?,
            product_id: json::number(value, "productId")?,
            variant_id: json::number(value, "variantId"),
            quantity: json::number(value, "quantity")?,
            bound: added || is("isMutable", false) || !(parent.is_null() || parent.is_undefined()),
            added,
            price: amount("extendedListPrice"),
            couponed: amount("couponAmount"),
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

    /// The cart's id and a line that can be written again unchanged: the cart action that makes
    /// BigCommerce evaluate promotions.
    pub fn touchable_item(&self) -> Option<(&str, &Item)> {
        Some((
            self.cart.as_deref()?,
            self.items.iter().find(|item| !item.bound)?,
        ))
    }
}

/// BigCommerce's decimal as thousandths: some currencies have three decimals.
#[allow(
    clippy::cast_possible_truncation,
    reason = "saturates, and no discount is that large"
)]
pub fn thousandths(amount: f64) -> i64 {
    (amount * 1000.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str) -> Item {
        Item {
            id: id.into(),
            quantity: 2.0,
            product_id: 111.0,
            ..Item::default()
        }
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
