//! Who may call the management API: token, OAuth scope, rate limit.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError, body::MessageBody, error};
use serde_json::json;

use super::answer::{Form, STATUS_CODES};
use crate::bigcommerce::State;
use crate::kit::rate_limit::Quota;
use crate::kit::{AuthorisedAs, Kit};

/// The demo store's access token.
pub const ACCESS_TOKEN: &str = "demo-access-token";
/// The demo store's client id.
pub const CLIENT_ID: &str = "demo-client-id";
/// The demo store's client secret; webhooks are signed with it.
pub const CLIENT_SECRET: &str = "demo-client-secret";
/// Length of a rate-limit window.
const WINDOW_MS: u32 = 30_000;

/// The OAuth scopes that a merchant grants for Voucherbridge, under BigCommerce's names.
pub const DEFAULT_SCOPES: [&str; 10] = [
    "store_v2_content",
    "store_content_checkout",
    "store_v2_marketing",
    "store_cart",
    "store_checkouts",
    "store_v2_customers_read_only",
    "store_v2_orders_read_only",
    "store_v2_transactions_read_only",
    "store_v2_products_read_only",
    "store_v2_information_read_only",
];

/// The scopes of the demo token, settable by `PUT /control/scopes`.
#[derive(Debug)]
pub struct Grants(Mutex<BTreeSet<String>>);

impl Default for Grants {
    fn default() -> Self {
        Self(Mutex::new(defaults()))
    }
}

fn defaults() -> BTreeSet<String> {
    DEFAULT_SCOPES
        .iter()
        .map(|scope| (*scope).to_owned())
        .collect()
}

impl Grants {
    /// Replaces the granted scopes.
    pub fn set(&self, scopes: impl IntoIterator<Item = String>) {
        *self.lock() = scopes.into_iter().collect();
    }

    /// Back to all that Voucherbridge needs.
    pub fn reset(&self) {
        *self.lock() = defaults();
    }

    /// The granted scopes.
    #[must_use]
    pub fn list(&self) -> Vec<String> {
        self.lock().iter().cloned().collect()
    }

    /// Whether one of `areas` is granted, for reading or for changing.
    #[must_use]
    pub fn allow(&self, areas: &[&str], modify: bool) -> bool {
        let granted = self.lock();
        areas.iter().any(|area| {
            granted.contains(*area) || (!modify && granted.contains(&format!("{area}_read_only")))
        })
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The scopes one of which an endpoint asks for, by the start of its path after `/stores/{hash}`.
/// The first that matches counts.
const SCOPES: &[(&str, &[&str])] = &[
    ("/v2/store", &["store_v2_information"]),
    ("/v2/currencies", &["store_v2_information"]),
    ("/v3/settings", &["store_v2_information"]),
    (
        "/v3/channels",
        &["store_channel_settings", "store_channel_listings"],
    ),
    ("/v3/promotions", &["store_v2_marketing"]),
    ("/v2/coupons", &["store_v2_marketing"]),
    ("/v2/gift_certificates", &["store_v2_marketing"]),
    ("/v3/content/scripts", &["store_v2_content"]),
    ("/v3/checkouts", &["store_checkouts"]),
    ("/v3/carts", &["store_cart"]),
    ("/v3/customers", &["store_v2_customers"]),
    ("/v2/customer_groups", &["store_v2_customers"]),
    ("/v2/customers", &["store_v2_customers"]),
    ("/v3/catalog", &["store_v2_products"]),
    ("/v2/order", &["store_v2_orders"]),
    ("/v3/orders", &["store_v2_orders", "store_v2_transactions"]),
];

/// Refuses calls without the token, without the scope or beyond the rate limit.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let missing = || error::ErrorInternalServerError("the listener lacks its state");
    let state = request
        .app_data::<Data<State>>()
        .cloned()
        .ok_or_else(missing)?;
    let kit = request
        .app_data::<Data<Kit>>()
        .cloned()
        .ok_or_else(missing)?;
    let grants = request
        .app_data::<Data<Grants>>()
        .cloned()
        .ok_or_else(missing)?;

    let (hash, limit) = {
        let state = state.lock();
        (state.store.hash.clone(), state.switches.rate_limit_per_30s)
    };
    let path = request.path().to_owned();
    let form = if path.contains("/v2/") {
        Form::V2
    } else {
        Form::V3
    };
    let rest = path.strip_prefix(&format!("/stores/{hash}"));
    if rest.is_none() || !has_token(request.headers()) {
        return Ok(refuse(
            request,
            form,
            401,
            "X-Auth-Token header is required",
        ));
    }
    request
        .extensions_mut()
        .insert(AuthorisedAs(format!("app {CLIENT_ID}")));

    let quota = kit.buckets.take(CLIENT_ID, limit, WINDOW_MS, &kit.clock);
    let mut response = if !quota.allowed {
        too_many(request)
    } else if !in_scope(&grants, request.method(), rest.unwrap_or_default()) {
        refuse(
            request,
            form,
            403,
            "You don't have a required scope to access the endpoint",
        )
    } else if let Some((status, title)) = wrong_type(&request, rest.unwrap_or_default()) {
        refuse(request, form, status, title)
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    add_headers(response.headers_mut(), quota);
    Ok(response)
}

fn has_token(headers: &HeaderMap) -> bool {
    headers
        .get("x-auth-token")
        .is_some_and(|token| token.as_bytes() == ACCESS_TOKEN.as_bytes())
}

fn in_scope(grants: &Grants, method: &Method, path: &str) -> bool {
    let modify =
        !matches!(*method, Method::GET | Method::HEAD) && !path.ends_with("/refund_quotes");
    // The scope of orders is none for reading how they were paid.
    if path.ends_with("/transactions") {
        return grants.allow(&["store_v2_transactions"], modify);
    }
    SCOPES
        .iter()
        .find(|(start, _)| path.starts_with(start))
        .is_none_or(|(_, areas)| grants.allow(areas, modify))
}

/// "The MIME type of the response body" and, where there is a body, "of the request body": both
/// headers are required. List Order Products requires the second though it has no body.
fn wrong_type(request: &ServiceRequest, path: &str) -> Option<(u16, &'static str)> {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let takes_json = |types: &str| types.contains("application/json") || types.contains("*/*");
    if !text(ACCEPT).is_some_and(takes_json) {
        return Some((406, "Accept must have application/json"));
    }
    let writes = matches!(*request.method(), Method::POST | Method::PUT);
    let lists_order_products = path.starts_with("/v2/orders/") && path.ends_with("/products");
    let is_json = |kind: &str| kind.starts_with("application/json");
    if (writes || lists_order_products) && !text(CONTENT_TYPE).is_some_and(is_json) {
        return Some((415, "Content-Type must be application/json"));
    }
    None
}

fn refuse(
    request: ServiceRequest,
    form: Form,
    status: u16,
    title: &str,
) -> ServiceResponse<BoxBody> {
    let response = form.problem(status, title).error_response();
    request.into_response(response)
}

fn too_many(request: ServiceRequest) -> ServiceResponse<BoxBody> {
    request.into_response(HttpResponse::TooManyRequests().json(json!({
        "status": 429,
        "title": "You have reached the rate limit for this API client",
        "type": STATUS_CODES,
    })))
}

fn add_headers(headers: &mut HeaderMap, quota: Quota) {
    for (name, value) in [
        ("x-rate-limit-requests-left", quota.left),
        ("x-rate-limit-requests-quota", quota.limit),
        ("x-rate-limit-time-reset-ms", quota.reset_ms),
        ("x-rate-limit-time-window-ms", quota.window_ms),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_allowed_by_either_scope_and_changing_by_one() {
        let grants = Grants::default();
        assert!(in_scope(&grants, &Method::GET, "/v2/orders/1"));
        assert!(!in_scope(&grants, &Method::PUT, "/v2/orders/1"));
        assert!(in_scope(&grants, &Method::POST, "/v3/promotions"));
        grants.set(["store_v2_marketing_read_only".to_owned()]);
        assert!(in_scope(&grants, &Method::GET, "/v3/promotions"));
        assert!(!in_scope(&grants, &Method::POST, "/v3/promotions"));
        assert!(!in_scope(&grants, &Method::GET, "/v3/carts/x"));
    }
}
