//! Judged codes as Voucherify shows them in the answers of validations and redemptions.

use serde_json::{Map, Value, json};

use super::discounts::{self, products};
use super::orders::{OrderContext, calculated_order};
use super::writing::list;
use crate::voucherify::model::VoucherValue;
use crate::voucherify::project::Project;
use crate::voucherify::requests::{Expand, StackOptions};
use crate::voucherify::stacking::{Judged, Outcome, Used};

/// What of the answer was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// The order after each redeemable.
    pub orders: bool,
    /// Metadata and campaign of each redeemable.
    pub redeemables: bool,
    /// Categories in full.
    pub categories: bool,
}

impl Shown {
    /// What `options.expand` asks for; orders when it asks for nothing.
    #[must_use]
    pub fn from_options(options: Option<&StackOptions>) -> Self {
        let expand = options
            .and_then(|options| options.expand.as_deref())
            .unwrap_or_default();
        Self {
            orders: expand.is_empty() || expand.contains(&Expand::Order),
            redeemables: expand.contains(&Expand::Redeemable),
            categories: expand.contains(&Expand::Category),
        }
    }
}

/// One judged code.
#[must_use]
pub fn judged(project: &Project, one: &Judged, shown: Shown, order: OrderContext<'_>) -> Value {
    let (status, result) = match &one.outcome {
        Outcome::Applicable { used, .. } => ("APPLICABLE", value_result(project, one, used)),
        Outcome::Inapplicable(error) => (
            "INAPPLICABLE",
            json!({"error": error.json(), "details": {"message": error.rule_message.as_deref().unwrap_or(&error.message), "key": error.key}}),
        ),
        Outcome::Skipped(skip) => (
            "SKIPPED",
            json!({"details": {"message": skip.message, "key": skip.key}}),
        ),
    };
    let mut map = Map::new();
    map.insert("status".to_owned(), json!(status));
    let own = one.code.as_ref();
    let own = own.filter(|_| project.switches.answers_own_spelling);
    map.insert("id".to_owned(), json!(own.unwrap_or(&one.redeemable.id)));
    map.insert("object".to_owned(), json!(one.redeemable.object.name()));
    let voucher = one.code.as_deref().and_then(|code| project.voucher(code));
    if let Outcome::Applicable { money, .. } = &one.outcome {
        if shown.orders {
            map.insert("order".to_owned(), calculated_order(money, order));
        }
        let of_voucher = voucher.and_then(|voucher| products(voucher, money));
        let (to, not_to) = of_voucher.unwrap_or_default();
        for (key, entries) in [("applicable_to", to), ("inapplicable_to", not_to)] {
            map.insert(key.to_owned(), list("data", &entries, entries.len()));
        }
    }
    map.insert("result".to_owned(), result);
    add_voucher(&mut map, project, one, shown);
    Value::Object(map)
}

/// What a code does: `discount`, `gift` with the balance that is left for others, or `loyalty_card`.
#[must_use]
pub fn value_result(project: &Project, one: &Judged, used: &Used) -> Value {
    if let Some(discount) = &used.discount {
        return json!({"discount": discounts::discount(project, discount)});
    }
    if let Some(spent) = &used.spent {
        return json!({"loyalty_card": {"points": spent.points}});
    }
    let voucher = one.code.as_deref().and_then(|code| project.voucher(code));
    match voucher.map(|voucher| &voucher.value) {
        Some(VoucherValue::Gift(gift)) => {
            json!({"gift": {"balance": gift.balance, "credits": used.credits}})
        }
        _ => json!({}),
    }
}

fn add_voucher(map: &mut Map<String, Value>, project: &Project, one: &Judged, shown: Shown) {
    let Some(voucher) = one.code.as_deref().and_then(|code| project.voucher(code)) else {
        return;
    };
    if shown.redeemables {
        let campaign = project.campaign_of(voucher);
        map.insert("metadata".to_owned(), json!(voucher.metadata));
        let (name, id) = campaign
            .map(|campaign| (&campaign.name, &campaign.id))
            .unzip();
        map.insert("campaign_name".to_owned(), json!(name));
        map.insert("campaign_id".to_owned(), json!(id));
    }
    let own = project.category_of(voucher);
    let category = own.and_then(|id| project.categories.iter().find(|c| c.id == id));
    let categories = category.map(|category| {
        let mut shown_category = json!({"id": category.id, "object": "category"});
        if shown.categories {
            shown_category["name"] = json!(category.name);
            shown_category["hierarchy"] = json!(category.hierarchy);
            if project.stacking.is_exclusive(&category.id) {
                shown_category["stacking_rules_type"] = json!("EXCLUSIVE");
            } else if project.stacking.is_joint(&category.id) {
                shown_category["stacking_rules_type"] = json!("JOINT");
            }
        }
        shown_category
    });
    map.insert("categories".to_owned(), categories.into_iter().collect());
}
