//! Carts and the checkouts that go with them (they share an id, as in the real shop).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Address, Decimal};

/// A cart with everything its checkout adds.
#[derive(Clone, Debug, Serialize)]
pub struct Checkout {
    /// The id of both the cart and the checkout (a UUID).
    pub id: String,
    /// The signed-in customer, 0 for a guest.
    pub customer_id: u64,
    /// The sales channel.
    pub channel_id: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// Units of it for one of the store's own.
    pub rate: Decimal,
    /// Its decimals.
    pub decimal_places: u8,
    /// Locale of the shopper.
    pub locale: String,
    /// The products in it.
    pub items: Vec<LineItem>,
    /// The gift certificates in it, for sale.
    pub gift_certificates: Vec<SoldCertificate>,
    /// Billing address with its id, once given.
    pub billing: Option<BillingAddress>,
    /// Where the items go.
    pub consignments: Vec<Consignment>,
    /// Coupons in the order they were applied.
    pub coupons: Vec<AppliedCoupon>,
    /// Codes of gift certificates in the order they were applied.
    pub certificates: Vec<String>,
    /// Unique certificate codes that were tried lately.
    pub certificate_tries: Vec<(OffsetDateTime, String)>,
    /// Whether the customer's store credit pays.
    pub store_credit_applied: bool,
    /// Whether the shopper must still pass the spam check.
    pub spam_check_needed: bool,
    /// The shopper's note.
    pub customer_message: String,
    /// The last order that an unfinished payment left, if any.
    pub order_id: Option<u64>,
    /// Card payments that were declined.
    pub declined_payments: u32,
    /// A fixed discount by management, on top of promotions.
    pub manual_discount: Decimal,
    /// Counts up with every change.
    pub version: u64,
    /// When it was created.
    #[serde(with = "super::timestamp")]
    pub created: OffsetDateTime,
    /// When it last changed.
    #[serde(with = "super::timestamp")]
    pub updated: OffsetDateTime,
    /// What the promotions gave at the last evaluation.
    pub evaluation: Evaluation,
}

impl Checkout {
    /// How many lines it has.
    #[must_use]
    pub const fn line_count(&self) -> usize {
        self.items.len() + self.gift_certificates.len()
    }

    /// An amount of the store's own currency in this checkout's.
    #[must_use]
    pub fn convert(&self, amount: Decimal) -> Decimal {
        amount.converted(Decimal::cents(100), self.rate, self.decimal_places)
    }

    /// What the gift certificates for sale cost.
    #[must_use]
    pub fn sold_certificates_amount(&self) -> Decimal {
        self.gift_certificates.iter().map(|line| line.amount).sum()
    }
}

/// A gift certificate for sale: a line of a cart.
#[derive(Clone, Debug, Serialize)]
pub struct SoldCertificate {
    /// The id of the line (a UUID).
    pub id: String,
    /// What the shopper calls it.
    pub name: String,
    /// How it looks.
    pub theme: Theme,
    /// What it is worth, and costs.
    pub amount: Decimal,
    /// Who gives it.
    pub sender: Contact,
    /// Who gets it.
    pub recipient: Contact,
    /// What the sender says.
    pub message: String,
}

/// How a gift certificate looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)]
pub enum Theme {
    Birthday,
    Boy,
    Celebration,
    Christmas,
    General,
    Girl,
}

/// Who gives or gets a gift certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// One line of a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LineItem {
    /// The id of the line (a UUID).
    pub id: String,
    /// The product.
    pub product_id: u64,
    /// The variant.
    pub variant_id: u64,
    /// How many.
    pub quantity: i64,
    /// Price of one when it was put in.
    pub price: Decimal,
    /// Whether management set that price.
    pub custom_price: bool,
    /// What the shopper said about its modifiers.
    pub modifiers: Vec<ModifierValue>,
    /// The promotion that added it as a gift.
    pub gift_of: Option<u64>,
}

/// What a shopper said about a modifier of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModifierValue {
    /// The modifier.
    pub id: u64,
    /// Its name then.
    pub name: String,
    /// What was said.
    pub value: String,
}

impl LineItem {
    /// Price of the whole line before promotions.
    #[must_use]
    pub const fn total(&self) -> Decimal {
        self.price.times(self.quantity)
    }
}

/// The billing address of a checkout.
#[derive(Clone, Debug, Serialize)]
pub struct BillingAddress {
    /// Its id.
    pub id: String,
    /// The address, with the shopper's e-mail.
    pub address: Address,
}

/// Items that go to one address with one shipping method.
#[derive(Clone, Debug, Serialize)]
pub struct Consignment {
    /// Its id.
    pub id: String,
    /// Where to.
    pub address: Address,
    /// The line items in it.
    pub line_item_ids: Vec<String>,
    /// The chosen shipping option.
    pub selected_option: Option<String>,
}

/// A way to ship, as offered for a consignment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShippingOption {
    /// Its id.
    pub id: String,
    /// `shipping_flatrate`, `shipping_byweight`, `freeshipping`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the shopper reads.
    pub description: String,
    /// What it costs.
    pub cost: Decimal,
    /// Whether a checkout chooses it by itself.
    pub is_recommended: bool,
}

/// A coupon code on a checkout.
#[derive(Clone, Debug, Serialize)]
pub struct AppliedCoupon {
    /// The code as the promotion spells it.
    pub code: String,
    /// Number of the code.
    pub code_id: u64,
    /// The promotion it belongs to.
    pub promotion_id: u64,
    /// The promotion's customer-facing name.
    pub display_name: String,
}

/// What promotions give a checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Evaluation {
    /// Discounts of each line, by line id.
    pub lines: BTreeMap<String, LineDiscounts>,
    /// What each coupon code gives in all.
    pub coupons: BTreeMap<String, Decimal>,
    /// Promotions that offer free shipping, and the zones they do it for.
    pub free_shipping: Vec<FreeShipping>,
    /// Promotions that had an effect.
    pub promotions: Vec<u64>,
}

/// The discounts on one line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineDiscounts {
    /// By automatic promotions on the order: promotion and amount.
    pub order: Vec<(u64, Decimal)>,
    /// By automatic promotions on the item: promotion and amount.
    pub item: Vec<(u64, Decimal)>,
    /// By coupons: code and amount.
    pub coupons: Vec<(String, Decimal)>,
}

impl LineDiscounts {
    /// What automatic promotions take off.
    #[must_use]
    pub fn automatic(&self) -> Decimal {
        self.order
            .iter()
            .chain(&self.item)
            .map(|(_, amount)| *amount)
            .sum()
    }

    /// What automatic promotions on the item take off.
    #[must_use]
    pub fn on_item(&self) -> Decimal {
        self.item.iter().map(|(_, amount)| *amount).sum()
    }

    /// What coupons take off.
    #[must_use]
    pub fn coupon(&self) -> Decimal {
        self.coupons.iter().map(|(_, amount)| *amount).sum()
    }

    /// Everything that is taken off.
    #[must_use]
    pub fn total(&self) -> Decimal {
        self.automatic() + self.coupon()
    }
}

/// Free shipping by a promotion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FreeShipping {
    /// The promotion.
    pub promotion_id: u64,
    /// The coupon that brought it, if it was one.
    pub coupon: Option<String>,
    /// The zones; `None` is all.
    pub zone_ids: Option<Vec<u64>>,
}
