//! Control routes that both listeners have: `/control/calls`, `/control/faults`, `/control/clock`.
//! `/control/reset` is each listener's own; it begins with [`Kit::reset`].

use std::fmt;

use actix_web::error::InternalError;
use actix_web::web::{self, Bytes, Data, Query, ServiceConfig};
use actix_web::{Error, HttpResponse, Responder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use time::format_description::well_known::Rfc3339;

use super::faults::FaultRule;
use super::{Kit, strict};

/// Bytes that a control request may have.
const BODY_LIMIT: usize = 1024 * 1024;

/// Adds the routes.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/control/calls")
            .route(web::get().to(list_calls))
            .route(web::delete().to(clear_calls)),
    )
    .service(
        web::resource("/control/faults")
            .route(web::get().to(list_faults))
            .route(web::put().to(replace_faults))
            .route(web::post().to(add_fault))
            .route(web::delete().to(clear_faults)),
    )
    .service(
        web::resource("/control/clock")
            .route(web::get().to(show_clock))
            .route(web::put().to(move_clock)),
    );
}

/// Reads the body of a control request (nothing counts as `{}`), or gives the 400 to answer with.
#[allow(
    clippy::result_large_err,
    reason = "made once for a request that is refused"
)]
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, HttpResponse> {
    let body = if body.is_empty() { b"{}" } else { body };
    strict::parse(body, BODY_LIMIT).map_err(|refusal| bad_request(&refusal))
}

/// The control API's 400.
#[must_use]
pub fn bad_request(error: &dyn fmt::Display) -> HttpResponse {
    HttpResponse::BadRequest().json(json!({"error": error.to_string()}))
}

/// Makes an answer an error, for handlers that use `?`.
#[must_use]
pub fn refused(answer: HttpResponse) -> Error {
    InternalError::from_response("refused by the control API", answer).into()
}

#[derive(Debug, Deserialize)]
struct CallFilter {
    #[serde(default)]
    since: u64,
    #[serde(default)]
    path: String,
}

async fn list_calls(kit: Data<Kit>, filter: Query<CallFilter>) -> impl Responder {
    HttpResponse::Ok().json(json!({"calls": kit.calls.list(filter.since, &filter.path)}))
}

async fn clear_calls(kit: Data<Kit>) -> impl Responder {
    kit.calls.clear();
    HttpResponse::NoContent()
}

async fn list_faults(kit: Data<Kit>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"faults": kit.faults.list()}))
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum FaultList {
    Bare(Vec<FaultRule>),
    Named { faults: Vec<FaultRule> },
}

async fn replace_faults(kit: Data<Kit>, body: Bytes) -> Result<HttpResponse, Error> {
    let (FaultList::Bare(rules) | FaultList::Named { faults: rules }) =
        read(&body).map_err(refused)?;
    kit.faults
        .replace(rules)
        .map_err(|error| refused(bad_request(&error)))?;
    Ok(list_faults(kit).await)
}

async fn add_fault(kit: Data<Kit>, body: Bytes) -> Result<HttpResponse, Error> {
    let rule = read(&body).map_err(refused)?;
    let id = kit
        .faults
        .add(rule)
        .map_err(|error| refused(bad_request(&error)))?;
    Ok(HttpResponse::Created().json(json!({"id": id})))
}

async fn clear_faults(kit: Data<Kit>) -> impl Responder {
    kit.faults.clear();
    HttpResponse::NoContent()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    advance_seconds: i64,
}

async fn show_clock(kit: Data<Kit>) -> HttpResponse {
    let now = kit.clock.now().format(&Rfc3339).unwrap_or_default();
    let offset = kit.clock.offset_seconds();
    HttpResponse::Ok().json(json!({"now": now, "offset_seconds": offset}))
}

async fn move_clock(kit: Data<Kit>, body: Bytes) -> Result<HttpResponse, Error> {
    let wanted: ClockMove = read(&body).map_err(refused)?;
    kit.clock.advance(wanted.advance_seconds);
    Ok(show_clock(kit).await)
}
