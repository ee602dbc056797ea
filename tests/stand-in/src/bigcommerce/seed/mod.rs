//! The demo shop's data: [`demo_store`] puts its products, currencies and promotions together.

mod currencies;
mod products;
pub mod promotions;

pub use products::categories;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use time::OffsetDateTime;
use tokio::sync::Notify;

use super::model::{
    Address, Customer, CustomerAddress, CustomerGroup, Decimal, PromotionSettings, State,
    StoreInfo, Switches,
};
use crate::first_switches::first_switches;
use crate::kit::clock::Clock;

/// The password of every demo customer.
pub const DEMO_PASSWORD: &str = "demo1234";
/// The hash of the demo store.
pub const DEMO_STORE_HASH: &str = "demo1store";

/// A fresh demo store whose shop is at `url`. A reset makes a new one and takes over what is kept.
#[must_use]
pub fn demo_store(clock: Clock, url: &str) -> State {
    let now = clock.now();
    let mut state = State {
        store: StoreInfo {
            hash: DEMO_STORE_HASH.to_owned(),
            id: 1_001_001,
            name: "Voucherbridge demo shop".to_owned(),
            url: url.trim_end_matches('/').to_owned(),
        },
        switches: Switches::default(),
        promotion_settings: default_promotion_settings(),
        currencies: currencies::currencies(),
        categories: categories(),
        products: products::products(now),
        groups: groups(),
        customers: customers(now),
        checkouts: BTreeMap::new(),
        converted: BTreeMap::new(),
        promotions: BTreeMap::new(),
        deleted_promotions: BTreeMap::new(),
        old_coupons: Vec::new(),
        certificates: BTreeMap::new(),
        orders: BTreeMap::new(),
        scripts: Vec::new(),
        hooks: BTreeMap::new(),
        sessions: BTreeMap::new(),
        events: VecDeque::new(),
        events_ready: Arc::new(Notify::new()),
        clock,
        last_id: 1000,
        last_order_id: 100,
    };
    let native = promotions::native_coupon(now);
    state.promotions.insert(native.id, native);
    state.set_switches(first_switches("bigcommerce"));
    state
}

/// The settings a new store has.
#[must_use]
pub const fn default_promotion_settings() -> PromotionSettings {
    PromotionSettings {
        promotions_apply_on_products_with_custom_product_price: false,
        promotions_triggered_by_products_with_zero_product_price: false,
        number_of_coupons_allowed_at_checkout: 1,
        promotions_applied_on_original_product_price: true,
    }
}

fn groups() -> BTreeMap<u64, CustomerGroup> {
    [(1, "Retail", true), (2, "STAFF", false)]
        .map(|(id, name, is_default)| {
            (
                id,
                CustomerGroup {
                    id,
                    name: name.to_owned(),
                    is_default,
                },
            )
        })
        .into()
}

fn customers(now: OffsetDateTime) -> BTreeMap<u64, Customer> {
    [
        (11, "alice", "Alice", "Adams", 1),
        (12, "bob", "Bob", "Brown", 2),
    ]
    .map(|person| customer(now, person))
    .map(|customer| (customer.id, customer))
    .into()
}

fn customer(
    now: OffsetDateTime,
    (id, mailbox, first, last, group_id): (u64, &str, &str, &str, u64),
) -> Customer {
    Customer {
        id,
        email: format!("{mailbox}@example.com"),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        company: String::new(),
        phone: "5550100".to_owned(),
        group_id,
        password: DEMO_PASSWORD.to_owned(),
        store_credit: Decimal::ZERO,
        addresses: vec![CustomerAddress {
            id: id + 10,
            kind: "residential".to_owned(),
            address: Address {
                first_name: first.to_owned(),
                last_name: last.to_owned(),
                address1: "1 Example Street".to_owned(),
                city: "Austin".to_owned(),
                state_or_province: "Texas".to_owned(),
                state_or_province_code: "TX".to_owned(),
                country: "United States".to_owned(),
                country_code: "US".to_owned(),
                postal_code: "78701".to_owned(),
                phone: "5550100".to_owned(),
                ..Address::default()
            },
        }],
        date_created: now,
        date_modified: now,
    }
}
