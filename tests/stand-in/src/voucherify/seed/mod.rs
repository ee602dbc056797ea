//! The demo project: its codes, each with a sentence about it, and its products.

use std::collections::BTreeMap;

use time::{Duration, OffsetDateTime};

use super::model::Voucher;
use super::project::Project;
use crate::first_switches::first_switches;

mod build;
mod campaigns;
mod cards;
mod catalogue;
mod customers;
mod free_items;
mod items;
mod orders;

use campaigns::{campaigns, categories, stacking_rules};
use catalogue::catalogue;
pub use customers::name_customers;
use customers::{customers, rewards};

/// The demo project.
#[must_use]
pub fn demo_project(now: OffsetDateTime) -> Project {
    let (products, skus) = catalogue(now);
    Project {
        switches: first_switches("voucherify"),
        stacking: stacking_rules(),
        categories: categories(),
        campaigns: campaigns(),
        rewards: rewards(now),
        vouchers: vouchers(now),
        sessions: BTreeMap::new(),
        redemptions: Vec::new(),
        rollbacks: Vec::new(),
        transactions: Vec::new(),
        orders: Vec::new(),
        order_events: Vec::new(),
        customers: customers(now),
        products,
        skus,
        async_actions: Vec::new(),
    }
}

/// All codes.
#[must_use]
pub fn vouchers(now: OffsetDateTime) -> Vec<Voucher> {
    let mut list = orders::vouchers();
    list.extend(items::vouchers());
    list.extend(free_items::vouchers());
    list.extend(campaigns::vouchers());
    list.extend(cards::vouchers());
    list.extend(customers::vouchers());
    for voucher in &mut list {
        voucher.created_at = now;
        match voucher.code.as_str() {
            "EXPIRED10" | "GIFTEXPIRED" => voucher.expiration_date = Some(now - Duration::days(1)),
            "DISABLED10" | "GIFTDISABLED" => voucher.active = false,
            "NOTYET10" | "GIFTNOTYET" => voucher.start_date = Some(now + Duration::days(30)),
            _ => {}
        }
    }
    list
}
