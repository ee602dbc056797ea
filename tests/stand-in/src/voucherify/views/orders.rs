//! Orders and their money.

use serde_json::{Map, Value, json};

use super::writing::{instant, maybe_instant, object, put, put_amount, put_some};
use crate::voucherify::calculate::{Calculation, Line};
use crate::voucherify::model::{Order, Redeemed, Redemption};
use crate::voucherify::project::Project;
use crate::voucherify::requests::Metadata;

/// The amounts and items of an order.
#[must_use]
pub fn money(calculation: &Calculation) -> Map<String, Value> {
    let mut map = Map::new();
    if let Some(amount) = calculation.amount {
        put(&mut map, "amount", amount);
        put_some(&mut map, "initial_amount", calculation.initial_amount());
    }
    put_amount(&mut map, "discount_amount", calculation.discount_amount);
    put_amount(
        &mut map,
        "items_discount_amount",
        calculation.items_discount_amount(),
    );
    put_amount(
        &mut map,
        "total_discount_amount",
        calculation.total_discount_amount(),
    );
    if calculation.amount.is_some() {
        put(&mut map, "total_amount", calculation.total_amount());
    }
    put_amount(
        &mut map,
        "applied_discount_amount",
        calculation.applied_discount_amount,
    );
    let items_applied = calculation.items_applied_discount_amount();
    put_amount(&mut map, "items_applied_discount_amount", items_applied);
    let total_applied = calculation.total_applied_discount_amount();
    put_amount(&mut map, "total_applied_discount_amount", total_applied);
    if !calculation.lines.is_empty() {
        put(
            &mut map,
            "items",
            calculation.lines.iter().map(item).collect::<Vec<_>>(),
        );
    }
    map
}

fn item(line: &Line) -> Value {
    let body = &line.body;
    let mut map = object(json!({"object": "order_item"}));
    put_some(&mut map, "source_id", body.source_id.clone());
    if let Some(related) = body.related_object {
        put(&mut map, "related_object", json!(related));
    }
    put_some(&mut map, "product_id", body.product_id.clone());
    put_some(&mut map, "sku_id", body.sku_id.clone());
    put_quantities(&mut map, line);
    put_some(&mut map, "price", line.price);
    put(&mut map, "subtotal_amount", line.subtotal());
    if let Some(product) = &body.product {
        let mut inner = Map::new();
        put_some(&mut inner, "id", product.id.clone());
        put_some(&mut inner, "source_id", product.source_id.clone());
        put_some(&mut inner, "name", product.name.clone());
        put_some(&mut inner, "metadata", product.metadata.clone());
        put_some(&mut inner, "price", product.price);
        put(&mut map, "product", inner);
    }
    if let Some(sku) = &body.sku {
        let mut inner = Map::new();
        put_some(&mut inner, "id", sku.id.clone());
        put_some(&mut inner, "source_id", sku.source_id.clone());
        put_some(&mut inner, "sku", sku.sku.clone());
        put_some(&mut inner, "metadata", sku.metadata.clone());
        put_some(&mut inner, "price", sku.price);
        put(&mut map, "sku", inner);
    }
    put_some(&mut map, "metadata", body.metadata.clone());
    Value::Object(map)
}

/// Pieces and amounts. What a line was before unit discounts is shown once one has touched it.
fn put_quantities(map: &mut Map<String, Value>, line: &Line) {
    put(map, "quantity", line.quantity);
    put_amount(map, "discount_quantity", line.discount_quantity);
    if let Some(initial) = line.initial {
        put(map, "initial_quantity", initial.quantity);
        put(map, "initial_amount", initial.amount);
    }
    put(map, "amount", line.amount);
    put_amount(map, "discount_amount", line.discount_amount);
    let applied = line.applied;
    put_amount(map, "applied_discount_amount", applied.discount_amount);
    put_amount(map, "applied_discount_quantity", applied.discount_quantity);
    put_amount(map, "applied_quantity", applied.quantity);
    put_amount(map, "applied_quantity_amount", applied.quantity_amount);
}

/// The order that a calculation belongs to.
#[derive(Debug, Clone, Copy)]
pub struct OrderContext<'a> {
    /// Its metadata.
    pub metadata: &'a Metadata,
    /// Its customer.
    pub customer_id: Option<&'a str>,
    /// Who referred that customer.
    pub referrer_id: Option<&'a str>,
}

/// An order that is only calculated, not stored.
#[must_use]
pub fn calculated_order(calculation: &Calculation, context: OrderContext<'_>) -> Value {
    let mut map = money(calculation);
    put(&mut map, "metadata", context.metadata.clone());
    put(&mut map, "customer_id", context.customer_id);
    put(&mut map, "referrer_id", context.referrer_id);
    put(&mut map, "object", "order");
    Value::Object(map)
}

/// A stored order with the money given, which is its own or that of one step.
#[must_use]
pub fn order_with(project: &Project, order: &Order, calculation: &Calculation) -> Value {
    let mut map = object(json!({
        "id": order.id,
        "source_id": order.source_id,
        "created_at": instant(order.created_at),
        "updated_at": maybe_instant(order.updated_at),
        "status": order.status,
    }));
    map.extend(money(calculation));
    put(&mut map, "metadata", order.metadata.clone());
    if let Some(id) = &order.customer_id {
        put(
            &mut map,
            "customer",
            json!({"id": id, "object": "customer"}),
        );
    }
    put(&mut map, "customer_id", order.customer_id.clone());
    if let Some(id) = &order.referrer_id {
        put(
            &mut map,
            "referrer",
            json!({"id": id, "object": "customer"}),
        );
    }
    put(&mut map, "referrer_id", order.referrer_id.clone());
    put(&mut map, "object", "order");
    let redemptions = redemptions_of(project, &order.id);
    if !redemptions.is_empty() {
        put(&mut map, "redemptions", redemptions);
    }
    Value::Object(map)
}

/// A stored order.
#[must_use]
pub fn order(project: &Project, order: &Order) -> Value {
    order_with(project, order, &order.money)
}

/// `redemptions` of an order: one entry a redemption without parent.
fn redemptions_of(project: &Project, order_id: &str) -> Map<String, Value> {
    let own = project.redemptions.iter().filter(|redemption| {
        redemption.order_id.as_deref() == Some(order_id)
            && redemption.parent.is_none()
            && redemption.failure.is_none()
    });
    own.map(|redemption| (redemption.id.clone(), redemption_entry(project, redemption)))
        .collect()
}

fn redemption_entry(project: &Project, redemption: &Redemption) -> Value {
    let rollback = redemption.rollback.as_ref();
    let rollback = rollback.and_then(|id| project.rollbacks.iter().find(|r| r.id == *id));
    let mut entry = object(json!({"date": instant(redemption.date)}));
    if let Some(rollback) = rollback {
        put(&mut entry, "rollback_id", rollback.id.clone());
        put(&mut entry, "rollback_date", instant(rollback.date));
    }
    let (kind, id) = related(redemption);
    put(&mut entry, "related_object_type", kind);
    put(&mut entry, "related_object_id", id);
    if let Redeemed::Voucher { code, .. } = &redemption.redeemed {
        let campaign_id = project
            .voucher(code)
            .and_then(|voucher| voucher.campaign_id.clone());
        put_some(&mut entry, "related_object_parent_id", campaign_id);
    }
    if let Redeemed::Stack(children) = &redemption.redeemed {
        put(&mut entry, "stacked", children.clone());
        if rollback.is_some() {
            let rolled_back = children.iter().filter_map(|id| project.redemption(id));
            let ids: Vec<_> = rolled_back
                .filter_map(|child| child.rollback.clone())
                .collect();
            put(&mut entry, "rollback_stacked", ids);
        }
    }
    Value::Object(entry)
}

/// What a redemption is of: type and id.
pub(super) fn related(redemption: &Redemption) -> (&'static str, &str) {
    match &redemption.redeemed {
        Redeemed::Voucher { id, .. } => ("voucher", id),
        Redeemed::Stack(_) => ("redemption", &redemption.id),
    }
}
