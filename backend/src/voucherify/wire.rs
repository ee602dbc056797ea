//! Voucherify's JSON, as far as it is read or written here. Nothing outside this folder sees it.

#![allow(clippy::struct_field_names)] // the names are Voucherify's

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Session;
use crate::domain::{
    Hundredths,
    discount::{Calculated, CalculatedItem, ItemId},
    snapshot::{Snapshot, SnapshotCustomer, SnapshotItem},
};

/// The product that stands for shipping in every project (the free-shipping unit discount's
/// `unit_type`).
const SHIPPING: &str = "prod_5h1pp1ng";

#[derive(Debug, Serialize)]
pub(super) struct Request {
    pub(super) redeemables: Vec<Redeemable>,
    pub(super) order: Order,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) session: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Value>,
}

#[derive(Debug, Serialize)]
pub(super) struct Redeemable {
    object: &'static str,
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    gift: Option<Credits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reward: Option<Points>,
}

#[derive(Debug, Serialize)]
struct Points {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<i64>,
}

#[derive(Debug, Serialize)]
struct Credits {
    credits: i64,
}

#[derive(Debug, Serialize)]
pub(super) struct Order {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<&'static str>,
    amount: i64,
    items: Vec<Item>,
}

#[derive(Debug, Serialize)]
struct Item {
    #[serde(skip_serializing_if = "Option::is_none")]
    related_object: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_id: Option<String>,
    quantity: i64,
    amount: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<i64>,
    product: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<Value>,
}

impl Redeemable {
    pub(super) fn of(redeemable: &super::Redeemable) -> Self {
        Self {
            object: "voucher",
            id: redeemable.code.as_str().to_owned(),
            gift: redeemable
                .credits
                .map(|credits| Credits { credits: credits.0 }),
            reward: redeemable.reward.as_ref().map(|reward| Points {
                id: reward.id.clone(),
                points: reward.points,
            }),
        }
    }
}

impl Order {
    /// An order without `source_id`: an order Voucherify already has would be used in its stead.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        Self {
            source_id: None,
            status: None,
            amount: snapshot.amount.0,
            items: snapshot.items.iter().map(item).collect(),
        }
    }
}

/// A variant is a SKU at Voucherify, a product without variants a product; a custom item is
/// neither and has a name only.
fn item(item: &SnapshotItem) -> Item {
    let known = item.product_id != 0;
    let product_id = known.then(|| item.product_id.to_string());
    let variant_id = item.variant_id.filter(|_| known).map(|id| id.to_string());
    let related_object = if variant_id.is_some() {
        "sku"
    } else {
        "product"
    };
    let mut product = json!({ "name": item.name });
    if let Some(id) = &product_id {
        product["source_id"] = json!(id);
        product["metadata"] = json!({ "bigcommerce_product_categories": item.categories });
    }
    let sku = variant_id.as_ref().map(|id| match &item.sku {
        Some(sku) => json!({ "source_id": id, "sku": sku }),
        None => json!({ "source_id": id }),
    });
    Item {
        related_object: known.then_some(related_object),
        source_id: variant_id.or(product_id),
        quantity: item.quantity,
        amount: item.amount.0,
        price: unit_price(item),
        product,
        sku,
    }
}

/// The price of one, where the line divides evenly; Voucherify must not multiply a rounded one.
fn unit_price(item: &SnapshotItem) -> Option<i64> {
    let amount = item.amount.0;
    (item.quantity > 0 && amount % item.quantity == 0).then(|| amount / item.quantity)
}

pub(super) fn customer(customer: &SnapshotCustomer) -> Value {
    let mut json = json!({ "source_id": customer.source_id });
    if let Some(email) = &customer.email {
        json["email"] = json!(email);
    }
    if let Some(name) = &customer.name {
        json["name"] = json!(name);
    }
    if let Some(group) = &customer.group {
        let group = json!({ "id": group.id, "name": group.name });
        json["metadata"] = json!({ "bigcommerce_customer_group": group });
    }
    json
}

pub(super) fn session(session: &Session) -> Value {
    json!({
        "type": "LOCK",
        "key": session.key.as_str(),
        "ttl": session.minutes,
        "ttl_unit": "MINUTES",
    })
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Problem {
    #[serde(default)]
    pub(super) key: Option<String>,
    #[serde(default)]
    pub(super) message: Option<String>,
    /// What the merchant configured for a validation rule.
    #[serde(default)]
    pub(super) error: Option<RuleMessage>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct RuleMessage {
    #[serde(default)]
    pub(super) message: Option<String>,
}

impl Problem {
    /// The error key.
    pub(super) fn key(&self) -> String {
        self.key.clone().unwrap_or_else(|| "unknown".to_owned())
    }

    /// What the merchant wrote for the rule.
    pub(super) fn merchant_message(&self) -> Option<String> {
        self.error.as_ref()?.message.clone()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Verdicts {
    #[serde(default)]
    pub(super) redeemables: Option<Vec<Verdict>>,
    #[serde(default)]
    pub(super) inapplicable_redeemables: Option<Vec<Verdict>>,
    #[serde(default)]
    pub(super) skipped_redeemables: Option<Vec<Verdict>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Verdict {
    pub(super) status: String,
    pub(super) id: String,
    #[serde(default)]
    pub(super) order: Option<VerdictOrder>,
    #[serde(default)]
    pub(super) result: Option<VerdictResult>,
}

/// The order after the code, and what this code changed of it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct VerdictOrder {
    /// Missing where the code took nothing off.
    #[serde(default)]
    pub(super) total_applied_discount_amount: Option<i64>,
    /// The part of it on the order as a whole.
    #[serde(default)]
    pub(super) applied_discount_amount: Option<i64>,
    #[serde(default)]
    pub(super) items: Option<Vec<VerdictItem>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct VerdictItem {
    #[serde(default)]
    pub(super) source_id: Option<String>,
    #[serde(default)]
    pub(super) product_id: Option<String>,
    #[serde(default)]
    pub(super) related_object: Option<String>,
    #[serde(default)]
    pub(super) applied_discount_amount: Option<i64>,
    /// Pieces that the code added.
    #[serde(default)]
    pub(super) applied_quantity: Option<i64>,
    #[serde(default)]
    pub(super) applied_quantity_amount: Option<i64>,
    #[serde(default)]
    pub(super) product: Option<Referred>,
    #[serde(default)]
    pub(super) sku: Option<Referred>,
}

/// A product or SKU named inside an item.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Referred {
    #[serde(default)]
    pub(super) id: Option<String>,
    #[serde(default)]
    pub(super) source_id: Option<String>,
}

impl VerdictOrder {
    pub(super) fn calculated(&self) -> Calculated {
        let amount = |amount: Option<i64>| Hundredths(amount.unwrap_or(0));
        let items = || self.items.iter().flatten();
        let free_shipping = items().any(|item| item.is_shipping() && item.is_changed());
        let shipping: Hundredths = items()
            .filter(|item| item.is_shipping())
            .map(|item| amount(item.applied_discount_amount))
            .sum();
        let changed = items().filter(|item| item.is_changed() && !item.is_shipping());
        let calculated = Calculated {
            // What shipping is worth at Voucherify is no money off the cart.
            total: amount(self.total_applied_discount_amount) - shipping,
            on_order: amount(self.applied_discount_amount),
            items: changed.map(VerdictItem::calculated).collect(),
            free_shipping,
        };
        calculated.checked()
    }
}

impl VerdictItem {
    fn is_changed(&self) -> bool {
        self.applied_discount_amount.unwrap_or(0) > 0 || self.applied_quantity.unwrap_or(0) > 0
    }

    /// Shipping is a product that every project has.
    fn is_shipping(&self) -> bool {
        let product = self.product.iter();
        let named = product.flat_map(|product| [&product.id, &product.source_id]);
        [&self.source_id, &self.product_id]
            .into_iter()
            .chain(named)
            .any(|id| id.as_deref() == Some(SHIPPING))
    }

    fn calculated(&self) -> CalculatedItem {
        let added = self.applied_quantity.unwrap_or(0).max(0);
        let worth = Hundredths(self.applied_quantity_amount.unwrap_or(0).max(0));
        CalculatedItem {
            item: self.item(),
            discount: Hundredths(self.applied_discount_amount.unwrap_or(0)),
            added,
            added_worth: if added > 0 { worth } else { Hundredths::ZERO },
        }
    }

    /// A SKU is a variant, anything else a product; by the store's own ids. What a code added may be
    /// named by the nested objects alone.
    fn item(&self) -> Option<ItemId> {
        let number = |id: Option<&String>| id.and_then(|id| id.parse::<i64>().ok());
        let nested = |one: &Option<Referred>| number(one.as_ref()?.source_id.as_ref());
        let own = number(self.source_id.as_ref());
        let is_sku = self.related_object.as_deref() == Some("sku");
        let sku = own.filter(|_| is_sku).or_else(|| nested(&self.sku));
        let product = || own.or_else(|| nested(&self.product));
        sku.map(ItemId::Variant)
            .or_else(|| product().filter(|_| !is_sku).map(ItemId::Product))
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct VerdictResult {
    #[serde(default)]
    pub(super) error: Option<Problem>,
    #[serde(default)]
    pub(super) details: Option<Problem>,
    /// What an applicable code gives; gift cards give something else.
    #[serde(default)]
    pub(super) discount: Option<Discount>,
    #[serde(default)]
    pub(super) gift: Option<Gift>,
    #[serde(default)]
    pub(super) loyalty_card: Option<LoyaltyCard>,
}

#[derive(Debug, Deserialize)]
pub(super) struct LoyaltyCard {
    #[serde(default)]
    pub(super) points: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Rewards {
    #[serde(default)]
    pub(super) data: Vec<RewardEntry>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RewardEntry {
    #[serde(default)]
    pub(super) reward: Option<Reward>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Reward {
    pub(super) id: String,
    #[serde(rename = "type", default)]
    pub(super) kind: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Gift {
    #[serde(default)]
    pub(super) balance: Option<i64>,
    #[serde(default)]
    pub(super) credits: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Transactions {
    #[serde(default)]
    pub(super) data: Vec<Transaction>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Transaction {
    #[serde(default)]
    pub(super) source_id: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Discount {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    percent_off_formula: Option<String>,
    #[serde(default)]
    amount_limit: Option<Value>,
    #[serde(default)]
    aggregated_amount_limit: Option<Value>,
}

impl Discount {
    /// Whether it means the same in every currency: a percentage that no amount of money limits,
    /// free items, free shipping.
    pub(super) fn fits_every_currency(&self) -> bool {
        let amounts = [&self.amount_limit, &self.aggregated_amount_limit];
        let plain = self.percent_off_formula.is_none() && amounts.into_iter().all(Option::is_none);
        self.kind == "UNIT" || (self.kind == "PERCENT" && plain)
    }
}

impl Verdict {
    /// Why the code does not apply; a skipped one carries `details`, an inapplicable one `error`.
    pub(super) fn reason(self) -> Problem {
        let result = self.result.unwrap_or_default();
        result.error.or(result.details).unwrap_or_default()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Redemptions {
    #[serde(default)]
    pub(super) redemptions: Option<Vec<Redemption>>,
    #[serde(default)]
    pub(super) parent_redemption: Option<Identified>,
    #[serde(default)]
    pub(super) inapplicable_redeemables: Option<Vec<Verdict>>,
    #[serde(default)]
    pub(super) skipped_redeemables: Option<Vec<Verdict>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Identified {
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Redemption {
    pub(super) id: String,
    #[serde(default)]
    pub(super) result: Option<String>,
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) failure_code: Option<String>,
    #[serde(default)]
    pub(super) failure_message: Option<String>,
    /// The parent, where this is part of a stack.
    #[serde(default)]
    pub(super) redemption: Option<String>,
    #[serde(default)]
    pub(super) voucher: Option<Voucher>,
    #[serde(default)]
    pub(super) metadata: Option<BTreeMap<String, Value>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Voucher {
    pub(super) code: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct KnownOrder {
    #[serde(default)]
    pub(super) redemptions: Option<BTreeMap<String, OrderEntry>>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct OrderEntry {
    #[serde(default)]
    pub(super) rollback_id: Option<String>,
    /// The parts, where the redemption is a stack.
    #[serde(default)]
    pub(super) stacked: Option<Vec<String>>,
}
