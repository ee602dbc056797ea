//! Signing in and out, accounts, saved addresses.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, ServiceConfig};
use serde_json::{Value, json};

use super::bodies::{AccountBody, AddressBody, LoginBody};
use super::customer_view;
use super::problem::Problem;
use super::visit::{Visit, ok, read};
use crate::bigcommerce::model::{Customer, CustomerAddress, Decimal, State};

/// Adds the routes under `/api/storefront`.
pub fn configure_storefront(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/customer").route(web::post().to(create_account)))
        .service(web::resource("/customer-address").route(web::post().to(add_address)))
        .service(web::resource("/subscriptions").route(web::post().to(subscribe)));
}

/// Adds the routes under `/internalapi/v1`.
pub fn configure_internal(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/checkout/customer")
            .route(web::post().to(sign_in))
            .route(web::delete().to(sign_out)),
    );
}

async fn sign_in(visit: Visit, body: Bytes) -> Result<HttpResponse, Problem> {
    let body: LoginBody = read(&body)?;
    let mut store = visit.store();
    let known = store.customer_by_email(&body.email);
    let known = known.filter(|customer| customer.password == body.password);
    let id = known
        .map(|customer| customer.id)
        .ok_or_else(Problem::wrong_password)?;
    enter(&visit, &mut store, id)?;
    Ok(ok().json(internal_customer(&store, id)))
}

/// Signs a customer in. A guest's cart becomes the customer's; without one, the cart the customer
/// left elsewhere is taken up. The two are never merged.
fn enter(visit: &Visit, store: &mut State, id: u64) -> Result<(), Problem> {
    let session = store.sessions.get(&visit.session);
    let current = session.and_then(|session| session.cart_id.clone());
    let current = current.filter(|cart| store.checkouts.contains_key(cart));
    if let Some(cart) = &current {
        store.set_customer(cart, id)?;
    }
    let mut left = store
        .checkouts
        .values()
        .filter(|checkout| checkout.customer_id == id);
    let cart = current.or_else(|| left.next_back().map(|checkout| checkout.id.clone()));
    visit.with_session(store, |session| {
        session.customer_id = id;
        session.cart_id = cart;
    });
    Ok(())
}

async fn sign_out(visit: Visit) -> Result<HttpResponse, Problem> {
    let mut store = visit.store();
    let cart = store
        .sessions
        .get(&visit.session)
        .and_then(|session| session.cart_id.clone());
    visit.with_session(&mut store, |session| session.customer_id = 0);
    if let Some(cart) = cart.filter(|cart| store.checkouts.contains_key(cart)) {
        store.set_customer(&cart, 0)?;
    }
    Ok(ok().json(internal_customer(&store, 0)))
}

fn internal_customer(store: &State, id: u64) -> Value {
    let known = store.customers.get(&id);
    let text = |field: fn(&Customer) -> &String| known.map_or("", |customer| field(customer));
    let (first, last) = (
        text(|known| &known.first_name),
        text(|known| &known.last_name),
    );
    let group = known.and_then(|customer| store.groups.get(&customer.group_id));
    json!({
        "data": {"customer": {
            "isGuest": known.is_none(),
            "email": text(|known| &known.email),
            "name": format!("{first} {last}").trim(),
            "firstName": first,
            "lastName": last,
            "customerId": id,
            "customerGroupId": group.map_or(0, |group| group.id),
            "customerGroupName": group.map_or("", |group| &group.name),
            "storeCredit": known.map_or(Decimal::ZERO, |customer| customer.store_credit),
            "phoneNumber": text(|known| &known.phone),
            "addresses": known.map(customer_view::addresses).unwrap_or_default(),
        }},
        "meta": {},
    })
}

async fn create_account(visit: Visit, body: Bytes) -> Result<HttpResponse, Problem> {
    let body: AccountBody = read(&body)?;
    let mut store = visit.store();
    if !body.email.contains('@') {
        return Err(Problem::invalid("email: must be an e-mail address"));
    }
    if store.customer_by_email(&body.email).is_some() {
        return Err(Problem::invalid("email: is in use already"));
    }
    let now = store.now();
    let id = store.next_id();
    let group_id = store
        .groups
        .values()
        .find(|group| group.is_default)
        .map_or(0, |group| group.id);
    let customer = Customer {
        id,
        email: body.email,
        first_name: body.first_name,
        last_name: body.last_name,
        company: String::new(),
        phone: String::new(),
        group_id,
        password: body.password,
        store_credit: Decimal::ZERO,
        addresses: Vec::new(),
        date_created: now,
        date_modified: now,
    };
    store.customers.insert(id, customer);
    store.emit(
        "store/customer/created",
        json!({"type": "customer", "id": id}),
    );
    enter(&visit, &mut store, id)?;
    Ok(ok().json(customer_view::customer(&store, id, false)))
}

async fn add_address(visit: Visit, body: Bytes) -> Result<HttpResponse, Problem> {
    let body: AddressBody = read(&body)?;
    let mut store = visit.store();
    let customer_id = visit.customer_id(&store);
    let id = store.next_id();
    let customer = store.customers.get_mut(&customer_id);
    let customer = customer.ok_or_else(|| Problem::not_found("Nobody is signed in."))?;
    customer.addresses.push(CustomerAddress {
        id,
        kind: "residential".to_owned(),
        address: body.into(),
    });
    let data = json!({"type": "customer", "id": id, "address": {"customer_id": customer_id}});
    store.emit("store/customer/address/created", data);
    Ok(ok().json(customer_view::customer(&store, customer_id, false)))
}

/// Newsletters are not sent.
async fn subscribe(_visit: Visit, body: Bytes) -> Result<HttpResponse, Problem> {
    let body: Value = read(&body)?;
    Ok(ok().json(body))
}
