//! What every route needs to read a call and to answer it.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::terse;
use crate::kit::strict;
use crate::voucherify::error::ApiError;
use crate::voucherify::project::Project;

/// What a route answers.
pub type Answer = Result<HttpResponse, ApiError>;

/// Bytes that a body may have: the documented limit of the bulk endpoints.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// A resource that answers 405 to methods it does not have.
pub fn resource(path: &str) -> actix_web::Resource {
    web::resource(path).default_service(web::to(wrong_method))
}

async fn wrong_method(request: actix_web::HttpRequest) -> Answer {
    let mut error = ApiError::bad("method_not_allowed", "HTTP Method Not Allowed").details(
        format!("{} is not supported by this endpoint", request.method()),
    );
    error.code = 405;
    Err(error)
}

/// Reads a body. Nothing at all counts as `{}`.
pub fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ApiError> {
    let body: &[u8] = if body.is_empty() { b"{}" } else { body };
    Ok(strict::parse(body, BODY_LIMIT)?)
}

/// A 200 with what the project's switches leave of an answer.
pub fn told(project: &Project, mut body: Value) -> Answer {
    if project.switches.answers_like_examples {
        terse::like_examples(&mut body);
    }
    ok(&body)
}

/// A 200, as the [`Answer`] that routes end with.
#[allow(clippy::unnecessary_wraps)]
pub fn ok(body: &Value) -> Answer {
    Ok(HttpResponse::Ok().json(body))
}
