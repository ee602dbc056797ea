//! `/control/orders/{id}/…`: what a merchant does with orders in the control panel.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{Error, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, bad_request, missing, read};
use crate::bigcommerce::State;
use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{Decimal, Order};
use crate::bigcommerce::orders::{OrderError, WantedPayment};

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route(r"/control/orders/{id:\d+}/refunds", web::post().to(refund))
        .route(r"/control/orders/{id:\d+}/{action}", web::post().to(act));
}

/// An order as `GET /control/state` shows it.
pub fn summary(order: &Order) -> Value {
    let mut value = serde_json::to_value(order).unwrap_or_default();
    value["status"] = json!(status::name(order.status_id));
    value["payment_status"] = json!(order.payment_status());
    value
}

fn answer(error: &OrderError) -> Error {
    match error {
        OrderError::NotFound => missing("order"),
        other => bad_request(other),
    }
}

async fn act(state: Data<State>, path: Path<(u64, String)>) -> Answer {
    let (id, action) = path.into_inner();
    let mut store = state.lock();
    if action == "deleted" {
        store.delete_order(id).map_err(|error| answer(&error))?;
        return Ok(HttpResponse::NoContent().finish());
    }
    let done = match action.as_str() {
        "paid" => store.mark_paid(id),
        "archived" => store.archive_order(id),
        "edited" => store.edit_order(id),
        "refunded" => store
            .refund(id, None, "refunded in the control panel")
            .map(|_| ()),
        other => match status_of(other) {
            Some(new) => store.set_order_status(id, new),
            None => return Err(missing("action")),
        },
    };
    done.map_err(|error| answer(&error))?;
    let order = store.orders.get(&id).ok_or_else(|| missing("order"))?;
    Ok(HttpResponse::Ok().json(summary(order)))
}

fn status_of(action: &str) -> Option<u8> {
    Some(match action {
        "awaiting-payment" => status::AWAITING_PAYMENT,
        "cancelled" => status::CANCELLED,
        "declined" => status::DECLINED,
        "shipped" => status::SHIPPED,
        "completed" => status::COMPLETED,
        "manual-check" => status::MANUAL_VERIFICATION,
        "disputed" => status::DISPUTED,
        "pending" => status::PENDING,
        "incomplete" => status::INCOMPLETE,
        _ => return None,
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefundBody {
    amount: String,
    #[serde(default)]
    reason: String,
    /// By which provider; as it was paid, if none is said.
    provider_id: Option<String>,
    /// Whether that one declines it.
    #[serde(default)]
    declined: bool,
}

async fn refund(state: Data<State>, id: Path<u64>, body: Bytes) -> Answer {
    let wanted: RefundBody = read(&body)?;
    let amount: Decimal = wanted.amount.parse().map_err(|error| bad_request(&error))?;
    let to = wanted.provider_id.map(|provider_id| WantedPayment {
        provider_id,
        amount,
        offline: false,
        declined: wanted.declined,
    });
    let mut store = state.lock();
    let refund_id = store
        .refund_to(*id, Some(amount), to, &wanted.reason)
        .map_err(|error| answer(&error))?;
    Ok(HttpResponse::Created().json(json!({"id": refund_id})))
}
