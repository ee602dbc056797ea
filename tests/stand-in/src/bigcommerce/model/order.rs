//! Orders with what belongs to them.

pub mod status;

use serde::Serialize;
use time::OffsetDateTime;

use super::{Address, Decimal, ModifierValue, SoldCertificate, TaxTerms, Taxed};

/// An order.
#[derive(Clone, Debug, Serialize)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Order {
    /// Its number.
    pub id: u64,
    /// The cart it came from.
    pub cart_id: String,
    /// The customer, 0 for a guest.
    pub customer_id: u64,
    /// The sales channel.
    pub channel_id: u64,
    /// See [`status`].
    pub status_id: u8,
    /// Whether the money was captured.
    pub paid: bool,
    /// When it was created.
    #[serde(with = "super::timestamp")]
    pub created: OffsetDateTime,
    /// When it last changed.
    #[serde(with = "super::timestamp")]
    pub modified: OffsetDateTime,
    /// ISO 4217 code.
    pub currency: String,
    /// Units of it for one of the store's own.
    pub rate: Decimal,
    /// Locale of the shopper.
    pub locale: String,
    /// How tax was reckoned, with the currency's decimals.
    pub tax_terms: TaxTerms,
    /// Who pays.
    pub billing: Address,
    /// Where it goes, and how.
    pub shipping: Vec<OrderShipping>,
    /// What was bought.
    pub products: Vec<OrderProduct>,
    /// The gift certificates that were bought.
    pub gift_certificates: Vec<OrderSoldCertificate>,
    /// Coupons that were used.
    pub coupons: Vec<OrderCoupon>,
    /// Reads of its coupons that still answer as if there were none (a switch).
    #[serde(skip)]
    pub coupon_reads_hidden: u32,
    /// The same of its transactions.
    #[serde(skip)]
    pub transaction_reads_hidden: u32,
    /// Promotions that had an effect.
    pub promotions: Vec<u64>,
    /// Gift certificates that pay.
    pub certificates: Vec<OrderCertificate>,
    /// The payment method, such as `cod`.
    pub payment_method: String,
    /// What the shopper knows the method by.
    pub payment_name: String,
    /// The shopper's note.
    pub customer_message: String,
    /// What staff wrote, for themselves.
    pub staff_notes: String,
    /// Items before discounts.
    pub subtotal: Decimal,
    /// What automatic promotions and manual discounts took off.
    pub discount_amount: Decimal,
    /// The part of `discount_amount` that was on single items.
    pub item_discount: Decimal,
    /// The part of `discount_amount` that was a manual discount.
    pub manual_discount: Decimal,
    /// What coupons took off.
    pub coupon_discount: Decimal,
    /// Shipping.
    pub shipping_cost: Decimal,
    /// Shipping before free shipping.
    pub shipping_cost_before_discount: Decimal,
    /// `subtotal` without and with tax.
    pub subtotal_taxed: Taxed,
    /// Items after all discounts, without and with tax.
    pub items_taxed: Taxed,
    /// `shipping_cost` without and with tax.
    pub shipping_taxed: Taxed,
    /// Tax.
    pub tax: Decimal,
    /// Everything, before certificates and store credit.
    pub total: Decimal,
    /// Paid by certificates.
    pub certificate_amount: Decimal,
    /// Paid by store credit.
    pub store_credit_amount: Decimal,
    /// Movements of money.
    pub transactions: Vec<Transaction>,
    /// Money given back.
    pub refunds: Vec<Refund>,
    /// Whether it is placed: stock, uses of codes, certificates and store credit are taken.
    pub settled: bool,
    /// Whether its uses of codes are counted.
    #[serde(skip)]
    pub uses_counted: bool,
    /// What a card payment for it is made with.
    #[serde(skip)]
    pub payment_token: String,
    /// Whether management archived it.
    pub is_deleted: bool,
}

impl Order {
    /// What the payment method has to bring.
    #[must_use]
    pub fn to_pay(&self) -> Decimal {
        self.total - self.certificate_amount - self.store_credit_amount
    }

    /// All that was given back so far; what was declined was not.
    #[must_use]
    pub fn refunded(&self) -> Decimal {
        let payments = self.refunds.iter().flat_map(|refund| &refund.payments);
        payments
            .filter(|payment| !payment.declined)
            .map(|payment| payment.amount)
            .sum()
    }

    /// `captured`, `refunded`, `partially refunded` or empty, as v2 orders write it.
    #[must_use]
    pub fn payment_status(&self) -> &'static str {
        match self.status_id {
            status::REFUNDED => "refunded",
            status::PARTIALLY_REFUNDED => "partially refunded",
            _ if self.paid => "captured",
            status::DECLINED => "declined",
            _ => "",
        }
    }
}

/// Where a part of an order goes.
#[derive(Clone, Debug, Serialize)]
pub struct OrderShipping {
    /// Number of the shipping address.
    pub id: u64,
    /// The address.
    pub address: Address,
    /// How it is sent.
    pub method: String,
    /// What that costs.
    pub cost: Decimal,
    /// Numbers of the order's products in it.
    pub product_ids: Vec<u64>,
}

/// A bought product.
#[derive(Clone, Debug, Serialize)]
pub struct OrderProduct {
    /// Number of the line in the order.
    pub id: u64,
    /// The line it was in the cart.
    pub cart_item_id: String,
    /// The product.
    pub product_id: u64,
    /// The variant.
    pub variant_id: u64,
    /// Its name then.
    pub name: String,
    /// Its stock-keeping unit then.
    pub sku: String,
    /// How many.
    pub quantity: i64,
    /// Price of one.
    pub price: Decimal,
    /// Whether it needs no shipping.
    pub is_digital: bool,
    /// What the shopper said about its modifiers.
    pub modifiers: Vec<ModifierValue>,
    /// Whether a promotion put it into the cart.
    pub added_by_promotion: bool,
    /// Discounts by automatic promotions: promotion and amount.
    pub discounts: Vec<(u64, Decimal)>,
    /// Discounts by coupons: code and amount.
    pub coupons: Vec<(String, Decimal)>,
    /// Its part of the manual discount.
    pub manual_discount: Decimal,
}

impl OrderProduct {
    /// Price of the whole line before discounts.
    #[must_use]
    pub const fn total(&self) -> Decimal {
        self.price.times(self.quantity)
    }

    /// What all discounts left of it.
    #[must_use]
    pub fn left(&self) -> Decimal {
        let automatic = self.discounts.iter().map(|(_, amount)| *amount);
        let coupons = self.coupons.iter().map(|(_, amount)| *amount);
        let off: Decimal = automatic.chain(coupons).sum();
        self.total() - off - self.manual_discount
    }
}

/// A bought gift certificate.
#[derive(Clone, Debug, Serialize)]
pub struct OrderSoldCertificate {
    /// Number of the line in the order.
    pub id: u64,
    /// What was bought.
    pub sold: SoldCertificate,
    /// Number of the certificate, once the order is paid.
    pub certificate_id: Option<u64>,
}

/// A coupon of an order.
#[derive(Clone, Debug, Serialize)]
pub struct OrderCoupon {
    /// Number of the coupon line.
    pub id: u64,
    /// Number of the coupon code.
    pub coupon_id: u64,
    /// The code.
    pub code: String,
    /// The promotion.
    pub promotion_id: u64,
    /// Its customer-facing name.
    pub display_name: String,
    /// What it took off.
    pub amount: Decimal,
}

/// A gift certificate that paid for an order.
#[derive(Clone, Debug, Serialize)]
pub struct OrderCertificate {
    /// The code.
    pub code: String,
    /// What it was bought for.
    pub original: Decimal,
    /// What was on it before.
    pub starting: Decimal,
    /// What it paid.
    pub used: Decimal,
    /// What was left on it.
    pub remaining: Decimal,
    /// What it got back from refunds or a cancellation.
    pub restored: Decimal,
}

/// A movement of money of an order.
#[derive(Clone, Debug, Serialize)]
pub struct Transaction {
    /// Its number.
    pub id: u64,
    /// `purchase`, `capture`, `refund` …
    pub event: String,
    /// `offline`, `credit_card`, `gift_certificate`, `store_credit`, `custom`.
    pub method: String,
    /// How much.
    pub amount: Decimal,
    /// `cod`, `giftcertificate` …
    pub gateway: String,
    /// The certificate, where one paid.
    pub certificate: Option<OrderCertificate>,
    /// Whether the money moved.
    pub ok: bool,
    /// When.
    #[serde(with = "super::timestamp")]
    pub created: OffsetDateTime,
}

/// Money given back.
#[derive(Clone, Debug, Serialize)]
pub struct Refund {
    /// Its number.
    pub id: u64,
    /// How much.
    pub total: Decimal,
    /// Why.
    pub reason: String,
    /// When.
    #[serde(with = "super::timestamp")]
    pub created: OffsetDateTime,
    /// The part of `total` that is tax.
    pub tax: Decimal,
    /// What was given back.
    pub items: Vec<RefundItem>,
    /// How it was given back.
    pub payments: Vec<RefundPayment>,
    /// Whether the merchant said how much, instead of the shop.
    pub overridden: bool,
}

/// Money given back in one way.
#[derive(Clone, Debug, Serialize)]
pub struct RefundPayment {
    /// Number of its transaction.
    pub transaction_id: u64,
    /// `cod`, `storecredit`, `giftcertificate`, `custom` …
    pub provider_id: String,
    /// How much.
    pub amount: Decimal,
    /// Whether it was given back outside of the shop.
    pub offline: bool,
    /// Whether the provider declined it.
    pub declined: bool,
}

/// What a refund is for.
#[derive(Clone, Debug, Serialize)]
pub struct RefundItem {
    /// `ORDER`, `PRODUCT`, `SHIPPING` …
    pub item_type: String,
    /// The order, or the order's product.
    pub item_id: u64,
    /// How many, of a product.
    pub quantity: Option<i64>,
    /// How much was asked for; nothing for products, which say how many.
    pub requested_amount: Option<Decimal>,
    /// Why.
    pub reason: String,
}
