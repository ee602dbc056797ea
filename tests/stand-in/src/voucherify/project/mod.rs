//! Everything a Voucherify project stores, and how things in it are found.
//!
//! The files beside this one change it, with what they refuse: [`vouchers`] and [`campaigns`] are
//! made there, [`cards`] and [`loyalty`] pay, [`sessions`] hold; the [`catalogue`] and the [`orders`]
//! with their customers are kept.

pub mod campaigns;
pub mod cards;
pub mod catalogue;
pub mod loyalty;
pub mod orders;
pub mod sessions;
pub mod vouchers;

use std::collections::BTreeMap;

use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::model::{
    Campaign, CampaignKind, Category, Customer, Hold, Order, OrderEvent, Product, Redeemed,
    Redemption, Reward, Rollback, Session, StackingRules, Switches, Transaction, Voucher,
};
use super::requests::{Metadata, OrderStatus};

/// Application id of the demo project.
pub const APP_ID: &str = "demo-app-id";
/// Secret key of the demo project.
pub const SECRET_KEY: &str = "demo-secret-key";

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

/// Whose redemptions are counted.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// Those of one code.
    Voucher(&'a Voucher),
    /// Those of all codes of a campaign, by its id.
    Campaign(&'a str),
}

impl Project {
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

    /// A campaign by id or name.
    #[must_use]
    pub fn campaign(&self, id_or_name: &str) -> Option<&Campaign> {
        let named = |campaign: &&Campaign| campaign.id == id_or_name || campaign.name == id_or_name;
        self.campaigns.iter().find(named)
    }

    /// The campaign of a code.
    #[must_use]
    pub fn campaign_of(&self, voucher: &Voucher) -> Option<&Campaign> {
        self.campaign(voucher.campaign_id.as_deref()?)
    }

    /// Whether a code is a referral code.
    #[must_use]
    pub fn is_referral(&self, voucher: &Voucher) -> bool {
        let campaign = self.campaign_of(voucher);
        campaign.is_some_and(|campaign| campaign.kind == CampaignKind::ReferralProgram)
    }

    /// The category of a code: its own, else its campaign's.
    #[must_use]
    pub fn category_of<'a>(&'a self, voucher: &'a Voucher) -> Option<&'a str> {
        let of_campaign = self.campaign_of(voucher);
        let of_campaign = of_campaign.and_then(|campaign| campaign.category_id.as_deref());
        voucher.category_id.as_deref().or(of_campaign)
    }

    /// Redemptions that stand, of a code or of a campaign, by one customer or by all, since a time.
    pub fn redeemed<'a>(
        &'a self,
        source: Source<'a>,
        customer_id: Option<&'a str>,
        since: Option<OffsetDateTime>,
    ) -> impl Iterator<Item = &'a Redemption> {
        let counts = move |redemption: &&Redemption| {
            let Redeemed::Voucher { code, .. } = &redemption.redeemed else {
                return false;
            };
            let of_source = match source {
                Source::Voucher(voucher) => voucher.code == *code,
                Source::Campaign(id) => self
                    .voucher(code)
                    .is_some_and(|voucher| voucher.campaign_id.as_deref() == Some(id)),
            };
            of_source
                && redemption.failure.is_none()
                && redemption.rollback.is_none()
                && customer_id.is_none_or(|id| redemption.customer_id.as_deref() == Some(id))
                && since.is_none_or(|since| redemption.date >= since)
        };
        self.redemptions.iter().filter(counts)
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
