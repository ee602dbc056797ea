//! Placing orders and reading them back.

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use super::bodies::{CardPaymentBody, OrderBody};
use super::problem::Problem;
use super::visit::{Visit, ok, read};
use super::{order_view, placed_view};
use crate::bigcommerce::model::{Order, State};
use crate::bigcommerce::orders::{OrderError, PAYMENT_METHODS, PaymentError};
use crate::bigcommerce::shared_state::SharedState;

/// Adds the routes under `/api/storefront`.
pub fn configure_storefront(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/orders/{id}").route(web::get().to(show)));
}

/// Adds the route of the card payments, which is another host's in the real shop.
pub fn configure_payments(cfg: &mut ServiceConfig) {
    cfg.route("/api/public/v1/orders/payments", web::post().to(pay));
}

/// Adds the routes under `/internalapi/v1`.
pub fn configure_internal(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/checkout/order").route(web::post().to(place)))
        .service(web::resource("/checkout/order/{id}").route(web::post().to(finalize)));
}

async fn place(visit: Visit, body: Bytes) -> Result<HttpResponse, Problem> {
    let body: OrderBody = read(&body)?;
    let mut store = visit.store();
    let session = store.sessions.get(&visit.session);
    let own = session.and_then(|session| session.cart_id.as_deref()) == Some(&*body.cart_id);
    if !own {
        return Err(OrderError::EmptyCart.into());
    }
    let method = body.payment.as_ref().map(|payment| payment.name.as_str());
    let id = store.place_order(&body.cart_id, method, body.customer_message)?;
    let order = own_order(&store, &visit, id)?;
    // Clients that pay with a card send this token along with the payment.
    Ok(HttpResponse::Created()
        .insert_header(("token", order.payment_token.as_str()))
        .json(placed_view::placed(&store, order)))
}

/// The card payments' own service. It knows the order by the token of its creation.
async fn pay(shop: Data<SharedState>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let refuse = |status: u16, code: &str, message: &str| {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let errors = json!([{"code": code, "message": message}]);
        HttpResponse::build(status).json(json!({"status": "error", "errors": errors}))
    };
    let body: CardPaymentBody = match read(&body) {
        Ok(body) => body,
        Err(problem) => return refuse(400, "invalid_request", &problem.to_string()),
    };
    if !PAYMENT_METHODS
        .iter()
        .any(|method| method.is_card() && method.id == body.payment.gateway)
    {
        return refuse(
            400,
            "invalid_payment_provider",
            "The payment provider is unknown.",
        );
    }
    let token = request.headers().get(header::AUTHORIZATION);
    let token = token
        .and_then(|token| token.to_str().ok())
        .unwrap_or_default();
    match shop.lock().pay_with_card(token) {
        Ok(id) => HttpResponse::Ok().json(json!({"status": "ok", "order_id": id, "errors": []})),
        Err(error @ PaymentError::InvalidToken) => refuse(401, error.code(), &error.to_string()),
        Err(error) => refuse(400, error.code(), &error.to_string()),
    }
}

/// Only hosted payments need this; offline orders are final at once.
async fn finalize(visit: Visit, id: Path<u64>) -> Result<HttpResponse, Problem> {
    let store = visit.store();
    own_order(&store, &visit, *id)?;
    Ok(ok().json(json!({"data": null, "meta": {}})))
}

async fn show(visit: Visit, id: Path<u64>) -> Result<HttpResponse, Problem> {
    let store = visit.store();
    let order = own_order(&store, &visit, *id)?;
    Ok(ok().json(order_view::order(&store, order, &visit.include)))
}

/// An order of this session, or of the customer who is signed in.
fn own_order<'a>(store: &'a State, visit: &Visit, id: u64) -> Result<&'a Order, Problem> {
    let order = store.orders.get(&id).ok_or(OrderError::NotFound)?;
    let session = store
        .sessions
        .get(&visit.session)
        .ok_or(OrderError::NotFound)?;
    let placed_here = session.last_order_id == Some(id);
    let own = order.customer_id != 0 && order.customer_id == session.customer_id;
    if placed_here || own {
        Ok(order)
    } else {
        Err(OrderError::NotFound.into())
    }
}
