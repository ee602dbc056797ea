//! `/v3/orders/{id}`: transactions and refunds.

use actix_web::HttpRequest;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Form, Problem, data, page};
use super::order_json::transaction_json;
use crate::bigcommerce::State;
use crate::bigcommerce::model::{Decimal, Order, Refund, State as Store, timestamp};

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route(
        r"/v3/orders/{id:\d+}/transactions",
        web::get().to(transactions),
    )
    .route(
        r"/v3/orders/{id:\d+}/payment_actions/refund_quotes",
        web::post().to(quote),
    )
    .service(
        web::resource(r"/v3/orders/{id:\d+}/payment_actions/refunds")
            .route(web::get().to(refunds_of_order))
            .route(web::post().to(refund)),
    )
    .route("/v3/orders/payment_actions/refunds", web::get().to(refunds))
    .route(
        r"/v3/orders/payment_actions/refunds/{id:\d+}",
        web::get().to(show_refund),
    );
}

fn order_of(store: &Store, id: u64) -> Result<&Order, Problem> {
    store.orders.get(&id).ok_or_else(|| Form::V3.not_found())
}

async fn transactions(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let order = order_of(&store, id.1)?;
    let all = order
        .transactions
        .iter()
        .map(|one| transaction_json(order, one))
        .collect();
    Ok(page(all, None, None))
}

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
    #[allow(dead_code, reason = "kept by the real service, not shown here")]
    reason: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
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

/// What the items are worth.
fn worth(order: &Order, items: &[Item]) -> Result<Decimal, Problem> {
    let mut sum = Decimal::ZERO;
    for (index, item) in items.iter().enumerate() {
        let wrong = |message: &str| Form::V3.field(&format!("items[{index}]"), message);
        let part = match item.kind {
            ItemType::Product => {
                let line = order.products.iter().find(|line| line.id == item.id);
                let line = line.ok_or_else(|| wrong("the order has no such product"))?;
                let quantity = item.quantity.ok_or_else(|| wrong("quantity is required"))?;
                if !(1..=line.quantity).contains(&quantity) {
                    return Err(wrong("there are not so many"));
                }
                line.price.times(quantity)
            }
            ItemType::Order | ItemType::Shipping => {
                item.amount.ok_or_else(|| wrong("amount is required"))?
            }
        };
        sum += part;
    }
    let left = order.total - order.refunded();
    if !sum.is_positive() || sum > left {
        return Err(Form::V3.problem(422, "The amount cannot be refunded"));
    }
    Ok(sum)
}

async fn quote(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let body: QuoteBody = Form::V3.body(&body)?;
    let store = state.lock();
    let order = order_of(&store, id.1)?;
    let total = worth(order, &body.items)?;
    let offline = json!({
        "provider_id": order.payment_method,
        "provider_description": order.payment_name,
        "amount": total,
        "offline": true,
        "offline_provider": true,
        "offline_reason": "",
    });
    let quote = json!({
        "order_id": order.id,
        "total_refund_amount": total,
        "total_refund_tax_amount": 0,
        "order_level_refund_amount": 0,
        "rounding": 0,
        "adjustment": 0,
        "tax_inclusive": false,
        "refund_methods": [[offline]],
    });
    Ok(data(201, &quote))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundBody {
    items: Vec<Item>,
    payments: Vec<Payment>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    provider_id: String,
    amount: Decimal,
    #[serde(default)]
    offline: bool,
}

async fn refund(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let body: RefundBody = Form::V3.body(&body)?;
    let mut store = state.lock();
    let order = order_of(&store, id.1)?;
    let total = worth(order, &body.items)?;
    if body
        .payments
        .iter()
        .map(|payment| payment.amount)
        .sum::<Decimal>()
        != total
    {
        return Err(Form::V3.field("payments", "they do not add up to the items"));
    }
    let known = |payment: &Payment| payment.offline || payment.provider_id == order.payment_method;
    if !body.payments.iter().all(known) {
        return Err(Form::V3.field("payments", "an unknown provider"));
    }
    let refund_id = store
        .refund(id.1, Some(total), "refunded by management")
        .map_err(|error| Form::V3.problem(422, error.to_string()))?;
    let order = order_of(&store, id.1)?;
    let refund = order.refunds.iter().find(|refund| refund.id == refund_id);
    Ok(data(
        201,
        &refund
            .map(|refund| refund_json(order, refund))
            .unwrap_or_default(),
    ))
}

fn refund_json(order: &Order, refund: &Refund) -> Value {
    let items: Vec<Value> = refund
        .items
        .iter()
        .map(|item| {
            json!({
                "item_type": item.item_type,
                "item_id": item.item_id,
                "quantity": item.quantity,
                "requested_amount": item.requested_amount,
                "reason": refund.reason,
                "adjustments": [],
            })
        })
        .collect();
    json!({
        "id": refund.id,
        "order_id": order.id,
        "user_id": 1,
        "created": timestamp::iso(refund.created),
        "reason": refund.reason,
        "total_amount": refund.total,
        "total_tax": 0,
        "uses_merchant_override_values": false,
        "items": items,
        "payments": [{
            "id": refund.id,
            "provider_id": order.payment_method,
            "amount": refund.total,
            "offline": true,
            "is_declined": false,
            "declined_message": "",
            "transaction_id": "",
        }],
    })
}

async fn refunds_of_order(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let order = order_of(&store, id.1)?;
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
    #[serde(rename = "created:min")]
    created_min: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

fn all_refunds(store: &Store) -> impl Iterator<Item = (&Order, &Refund)> {
    store
        .orders
        .values()
        .flat_map(|order| order.refunds.iter().map(move |one| (order, one)))
}

async fn refunds(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: Filter = Form::V3.query(&request)?;
    let wrong = || Form::V3.field("created:min", "no date and time");
    let min = match &filter.created_min {
        Some(text) => Some(timestamp::parse(text).ok_or_else(wrong)?),
        None => None,
    };
    let store = state.lock();
    let all = all_refunds(&store)
        .filter(|(_, refund)| min.is_none_or(|min| refund.created >= min))
        .map(|(order, refund)| refund_json(order, refund))
        .collect();
    Ok(page(all, filter.page, filter.limit))
}

async fn show_refund(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let found = all_refunds(&store).find(|(_, refund)| refund.id == id.1);
    let (order, refund) = found.ok_or_else(|| Form::V3.not_found())?;
    Ok(data(200, &refund_json(order, refund)))
}
