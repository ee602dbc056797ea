//! The whole state of the imitated store, in memory.
//!
//! Each file has the types of one part, without rules. Methods that change more than a field live
//! beside the rules they keep, in the rooms `carts`, `promotions` and `orders`.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;
use time::OffsetDateTime;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::kit::clock::Clock;

pub mod cart;
pub mod catalog;
pub mod customer;
pub mod decimal;
pub mod order;
pub mod promotion;
pub mod rule;
pub mod store;
pub mod tax;
pub mod timestamp;

pub use cart::{
    AppliedCoupon, BillingAddress, Checkout, Consignment, Contact, Evaluation, FreeShipping,
    LineDiscounts, LineItem, ModifierValue, ShippingOption, SoldCertificate, Theme,
};
pub use catalog::{Availability, Category, Modifier, OptionValue, Product, Variant};
pub use customer::{Address, CustomField, Customer, CustomerAddress, CustomerGroup};
pub use decimal::Decimal;
pub use order::{
    Order, OrderCertificate, OrderCoupon, OrderProduct, OrderShipping, OrderSoldCertificate,
    Refund, RefundItem, RefundPayment, Transaction,
};
pub use promotion::{CouponCode, Promotion};
pub use store::{
    Currency, Event, GiftCertificate, Hook, LineDiscountAmount, PromotionSettings, Script, Session,
    SpendTax, StoreInfo, Switches, TaxZone, WebhookMode,
};
pub use tax::{TaxTerms, Taxed};

/// The whole store.
#[derive(Debug)]
pub struct State {
    /// What the store says of itself.
    pub store: StoreInfo,
    /// Behaviour that can be changed.
    pub switches: Switches,
    /// Settings of promotions; the coupon limit there is the one that counts.
    pub promotion_settings: PromotionSettings,
    /// The currencies, the default one first.
    pub currencies: Vec<Currency>,
    /// Categories by number.
    pub categories: BTreeMap<u64, Category>,
    /// Products by number.
    pub products: BTreeMap<u64, Product>,
    /// Customer groups by number.
    pub groups: BTreeMap<u64, CustomerGroup>,
    /// Customers by number.
    pub customers: BTreeMap<u64, Customer>,
    /// Live carts with their checkouts, by id.
    pub checkouts: BTreeMap<String, Checkout>,
    /// Carts that became orders: cart id and order number.
    pub converted: BTreeMap<String, u64>,
    /// Promotions by number; that is also their priority.
    pub promotions: BTreeMap<u64, Promotion>,
    /// Promotions that were deleted while carts keep them (a switch).
    pub deleted_promotions: BTreeMap<u64, Promotion>,
    /// Coupons of the older kind, as the API writes them.
    pub old_coupons: Vec<Value>,
    /// Gift certificates by number.
    pub certificates: BTreeMap<u64, GiftCertificate>,
    /// Orders by number.
    pub orders: BTreeMap<u64, Order>,
    /// Scripts in the order they were made.
    pub scripts: Vec<Script>,
    /// Hooks by number.
    pub hooks: BTreeMap<u64, Hook>,
    /// Browser sessions by `SHOP_SESSION_TOKEN`.
    pub sessions: BTreeMap<String, Session>,
    /// What happened and was not told to hooks yet.
    pub events: VecDeque<Event>,
    /// Rung when something is added to `events`.
    pub events_ready: Arc<Notify>,
    /// The clock shared with the other listener.
    pub clock: Clock,
    /// The last number given out by [`State::next_id`].
    pub last_id: u64,
    /// The last order number.
    pub last_order_id: u64,
}

impl State {
    /// The time by the stand-in's clock, to the second.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        let now = self.clock.now();
        now.replace_nanosecond(0).unwrap_or(now)
    }

    /// A number nothing else has.
    pub const fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// A new UUID as text.
    #[must_use]
    pub fn new_uuid() -> String {
        Uuid::new_v4().to_string()
    }

    /// A new id of 32 hex digits, as shipping options and tokens have.
    #[must_use]
    pub fn new_hex() -> String {
        Uuid::new_v4().simple().to_string()
    }

    /// Records that something happened, for the webhooks.
    pub fn emit(&mut self, scope: &str, data: Value) {
        let at = self.now();
        self.events.push_back(Event {
            scope: scope.to_owned(),
            data,
            at,
        });
        self.events_ready.notify_one();
    }

    /// The store's own currency, or the named one.
    #[must_use]
    pub fn currency(&self, code: &str) -> Option<&Currency> {
        self.currencies
            .iter()
            .find(|currency| currency.code == code)
    }

    /// Finds a customer by e-mail, whatever its case.
    #[must_use]
    pub fn customer_by_email(&self, email: &str) -> Option<&Customer> {
        self.customers
            .values()
            .find(|customer| customer.email.eq_ignore_ascii_case(email))
    }

    /// The product and variant of a line item, if they still exist.
    #[must_use]
    pub fn product_of(&self, item: &LineItem) -> Option<(&Product, &Variant)> {
        let product = self.products.get(&item.product_id)?;
        Some((product, product.variant(Some(item.variant_id))?))
    }
}
