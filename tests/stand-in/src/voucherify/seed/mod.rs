//! The demo project: its codes, each with a sentence about it, and its products.

use time::{Duration, OffsetDateTime};

use super::model::Voucher;

mod build;
mod campaigns;
mod cards;
mod catalogue;
mod customers;
mod free_items;
mod items;
mod orders;

pub use campaigns::{campaigns, categories, stacking_rules};
pub use catalogue::catalogue;
use catalogue::{product_id, sku_id};
pub use customers::{CustomersBy, customers, name_customers, rewards};

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
