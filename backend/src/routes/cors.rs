//! Which sites' pages may call the checkout routes: the store's own, store by store.

use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
            ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD,
            HeaderValue, ORIGIN, VARY,
        },
    },
    middleware::Next,
    web::Data,
};

use super::store_of;
use crate::{app::App, routes::error::ApiError};

/// How long a browser remembers that it may, in seconds: two hours, the most that browsers take.
const MAX_AGE: &str = "7200";

/// Answers preflights, refuses pages of other sites, and lets the store's own read the answers,
/// errors included. Requests without `Origin` are no page's and pass.
pub(super) async fn of_store(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(origin) = request.headers().get(ORIGIN).cloned() else {
        let mut response = next.call(request).await?.map_into_boxed_body();
        vary(&mut response);
        return Ok(response);
    };
    let mut response = match check(&request, &origin).await {
        Err(refusal) => request.error_response(refusal),
        Ok(()) if is_preflight(&request) => preflight(request, origin),
        Ok(()) => {
            let mut response = next.call(request).await?.map_into_boxed_body();
            response
                .headers_mut()
                .insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            response
        }
    };
    vary(&mut response);
    Ok(response)
}

async fn check(request: &ServiceRequest, origin: &HeaderValue) -> Result<(), ApiError> {
    let app = request
        .app_data::<Data<App>>()
        .ok_or_else(ApiError::internal)?;
    let store = store_of(request.match_info().get("store").unwrap_or_default())?;
    let connected = app.connections.connected(&store).await?;
    if connected
        .origins
        .iter()
        .any(|known| known.as_bytes() == origin.as_bytes())
    {
        return Ok(());
    }
    let message = "This site is not one of the store's.";
    Err(ApiError::new(StatusCode::FORBIDDEN, "origin_not_allowed", message).at("origin"))
}

fn is_preflight(request: &ServiceRequest) -> bool {
    request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight(request: ServiceRequest, origin: HeaderValue) -> ServiceResponse<BoxBody> {
    let answer = HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, origin))
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, "POST, DELETE"))
        .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, "content-type"))
        .insert_header((ACCESS_CONTROL_MAX_AGE, MAX_AGE))
        .finish();
    request.into_response(answer)
}

/// A cache must keep the answers to different sites apart.
fn vary(response: &mut ServiceResponse<BoxBody>) {
    response
        .headers_mut()
        .append(VARY, HeaderValue::from_static("origin"));
}
