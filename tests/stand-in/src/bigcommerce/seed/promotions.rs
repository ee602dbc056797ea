//! Promotions that the merchant of the demo shop made.

use std::collections::BTreeMap;

use time::{Duration, OffsetDateTime};

use crate::bigcommerce::model::promotion::{
    Action, CartCondition, CartItemsAction, CartValueAction, Condition, CouponType, CustomerLimit,
    Discount, ItemMatcher, PromotionStatus, RedemptionType, Rule,
};
use crate::bigcommerce::model::{CouponCode, Decimal, Promotion};

/// Number of [`accessories`].
pub const ACCESSORIES: u64 = 2;
/// Number of [`big_orders`].
pub const BIG_ORDERS: u64 = 3;

/// A coupon of the merchant's own, which Voucherify does not know.
#[must_use]
pub fn native_coupon(now: OffsetDateTime) -> Promotion {
    let rule = rule(off_order(Decimal::cents(500)), None);
    Promotion {
        redemption_type: RedemptionType::Coupon,
        display_name: Some("5.00 off".to_owned()),
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
        ..promotion(now, 1, "Native 5 off", rule)
    }
}

/// An automatic promotion on items.
#[must_use]
pub fn accessories(now: OffsetDateTime) -> Promotion {
    let action = Action::CartItems(CartItemsAction {
        discount: Discount::PercentageAmount(Decimal::cents(1_000)),
        items: Some(ItemMatcher::Categories(vec![3])),
        maximum_allowed_discount_amount: None,
        as_total: false,
        include_items_considered_by_condition: true,
        exclude_items_on_sale: false,
        strategy: None,
        quantity: None,
        add_free_item: false,
    });
    Promotion {
        currency_code: "*".to_owned(),
        ..promotion(now, ACCESSORIES, "10 % off Accessories", rule(action, None))
    }
}

/// An automatic promotion on the order.
#[must_use]
pub fn big_orders(now: OffsetDateTime) -> Promotion {
    let over = CartCondition {
        minimum_spend: Some(Decimal::cents(10_000)),
        ..CartCondition::default()
    };
    let rule = rule(off_order(Decimal::cents(500)), Some(Condition::Cart(over)));
    promotion(now, BIG_ORDERS, "5.00 off orders over 100", rule)
}

fn off_order(amount: Decimal) -> Action {
    Action::CartValue(CartValueAction {
        discount: Discount::FixedAmount(amount),
        maximum_allowed_discount_amount: None,
    })
}

const fn rule(action: Action, condition: Option<Condition>) -> Rule {
    Rule {
        action,
        apply_once: true,
        stop: false,
        condition,
    }
}

/// An automatic promotion that stands others.
fn promotion(now: OffsetDateTime, id: u64, name: &str, rule: Rule) -> Promotion {
    Promotion {
        id,
        redemption_type: RedemptionType::Automatic,
        name: name.to_owned(),
        display_name: Some(name.to_owned()),
        channels: Vec::new(),
        customer: CustomerLimit::default(),
        rules: vec![rule],
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
        codes: Vec::new(),
    }
}
