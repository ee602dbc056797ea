//! `/v2/orders` and `/v2/order_statuses`.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::known::order_of;
use super::line_json::{product_json, sold_certificate_json};
use super::order_json::{coupon_json, order_json, shipping_json};
use crate::bigcommerce::State;
use crate::bigcommerce::management::answer::{Answer, Form, Problem, nothing, page_v2};
use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{Decimal, Order, State as Store, timestamp};

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/v2/orders", web::get().to(list))
        .route("/v2/orders/count", web::get().to(count))
        .route("/v2/order_statuses", web::get().to(statuses))
        .service(
            web::resource(r"/v2/orders/{id:\d+}")
                .route(web::get().to(show))
                .route(web::put().to(change))
                .route(web::delete().to(archive)),
        )
        .route(r"/v2/orders/{id:\d+}/coupons", web::get().to(coupons))
        .route(r"/v2/orders/{id:\d+}/products", web::get().to(products))
        .route(
            r"/v2/orders/{id:\d+}/shipping_addresses",
            web::get().to(shipping),
        )
        .route(
            r"/v2/orders/{id:\d+}/shippingaddresses",
            web::get().to(shipping),
        );
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    min_id: Option<u64>,
    max_id: Option<u64>,
    min_total: Option<String>,
    max_total: Option<String>,
    customer_id: Option<u64>,
    email: Option<String>,
    status_id: Option<u8>,
    cart_id: Option<String>,
    payment_method: Option<String>,
    min_date_created: Option<String>,
    max_date_created: Option<String>,
    min_date_modified: Option<String>,
    max_date_modified: Option<String>,
    channel_id: Option<u64>,
    sort: Option<String>,
    #[allow(dead_code, reason = "consignments and fees are never included")]
    include: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

/// A date of the filter in one of the two forms that are taken.
fn date(name: &str, text: Option<&String>) -> Result<Option<OffsetDateTime>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    let read = timestamp::parse(text).or_else(|| OffsetDateTime::parse(text, &Rfc2822).ok());
    read.map(Some)
        .ok_or_else(|| Form::V2.field(name, "no date of RFC 2822 or ISO 8601"))
}

fn amount(name: &str, text: Option<&String>) -> Result<Option<Decimal>, Problem> {
    let read = |text: &String| text.parse().map_err(|error| Form::V2.field(name, error));
    text.map(read).transpose()
}

fn within<T: PartialOrd + Copy>(value: T, min: Option<T>, max: Option<T>) -> bool {
    min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max)
}

impl Filter {
    fn matches(&self, order: &Order) -> Result<bool, Problem> {
        let created = (
            date("min_date_created", self.min_date_created.as_ref())?,
            date("max_date_created", self.max_date_created.as_ref())?,
        );
        let modified = (
            date("min_date_modified", self.min_date_modified.as_ref())?,
            date("max_date_modified", self.max_date_modified.as_ref())?,
        );
        let total = (
            amount("min_total", self.min_total.as_ref())?,
            amount("max_total", self.max_total.as_ref())?,
        );
        // Unfinished orders are listed only when they are asked for.
        let hidden = order.status_id == status::INCOMPLETE
            && self.status_id.is_none()
            && self.cart_id.is_none();
        let email = |email: &String| email.eq_ignore_ascii_case(&order.billing.email);
        Ok(!hidden
            && within(order.id, self.min_id, self.max_id)
            && within(order.total, total.0, total.1)
            && within(order.created, created.0, created.1)
            && within(order.modified, modified.0, modified.1)
            && self.customer_id.is_none_or(|id| id == order.customer_id)
            && self.status_id.is_none_or(|id| id == order.status_id)
            && self.channel_id.is_none_or(|id| id == order.channel_id)
            && self.email.as_ref().is_none_or(email)
            && self.cart_id.as_ref().is_none_or(|id| *id == order.cart_id)
            && self
                .payment_method
                .as_ref()
                .is_none_or(|name| *name == order.payment_name))
    }

    fn find<'a>(&self, store: &'a Store) -> Result<Vec<&'a Order>, Problem> {
        let mut found = Vec::new();
        for order in store.orders.values() {
            let is_listed = !order.is_deleted || store.switches.archived_orders_are_listed;
            if is_listed && self.matches(order)? {
                found.push(order);
            }
        }
        self.sort(&mut found)?;
        Ok(found)
    }

    fn sort(&self, found: &mut [&Order]) -> Result<(), Problem> {
        let sort = self.sort.as_deref().unwrap_or("id:asc");
        let (field, direction) = sort.split_once(':').unwrap_or((sort, "asc"));
        match field {
            "id" => found.sort_by_key(|order| order.id),
            "customer_id" => found.sort_by_key(|order| order.customer_id),
            "date_created" => found.sort_by_key(|order| order.created),
            "date_modified" => found.sort_by_key(|order| order.modified),
            "status_id" => found.sort_by_key(|order| order.status_id),
            "channel_id" => found.sort_by_key(|order| order.channel_id),
            // No order has one.
            "external_id" => {}
            _ => return Err(Form::V2.field("sort", "this field cannot be sorted by")),
        }
        match direction {
            "asc" => {}
            "desc" => found.reverse(),
            _ => return Err(Form::V2.field("sort", "asc or desc")),
        }
        Ok(())
    }
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: Filter = Form::V2.query(&request)?;
    let store = state.lock();
    let found = filter
        .find(&store)?
        .into_iter()
        .map(|order| order_json(&store, order))
        .collect();
    Ok(page_v2(found, filter.page, filter.limit))
}

async fn count(state: Data<State>) -> Answer {
    let store = state.lock();
    let per_status: Vec<Value> = statuses_json()
        .into_iter()
        .map(|mut one| {
            let of = |order: &&Order| json!(order.status_id) == one["id"];
            let count = store.orders.values().filter(of).count();
            one["count"] = json!(count);
            one
        })
        .collect();
    let body = json!({"statuses": per_status, "count": store.orders.len()});
    Ok(HttpResponse::Ok().json(body))
}

fn statuses_json() -> Vec<Value> {
    (0..=14_u8)
        .map(|id| {
            let name = status::name(id);
            json!({"id": id, "name": name, "system_label": name, "custom_label": name,
                "system_description": "", "order": id})
        })
        .collect()
}

async fn statuses() -> HttpResponse {
    HttpResponse::Ok().json(statuses_json())
}

async fn show(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let order = order_of(Form::V2, &store, id.1)?;
    Ok(HttpResponse::Ok().json(order_json(&store, order)))
}

/// What of an order may be changed here. What the description has beside it is not imitated, and
/// refused as what it does not have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    status_id: Option<u8>,
    staff_notes: Option<String>,
    customer_message: Option<String>,
    products: Option<Vec<LineChange>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineChange {
    id: u64,
    quantity: i64,
}

async fn change(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let change: Change = Form::V2.body(&body)?;
    let mut store = state.lock();
    let order = order_of(Form::V2, &store, id.1)?;
    let notes = change.staff_notes;
    if notes.as_ref().is_some_and(|notes| notes.len() > 65_535) {
        return Err(Form::V2.field("staff_notes", "at most 65535 characters"));
    }
    let lines: Vec<(u64, i64)> = change
        .products
        .unwrap_or_default()
        .iter()
        .map(|line| (line.id, line.quantity))
        .collect();
    let is_known = |line: &u64| order.products.iter().any(|known| known.id == *line);
    if !lines
        .iter()
        .all(|(line, quantity)| is_known(line) && *quantity >= 0)
    {
        return Err(Form::V2.field("products", "no line of the order, or no quantity"));
    }
    match change.status_id {
        Some(new) if new > status::PARTIALLY_REFUNDED => {
            return Err(Form::V2.field("status_id", "there is no such status"));
        }
        Some(new) => store
            .set_order_status(id.1, new)
            .map_err(|error| Form::V2.problem(400, error.to_string()))?,
        None => {}
    }
    if let Some(notes) = notes {
        store
            .set_staff_notes(id.1, notes)
            .map_err(|error| Form::V2.problem(400, error.to_string()))?;
    }
    if !lines.is_empty() {
        store
            .change_lines(id.1, &lines)
            .map_err(|error| Form::V2.problem(400, error.to_string()))?;
    }
    if let (Some(message), Some(order)) = (change.customer_message, store.orders.get_mut(&id.1)) {
        order.customer_message = message;
    }
    Ok(HttpResponse::Ok().json(order_json(&store, order_of(Form::V2, &store, id.1)?)))
}

async fn archive(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let mut store = state.lock();
    order_of(Form::V2, &store, id.1)?;
    store
        .archive_order(id.1)
        .map_err(|error| Form::V2.problem(400, error.to_string()))?;
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paging {
    page: Option<usize>,
    limit: Option<usize>,
}

async fn coupons(state: Data<State>, id: Path<(String, u64)>, request: HttpRequest) -> Answer {
    let paging: Paging = Form::V2.query(&request)?;
    let mut store = state.lock();
    let order = store.orders.get_mut(&id.1);
    let order = order.ok_or_else(|| Form::V2.not_found())?;
    if order.coupon_reads_hidden > 0 {
        order.coupon_reads_hidden -= 1;
        return Ok(nothing());
    }
    let order = &*order;
    let all = order
        .coupons
        .iter()
        .map(|coupon| coupon_json(order, coupon))
        .collect();
    Ok(page_v2(all, paging.page, paging.limit))
}

async fn products(state: Data<State>, id: Path<(String, u64)>, request: HttpRequest) -> Answer {
    let paging: Paging = Form::V2.query(&request)?;
    let store = state.lock();
    let order = order_of(Form::V2, &store, id.1)?;
    let products = order.products.iter();
    let certificates = order.gift_certificates.iter();
    let all = products
        .map(|product| product_json(&store, order, product))
        .chain(certificates.map(|line| sold_certificate_json(order, line)))
        .collect();
    Ok(page_v2(all, paging.page, paging.limit))
}

async fn shipping(state: Data<State>, id: Path<(String, u64)>, request: HttpRequest) -> Answer {
    let paging: Paging = Form::V2.query(&request)?;
    let store = state.lock();
    let all = shipping_json(order_of(Form::V2, &store, id.1)?);
    Ok(page_v2(all, paging.page, paging.limit))
}
