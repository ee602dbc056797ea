//! `/checkout/{id}` and `/checkouts/{id}` with addresses and consignments.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Path, ServiceConfig};
use serde_json::json;

use super::bodies::{AddressBody, CheckoutBody, ConsignmentBody, VersionOnly};
use super::problem::Problem;
use super::view;
use super::visit::{Visit, ok, read, read_or_default};
use crate::bigcommerce::carts::CartError;
use crate::bigcommerce::model::{Address, Consignment, State};
use crate::bigcommerce::pricing::shipping_options;

/// Adds the routes. The SDK uses the singular path to read and to change, the documented API the
/// plural one.
pub fn configure(cfg: &mut ServiceConfig) {
    for path in ["/checkout/{id}", "/checkouts/{id}"] {
        cfg.service(
            web::resource(path)
                .route(web::get().to(show))
                .route(web::put().to(update)),
        );
    }
    cfg.service(web::resource("/checkout/{id}/event").route(web::post().to(event)))
        .service(
            web::resource("/checkouts/{id}/billing-address").route(web::post().to(create_billing)),
        )
        .service(
            web::resource("/checkouts/{id}/billing-address/{address}")
                .route(web::put().to(update_billing)),
        )
        .service(
            web::resource("/checkouts/{id}/consignments")
                .route(web::post().to(create_consignments)),
        )
        .service(
            web::resource("/checkouts/{id}/consignments/{consignment}")
                .route(web::put().to(update_consignment))
                .route(web::delete().to(delete_consignment)),
        );
}

/// The whole checkout, as every one of these calls answers.
pub fn answer(store: &mut State, visit: &Visit, id: &str) -> Result<HttpResponse, Problem> {
    store.read_checkout(id)?;
    let checkout = view::checkout(store, store.checkout(id)?, &visit.include);
    Ok(ok().json(checkout))
}

async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let mut store = visit.store();
    visit.own(&store, &id)?;
    answer(&mut store, &visit, &id)
}

async fn update(visit: Visit, id: Path<String>, body: Bytes) -> Result<HttpResponse, Problem> {
    let body: CheckoutBody = read(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    if let Some(message) = body.customer_message {
        store.checkout_mut(&id)?.customer_message = message;
        store.noted(&id);
    }
    answer(&mut store, &visit, &id)
}

/// Newer checkouts report what they do; nothing is kept.
async fn event(_visit: Visit) -> HttpResponse {
    ok().json(json!({}))
}

async fn create_billing(
    visit: Visit,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    set_billing(&visit, &id, None, &body)
}

async fn update_billing(
    visit: Visit,
    path: Path<(String, String)>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, address_id) = path.into_inner();
    set_billing(&visit, &id, Some(&address_id), &body)
}

fn set_billing(
    visit: &Visit,
    id: &str,
    address_id: Option<&str>,
    body: &[u8],
) -> Result<HttpResponse, Problem> {
    let body: AddressBody = read(body)?;
    let mut store = visit.store();
    visit.own(&store, id)?;
    store.expect_version(id, body.version)?;
    let known = store.checkout(id)?.billing.as_ref();
    let known_id = known.map(|billing| billing.id.as_str());
    if address_id.is_some() && address_id != known_id {
        return Err(CartError::NotFound("The billing address").into());
    }
    let known_email = known.map(|billing| billing.address.email.clone());
    let mut address = Address::from(body);
    if address.email.is_empty() {
        let customer = store.customers.get(&store.checkout(id)?.customer_id);
        let own_email = customer.map(|customer| customer.email.clone());
        address.email = own_email.or(known_email).unwrap_or_default();
    }
    if !address.email.is_empty() && !address.email.contains('@') {
        return Err(Problem::invalid("email: must be an e-mail address"));
    }
    store.set_billing(id, address)?;
    answer(&mut store, visit, id)
}

async fn create_consignments(
    visit: Visit,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let bodies: Vec<ConsignmentBody> = read(&body)?;
    let version = bodies.iter().find_map(|body| body.version);
    let parts = bodies
        .into_iter()
        .map(part_of)
        .collect::<Result<Vec<_>, _>>()?;
    if parts.is_empty() {
        return Err(Problem::invalid("at least one consignment is needed"));
    }
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, version)?;
    store.add_consignments(&id, parts)?;
    answer(&mut store, &visit, &id)
}

fn part_of(body: ConsignmentBody) -> Result<(Address, Vec<String>), Problem> {
    let items = body
        .item_ids()
        .ok_or_else(|| Problem::invalid("lineItems: is missing"))?;
    let address = body
        .address
        .ok_or_else(|| Problem::invalid("address: is missing"))?;
    Ok((address.into(), items))
}

async fn update_consignment(
    visit: Visit,
    path: Path<(String, String)>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, consignment_id) = path.into_inner();
    let body: ConsignmentBody = read(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    find_consignment(&mut store, &id, &consignment_id)?;
    change_consignment(&mut store, &id, &consignment_id, body)?;
    store.changed(&id);
    answer(&mut store, &visit, &id)
}

fn change_consignment(
    store: &mut State,
    id: &str,
    consignment_id: &str,
    body: ConsignmentBody,
) -> Result<(), Problem> {
    if let Some(option) = &body.shipping_option_id {
        let checkout = store.checkout(id)?;
        let mut parts = checkout.consignments.iter();
        let offered = parts
            .find(|part| part.id == consignment_id)
            .map(|part| shipping_options(checkout, part))
            .unwrap_or_default();
        if !offered.iter().any(|offer| offer.id == *option) {
            return Err(Problem::invalid("shippingOptionId: is not available"));
        }
    }
    let items = body.item_ids();
    if let Some(items) = &items {
        claim_for(store, id, consignment_id, items)?;
    }
    let consignment = find_consignment(store, id, consignment_id)?;
    if let Some(address) = body.address {
        let address = Address::from(address);
        let same_place = address.country_code == consignment.address.country_code;
        consignment.address = address;
        if !same_place {
            consignment.selected_option = None;
        }
    }
    if body.shipping_option_id.is_some() {
        consignment.selected_option = body.shipping_option_id;
    }
    Ok(())
}

/// Gives items to a consignment that stays, even if all it had go elsewhere for a moment.
fn claim_for(
    store: &mut State,
    id: &str,
    consignment_id: &str,
    items: &[String],
) -> Result<(), Problem> {
    let mut kept = find_consignment(store, id, consignment_id)?.clone();
    store.claim_items(id, items)?;
    kept.line_item_ids = items.to_vec();
    let parts = &mut store.checkout_mut(id)?.consignments;
    match parts.iter_mut().find(|part| part.id == consignment_id) {
        Some(part) => *part = kept,
        None => parts.push(kept),
    }
    Ok(())
}

fn find_consignment<'a>(
    store: &'a mut State,
    id: &str,
    consignment_id: &str,
) -> Result<&'a mut Consignment, Problem> {
    let mut parts = store.checkout_mut(id)?.consignments.iter_mut();
    let found = parts.find(|part| part.id == consignment_id);
    found.ok_or_else(|| CartError::NotFound("The consignment").into())
}

async fn delete_consignment(
    visit: Visit,
    path: Path<(String, String)>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, consignment_id) = path.into_inner();
    let body: VersionOnly = read_or_default(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    find_consignment(&mut store, &id, &consignment_id)?;
    store
        .checkout_mut(&id)?
        .consignments
        .retain(|part| part.id != consignment_id);
    store.changed(&id);
    answer(&mut store, &visit, &id)
}
