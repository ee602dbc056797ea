//! `/carts`.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Path, ServiceConfig};
use serde_json::json;

use super::bodies::{CartBody, LineUpdate, VersionOnly};
use super::problem::Problem;
use super::view;
use super::visit::{Visit, ok, read, read_or_default};
use crate::bigcommerce::model::State;

/// Adds the routes.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/carts")
            .route(web::get().to(list))
            .route(web::post().to(create)),
    )
    .service(
        web::resource("/carts/{cart}")
            .route(web::get().to(show))
            .route(web::delete().to(delete)),
    )
    .service(web::resource("/carts/{cart}/items").route(web::post().to(add)))
    .service(
        web::resource("/carts/{cart}/items/{item}")
            .route(web::put().to(update))
            .route(web::delete().to(remove)),
    )
    .service(web::resource("/carts/{cart}/currency").route(web::post().to(change_currency)));
}

fn answer(store: &mut State, visit: &Visit, id: &str) -> Result<HttpResponse, Problem> {
    store.read_checkout(id)?;
    let cart = view::cart(store, store.checkout(id)?, &visit.include);
    Ok(ok().json(cart))
}

async fn list(visit: Visit) -> Result<HttpResponse, Problem> {
    let mut store = visit.store();
    let cart = store
        .sessions
        .get(&visit.session)
        .and_then(|session| session.cart_id.clone());
    let Some(id) = cart.filter(|id| store.checkouts.contains_key(id)) else {
        return Ok(ok().json(json!([])));
    };
    store.read_checkout(&id)?;
    let cart = view::cart(&store, store.checkout(&id)?, &visit.include);
    Ok(ok().json(json!([cart])))
}

async fn create(visit: Visit, body: Bytes) -> Result<HttpResponse, Problem> {
    let body: CartBody = read(&body)?;
    let items = body.items()?;
    let mut store = visit.store();
    let session = store.sessions.get(&visit.session);
    let currency = session.and_then(|session| session.currency.clone());
    let language = session.and_then(|session| session.language.clone());
    let existing = session.and_then(|session| session.cart_id.clone());
    let existing = existing.filter(|id| store.checkouts.contains_key(id));
    let id = if let Some(id) = existing {
        // The real shop has one cart a session: what is posted again joins it.
        store.add_items(&id, &items)?;
        id
    } else {
        let customer = visit.customer_id(&store);
        let id = store.create_cart_in(currency.as_deref(), customer, &items)?;
        visit.with_session(&mut store, |session| session.cart_id = Some(id.clone()));
        if let Some(language) = language {
            store.checkout_mut(&id)?.locale = language;
        }
        id
    };
    answer(&mut store, &visit, &id)
}

async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let mut store = visit.store();
    visit.own(&store, &id)?;
    answer(&mut store, &visit, &id)
}

async fn delete(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.delete_cart(&id)?;
    Ok(HttpResponse::NoContent().finish())
}

async fn add(visit: Visit, id: Path<String>, body: Bytes) -> Result<HttpResponse, Problem> {
    let body: CartBody = read(&body)?;
    let version = body.version;
    let items = body.items()?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, version)?;
    store.add_items(&id, &items)?;
    answer(&mut store, &visit, &id)
}

async fn update(
    visit: Visit,
    path: Path<(String, String)>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, item) = path.into_inner();
    let body: LineUpdate = read(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    match (&body.line_item, &body.gift_certificate) {
        (Some(line), None) => store.update_line(&id, &item, line.quantity, None)?,
        (None, Some(certificate)) => store.update_certificate_line(&id, &item, certificate)?,
        _ => {
            return Err(Problem::invalid(
                "lineItem or giftCertificate: one is needed",
            ));
        }
    }
    answer_or_gone(&mut store, &visit, &id)
}

async fn remove(
    visit: Visit,
    path: Path<(String, String)>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, item) = path.into_inner();
    let body: VersionOnly = read_or_default(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    store.remove_line(&id, &item)?;
    answer_or_gone(&mut store, &visit, &id)
}

/// Removing the last line deletes the cart; then there is nothing to answer with.
fn answer_or_gone(store: &mut State, visit: &Visit, id: &str) -> Result<HttpResponse, Problem> {
    if store.checkouts.contains_key(id) {
        return answer(store, visit, id);
    }
    Ok(HttpResponse::NoContent().finish())
}

async fn change_currency(
    visit: Visit,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct CurrencyBody {
        currency_code: String,
        version: Option<u64>,
    }
    let body: CurrencyBody = read(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    store.change_currency(&id, &body.currency_code)?;
    visit.with_session(&mut store, |session| {
        session.currency = Some(body.currency_code);
    });
    answer(&mut store, &visit, &id)
}
