//! Voucherify's JSON, as far as it is read or written here. Nothing outside this folder sees it.

#![allow(clippy::struct_field_names)] // the names are Voucherify's

mod cards;
mod problem;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(super) use cards::*;
pub(super) use problem::*;

use super::{Session, verdict::Verdict};
use crate::domain::Hundredths;
use crate::domain::order::OrderStatus;
use crate::domain::snapshot::{Pieces, Snapshot, SnapshotCustomer, SnapshotItem};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) discount_amount: Option<i64>,
    items: Vec<Item>,
    /// Orders API only: a redemption has its customer beside the order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Item {
    #[serde(skip_serializing_if = "Option::is_none")]
    related_object: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source_id: Option<String>,
    quantity: i64,
    amount: i64,
    price: i64,
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
        let lines = snapshot.lines();
        let items: Vec<Item> = lines.map(|(line, pieces)| item(line, pieces)).collect();
        Self {
            source_id: None,
            status: None,
            amount: items.iter().map(|item| item.amount).sum(),
            discount_amount: None,
            items,
            customer: None,
        }
    }
}

/// A variant is a SKU at Voucherify, a product without variants a product; a custom item is
/// neither and has a name only. Quantity, price and amount always agree: where one is missing,
/// Voucherify may reckon with what it has stored of the product.
fn item(item: &SnapshotItem, pieces: Pieces) -> Item {
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
        quantity: pieces.quantity,
        amount: pieces.amount().0,
        price: pieces.price.0,
        product,
        sku,
    }
}

pub(super) fn customer(customer: &SnapshotCustomer) -> Value {
    let mut json = json!({ "source_id": customer.source_id });
    if let Some(email) = &customer.email {
        json["email"] = json!(email.as_str());
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
pub(super) struct Redemptions {
    #[serde(default)]
    pub(super) redemptions: Option<Vec<Redemption>>,
    #[serde(default)]
    pub(super) parent_redemption: Option<Identified>,
    #[serde(default)]
    pub(super) inapplicable_redeemables: Option<Vec<Verdict>>,
    #[serde(default)]
    pub(super) skipped_redeemables: Option<Vec<Verdict>>,
    #[serde(default)]
    pub(super) order: Option<KnownOrder>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Identified {
    pub(super) id: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Redemption {
    pub(super) id: String,
    /// `redemption`, or `redemption_rollback`.
    #[serde(default)]
    object: Option<String>,
    /// When, in ISO 8601.
    #[serde(default)]
    pub(super) date: Option<String>,
    /// What a card paid: credits, or points.
    #[serde(default)]
    amount: Option<i64>,
    #[serde(default)]
    gift: Option<Value>,
    #[serde(default)]
    related_redemptions: Option<RelatedRedemptions>,
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
struct RelatedRedemptions {
    #[serde(default)]
    rollbacks: Option<Vec<Value>>,
}

impl Redemption {
    pub(super) fn is_redemption(&self) -> bool {
        let object = self.object.as_deref();
        object.is_none_or(|object| object == "redemption")
    }

    /// Its status says so, where it has one, and what is related to it in any case.
    pub(super) fn is_rolled_back(&self) -> bool {
        let related = self.related_redemptions.as_ref();
        let rollbacks = related.and_then(|related| related.rollbacks.as_ref());
        self.status.as_deref() == Some("ROLLED_BACK")
            || rollbacks.is_some_and(|rollbacks| !rollbacks.is_empty())
    }

    /// What a gift card paid.
    pub(super) fn credits(&self) -> Option<Hundredths> {
        let gift = self.gift.as_ref()?;
        let told = gift.get("amount").and_then(Value::as_i64);
        told.or(self.amount).map(Hundredths)
    }
}

/// The answer to a rollback: of one redemption, or of a stack with its parent's.
#[derive(Debug, Deserialize)]
pub(super) struct Rollbacks {
    #[serde(flatten)]
    own: Rollback,
    #[serde(default)]
    parent_rollback: Option<Rollback>,
    #[serde(default)]
    rollbacks: Option<Vec<Rollback>>,
}

#[derive(Debug, Deserialize)]
struct Rollback {
    /// What was rolled back.
    #[serde(default)]
    redemption: Option<String>,
    #[serde(default)]
    result: Option<String>,
}

impl Rollbacks {
    /// Whether it says that this redemption was rolled back.
    pub(super) fn is_of(&self, redemption: &str) -> bool {
        let parts = self.rollbacks.iter().flatten();
        let mut all = parts.chain(&self.parent_rollback).chain([&self.own]);
        all.any(|one| {
            one.redemption.as_deref() == Some(redemption)
                && one.result.as_deref() == Some("SUCCESS")
        })
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Voucher {
    pub(super) code: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct KnownOrder {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    source_id: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    pub(super) redemptions: Option<BTreeMap<String, OrderEntry>>,
}

impl KnownOrder {
    /// Whether it is the order of this id or source id.
    pub(super) fn is(&self, id: &str) -> bool {
        let own = [&self.id, &self.source_id];
        own.into_iter().any(|own| own.as_deref() == Some(id))
    }

    pub(super) fn status(&self) -> Option<OrderStatus> {
        self.status.as_deref()?.parse().ok()
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct OrderEntry {
    #[serde(default)]
    pub(super) rollback_id: Option<String>,
    /// The parts, where the redemption is a stack.
    #[serde(default)]
    pub(super) stacked: Option<Vec<String>>,
}
