//! Refunds as they are read: `/v3/orders/{id}/payment_actions/refunds` and all of them.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use serde_json::{Value, json};

use super::known::order_of;
use crate::bigcommerce::State;
use crate::bigcommerce::management::answer::{Answer, Form, data, page};
use crate::bigcommerce::model::{
    Order, Refund, RefundItem, RefundPayment, State as Store, timestamp,
};

/// A refund as the API writes it.
pub fn refund_json(order: &Order, refund: &Refund) -> Value {
    let item = |item: &RefundItem| {
        json!({
            "item_type": item.item_type,
            "item_id": item.item_id,
            "quantity": item.quantity,
            "requested_amount": item.requested_amount,
            "reason": item.reason,
            "adjustments": [],
        })
    };
    let payment = |payment: &RefundPayment| {
        json!({
            "id": payment.transaction_id,
            "provider_id": payment.provider_id,
            "amount": payment.amount,
            "offline": payment.offline,
            "is_declined": payment.declined,
            "declined_message": if payment.declined { "Declined by the provider" } else { "" },
            "transaction_id": payment.transaction_id.to_string(),
        })
    };
    json!({
        "id": refund.id,
        "order_id": order.id,
        "user_id": 1,
        "created": timestamp::iso(refund.created),
        "reason": refund.reason,
        "total_amount": refund.total,
        "total_tax": refund.tax,
        "uses_merchant_override_values": refund.overridden,
        "items": refund.items.iter().map(item).collect::<Vec<_>>(),
        "payments": refund.payments.iter().map(payment).collect::<Vec<_>>(),
    })
}

/// The refunds of one order.
pub async fn of_order(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let order = order_of(Form::V3, &store, id.1)?;
    let all: Vec<Value> = order
        .refunds
        .iter()
        .map(|refund| refund_json(order, refund))
        .collect();
    Ok(data(200, &Value::Array(all)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    #[serde(rename = "order_id:in")]
    orders: Option<String>,
    #[serde(rename = "id:in")]
    ids: Option<String>,
    #[serde(rename = "created:min")]
    created_min: Option<String>,
    #[serde(rename = "created:max")]
    created_max: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

fn all_refunds(store: &Store) -> impl Iterator<Item = (&Order, &Refund)> {
    store
        .orders
        .values()
        .flat_map(|order| order.refunds.iter().map(move |one| (order, one)))
}

/// All refunds.
pub async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: Filter = Form::V3.query(&request)?;
    let date = |name: &str, text: &Option<String>| {
        let wrong = || Form::V3.field(name, "no date and time");
        let read = |text: &String| timestamp::parse(text).ok_or_else(wrong);
        text.as_ref().map(read).transpose()
    };
    let numbers = |name: &str, text: &Option<String>| {
        let read = |text: &String| Form::V3.numbers(name, text);
        text.as_ref().map(read).transpose()
    };
    let min = date("created:min", &filter.created_min)?;
    let max = date("created:max", &filter.created_max)?;
    let orders = numbers("order_id:in", &filter.orders)?;
    let ids = numbers("id:in", &filter.ids)?;
    let store = state.lock();
    let mut all: Vec<_> = all_refunds(&store)
        .filter(|(order, refund)| {
            min.is_none_or(|min| refund.created >= min)
                && max.is_none_or(|max| refund.created <= max)
                && orders.as_ref().is_none_or(|list| list.contains(&order.id))
                && ids.as_ref().is_none_or(|list| list.contains(&refund.id))
        })
        .collect();
    all.sort_by_key(|(_, refund)| refund.id);
    let all = all
        .into_iter()
        .map(|(order, refund)| refund_json(order, refund))
        .collect();
    Ok(page(all, filter.page, filter.limit))
}

/// One refund.
pub async fn show(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let found = all_refunds(&store).find(|(_, refund)| refund.id == id.1);
    let (order, refund) = found.ok_or_else(|| Form::V3.not_found())?;
    Ok(data(200, &refund_json(order, refund)))
}
