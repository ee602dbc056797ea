//! Every request gets an id and is logged and counted once, by its route: paths hold codes.

use std::time::Instant;

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
};
use tracing::{Instrument, info_span};
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const NOSNIFF: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-content-type-options"),
    HeaderValue::from_static("nosniff"),
);

pub(super) async fn watch(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let id = Uuid::now_v7().to_string();
    let method = request.method().as_str().to_owned();
    let span = info_span!("request", id);
    let mut response = next
        .call(request)
        .instrument(span.clone())
        .await?
        .map_into_boxed_body();
    let route = response
        .request()
        .match_pattern()
        .unwrap_or_else(|| "none".to_owned());
    let status = response.status().as_u16();
    let took = started.elapsed();
    span.in_scope(|| tracing::info!(method, route, status, ?took, "answered"));
    let labels = [
        ("method", known(&method)),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::counter!("voucherbridge_http_requests_total", &labels).increment(1);
    metrics::histogram!("voucherbridge_http_seconds", &labels[..2]).record(took.as_secs_f64());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response.headers_mut().insert(NOSNIFF.0, NOSNIFF.1);
    Ok(response)
}

/// A method can be any word; a metric's label must not.
fn known(method: &str) -> String {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
    if known.contains(&method) {
        method.to_owned()
    } else {
        "other".to_owned()
    }
}
