//! The module's files. They are there where the module was built, which `npm test` does first.

use reqwest::{Method, Response};
use sha2::{Digest, Sha384};
use voucherbridge::checkout_module::manifest;

use super::helpers::{TestApp, error_of};

async fn get(app: &TestApp, file: &str, encoding: &str) -> Response {
    let version = manifest().unwrap().version;
    let path = format!("/assets/{version}/{file}");
    let request = app
        .to(Method::GET, &path)
        .header("accept-encoding", encoding);
    request
        .header("origin", "https://any.example")
        .send()
        .await
        .unwrap()
}

#[tokio::test]
async fn are_served_for_ever_to_any_site() {
    let app = TestApp::start().await;
    if manifest().is_none() {
        eprintln!("skipped: the module is not built");
        return;
    }
    for (file, kind) in [
        ("loader.js", "text/javascript; charset=utf-8"),
        ("glue.js", "text/javascript; charset=utf-8"),
        ("module.wasm", "application/wasm"),
    ] {
        let answer = get(&app, file, "identity").await;
        assert_eq!(answer.status(), 200, "{file}");
        let headers = answer.headers();
        assert_eq!(headers["content-type"], kind);
        assert_eq!(
            headers["cache-control"],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(headers["access-control-allow-origin"], "*");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["vary"], "accept-encoding");
        assert!(!headers.contains_key("content-encoding"));
        let plain = answer.bytes().await.unwrap();
        let answer = get(&app, file, "gzip, deflate, br, zstd").await;
        assert_eq!(answer.headers()["content-encoding"], "br", "{file}");
        assert_eq!(unpacked(&answer.bytes().await.unwrap()), plain, "{file}");
        let answer = get(&app, file, "gzip, br;q=0").await;
        assert!(!answer.headers().contains_key("content-encoding"), "{file}");
    }
}

#[tokio::test]
async fn the_loader_is_the_one_the_manifest_names() {
    let app = TestApp::start().await;
    let Some(manifest) = manifest() else { return };
    let loader = get(&app, "loader.js", "identity")
        .await
        .bytes()
        .await
        .unwrap();
    let hash = base64::Engine::encode(
        &base64::engine::general_purpose::STANDARD,
        Sha384::digest(&loader),
    );
    assert_eq!(manifest.loader.integrity, format!("sha384-{hash}"));
}

#[tokio::test]
async fn nothing_else_is_served() {
    let app = TestApp::start().await;
    let version = manifest().map_or_else(|| "0".repeat(16), |manifest| manifest.version);
    for path in [
        format!("/assets/{version}/manifest.json"),
        format!("/assets/{version}/..%2F..%2FCargo.toml"),
        format!("/assets/{version}/.inputs"),
        "/assets/0123456789abcdef/loader.js".to_owned(),
    ] {
        let answer = app.to(Method::GET, &path).send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(error_of(answer, &path).await.0, "not_found");
    }
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    std::io::copy(&mut brotli::Decompressor::new(bytes, 4096), &mut plain).unwrap();
    plain
}
