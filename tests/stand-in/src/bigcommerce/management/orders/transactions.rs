//! `/v3/orders/{id}/transactions`.

use actix_web::web::{Data, Path};
use serde_json::{Value, json};

use super::known::order_of;
use crate::bigcommerce::State;
use crate::bigcommerce::management::answer::{Answer, Form, nothing, page};
use crate::bigcommerce::model::{Order, Transaction, timestamp};

pub async fn transactions(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let mut store = state.lock();
    if let Some(order) = store.orders.get_mut(&id.1)
        && order.transaction_reads_hidden > 0
    {
        order.transaction_reads_hidden -= 1;
        return Ok(nothing());
    }
    let order = order_of(Form::V3, &store, id.1)?;
    let all: Vec<Value> = order
        .transactions
        .iter()
        .map(|one| transaction_json(order, one))
        .collect();
    // "No content found to fulfill request."
    if all.is_empty() {
        return Ok(nothing());
    }
    Ok(page(all, None, None))
}

/// A movement of money, as `GET /v3/orders/{id}/transactions` shows it.
fn transaction_json(order: &Order, one: &Transaction) -> Value {
    let certificate = one.certificate.as_ref().map(|certificate| {
        json!({
            "code": certificate.code,
            "original_balance": certificate.original,
            "starting_balance": certificate.starting,
            "remaining_balance": certificate.remaining,
            "status": "active",
        })
    });
    json!({
        "id": one.id,
        "order_id": order.id.to_string(),
        "event": one.event,
        "method": one.method,
        "amount": one.amount,
        "currency": order.currency,
        "gateway": one.gateway,
        "gateway_transaction_id": "",
        "date_created": timestamp::iso(one.created),
        "test": false,
        "status": if one.ok { "ok" } else { "error" },
        "fraud_review": false,
        "offline": (one.method == "offline").then(|| json!({"display_name": order.payment_name})),
        "custom": null,
        "payment_method_id": "",
        "payment_instrument_token": null,
        "avs_result": {"code": "", "message": "", "street_match": "", "postal_match": ""},
        "cvv_result": {"code": "", "message": ""},
        "gift_certificate": certificate,
        "store_credit": null,
    })
}
