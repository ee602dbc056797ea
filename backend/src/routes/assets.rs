//! The checkout module's files, under an address that changes with their content.

use std::{
    collections::HashMap,
    io::Write,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{
        ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, VARY,
    },
    web::{self, Bytes, Path, ServiceConfig},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Deserialize;

use super::wrong_method;
use crate::error::ApiError;

/// The built module. A debug build reads the folder when asked; a release build carries it.
#[derive(RustEmbed)]
#[folder = "../checkout-wasm/dist/"]
#[allow_missing = true]
struct Dist;

/// What `checkout-wasm/build.mjs` says of the files it built.
#[derive(Debug, Clone, Deserialize)]
pub struct Manifest {
    /// The first half of a hash over all files.
    pub version: String,
    /// The loader, which the Scripts API is told of.
    pub loader: ManifestFile,
}

/// One file.
#[derive(Debug, Clone, Deserialize)]
pub struct ManifestFile {
    /// Its name.
    pub file: String,
    /// Its hash, as in an `integrity` attribute.
    pub integrity: String,
}

/// The manifest; none when the module was not built.
#[must_use]
pub fn manifest() -> Option<Manifest> {
    let file = Dist::get("manifest.json")?;
    serde_json::from_slice(&file.data).ok()
}

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
    if !takes_brotli(&request) {
        return Ok(answer.body(file.data.into_owned()));
    }
    let packed = web::block(move || compressed(&file))
        .await
        .map_err(|_| ApiError::internal())?;
    let packed = packed.map_err(|_| ApiError::internal())?;
    Ok(answer.insert_header((CONTENT_ENCODING, "br")).body(packed))
}

fn content_type(name: &str) -> Option<&'static str> {
    match name {
        "loader.js" | "glue.js" => Some("text/javascript; charset=utf-8"),
        "module.wasm" => Some("application/wasm"),
        _ => None,
    }
}

fn takes_brotli(request: &HttpRequest) -> bool {
    let accepted = request
        .headers()
        .get_all(ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok());
    accepted.flat_map(|list| list.split(',')).any(|coding| {
        let (name, quality) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = matches!(quality.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("br") && !refused
    })
}

type Packed = HashMap<[u8; 32], Bytes>;

/// Each content is compressed once, as well as brotli can.
fn compressed(file: &EmbeddedFile) -> std::io::Result<Bytes> {
    static PACKED: LazyLock<Arc<Mutex<Packed>>> = LazyLock::new(Arc::default);
    let key = file.metadata.sha256_hash();
    let lock = || PACKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(&key) {
        return Ok(known.clone());
    }
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, 11, 22);
    writer.write_all(&file.data)?;
    let packed = Bytes::from(writer.into_inner());
    lock().insert(key, packed.clone());
    Ok(packed)
}
