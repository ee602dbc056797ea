//! `/v3/hooks`.
#![allow(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]

use std::collections::BTreeMap;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::access::{CLIENT_ID, Grants};
use super::answer::{Answer, Form, Problem, data, page};
use crate::bigcommerce::State;
use crate::bigcommerce::model::{Hook, State as Store};
use crate::bigcommerce::webhooks::Webhooks;

/// Hooks of one client for one scope.
const MOST_PER_SCOPE: usize = 10;

/// The events there are, all that begin alike together, and the OAuth scope they need.
const EVENTS: &[(&str, &[&str], &str)] = &[
    (
        "store/cart/",
        &[
            "*",
            "created",
            "updated",
            "deleted",
            "couponApplied",
            "abandoned",
            "converted",
            "lineItem/*",
            "lineItem/created",
            "lineItem/updated",
            "lineItem/deleted",
        ],
        "store_cart",
    ),
    (
        "store/order/",
        &[
            "*",
            "created",
            "updated",
            "archived",
            "statusUpdated",
            "message/created",
            "refund/created",
        ],
        "store_v2_orders",
    ),
    (
        "store/customer/",
        &[
            "*",
            "created",
            "updated",
            "deleted",
            "address/created",
            "address/updated",
            "address/deleted",
            "payment/instrument/default/updated",
        ],
        "store_v2_customers",
    ),
    ("store/product/", CATALOGUE, "store_v2_products"),
    ("store/sku/", CATALOGUE, "store_v2_products"),
    ("store/category/", THING, "store_v2_products"),
    ("store/subscriber/", THING, "store_v2_customers"),
    ("store/shipment/", THING, "store_v2_orders"),
    ("store/information/", &["updated"], "store_v2_information"),
    ("store/app/", &["uninstalled"], "store_v2_information"),
    (
        "store/channel/",
        &["*", "created", "updated"],
        "store_v2_information",
    ),
];
const THING: &[&str] = &["*", "created", "updated", "deleted"];
const CATALOGUE: &[&str] = &[
    "*",
    "created",
    "updated",
    "deleted",
    "inventory/updated",
    "inventory/order/updated",
];

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/v3/hooks")
            .route(web::get().to(list))
            .route(web::post().to(create)),
    )
    .service(web::resource("/v3/hooks/admin").route(web::get().to(admin)))
    .service(
        web::resource(r"/v3/hooks/{id:\d+}")
            .route(web::get().to(show))
            .route(web::put().to(change))
            .route(web::delete().to(delete)),
    );
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HookBody {
    scope: Option<String>,
    destination: Option<String>,
    is_active: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    headers: Option<Option<BTreeMap<String, String>>>,
}

impl HookBody {
    const fn is_empty(&self) -> bool {
        self.scope.is_none()
            && self.destination.is_none()
            && self.is_active.is_none()
            && self.headers.is_none()
    }
}

/// Tells an explicit null from an absent field.
#[allow(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]
fn present<'de, D: serde::Deserializer<'de>>(
    input: D,
) -> Result<Option<Option<BTreeMap<String, String>>>, D::Error> {
    Option::deserialize(input).map(Some)
}

/// A hook as the API writes it.
pub fn hook_json(hook: &Hook, store: &Store) -> Value {
    json!({
        "id": hook.id,
        "client_id": hook.client_id,
        "store_hash": store.store.hash,
        "scope": hook.scope,
        "destination": hook.destination,
        "headers": hook.headers,
        "is_active": hook.is_active,
        "created_at": hook.created_at.unix_timestamp(),
        "updated_at": hook.updated_at.unix_timestamp(),
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    scope: Option<String>,
    destination: Option<String>,
    is_active: Option<bool>,
    page: Option<usize>,
    limit: Option<usize>,
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: Filter = Form::V3.query(&request)?;
    let store = state.lock();
    let wanted = |hook: &&Hook| {
        filter
            .scope
            .as_ref()
            .is_none_or(|scope| *scope == hook.scope)
            && filter
                .destination
                .as_ref()
                .is_none_or(|place| *place == hook.destination)
            && filter
                .is_active
                .is_none_or(|active| active == hook.is_active)
    };
    let found = store
        .hooks
        .values()
        .filter(wanted)
        .map(|hook| hook_json(hook, &store))
        .collect();
    Ok(page(found, filter.page, filter.limit))
}

async fn create(state: Data<State>, grants: Data<Grants>, body: Bytes) -> Answer {
    let body: HookBody = Form::V3.body(&body)?;
    let required = |field: &str| Form::V3.field(field, "it is required");
    let mut store = state.lock();
    let now = store.now();
    let mut hook = Hook {
        id: 0,
        client_id: CLIENT_ID.to_owned(),
        scope: body.scope.clone().ok_or_else(|| required("scope"))?,
        destination: body
            .destination
            .clone()
            .ok_or_else(|| required("destination"))?,
        headers: BTreeMap::new(),
        is_active: true,
        last_event: now,
        created_at: now,
        updated_at: now,
    };
    apply(body, &mut hook);
    check(&hook, &store, &grants)?;
    hook.id = store.next_id();
    let answer = hook_json(&hook, &store);
    store.hooks.insert(hook.id, hook);
    Ok(data(200, &answer))
}

async fn show(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let hook = store.hooks.get(&id.1).ok_or_else(|| Form::V3.not_found())?;
    Ok(data(200, &hook_json(hook, &store)))
}

async fn change(
    state: Data<State>,
    grants: Data<Grants>,
    id: Path<(String, u64)>,
    body: Bytes,
) -> Answer {
    let body: HookBody = Form::V3.body(&body)?;
    if body.is_empty() {
        return Err(Form::V3.problem(422, "At least one field is required"));
    }
    let mut store = state.lock();
    let mut hook = store
        .hooks
        .get(&id.1)
        .cloned()
        .ok_or_else(|| Form::V3.not_found())?;
    apply(body, &mut hook);
    hook.updated_at = store.now();
    check(&hook, &store, &grants)?;
    let answer = hook_json(&hook, &store);
    store.hooks.insert(hook.id, hook);
    Ok(data(200, &answer))
}

async fn delete(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let mut store = state.lock();
    let hook = store
        .hooks
        .remove(&id.1)
        .ok_or_else(|| Form::V3.not_found())?;
    let answer = hook_json(&hook, &store);
    Ok(data(200, &answer))
}

/// Hooks, and the domains that get nothing at the moment.
async fn admin(state: Data<State>, webhooks: Data<Webhooks>) -> HttpResponse {
    let store = state.lock();
    let hooks: Vec<Value> = store
        .hooks
        .values()
        .map(|hook| {
            let mut hook = hook_json(hook, &store);
            let active = hook["is_active"] == true;
            hook["status"] = json!(if active { "active" } else { "inactive" });
            hook
        })
        .collect();
    let blocked = webhooks.blocked(&store.clock);
    data(
        200,
        &json!({"emails": [], "hooks_list": hooks, "blocked_domains": blocked}),
    )
}

fn apply(body: HookBody, hook: &mut Hook) {
    hook.scope = body
        .scope
        .unwrap_or_else(|| std::mem::take(&mut hook.scope));
    hook.destination = body
        .destination
        .unwrap_or_else(|| std::mem::take(&mut hook.destination));
    hook.is_active = body.is_active.unwrap_or(hook.is_active);
    if let Some(headers) = body.headers {
        hook.headers = headers.unwrap_or_default();
    }
}

fn check(hook: &Hook, store: &Store, grants: &Grants) -> Result<(), Problem> {
    let known = EVENTS.iter().find(|(start, events, _)| {
        let event = hook.scope.strip_prefix(start);
        event.is_some_and(|event| events.contains(&event))
    });
    let Some((_, _, needed)) = known else {
        return Err(Form::V3.field("scope", format!("{} is no event", hook.scope)));
    };
    if !grants.allow(&[needed], false) {
        return Err(Form::V3.problem(403, "You don't have a required scope for these events"));
    }
    check_destination(&hook.destination)
        .map_err(|message| Form::V3.field("destination", message))?;
    for (name, value) in &hook.headers {
        if name.parse::<HeaderName>().is_err() || HeaderValue::from_str(value).is_err() {
            return Err(Form::V3.field("headers", format!("{name} is no header")));
        }
    }
    let others = || {
        store
            .hooks
            .values()
            .filter(|one| one.id != hook.id && one.scope == hook.scope)
    };
    if others().any(|other| other.destination == hook.destination) {
        return Err(Form::V3.problem(409, "A hook with this scope and destination exists already"));
    }
    if others().count() >= MOST_PER_SCOPE {
        return Err(Form::V3.field("scope", "at most 10 hooks for one scope"));
    }
    Ok(())
}

/// The real service takes https on port 443 only; the demo's own machine is the one exception.
fn check_destination(destination: &str) -> Result<(), &'static str> {
    let url = Url::parse(destination).map_err(|_| "it is no URL")?;
    let here = matches!(url.host_str(), Some("localhost" | "127.0.0.1"));
    if here && matches!(url.scheme(), "http" | "https") {
        return Ok(());
    }
    if url.scheme() != "https" {
        return Err("it must be https");
    }
    if url.port_or_known_default() != Some(443) {
        return Err("it must be served on port 443");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check_destination;

    #[test]
    fn only_https_on_443_and_the_demo_machine_are_taken() {
        for good in [
            "https://a.example/x",
            "https://a.example:443/",
            "http://localhost:4030/h",
        ] {
            assert_eq!(check_destination(good), Ok(()), "{good}");
        }
        for bad in [
            "http://a.example/",
            "https://a.example:8443/",
            "a.example",
            "ftp://localhost",
        ] {
            assert!(check_destination(bad).is_err(), "{bad}");
        }
    }
}
