//! Which sites' pages may call the checkout routes.

use reqwest::{Method, Response, header::HeaderMap};

use super::helpers::{STORE, TestApp, error_of};

const UNKNOWN: &str = "0a1b2c3d-0000-4000-8000-000000000009";

async fn ask(app: &TestApp, method: Method, store: &str, origin: &str) -> Response {
    let path = format!("/{store}/checkouts/{UNKNOWN}/codes");
    let preflight = method == Method::OPTIONS;
    let mut request = app.to(method, &path).header("origin", origin);
    if preflight {
        request = request
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
    } else {
        request = request.json(&serde_json::json!({ "code": "SAVE10" }));
    }
    request.send().await.unwrap()
}

fn allowed(headers: &HeaderMap) -> Option<&str> {
    headers
        .get("access-control-allow-origin")
        .map(|value| value.to_str().unwrap())
}

fn varies(headers: &HeaderMap) -> bool {
    headers
        .get_all("vary")
        .iter()
        .any(|value| value.as_bytes() == b"origin")
}

#[tokio::test]
async fn the_stores_own_site_may() {
    let app = TestApp::connected().await;
    let own = app.stand_in.shop_url.clone();
    let answer = ask(&app, Method::OPTIONS, STORE, &own).await;
    assert_eq!(answer.status(), 204);
    let headers = answer.headers();
    assert_eq!(allowed(headers), Some(own.as_str()));
    assert_eq!(headers["access-control-allow-methods"], "POST, DELETE");
    assert_eq!(headers["access-control-allow-headers"], "content-type");
    assert_eq!(headers["access-control-max-age"], "7200");
    assert!(varies(headers));
    // The page must be able to read errors too.
    let answer = ask(&app, Method::POST, STORE, &own).await;
    assert_eq!(answer.status(), 404);
    assert_eq!(allowed(answer.headers()), Some(own.as_str()));
    assert!(varies(answer.headers()));
}

#[tokio::test]
async fn nobody_else_may() {
    let app = TestApp::connected().await;
    let before = app.state().await;
    let lookalike = format!("{}.evil.example", app.stand_in.shop_url);
    for origin in ["https://evil.example", "null", "", lookalike.as_str()] {
        for method in [Method::OPTIONS, Method::POST] {
            let answer = ask(&app, method, STORE, origin).await;
            assert_eq!(answer.status(), 403, "{origin}");
            assert_eq!(allowed(answer.headers()), None, "{origin}");
            assert!(varies(answer.headers()), "{origin}");
            assert_eq!(error_of(answer, origin).await.0, "origin_not_allowed");
        }
    }
    let own = app.stand_in.shop_url.clone();
    let answer = ask(&app, Method::OPTIONS, "otherstore", &own).await;
    assert_eq!(
        (answer.status().as_u16(), allowed(answer.headers())),
        (404, None)
    );
    app.is_as(&before, "state").await;
}
