//! Quotes of refunds, and making them: what is refused, and in which ways money can go back.

use std::fmt;

use actix_web::web::{Bytes, Data, Path};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::known::order_of;
use super::refunds_made::refund_json;
use crate::bigcommerce::State;
use crate::bigcommerce::management::answer::{Answer, Form, Problem, data};
use crate::bigcommerce::model::{Decimal, Order, RefundItem, State as Store};
use crate::bigcommerce::orders::{Wanted, WantedPayment, is_asked_for};

/// What is to be given back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    #[serde(rename = "item_type")]
    kind: ItemType,
    #[serde(rename = "item_id")]
    id: u64,
    quantity: Option<i64>,
    amount: Option<Decimal>,
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum ItemType {
    Product,
    Order,
    Shipping,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuoteBody {
    items: Vec<Item>,
}

/// What is refunded, what it is worth, and how much of that is tax.
type Valued = (Vec<RefundItem>, Decimal, Decimal);

fn valued(order: &Order, items: Vec<Item>) -> Result<Valued, Problem> {
    let (mut list, mut sum, mut taxes) = (Vec::new(), Decimal::ZERO, Decimal::ZERO);
    for (index, item) in items.into_iter().enumerate() {
        let wrong = |message: &dyn fmt::Display| {
            Form::V3.field(&format!("items[{index}]"), message.to_string())
        };
        let reason = item.reason.unwrap_or_default();
        if reason.chars().count() > 1_000 {
            return Err(wrong(&"the reason has at most 1000 characters"));
        }
        if item.kind == ItemType::Order && item.id != order.id {
            return Err(wrong(&"it is another order's"));
        }
        let kind = serde_json::to_value(item.kind).unwrap_or_default();
        let item = RefundItem {
            item_type: kind.as_str().unwrap_or_default().to_owned(),
            item_id: item.id,
            quantity: item.quantity,
            requested_amount: item.amount.filter(|_| item.kind != ItemType::Product),
            reason,
        };
        let (worth, tax) = order.worth(&item).map_err(|error| wrong(&error))?;
        sum += worth;
        taxes += tax;
        list.push(item);
    }
    let left = order.total - order.refunded();
    if !sum.is_positive() || sum > left {
        return Err(Form::V3.problem(422, "The amount cannot be refunded"));
    }
    Ok((list, sum, taxes))
}

pub async fn quote(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let body: QuoteBody = Form::V3.body(&body)?;
    let store = state.lock();
    let order = order_of(Form::V3, &store, id.1)?;
    let (items, total, tax) = valued(order, body.items)?;
    let on_order = items.iter().filter(|item| item.item_type == "ORDER");
    let on_order: Decimal = on_order.filter_map(|item| item.requested_amount).sum();
    let ways = store.ways_back(order, total);
    let method = |way: &Vec<(String, Decimal)>| {
        let parts = way.iter();
        let parts = parts.map(|(provider, part)| option(order, provider, *part));
        Value::from(parts.collect::<Vec<Value>>())
    };
    let methods: Vec<Value> = ways.iter().map(method).collect();
    let quote = json!({
        "order_id": order.id,
        "total_refund_amount": total,
        "total_refund_tax_amount": tax,
        "order_level_refund_amount": on_order,
        "rounding": 0,
        "adjustment": 0,
        "tax_inclusive": true,
        "refund_methods": methods,
    });
    Ok(data(201, &quote))
}

/// A way to give money back.
fn option(order: &Order, provider: &str, amount: Decimal) -> Value {
    let description = match provider {
        "storecredit" => "Store Credit",
        "giftcertificate" => "Gift Certificate",
        "custom" => "Custom",
        _ => &order.payment_name,
    };
    let offline = !["storecredit", "giftcertificate", "testgateway"].contains(&provider);
    let reason = if offline {
        "This is an offline payment provider."
    } else {
        ""
    };
    json!({
        "provider_id": provider,
        "provider_description": description,
        "amount": amount,
        "offline": offline,
        "offline_provider": offline,
        "offline_reason": reason,
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundBody {
    items: Vec<Item>,
    payments: Vec<Payment>,
    merchant_calculated_override: Option<Override>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Override {
    total_amount: Decimal,
    total_tax: Decimal,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    provider_id: String,
    amount: Decimal,
    #[serde(default)]
    offline: bool,
}

pub async fn refund(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let body: RefundBody = Form::V3.body(&body)?;
    let mut store = state.lock();
    let order = order_of(Form::V3, &store, id.1)?;
    let (items, total, tax) = valued(order, body.items)?;
    let overridden = body.merchant_calculated_override;
    let (total, tax) = overridden
        .as_ref()
        .map_or((total, tax), |said| (said.total_amount, said.total_tax));
    let payments: Vec<_> = body.payments.into_iter().map(Payment::wanted).collect();
    check_payments(&store, order, &payments, total)?;
    let wanted = Wanted {
        total,
        tax,
        reason: items
            .first()
            .map_or_else(String::new, |item| item.reason.clone()),
        items,
        payments,
        overridden: overridden.is_some(),
    };
    let refund_id = store
        .refund_as(id.1, wanted)
        .map_err(|error| Form::V3.problem(422, error.to_string()))?;
    let order = order_of(Form::V3, &store, id.1)?;
    let refund = order.refunds.iter().find(|refund| refund.id == refund_id);
    let answer = refund.map(|refund| refund_json(order, refund));
    Ok(data(201, &answer.unwrap_or_default()))
}

impl Payment {
    fn wanted(self) -> WantedPayment {
        WantedPayment {
            provider_id: self.provider_id,
            amount: self.amount,
            offline: self.offline,
            declined: false,
        }
    }
}

/// They have to be those of a method that the quote offers: "The `amount` given in the array must
/// match the `amount` used in the refund request body."
fn check_payments(
    store: &Store,
    order: &Order,
    payments: &[WantedPayment],
    total: Decimal,
) -> Result<(), Problem> {
    let is_credit = |one: &WantedPayment| one.provider_id == "storecredit";
    if payments.iter().any(is_credit) && !store.customers.contains_key(&order.customer_id) {
        let title = "Unable to provide store credit for a guest customer.";
        return Err(Form::V3.problem(422, title));
    }
    let ways = store.ways_back(order, total);
    if ways.iter().any(|way| is_asked_for(way, payments)) {
        return Ok(());
    }
    Err(Form::V3.field("payments", "not a refund method of the quote"))
}
