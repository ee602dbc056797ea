//! Bad input to every endpoint: a 4xx that names the fault, nothing changed, no secret logged.

use reqwest::{Method, RequestBuilder};
use voucherbridge_test_support::platforms::Platforms;

use super::helpers::{SECRETS, STORE, TestApp, error_of, log};

/// One request and what it must be answered.
struct Case {
    name: String,
    request: RequestBuilder,
    status: u16,
    code: &'static str,
    field: Option<&'static str>,
}

const UNKNOWN: &str = "0a1b2c3d-0000-4000-8000-000000000009";
const SQL: &str = "'; DROP TABLE locks; --";

#[tokio::test]
async fn is_answered_4xx_and_changes_nothing() {
    let app = TestApp::connected().await;
    let checkout = app.checkout().await;
    let before = app.state().await;
    let elsewhere = Platforms::start();
    let foreign = elsewhere.shopper().await.checkout;
    let mut cases = bodies(&app, &checkout);
    cases.extend(codes(&app, &checkout));
    cases.extend(cart_errors(&app, &checkout));
    cases.extend(places(&app, &checkout, &foreign));
    cases.extend(addresses(&app));
    for case in cases {
        let answer = case.request.send().await.unwrap();
        let status = answer.status().as_u16();
        let (code, message, field) = error_of(answer, &case.name).await;
        let got = (status, code.as_str(), field.as_deref());
        assert_eq!(got, (case.status, case.code, case.field), "{}", case.name);
        for secret in SECRETS {
            assert!(!message.contains(secret), "{}: {message}", case.name);
        }
        assert!(!message.contains("DROP TABLE"), "{}: {message}", case.name);
    }
    app.is_as(&before, "state").await;
    let log = log().text();
    assert!(log.contains("answered"), "nothing was captured");
    let webhook_secret = app.webhook_secret().await;
    for secret in SECRETS.into_iter().chain([webhook_secret.as_str()]) {
        assert!(!log.contains(secret), "a log line holds {secret:?}");
    }
}

/// What may be a code is asked about, whatever it looks like: it gets a refusal and changes nothing, and no
/// line of the log is of its making.
#[tokio::test]
async fn odd_codes_are_refused_as_any_other() {
    let app = TestApp::connected().await;
    let checkout = app.checkout().await;
    let before = app.state().await;
    for code in [
        SQL,
        "🎉",
        "<script>alert(1)</script>",
        "../../v1/vouchers",
        "%2e%2e",
        "x\u{2028}INFO forged=1",
        "x\nINFO forged=1",
    ] {
        let answer = app.type_code(&checkout, code, "en").await;
        assert_eq!(answer["outcome"], "rejected", "{code:?}: {answer}");
        assert_eq!(answer["reason"], "unknown", "{code:?}");
    }
    app.is_as(&before, "state").await;
    let log = log().text();
    let forged = log
        .lines()
        .any(|line| line.trim_start().starts_with("INFO forged"));
    assert!(!forged, "a code made a line of the log");
}

fn post(app: &TestApp, path: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    app.to(Method::POST, path)
        .header("content-type", "application/json")
        .body(body)
}

/// The four endpoints that take a body from the page, with a good body each.
fn endpoints(checkout: &str) -> [(String, &'static str); 4] {
    let place = format!("/{STORE}/checkouts/{checkout}");
    [
        (format!("{place}/codes"), r#"{"code":"SAVE10"}"#),
        (format!("{place}/refresh"), "{}"),
        (format!("{place}/before-order"), "{}"),
        (
            format!("{place}/cart-errors"),
            r#"{"status":404,"path":"/x"}"#,
        ),
    ]
}

fn bodies(app: &TestApp, checkout: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for (path, good) in endpoints(checkout) {
        let case = |name: &str, request, status, code, field| Case {
            name: format!("{path}: {name}"),
            request,
            status,
            code,
            field,
        };
        cases.extend(
            broken(good)
                .into_iter()
                .map(|(name, body)| case(name, post(app, &path, body), 400, "invalid_json", None)),
        );
        let null = post(app, &path, "null");
        cases.push(case("null", null, 400, "invalid_body", None));
        let unknown = format!("{},\"x\":1}}", good.trim_end_matches('}'));
        let unknown = post(app, &path, unknown.replace("{,", "{"));
        cases.push(case(
            "unknown field",
            unknown,
            400,
            "invalid_field",
            Some("x"),
        ));
        let deep = post(app, &path, format!("{{\"x\":{}", "[".repeat(5_000)));
        cases.push(case("deep", deep, 400, "invalid_field", Some("x")));
        let large = format!("{{\"code\":\"{}\"}}", "A".repeat(1024 * 1024));
        let large = post(app, &path, large);
        cases.push(case("1 MB", large, 413, "body_too_large", None));
        let untyped = || app.to(Method::POST, &path).body(good);
        let plain = untyped().header("content-type", "text/plain");
        for (name, request) in [("plain text", plain), ("no type", untyped())] {
            cases.push(case(name, request, 415, "unsupported_media_type", None));
        }
    }
    cases
}

/// What is no JSON.
fn broken(good: &str) -> [(&'static str, Vec<u8>); 5] {
    [
        ("no body", Vec::new()),
        ("half of one", b"{".to_vec()),
        ("a form", b"code=SAVE10".to_vec()),
        ("two", format!("{good} {good}").into_bytes()),
        ("bytes", vec![0xff; 20]),
    ]
}

fn codes(app: &TestApp, checkout: &str) -> Vec<Case> {
    let path = format!("/{STORE}/checkouts/{checkout}/codes");
    let long = "A".repeat(300);
    let typed = [
        "",
        "   ",
        long.as_str(),
        " , ;\n",
        "\u{200b}\u{feff}",
        ".",
        "..",
        "SAVE10,..",
        "\u{0}",
        "A\u{1b}[2JB",
    ];
    let typed = typed.map(|code| {
        let body = serde_json::json!({ "code": code });
        let request = app.to(Method::POST, &path).json(&body);
        names_the_field(format!("code {code:?}"), request, "code")
    });
    let bodies = [
        "{}",
        r#"{"code":5}"#,
        r#"{"code":null}"#,
        r#"{"code":["SAVE10"]}"#,
    ];
    let bodies =
        bodies.map(|body| names_the_field(format!("body {body}"), post(app, &path, body), "code"));
    let natives = [
        "SAVE10",
        "%F0%9F%8E%89-7K3M9Q",
        "'%3B%20DROP%20TABLE%20locks-7K3M9Q",
        "%20",
    ];
    let natives = natives.map(|native| {
        let request = app.to(Method::DELETE, &format!("{path}/{native}"));
        names_the_field(format!("native code {native}"), request, "native_code")
    });
    typed.into_iter().chain(bodies).chain(natives).collect()
}

fn cart_errors(app: &TestApp, checkout: &str) -> Vec<Case> {
    let path = format!("/{STORE}/checkouts/{checkout}/cart-errors");
    let bodies = [
        (r#"{"path":"/x"}"#, "status"),
        (r#"{"status":"404","path":"/x"}"#, "status"),
        (r#"{"status":200,"path":"/x"}"#, "status"),
        (r#"{"status":404}"#, "path"),
        (r#"{"status":404,"path":"/x","error_type":1}"#, "error_type"),
    ];
    let case = |(body, field)| {
        let name = format!("cart error {body}");
        names_the_field(name, post(app, &path, body), field)
    };
    bodies.map(case).into()
}

/// A request that is refused for what this field holds.
fn names_the_field(name: String, request: RequestBuilder, field: &'static str) -> Case {
    Case {
        name,
        request,
        status: 400,
        code: "invalid_field",
        field: Some(field),
    }
}

/// Checkouts and stores that are not there, or not ours.
fn places(app: &TestApp, checkout: &str, foreign: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |place: &str, status, code, field| {
        for (path, good) in endpoints("CHECKOUT") {
            let path = path.replace(&format!("/{STORE}/checkouts/CHECKOUT"), place);
            let request = post(app, &path, good);
            cases.push(Case {
                name: path,
                request,
                status,
                code,
                field,
            });
        }
        let path = format!("{place}/codes/SAVE10-7K3M9Q");
        let request = app.to(Method::DELETE, &path);
        cases.push(Case {
            name: format!("DELETE {path}"),
            request,
            status,
            code,
            field,
        });
    };
    for id in [UNKNOWN, foreign] {
        let place = format!("/{STORE}/checkouts/{id}");
        add(&place, 404, "unknown_checkout", Some("checkout"));
    }
    let upper = checkout.replace('-', "").to_uppercase();
    for id in [
        "1",
        "🎉",
        "..%2F..%2Fcarts",
        "'%3B%20DROP%20TABLE%20locks",
        &upper,
    ] {
        add(
            &format!("/{STORE}/checkouts/{id}"),
            400,
            "invalid_field",
            Some("checkout"),
        );
    }
    for store in [
        "otherstore",
        "DEMO1STORE",
        "🎉",
        "'%3B%20--",
        &"a".repeat(300),
    ] {
        add(
            &format!("/{store}/checkouts/{checkout}"),
            404,
            "unknown_store",
            Some("store"),
        );
    }
    cases
}

fn addresses(app: &TestApp) -> Vec<Case> {
    let nothing = [
        "/",
        "/demo1store",
        "/demo1store/checkouts",
        "/admin",
        "/assets/x/y",
        "/%FF/%FE",
    ];
    let unknown = nothing.map(|path| (Method::GET, path, 404, "not_found"));
    let wrong = [
        (Method::POST, "/healthz"),
        (Method::DELETE, "/metrics"),
        (Method::GET, "/demo1store/webhooks"),
        (Method::POST, "/assets/x/loader.js"),
        (Method::GET, "/demo1store/checkouts/x/codes"),
        (Method::PUT, "/demo1store/checkouts/x/codes/y"),
        (Method::OPTIONS, "/demo1store/checkouts/x/refresh"),
    ];
    let wrong = wrong.map(|(method, path)| (method, path, 405, "method_not_allowed"));
    let all = unknown.into_iter().chain(wrong);
    all.map(|(method, path, status, code)| Case {
        name: format!("{method} {path}"),
        request: app.to(method, path),
        status,
        code,
        field: None,
    })
    .collect()
}
