//! What a code is, in short words: its kind, its rule and its effect, for lists of codes to try.

use serde_json::Value;
use time::OffsetDateTime;

use crate::bigcommerce;
use crate::voucherify::calculate::Applicable;
use crate::voucherify::discount::{Discount, Effect, Unit};
use crate::voucherify::model::{CampaignKind, NOTE, Rule, Voucher, VoucherValue};
use crate::voucherify::project::Project;

/// The kind of a code.
#[must_use]
pub fn kind(project: &Project, voucher: &Voucher) -> &'static str {
    let discount = match &voucher.value {
        VoucherValue::Discount(discount) => discount,
        VoucherValue::Gift(_) => return "gift card",
        VoucherValue::Loyalty(_) => return "loyalty card",
    };
    if project.is_referral(voucher) {
        return "referral code";
    }
    if discount.is_dynamic() {
        return "dynamic discount";
    }
    match discount {
        Discount::Percent { .. } => "percentage",
        Discount::Amount { .. } => "amount",
        Discount::Fixed { .. } => "fixed price",
        Discount::Unit { .. } if is_shipping(discount) => "free shipping",
        Discount::Unit { .. } => "free item",
    }
}

fn is_shipping(discount: &Discount) -> bool {
    let units = discount.units();
    !units.is_empty() && units.iter().all(|unit| unit.unit_type == "prod_5h1pp1ng")
}

/// When a code applies; `None` when it always does.
#[must_use]
pub fn rule(project: &Project, voucher: &Voucher, now: OffsetDateTime) -> Option<String> {
    let campaign = project.campaign_of(voucher);
    let of_campaign = campaign.into_iter().flat_map(|campaign| &campaign.rules);
    let all = voucher.rules.iter().chain(of_campaign);
    let mut parts: Vec<_> = all.map(|rule| one_rule(project, rule)).collect();
    if let Some(quantity) = voucher.quantity {
        parts.push(match quantity {
            1 => "once".to_owned(),
            _ => format!("{quantity} times"),
        });
    }
    if campaign.is_some_and(|campaign| campaign.kind == CampaignKind::ReferralProgram) {
        parts.push(format!("not for {}", holder(project, voucher)));
    }
    let category = project.category_of(voucher);
    if category.is_some_and(|id| project.stacking.is_exclusive(id)) {
        parts.push("with no other code".to_owned());
    }
    if !voucher.active {
        parts.push("disabled".to_owned());
    }
    if voucher.expiration_date.is_some_and(|end| end <= now) {
        parts.push("expired".to_owned());
    }
    if voucher.start_date.is_some_and(|start| start > now) {
        parts.push("not yet valid".to_owned());
    }
    let note = voucher.metadata.get(NOTE).and_then(Value::as_str);
    parts.extend(note.map(str::to_owned));
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn holder(project: &Project, voucher: &Voucher) -> String {
    let holder = voucher
        .holder_id
        .as_deref()
        .and_then(|id| project.customer(id));
    let name = holder.and_then(|holder| holder.name.clone());
    name.unwrap_or_else(|| "its owner".to_owned())
}

fn one_rule(project: &Project, rule: &Rule) -> String {
    let (operator, value) = match rule.conditions.iter().next() {
        Some((operator, values)) => (operator.as_str(), values.first().unwrap_or(&Value::Null)),
        None => ("", &Value::Null),
    };
    let number = value.as_i64().unwrap_or_default();
    let bound = match operator {
        "$more_than_or_equal" => "at least ",
        "$less_than_or_equal" => "at most ",
        _ => "",
    };
    match rule.name.as_str() {
        "order.amount" | "order.initial_amount" => format!("order of {bound}{}", money(number)),
        "order.items.count" => format!("{bound}{number} pieces"),
        "product.id" | "sku.id" => format!("{} in the cart", product(project, value)),
        "product.metadata" => format!("category {} in the cart", category(value)),
        "customer.metadata" => format!("customer group {}", plain(value)),
        "redemption.count.per_customer" | "campaign.redemptions.customers_count" if number == 1 => {
            "once a customer".to_owned()
        }
        "campaign.orders.amount_discounted" => format!("a budget of {}", money(number)),
        "publication.redeemable_by_linked_customer" => "for its owner only".to_owned(),
        name => format!("{name} {operator} {}", plain(value)),
    }
}

/// The shop's name for a category; Voucherify knows no more than its number.
fn category(value: &Value) -> String {
    let known = value.as_u64().and_then(|id| {
        let mut all = bigcommerce::seed::categories();
        all.remove(&id).map(|category| category.name)
    });
    known.unwrap_or_else(|| plain(value))
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn product(project: &Project, value: &Value) -> String {
    let id = value["id"]
        .as_str()
        .or(value["source_id"].as_str())
        .unwrap_or_default();
    name_of(project, id)
}

fn name_of(project: &Project, id: &str) -> String {
    let product = project.product(id).and_then(|product| product.name.clone());
    let name = product.or_else(|| {
        let sku = project.sku(id)?;
        let product = sku
            .product_id
            .as_deref()
            .and_then(|id| project.product(id))?;
        Some(format!(
            "{} ({})",
            product.name.as_deref()?,
            sku.name.as_deref()?
        ))
    });
    name.unwrap_or_else(|| id.to_owned())
}

/// What a code does.
#[must_use]
pub fn effect(project: &Project, voucher: &Voucher) -> String {
    match &voucher.value {
        VoucherValue::Discount(discount) => discounted(project, voucher, discount),
        VoucherValue::Gift(gift) if gift.balance == 0 => "has nothing left to pay with".to_owned(),
        VoucherValue::Gift(gift) => format!("pays up to {}", money(gift.balance)),
        VoucherValue::Loyalty(card) => {
            let campaign = voucher.campaign_id.as_deref();
            let mut rewards = project.rewards.iter();
            let reward = rewards.find(|reward| Some(reward.campaign_id.as_str()) == campaign);
            let worth = reward.map_or(0, |reward| {
                card.balance * reward.exchange_ratio / reward.points_ratio
            });
            format!("{} points, pay up to {}", card.balance, money(worth))
        }
    }
}

fn discounted(project: &Project, voucher: &Voucher, discount: &Discount) -> String {
    let on = target(project, &voucher.products.included, discount);
    let limits = |of_each: Option<i64>, of_all: Option<i64>| {
        let limit = of_each.or(of_all);
        limit.map_or_else(String::new, |limit| format!(", at most {}", money(limit)))
    };
    // A formula says little to a reader; what was written about the code says it in words.
    if discount.formula().is_some() {
        let about = voucher.additional_info.clone();
        return about.unwrap_or_else(|| format!("a calculated amount off {on}"));
    }
    match discount {
        Discount::Percent {
            percent_off,
            amount_limit,
            aggregated_amount_limit,
            ..
        } => {
            let limit = limits(*amount_limit, *aggregated_amount_limit);
            format!("{percent_off} % off {on}{limit}")
        }
        Discount::Amount {
            amount_off,
            aggregated_amount_limit,
            ..
        } => {
            let limit = limits(None, *aggregated_amount_limit);
            format!("{} off {on}{limit}", money(*amount_off))
        }
        Discount::Fixed { fixed_amount, .. } if discount.effect().is_on_items() => {
            let items = items(project, &voucher.products.included);
            format!("{items} for {} each", money(*fixed_amount))
        }
        Discount::Fixed { fixed_amount, .. } => format!("{on} for {}", money(*fixed_amount)),
        Discount::Unit { .. } if is_shipping(discount) => "free shipping".to_owned(),
        Discount::Unit { .. } => {
            let units = discount.units();
            let each: Vec<_> = units.iter().map(|unit| free(project, unit)).collect();
            each.join(", ")
        }
    }
}

fn free(project: &Project, unit: &Unit) -> String {
    let name = name_of(project, &unit.unit_type);
    match unit.effect {
        Effect::AddMissingItems => format!("{} {name} free, added if missing", unit.unit_off),
        _ => format!("{} {name} added for free", unit.unit_off),
    }
}

/// What a discount is taken off.
fn target(project: &Project, included: &[Applicable], discount: &Discount) -> String {
    let items = items(project, included);
    match (discount.effect(), discount) {
        (Effect::ApplyToItems, Discount::Percent { .. }) => items,
        (Effect::ApplyToItems, _) => format!("each line of {items}"),
        (Effect::ApplyToItemsByQuantity, _) => format!("each piece of {items}"),
        (Effect::ApplyToItemsProportionally, _) => format!("{items}, split by amount"),
        (Effect::ApplyToItemsProportionallyByQuantity, _) => format!("{items}, split by quantity"),
        _ => "the order".to_owned(),
    }
}

fn items(project: &Project, included: &[Applicable]) -> String {
    let names = included.iter().filter_map(|entry| entry.id.as_deref());
    let names: Vec<_> = names.map(|id| name_of(project, id)).collect();
    if names.is_empty() {
        return "all items".to_owned();
    }
    names.join(" and ")
}

fn money(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}
