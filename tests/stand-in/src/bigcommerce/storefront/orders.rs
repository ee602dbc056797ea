//! Placing orders and reading them back.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Path, ServiceConfig};
use serde_json::json;

use super::bodies::OrderBody;
use super::problem::Problem;
use super::visit::{Visit, ok, read};
use super::{order_view, placed_view};
use crate::bigcommerce::model::{Order, State};
use crate::bigcommerce::orders::OrderError;

/// Adds the routes under `/api/storefront`.
pub fn configure_storefront(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/orders/{id}").route(web::get().to(show)));
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
    Ok(HttpResponse::Created().json(placed_view::placed(&store, order)))
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
