//! The demo shop's data.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use tokio::sync::Notify;

use crate::kit::clock::Clock;

use super::model::promotion::{
    Action, CartValueAction, CouponType, CustomerLimit, Discount, PromotionStatus, RedemptionType,
    Rule,
};
use super::model::{
    Address, Category, CouponCode, Currency, Customer, CustomerAddress, CustomerGroup, Decimal,
    OptionValue, Product, Promotion, PromotionSettings, State, StoreInfo, Switches, Variant,
};

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
        currencies: vec![dollars(), euros()],
        categories: categories(),
        products: products(now),
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
    let native = native_coupon(now);
    state.promotions.insert(native.id, native);
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

fn dollars() -> Currency {
    Currency {
        id: 1,
        code: "USD".to_owned(),
        name: "US Dollars".to_owned(),
        symbol: "$".to_owned(),
        decimal_places: 2,
        is_default: true,
        exchange_rate: Decimal::cents(100),
    }
}

/// The second currency: 0.92 for a dollar.
fn euros() -> Currency {
    Currency {
        id: 2,
        code: "EUR".to_owned(),
        name: "Euro".to_owned(),
        symbol: "€".to_owned(),
        decimal_places: 2,
        is_default: false,
        exchange_rate: Decimal::cents(92),
    }
}

fn categories() -> BTreeMap<u64, Category> {
    [(1, "Phones"), (2, "Clothing"), (3, "Accessories")]
        .map(|(id, name)| {
            (
                id,
                Category {
                    id,
                    parent_id: 0,
                    name: name.to_owned(),
                },
            )
        })
        .into()
}

fn products(now: OffsetDateTime) -> BTreeMap<u64, Product> {
    let mut iphone = product(now, 111, "iPhone 8", "IPHONE8", 79_900, 1);
    iphone.retail_price = Some(Decimal::cents(84_900));
    let mut shirt = product(now, 112, "T-shirt", "TSHIRT", 2_500, 2);
    shirt.variants = [(212, "S"), (213, "M"), (214, "L")]
        .map(shirt_variant)
        .into();
    [
        iphone,
        shirt,
        product(now, 113, "Phone case", "CASE", 1_990, 3),
        product(now, 114, "Charger", "CHARGER", 2_995, 3),
        product(now, 115, "Socks", "SOCKS", 750, 2),
        product(now, 116, "Headphones", "HEADPHONES", 12_900, 3),
    ]
    .map(|product| (product.id, product))
    .into()
}

fn product(
    now: OffsetDateTime,
    id: u64,
    name: &str,
    sku: &str,
    cents: i64,
    category: u64,
) -> Product {
    // The only variant of 111 is 211; 212 to 214 are the T-shirt's.
    let variant_id = if id == 111 { 211 } else { id + 102 };
    Product {
        id,
        name: name.to_owned(),
        sku: sku.to_owned(),
        description: format!("{name} of the demo shop."),
        price: Decimal::cents(cents),
        retail_price: None,
        categories: vec![category],
        brand_id: 0,
        is_digital: false,
        weight: Decimal::cents(50),
        inventory: None,
        image_path: format!("/shop-assets/products/{id}.svg"),
        variants: vec![Variant {
            id: variant_id,
            product_id: id,
            sku: sku.to_owned(),
            price: None,
            inventory: None,
            option_values: Vec::new(),
        }],
        date_created: now,
        date_modified: now,
    }
}

fn shirt_variant((id, size): (u64, &str)) -> Variant {
    Variant {
        id,
        product_id: 112,
        sku: format!("TSHIRT-{size}"),
        price: None,
        inventory: None,
        option_values: vec![OptionValue {
            option_display_name: "Size".to_owned(),
            label: size.to_owned(),
            option_id: 31,
            id: id - 100,
        }],
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

/// A coupon of the merchant's own, which Voucherify does not know.
fn native_coupon(now: OffsetDateTime) -> Promotion {
    Promotion {
        id: 1,
        redemption_type: RedemptionType::Coupon,
        name: "Native 5 off".to_owned(),
        display_name: Some("5.00 off".to_owned()),
        channels: Vec::new(),
        customer: CustomerLimit::default(),
        rules: vec![Rule {
            action: Action::CartValue(CartValueAction {
                discount: Discount::FixedAmount(Decimal::cents(500)),
                maximum_allowed_discount_amount: None,
            }),
            apply_once: true,
            stop: false,
            condition: None,
        }],
        current_uses: 0,
        max_uses: None,
        status: PromotionStatus::Enabled,
        start_date: now - Duration::days(1),
        end_date: None,
        stop: false,
        can_be_used_with_other_promotions: true,
        coupon_overrides_other_promotions: false,
        coupon_overrides_automatic_when_offering_higher_discounts: false,
        currency_code: "USD".to_owned(),
        notifications: Vec::new(),
        shipping_address: None,
        schedule: None,
        coupon_type: CouponType::Single,
        created_from: "react_ui".to_owned(),
        codes: vec![CouponCode {
            id: 1,
            code: "NATIVE5".to_owned(),
            current_uses: 0,
            max_uses: 0,
            max_uses_per_customer: 0,
            created: now,
            uses_by_customer: BTreeMap::new(),
            unseen_tries_left: 0,
        }],
    }
}
