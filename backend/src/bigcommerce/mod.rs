//! BigCommerce's management API, as one connected store's token sees it.
//!
//! [`Client`] has one method for each API operation used; its types are ours, not the wire's.
//! Amounts are hundredths: decimals are converted here and nowhere else.

mod cart;
mod certificates;
mod changes;
mod client;
mod error;
mod free_items;
mod numbers;
mod orders;
mod promotions;
mod scopes;
mod setup;
mod webhooks;
mod wire;

pub use certificates::ADDRESS as CERTIFICATE_ADDRESS;
pub use client::Client;
pub use error::BigCommerceError;
pub use free_items::Availability;
pub use scopes::{CHANGE_ORDERS, SCOPE_CHECK_SCRIPT};
pub use setup::{NativeCoupon, NewScript, Script, StoreInformation};
pub use webhooks::{Hook, SECRET_HEADER, UNREACHABLE, webhook_destination};

use serde::{Deserialize, Serialize};

use crate::domain::{
    CheckoutId, Currency, EmailAddress, Hundredths, NativeCode, OrderId, discount::FreeItem,
    needed_items::NeededItems, promotion_rules::PromotionRule, snapshot::Group,
};

/// A checkout (Get a Checkout). Gift certificates in the cart are left out, and so are items that a
/// promotion added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkout {
    /// Its id, which is its cart's id too.
    pub id: CheckoutId,
    /// Currency of every amount in it.
    pub currency: Currency,
    /// The storefront it belongs to.
    pub channel_id: i64,
    /// The order made of it, once there is one.
    pub order_id: Option<OrderId>,
    /// The signed-in customer; none for guests.
    pub customer_id: Option<i64>,
    /// The e-mail of the cart or of the billing address; guests have one once it is typed.
    pub email: Option<EmailAddress>,
    /// Physical, digital and custom items.
    pub items: Vec<CheckoutItem>,
    /// Coupons applied, ours and others.
    pub coupons: Vec<CheckoutCoupon>,
    /// What promotions and coupons added to it.
    pub added_items: Vec<AddedItem>,
    /// What coupons take off the items that they added themselves: the whole price of these.
    pub added_by_coupons: Hundredths,
    /// The list price of everything that was added.
    pub added_worth: Hundredths,
    /// The tax that the prices of the items contain, before discounts; none where it comes on top.
    pub tax_in_prices: Hundredths,
    /// What there is to pay, shipping and tax included, before gift certificates and store credit.
    pub total: Hundredths,
    /// Whether gift certificates are in the cart, to be bought.
    pub sells_certificates: bool,
}

/// One line of a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutItem {
    /// The product; 0 for a custom item.
    pub product_id: i64,
    /// The variant, where the product has variants.
    pub variant_id: Option<i64>,
    /// Stock-keeping unit.
    pub sku: Option<String>,
    /// Name.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// The list price of all of them together, as this shopper pays it; what is below the hundredth is
    /// left out.
    pub list_amount: Hundredths,
    /// The same as the shop lists it: with a tax that this shopper does not pay, where prices contain one.
    pub listed_amount: Hundredths,
    /// What automatic promotions take off the line, those on the order too; coupons not counted.
    pub automatic_discount: Hundredths,
}

/// Pieces that a promotion added to a checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedItem {
    /// The product.
    pub product_id: i64,
    /// The variant, where the product has variants.
    pub variant_id: Option<i64>,
    /// How many.
    pub quantity: i64,
}

/// A coupon applied to a checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutCoupon {
    /// The native code.
    pub code: String,
    /// What it takes off, the price of the items it added included.
    pub discounted: Hundredths,
}

/// A coupon promotion made for one checkout (Create a Promotion).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPromotion {
    /// Internal name.
    pub name: String,
    /// What the shopper sees.
    pub display_name: String,
    /// What it gives, and until when.
    pub terms: PromotionTerms,
    /// The storefront it is for.
    pub channel_id: i64,
    /// The currency it is for.
    pub currency: Currency,
    /// Whether it works beside other promotions; if not, it takes their place.
    pub combine: bool,
}

/// The part of a promotion that changes with the cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromotionTerms {
    /// What it does, at most ten rules.
    pub rules: Vec<PromotionRule>,
    /// Below this sum of the cart it does nothing. It is the least that the cart may be taken to come to:
    /// whether other discounts and tax count is not documented (Create a Promotion, `minimum_spend`).
    pub minimum_spend: Hundredths,
    /// Without these it does nothing.
    pub needed: Vec<NeededItems>,
    /// When it ends, in Unix milliseconds.
    pub ends_at_ms: i64,
}

/// A gift certificate made for one checkout (Create a Gift Certificate), and what changes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCertificate {
    /// Its code.
    pub code: NativeCode,
    /// What it can pay.
    pub balance: Hundredths,
    /// The currency it pays in.
    pub currency: Currency,
    /// When it ends, in Unix milliseconds.
    pub ends_at_ms: i64,
}

/// One line of an order (List Order Products).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The product; 0 for a custom item.
    pub product_id: i64,
    /// The variant, where it is told.
    pub variant_id: Option<i64>,
    /// Stock-keeping unit, where it has one.
    pub sku: Option<String>,
    /// Name.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// What all of them cost together before discounts, rounded.
    pub amount: Hundredths,
    /// What promotions and coupons took off that, as far as the line names it, rounded.
    pub discount: Hundredths,
}

/// A gift certificate that paid for an order (Get Transactions).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCertificate {
    /// The native code.
    pub code: String,
    /// What it paid.
    pub amount: Hundredths,
}

/// The free items that an order has by a coupon (List Order Products).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FreeItems {
    /// What, each item once.
    pub items: Vec<FreeItem>,
    /// What the coupon took off them: their price.
    pub worth: Hundredths,
    /// Whether the order's lines name it; else they are taken from what the order has.
    pub are_named: bool,
}

/// A coupon an order carries (List Order Coupons).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderCoupon {
    /// The native code.
    pub code: String,
    /// What it took off the order.
    pub discount: Hundredths,
}

/// What a validation needs to know about a product (Get All Products).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductFacts {
    /// The product.
    pub id: i64,
    /// Its categories.
    pub categories: Vec<i64>,
    /// Manufacturer's suggested retail price, where set.
    pub retail_price: Option<Hundredths>,
}

/// What a validation needs to know about a customer (Get All Customers, Get a Customer Group).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerFacts {
    /// The customer.
    pub id: i64,
    /// E-mail.
    #[serde(default)]
    pub email: Option<EmailAddress>,
    /// First and last name.
    pub name: String,
    /// Customer group.
    pub group: Option<Group>,
}
