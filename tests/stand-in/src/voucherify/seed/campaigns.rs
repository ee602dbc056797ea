//! Campaigns, categories and limits, and the codes that show them.

use std::collections::BTreeMap;

use serde_json::json;

use super::build::{amount, coupon, percent};
use super::customers::{FRIENDS, POINTS};
use crate::voucherify::model::{Campaign, CampaignKind, Category, Rule, StackingRules, Voucher};

const BUDGET: &str = "camp_0d3m0budget";
const WELCOME: &str = "camp_0d3m0welcome";
const ALONE: &str = "cat_0d3m0alone";

/// The stacking rules of the API description, with one exclusive category.
#[must_use]
pub fn stacking_rules() -> StackingRules {
    StackingRules {
        exclusive_categories: vec![ALONE.to_owned()],
        ..StackingRules::default()
    }
}

/// The categories.
#[must_use]
pub fn categories() -> Vec<Category> {
    vec![Category {
        id: ALONE.to_owned(),
        name: "Only alone".to_owned(),
        hierarchy: 1,
    }]
}

/// The campaigns.
#[must_use]
pub fn campaigns() -> Vec<Campaign> {
    let limit = |name: &str, most: i64| Rule {
        name: name.to_owned(),
        property: None,
        rules: Vec::new(),
        conditions: BTreeMap::from([("$less_than_or_equal".to_owned(), vec![json!(most)])]),
        error: None,
    };
    let campaign = |id: &str, name: &str, kind: CampaignKind| Campaign {
        id: id.to_owned(),
        name: name.to_owned(),
        kind,
        category_id: None,
        rules: Vec::new(),
    };
    let limited = |id: &str, name: &str, rule: Rule| Campaign {
        rules: vec![rule],
        ..campaign(id, name, CampaignKind::DiscountCoupons)
    };
    vec![
        campaign(FRIENDS, "Friends", CampaignKind::ReferralProgram),
        campaign(POINTS, "Points", CampaignKind::LoyaltyProgram),
        limited(
            BUDGET,
            "Small budget",
            limit("campaign.orders.amount_discounted", 5_000),
        ),
        limited(
            WELCOME,
            "First order",
            limit("campaign.redemptions.customers_count", 1),
        ),
    ]
}

pub(super) fn vouchers() -> Vec<Voucher> {
    let mut alone = coupon("ALONE30", percent(30), "30 % off, with no other code");
    alone.category_id = Some(ALONE.to_owned());
    vec![
        coupon("FIRST10", amount(1_000), "10.00 off, once a customer").of_campaign(WELCOME),
        coupon(
            "BUDGET",
            percent(20),
            "20 % off, of a campaign with 50.00 left to give",
        )
        .of_campaign(BUDGET),
        alone,
    ]
}
