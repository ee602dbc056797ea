//! `/v3/carts/{id}` with its line items.

use actix_web::HttpRequest;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::Value;

use super::answer::{Answer, Form, Problem, data, nothing};
use super::checkout_json::cart_json;
use super::checkouts::{problem, version_in};
use crate::bigcommerce::State;
use crate::bigcommerce::carts::{ChosenOption, NewCertificate, NewItems, NewLine};
use crate::bigcommerce::model::{Decimal, State as Store};

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/v3/carts", web::post().to(create))
        .service(
            web::resource("/v3/carts/{id}")
                .route(web::get().to(show))
                .route(web::put().to(change))
                .route(web::delete().to(delete)),
        )
        .route("/v3/carts/{id}/items", web::post().to(add_items))
        .service(
            web::resource("/v3/carts/{id}/items/{item}")
                .route(web::put().to(change_item))
                .route(web::delete().to(delete_item)),
        );
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Include {
    #[allow(
        dead_code,
        reason = "options, redirect addresses and banners are never there"
    )]
    include: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemBody {
    product_id: u64,
    variant_id: Option<u64>,
    quantity: i64,
    list_price: Option<Decimal>,
    #[serde(default)]
    option_selections: Vec<OptionSelection>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionSelection {
    option_id: u64,
    option_value: Value,
    #[serde(rename = "name")]
    _name: Option<Value>,
    #[serde(rename = "value")]
    _value: Option<Value>,
}

impl ItemBody {
    fn line(self) -> Result<NewLine, Problem> {
        if self.quantity < 1 {
            return Err(Form::V3.field("quantity", "it must be at least 1"));
        }
        Ok(NewLine {
            product_id: self.product_id,
            variant_id: self.variant_id,
            quantity: self.quantity,
            price: self.list_price,
            options: self
                .option_selections
                .into_iter()
                .map(|chosen| ChosenOption {
                    id: chosen.option_id,
                    value: chosen.option_value,
                })
                .collect(),
        })
    }
}

fn items(lines: Vec<ItemBody>, certificates: Vec<NewCertificate>) -> Result<NewItems, Problem> {
    if lines.is_empty() && certificates.is_empty() {
        return Err(Form::V3.field("line_items", "at least one is required"));
    }
    let lines: Result<_, _> = lines.into_iter().map(ItemBody::line).collect();
    Ok(NewItems {
        lines: lines?,
        certificates,
    })
}

fn answer(store: &mut Store, id: &str, status: u16) -> Answer {
    let cart = store
        .read_checkout(id)
        .map_err(|error| problem(&error))?
        .clone();
    Ok(data(status, &cart_json(store, &cart)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCart {
    #[serde(default)]
    customer_id: u64,
    #[serde(default)]
    line_items: Vec<ItemBody>,
    #[serde(default)]
    gift_certificates: Vec<NewCertificate>,
    channel_id: Option<u64>,
    currency: Option<CurrencyBody>,
    locale: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CurrencyBody {
    code: String,
}

async fn create(state: Data<State>, body: Bytes) -> Answer {
    let new: NewCart = Form::V3.body(&body)?;
    let items = items(new.line_items, new.gift_certificates)?;
    let mut store = state.lock();
    if new.customer_id != 0 && !store.customers.contains_key(&new.customer_id) {
        return Err(Form::V3.field("customer_id", "there is no such customer"));
    }
    if let Some(currency) = &new.currency
        && store.currency(&currency.code).is_none()
    {
        return Err(Form::V3.field("currency.code", "the store has no such currency"));
    }
    let currency = new.currency.map(|currency| currency.code);
    let id = store
        .create_cart_in(currency.as_deref(), new.customer_id, &items)
        .map_err(|error| problem(&error))?;
    let cart = store.checkout_mut(&id).map_err(|error| problem(&error))?;
    cart.channel_id = new.channel_id.unwrap_or(cart.channel_id);
    cart.locale = new
        .locale
        .unwrap_or_else(|| std::mem::take(&mut cart.locale));
    answer(&mut store, &id, 201)
}

async fn show(state: Data<State>, id: Path<(String, String)>, request: HttpRequest) -> Answer {
    Form::V3.query::<Include>(&request)?;
    answer(&mut state.lock(), &id.1, 200)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    customer_id: u64,
    version: Option<u64>,
}

async fn change(state: Data<State>, id: Path<(String, String)>, body: Bytes) -> Answer {
    let change: Change = Form::V3.body(&body)?;
    let mut store = state.lock();
    store
        .expect_version(&id.1, change.version)
        .map_err(|error| problem(&error))?;
    if change.customer_id != 0 && !store.customers.contains_key(&change.customer_id) {
        return Err(Form::V3.field("customer_id", "there is no such customer"));
    }
    store
        .set_customer(&id.1, change.customer_id)
        .map_err(|error| problem(&error))?;
    answer(&mut store, &id.1, 201)
}

async fn delete(state: Data<State>, id: Path<(String, String)>) -> Answer {
    state
        .lock()
        .delete_cart(&id.1)
        .map_err(|error| problem(&error))?;
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Added {
    #[serde(default)]
    line_items: Vec<ItemBody>,
    #[serde(default)]
    gift_certificates: Vec<NewCertificate>,
    version: Option<u64>,
}

async fn add_items(state: Data<State>, id: Path<(String, String)>, body: Bytes) -> Answer {
    let new: Added = Form::V3.body(&body)?;
    let items = items(new.line_items, new.gift_certificates)?;
    let mut store = state.lock();
    store
        .expect_version(&id.1, new.version)
        .map_err(|error| problem(&error))?;
    store
        .add_items(&id.1, &items)
        .map_err(|error| problem(&error))?;
    answer(&mut store, &id.1, 201)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ItemChange {
    line_item: Option<ItemBody>,
    gift_certificate: Option<NewCertificate>,
    version: Option<u64>,
}

async fn change_item(
    state: Data<State>,
    path: Path<(String, String, String)>,
    body: Bytes,
) -> Answer {
    let change: ItemChange = Form::V3.body(&body)?;
    let (_, id, item) = path.into_inner();
    let mut store = state.lock();
    store
        .expect_version(&id, change.version)
        .map_err(|error| problem(&error))?;
    match (change.line_item, change.gift_certificate) {
        (Some(line), None) => change_line(&mut store, &id, &item, &line)?,
        (None, Some(certificate)) => store
            .update_certificate_line(&id, &item, &certificate)
            .map_err(|error| problem(&error))?,
        _ => return Err(Form::V3.field("line_item", "it or gift_certificate is required")),
    }
    if store.checkouts.contains_key(&id) {
        answer(&mut store, &id, 200)
    } else {
        Ok(nothing())
    }
}

fn change_line(store: &mut Store, id: &str, item: &str, new: &ItemBody) -> Result<(), Problem> {
    let cart = store.checkout(id).map_err(|error| problem(&error))?;
    let same = |line: &&crate::bigcommerce::model::LineItem| line.id == item;
    if cart
        .items
        .iter()
        .find(same)
        .is_some_and(|line| line.product_id != new.product_id)
    {
        return Err(Form::V3.field("line_item.product_id", "the line has another product"));
    }
    store
        .update_line(id, item, new.quantity, new.list_price)
        .map_err(|error| problem(&error))
}

async fn delete_item(
    state: Data<State>,
    path: Path<(String, String, String)>,
    body: Bytes,
) -> Answer {
    let version = version_in(&body)?;
    let (_, id, item) = path.into_inner();
    let mut store = state.lock();
    store
        .expect_version(&id, version)
        .map_err(|error| problem(&error))?;
    store
        .remove_line(&id, &item)
        .map_err(|error| problem(&error))?;
    // The last line takes the cart with it.
    if store.checkouts.contains_key(&id) {
        answer(&mut store, &id, 200)
    } else {
        Ok(nothing())
    }
}
