//! The checkout module's files, under an address that changes with their content.

use std::iter;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{
        ACCESS_CONTROL_ALLOW_ORIGIN, AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, Encoding,
        Header as _, VARY,
    },
    web::{self, Path, ServiceConfig},
};

use super::error::{ApiError, wrong_method};
use crate::checkout_module::{Dist, manifest};

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/assets/{version}/{file}")
            .route(web::get().to(serve))
            .route(web::head().to(serve))
            .default_service(web::to(wrong_method)),
    );
}

/// `GET /assets/{version}/{file}`
///
/// Any site may read them: a shop's checkout loads them with `crossorigin`, to have their
/// integrity checked.
async fn serve(
    request: HttpRequest,
    place: Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (version, name) = place.into_inner();
    let content_type = content_type(&name).ok_or_else(ApiError::no_such_address)?;
    let current = manifest().is_some_and(|manifest| manifest.version == version);
    let file = Dist::get(&name)
        .filter(|_| current)
        .ok_or_else(ApiError::no_such_address)?;
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(content_type)
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .insert_header(("cross-origin-resource-policy", "cross-origin"))
        .insert_header((VARY, "accept-encoding"));
    let packed = Dist::get(&format!("{name}.br")).filter(|_| takes_brotli(&request));
    Ok(match packed {
        Some(packed) => answer
            .insert_header((CONTENT_ENCODING, "br"))
            .body(packed.data.into_owned()),
        None => answer.body(file.data.into_owned()),
    })
}

fn content_type(name: &str) -> Option<&'static str> {
    match name {
        "loader.js" | "glue.js" => Some("text/javascript; charset=utf-8"),
        "module.wasm" => Some("application/wasm"),
        _ => None,
    }
}

fn takes_brotli(request: &HttpRequest) -> bool {
    let brotli = Encoding::brotli();
    let accepted = AcceptEncoding::parse(request);
    accepted.is_ok_and(|all| all.negotiate(iter::once(&brotli)).as_ref() == Some(&brotli))
}
