//! `/v3/customers` and `/v2/customer_groups`, for reading.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Form, page, page_v2};
use crate::bigcommerce::State;
use crate::bigcommerce::model::{Customer, CustomerAddress, CustomerGroup, timestamp};

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/v3/customers", web::get().to(list))
        .route("/v2/customer_groups", web::get().to(groups))
        .route(r"/v2/customer_groups/{id:\d+}", web::get().to(group));
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    #[serde(rename = "id:in")]
    ids: Option<String>,
    #[serde(rename = "email:in")]
    emails: Option<String>,
    #[serde(rename = "customer_group_id:in")]
    groups: Option<String>,
    #[serde(rename = "date_modified:min")]
    modified_min: Option<String>,
    #[serde(rename = "date_created:min")]
    created_min: Option<String>,
    include: Option<String>,
    sort: Option<Sort>,
    page: Option<usize>,
    limit: Option<usize>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
enum Sort {
    #[serde(rename = "date_created:asc")]
    CreatedUp,
    #[serde(rename = "date_created:desc")]
    CreatedDown,
    #[serde(rename = "last_name:asc")]
    NameUp,
    #[serde(rename = "last_name:desc")]
    NameDown,
    #[serde(rename = "date_modified:asc")]
    ModifiedUp,
    #[serde(rename = "date_modified:desc")]
    ModifiedDown,
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: Filter = Form::V3.query(&request)?;
    let numbers = |name: &str, text: &Option<String>| match text {
        Some(text) => Form::V3.numbers(name, text).map(Some),
        None => Ok(None),
    };
    let ids = numbers("id:in", &filter.ids)?;
    let groups = numbers("customer_group_id:in", &filter.groups)?;
    let date = |name: &str, text: &Option<String>| match text {
        Some(text) => timestamp::parse(text)
            .map(Some)
            .ok_or_else(|| Form::V3.field(name, "no date and time")),
        None => Ok(None),
    };
    let modified_min = date("date_modified:min", &filter.modified_min)?;
    let created_min = date("date_created:min", &filter.created_min)?;
    let with_addresses = filter
        .include
        .iter()
        .any(|include| include.contains("addresses"));

    let store = state.lock();
    let has_email = |customer: &Customer, wanted: &String| {
        wanted
            .split(',')
            .any(|email| email.eq_ignore_ascii_case(&customer.email))
    };
    let mut found: Vec<&Customer> = store
        .customers
        .values()
        .filter(|customer| ids.as_ref().is_none_or(|ids| ids.contains(&customer.id)))
        .filter(|customer| {
            groups
                .as_ref()
                .is_none_or(|ids| ids.contains(&customer.group_id))
        })
        .filter(|customer| {
            filter
                .emails
                .as_ref()
                .is_none_or(|all| has_email(customer, all))
        })
        .filter(|customer| modified_min.is_none_or(|min| customer.date_modified >= min))
        .filter(|customer| created_min.is_none_or(|min| customer.date_created >= min))
        .collect();
    sort(&mut found, filter.sort);
    let found = found
        .into_iter()
        .map(|customer| customer_json(customer, with_addresses))
        .collect();
    Ok(page(found, filter.page, filter.limit))
}

fn sort(found: &mut [&Customer], by: Option<Sort>) {
    match by {
        Some(Sort::CreatedUp | Sort::CreatedDown) => found.sort_by_key(|one| one.date_created),
        Some(Sort::ModifiedUp | Sort::ModifiedDown) => found.sort_by_key(|one| one.date_modified),
        Some(Sort::NameUp | Sort::NameDown) => found.sort_by(|a, b| a.last_name.cmp(&b.last_name)),
        None => {}
    }
    if matches!(
        by,
        Some(Sort::CreatedDown | Sort::ModifiedDown | Sort::NameDown)
    ) {
        found.reverse();
    }
}

fn customer_json(customer: &Customer, with_addresses: bool) -> Value {
    let mut value = json!({
        "id": customer.id,
        "email": customer.email,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "company": customer.company,
        "phone": customer.phone,
        "registration_ip_address": "",
        "notes": "",
        "tax_exempt_category": "",
        "customer_group_id": customer.group_id,
        "date_created": timestamp::iso(customer.date_created),
        "date_modified": timestamp::iso(customer.date_modified),
        "address_count": customer.addresses.len(),
        "attribute_count": 0,
        "authentication": {"force_password_reset": false},
        "accepts_product_review_abandoned_cart_emails": false,
        "origin_channel_id": 1,
        "channel_ids": null,
    });
    if with_addresses {
        let address = |address: &CustomerAddress| address_json(customer.id, address);
        value["addresses"] = customer.addresses.iter().map(address).collect();
    }
    value
}

fn address_json(customer_id: u64, saved: &CustomerAddress) -> Value {
    let address = &saved.address;
    json!({
        "id": saved.id,
        "customer_id": customer_id,
        "address_type": saved.kind,
        "first_name": address.first_name,
        "last_name": address.last_name,
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "state_or_province": address.state_or_province,
        "country": address.country,
        "country_code": address.country_code,
        "postal_code": address.postal_code,
        "phone": address.phone,
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFilter {
    name: Option<String>,
    is_default: Option<bool>,
    page: Option<usize>,
    limit: Option<usize>,
}

fn group_json(group: &CustomerGroup) -> Value {
    json!({
        "id": group.id,
        "name": group.name,
        "is_default": group.is_default,
        "category_access": {"type": "all"},
        "discount_rules": [],
        "is_group_for_guests": false,
    })
}

async fn groups(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: GroupFilter = Form::V2.query(&request)?;
    let store = state.lock();
    let wanted = |group: &&CustomerGroup| {
        filter.name.as_ref().is_none_or(|name| *name == group.name)
            && filter
                .is_default
                .is_none_or(|is_default| is_default == group.is_default)
    };
    let found = store
        .groups
        .values()
        .filter(wanted)
        .map(group_json)
        .collect();
    Ok(page_v2(found, filter.page, filter.limit))
}

async fn group(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let group = store
        .groups
        .get(&id.1)
        .ok_or_else(|| Form::V2.not_found())?;
    Ok(HttpResponse::Ok().json(group_json(group)))
}
