//! Everything a Voucherify project stores, and how things in it are found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::campaigns::Campaign;
use super::card::Transaction;
use super::loyalty::Reward;
use super::model::{
    Customer, Hold, Order, OrderEvent, OrderStatus, Product, Redemption, Rollback, Session, Voucher,
};
use super::requests::Metadata;
use super::seed;
use super::stacking_rules::{Category, StackingRules};
use crate::first_switches::first_switches;

/// Application id of the demo project.
pub const APP_ID: &str = "demo-app-id";
/// Secret key of the demo project.
pub const SECRET_KEY: &str = "demo-secret-key";

/// Positions of what tests and the demo can switch.
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// Calls a minute; the documented number of the larger plan.
    pub rate_limit_per_minute: u32,
    /// Whether the key has the role Merchant, which may neither validate nor redeem.
    pub key_has_merchant_role: bool,
    /// Whether `save10` is another code than `SAVE10`.
    pub codes_case_sensitive: bool,
    /// Whether answers name a code as the voucher spells it, and not as it was asked for. Not documented.
    pub answers_own_spelling: bool,
    /// Whether a validation that fails gives up what its session key held before. Not documented.
    pub failed_validation_releases_session: bool,
    /// What the demo's customers are called.
    pub customers_by: seed::CustomersBy,
    /// Whether a redemption stores its order with the status that it was sent; else as `PAID`,
    /// whatever was sent. The description names the field and says neither.
    pub redemption_keeps_order_status: bool,
    /// Whether every rollback cancels its order; else only the one that leaves no redemption of it.
    /// The examples of the description have orders with one redemption only.
    pub every_rollback_cancels_order: bool,
    /// Whether an order line without `price` costs what is stored of its SKU or product, whatever
    /// its `amount` says. The description calls `amount` price times quantity, and does not say
    /// whose price.
    pub stored_prices_count: bool,
    /// Whether answers leave out what the official examples leave out, though the schemas have it:
    /// `applied_quantity`, `applied_quantity_amount` and `applied_discount_quantity` of a line,
    /// `balance` of a gift card, `status` of a redemption.
    pub answers_like_examples: bool,
    /// Whether a gift card that was asked for more credits than the order takes holds and spends
    /// all the same. Not documented.
    pub surplus_credits_count: bool,
    /// Whether a session holds a loyalty card's points, as the guide on sessions says. The
    /// description of a redemption's `session` says that there are none for loyalty cards.
    pub sessions_hold_points: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            rate_limit_per_minute: 2_000,
            key_has_merchant_role: false,
            codes_case_sensitive: true,
            answers_own_spelling: false,
            failed_validation_releases_session: false,
            customers_by: seed::CustomersBy::default(),
            redemption_keeps_order_status: true,
            every_rollback_cancels_order: false,
            stored_prices_count: true,
            answers_like_examples: false,
            surplus_credits_count: false,
            sessions_hold_points: true,
        }
    }
}

/// The project.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct Project {
    pub switches: Switches,
    pub stacking: StackingRules,
    pub categories: Vec<Category>,
    pub campaigns: Vec<Campaign>,
    pub rewards: Vec<Reward>,
    pub vouchers: Vec<Voucher>,
    pub sessions: BTreeMap<String, Session>,
    pub redemptions: Vec<Redemption>,
    pub rollbacks: Vec<Rollback>,
    /// Of all gift cards, oldest first.
    pub transactions: Vec<Transaction>,
    pub orders: Vec<Order>,
    /// Changes of orders' statuses, oldest first.
    pub order_events: Vec<OrderEvent>,
    pub customers: Vec<Customer>,
    pub products: Vec<Product>,
    pub skus: Vec<Product>,
    pub async_actions: Vec<Value>,
}

impl Project {
    /// The demo project.
    #[must_use]
    pub fn demo(now: OffsetDateTime) -> Self {
        let (products, skus) = seed::catalogue(now);
        Self {
            switches: first_switches("voucherify"),
            stacking: seed::stacking_rules(),
            categories: seed::categories(),
            campaigns: seed::campaigns(),
            rewards: seed::rewards(now),
            vouchers: seed::vouchers(now),
            sessions: BTreeMap::new(),
            redemptions: Vec::new(),
            rollbacks: Vec::new(),
            transactions: Vec::new(),
            orders: Vec::new(),
            order_events: Vec::new(),
            customers: seed::customers(now),
            products,
            skus,
            async_actions: Vec::new(),
        }
    }

    /// Removes sessions whose time is over.
    pub fn expire_sessions(&mut self, now: OffsetDateTime) {
        self.sessions.retain(|_, session| session.expires_at > now);
    }

    /// A voucher by code or id.
    #[must_use]
    pub fn voucher(&self, code_or_id: &str) -> Option<&Voucher> {
        self.voucher_index(code_or_id)
            .and_then(|index| self.vouchers.get(index))
    }

    /// A voucher by code or id, to change it.
    pub fn voucher_mut(&mut self, code_or_id: &str) -> Option<&mut Voucher> {
        self.voucher_index(code_or_id)
            .and_then(|index| self.vouchers.get_mut(index))
    }

    fn voucher_index(&self, code_or_id: &str) -> Option<usize> {
        let is = |voucher: &Voucher| {
            voucher.id == code_or_id || self.is_one_code(&voucher.code, code_or_id)
        };
        let mut vouchers = self.vouchers.iter();
        let exactly = vouchers.position(|voucher| voucher.code == code_or_id);
        exactly.or_else(|| self.vouchers.iter().position(is))
    }

    /// Whether two spellings are one code here.
    #[must_use]
    pub fn is_one_code(&self, one: &str, other: &str) -> bool {
        let ignores_case = !self.switches.codes_case_sensitive;
        one == other || (ignores_case && one.to_lowercase() == other.to_lowercase())
    }

    /// What other sessions hold of a voucher.
    pub fn held_by_others<'a>(
        &'a self,
        code: &'a str,
        own_key: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Hold> {
        self.sessions
            .values()
            .filter(move |session| Some(session.key.as_str()) != own_key)
            .flat_map(|session| &session.holds)
            .filter(move |hold| hold.code == code)
    }

    /// Credits of a gift card that sessions hold.
    #[must_use]
    pub fn locked_credits(&self, code: &str) -> i64 {
        let holds = self.held_by_others(code, None);
        holds.filter_map(|hold| hold.credits).sum()
    }

    /// An order by id or source id.
    #[must_use]
    pub fn order(&self, id_or_source_id: &str) -> Option<&Order> {
        self.orders.iter().find(|order| {
            order.id == id_or_source_id || order.source_id.as_deref() == Some(id_or_source_id)
        })
    }

    /// An order by its id, to change it.
    pub fn order_mut(&mut self, id: &str) -> Option<&mut Order> {
        self.orders.iter_mut().find(|order| order.id == id)
    }

    /// Gives an order a status, and notes the event: earning rules and distributions hear of it.
    pub fn set_order_status(&mut self, id: &str, status: OrderStatus) {
        let Some(order) = self.orders.iter_mut().find(|order| order.id == id) else {
            return;
        };
        if order.status != status {
            order.status = status;
            self.note_order_status(id);
        }
    }

    /// Notes that an order has its status from now on.
    pub fn note_order_status(&mut self, id: &str) {
        let event = self.order(id).map(|order| OrderEvent {
            source_id: order.source_id.clone(),
            customer_id: order.customer_id.clone(),
            status: order.status,
        });
        self.order_events.extend(event);
    }

    /// A customer by id or source id.
    #[must_use]
    pub fn customer(&self, id_or_source_id: &str) -> Option<&Customer> {
        self.customers.iter().find(|customer| {
            customer.id == id_or_source_id || customer.source_id.as_deref() == Some(id_or_source_id)
        })
    }

    /// A redemption by id.
    #[must_use]
    pub fn redemption(&self, id: &str) -> Option<&Redemption> {
        self.redemptions
            .iter()
            .find(|redemption| redemption.id == id)
    }
}

/// Stored metadata with what was sent over it.
#[must_use]
pub fn merged(stored: &Metadata, sent: Option<Metadata>) -> Metadata {
    let mut metadata = stored.clone();
    metadata.extend(sent.unwrap_or_default());
    metadata
}

/// How far back a redemption can be rolled back: three months.
#[must_use]
pub fn rollback_horizon() -> Duration {
    Duration::days(92)
}

/// Takes over what was sent.
pub(super) fn set<T>(field: &mut Option<T>, sent: Option<T>) {
    if sent.is_some() {
        *field = sent;
    }
}
