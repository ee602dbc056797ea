//! How codes behave in a store: what its merchant chose, and what the store says of itself.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumMessage, EnumString, IntoStaticStr};

use super::{
    Currency, Hundredths,
    currencies::Currencies,
    messages::{Language, Messages},
    refunds::OfflineRefunds,
};

/// What the merchant chose.
#[allow(clippy::struct_excessive_bools)] // each is a choice of its own
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreSettings {
    /// The currency of the Voucherify project; Voucherify itself knows none.
    pub currency: Currency,
    /// Whether codes work beside the store's own promotions.
    pub combine_with_promotions: bool,
    /// What a customer is called at Voucherify.
    pub source_id: SourceId,
    /// Whether a guest's e-mail address may stand for the customer who has it: anyone can type
    /// anyone's address.
    pub guests_are_customers: bool,
    /// The store's currencies, with their decimals and rates (Get All Currencies).
    #[serde(default)]
    pub currencies: Currencies,
    /// How many coupons the store allows at a checkout (Get Promotion Settings).
    pub coupons_allowed: i64,
    /// Whether orders carry the store's hash at Voucherify: stores that share a project would
    /// otherwise meet in the same order id. Fixed when the store is first connected.
    #[serde(default)]
    pub prefix_orders: bool,
    /// Whether codes are calculated from the retail price (MSRP) of products that have one.
    #[serde(default)]
    pub retail_prices: bool,
    /// What gift cards get of what the merchant gives back by hand.
    #[serde(default)]
    pub offline_refunds: OfflineRefunds,
    /// The language of the texts at Voucherify that shoppers read, such as those of its rules.
    #[serde(default)]
    pub voucherify_language: Language,
    /// What becomes of codes whose order is not what they were validated for.
    #[serde(default)]
    pub on_difference: OnDifference,
    /// The merchant's own sentences for shoppers.
    #[serde(default)]
    pub messages: Messages,
}

/// What becomes of the codes of an order that is not what they were validated for.
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
pub enum OnDifference {
    /// They are redeemed.
    #[default]
    Redeem,
    /// They stay locked until a person decides.
    Hold,
    /// They are redeemed, and the order is marked in the notes of the store's staff.
    Flag,
}

/// What a customer is called at Voucherify.
#[derive(
    Debug,
    Clone,
    Copy,
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
pub enum SourceId {
    /// BigCommerce's customer id.
    CustomerId,
    /// The e-mail address.
    Email,
}

impl StoreSettings {
    /// A price of the catalogue in the currency of a cart. Of a store whose currencies are not known
    /// yet, its own is taken to be the project's.
    #[must_use]
    pub fn retail_price_in(&self, price: Hundredths, currency: Currency) -> Option<Hundredths> {
        if self.currencies.0.is_empty() {
            return (currency == self.currency).then_some(price);
        }
        self.currencies.from_own(price, currency)
    }

    /// The settings of a store whose merchant chose nothing but the currency.
    #[must_use]
    pub fn new(currency: Currency) -> Self {
        Self {
            currency,
            combine_with_promotions: true,
            source_id: SourceId::CustomerId,
            guests_are_customers: false,
            currencies: Currencies::default(),
            coupons_allowed: 1,
            prefix_orders: false,
            retail_prices: false,
            offline_refunds: OfflineRefunds::default(),
            voucherify_language: Language::default(),
            on_difference: OnDifference::default(),
            messages: Messages::default(),
        }
    }
}
