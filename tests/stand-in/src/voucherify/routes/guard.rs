//! Who calls, how often, and with what kind of body.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, ResponseError};

use crate::kit::rate_limit::Quota;
use crate::kit::{AuthorisedAs, Kit};
use crate::voucherify::error::ApiError;
use crate::voucherify::project::{APP_ID, SECRET_KEY};
use crate::voucherify::state::State;

const MINUTE_MS: u32 = 60_000;

/// The middleware of `/v1`: credentials, calls a minute, type of the body.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if !is_authorised(request.headers()) {
        return Ok(refuse(request, &ApiError::unauthorized()));
    }
    request
        .extensions_mut()
        .insert(AuthorisedAs(APP_ID.to_owned()));
    let quota = take(&request);
    if quota.is_some_and(|quota| !quota.allowed) {
        let mut response = refuse(request, &ApiError::too_many_requests());
        add_headers(response.headers_mut(), quota);
        return Ok(response);
    }
    let mut response = if is_forbidden(&request) {
        let mut error = ApiError::bad("forbidden", "Forbidden");
        error.code = 403;
        refuse(request, &error)
    } else if is_json(request.headers()) {
        next.call(request).await?.map_into_boxed_body()
    } else {
        let mut error = ApiError::bad("unsupported_media_type", "Unsupported Media Type");
        error.code = 415;
        refuse(request, &error)
    };
    add_headers(response.headers_mut(), quota);
    Ok(response)
}

/// "API keys with a Merchant role can't use this endpoint."
fn is_forbidden(request: &ServiceRequest) -> bool {
    let state = request.app_data::<Data<State>>();
    let has_role = state.is_some_and(|state| state.lock().switches.key_has_merchant_role);
    let closed = ["/v1/validations", "/v1/redemptions"];
    has_role && *request.method() == Method::POST && closed.contains(&request.path())
}

fn refuse(request: ServiceRequest, error: &ApiError) -> ServiceResponse<BoxBody> {
    request.into_response(error.error_response())
}

fn is_authorised(headers: &HeaderMap) -> bool {
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|sent| sent == value);
    is("x-app-id", APP_ID) && is("x-app-token", SECRET_KEY)
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_none_or(|value| value.as_bytes().starts_with(b"application/json"))
}

fn take(request: &ServiceRequest) -> Option<Quota> {
    let kit = request.app_data::<Data<Kit>>()?;
    let limit = request
        .app_data::<Data<State>>()?
        .lock()
        .switches
        .rate_limit_per_minute;
    Some(kit.buckets.take(APP_ID, limit, MINUTE_MS, &kit.clock))
}

/// The rate-limit headers. `Retry` is a point of time, `Retry-After` a number of seconds.
fn add_headers(headers: &mut HeaderMap, quota: Option<Quota>) {
    let Some(quota) = quota else {
        return;
    };
    let seconds = u64::from(quota.reset_ms.div_ceil(1_000)).max(1);
    let reset = time::OffsetDateTime::now_utc()
        .unix_timestamp()
        .unsigned_abs()
        + seconds;
    let mut put = |name: HeaderName, value: u64| {
        headers.insert(name, HeaderValue::from(value));
    };
    put(
        HeaderName::from_static("x-rate-limit-limit"),
        u64::from(quota.limit),
    );
    put(
        HeaderName::from_static("x-rate-limit-remaining"),
        u64::from(quota.left),
    );
    put(HeaderName::from_static("x-rate-limit-reset"), reset);
    if !quota.allowed {
        put(HeaderName::from_static("x-rate-limit-retry"), reset);
        put(RETRY_AFTER, seconds);
    }
}
