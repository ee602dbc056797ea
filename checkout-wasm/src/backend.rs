//! Calls of our backend. They go through the fetch that was in the page before us.

use crate::domain::held::{Entry, Held};
use crate::domain::verdicts::Verdict;
use crate::json::{self, Read, object, set, stringify};
use crate::page::{ask, locale};
use js_sys::Object;
use std::cell::RefCell;
use voucherbridge_api_types::{BeforeOrderResponse, CartErrorRequest, RefreshResponse};
use wasm_bindgen::JsValue;

/// How long it may take that the page waits for; a typed code has its own limit.
const WITHIN: i32 = 4_000;
/// How long an order may wait.
const ORDER_WITHIN: i32 = 2_000;

thread_local! {
    /// The address of all checkouts of the store.
    static CHECKOUTS: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Where the backend is, and for which store it is asked.
pub fn set_address(backend_url: &str, store: &str) {
    CHECKOUTS.set(format!("{backend_url}{store}/checkouts/"));
}

/// Asks for a typed code. Whatever is no clear answer is `Unavailable`.
pub async fn apply(checkout: &str, code: &str) -> Verdict {
    let body = with_locale();
    set(&body, "code", code);
    let path = format!("{checkout}/codes");
    let verdict = match call("POST", &path, Some(&body), false, 0).await {
        Some((200, body)) => outcome(&body),
        Some((status, body)) => refused(status, &body),
        None => None,
    };
    verdict.unwrap_or(Verdict::Unavailable)
}

/// Asks to look at a changed checkout again.
pub async fn refresh(checkout: &str) -> Option<RefreshResponse> {
    RefreshResponse::read(&look(checkout, "refresh", WITHIN).await?)
}

/// Asks whether the order can be placed as the page shows it.
pub async fn before_order(checkout: &str) -> Option<BeforeOrderResponse> {
    BeforeOrderResponse::read(&look(checkout, "before-order", ORDER_WITHIN).await?)
}

async fn look(checkout: &str, what: &str, within: i32) -> Option<JsValue> {
    let path = format!("{checkout}/{what}");
    let (status, body) = call("POST", &path, Some(&with_locale()), false, within).await?;
    (status == 200).then_some(body)
}

/// Tells that a native code is not on the checkout. Outlives the page.
pub async fn remove(checkout: &str, native: &str) {
    let native = String::from(js_sys::encode_uri_component(native));
    let path = format!("{checkout}/codes/{native}");
    call("DELETE", &path, None, true, WITHIN).await;
}

/// Tells of an error of the cart. Outlives the page.
pub async fn cart_error(checkout: &str, error: &CartErrorRequest) {
    let body = cart_error_body(error);
    let path = format!("{checkout}/cart-errors");
    call("POST", &path, Some(&body), true, WITHIN).await;
}

/// The status and the JSON of an answer.
async fn call(
    method: &str,
    path: &str,
    body: Option<&Object>,
    outlives_page: bool,
    within: i32,
) -> Option<(u16, JsValue)> {
    let url = CHECKOUTS.with_borrow(|checkouts| format!("{checkouts}{path}"));
    let body = body.map(|body| stringify(body));
    let answer = ask(method, &url, body.as_deref(), outlives_page, within).await?;
    Some((answer.status(), json::field(&answer, "body")))
}

/// Writes a `CartErrorRequest`.
pub fn cart_error_body(error: &CartErrorRequest) -> Object {
    let body = object(&[
        ("status", error.status.into()),
        ("path", error.path.as_str().into()),
    ]);
    if let Some(error_type) = &error.error_type {
        set(&body, "error_type", error_type.as_str());
    }
    body
}

/// Writes a `RefreshRequest`, and all of an `ApplyRequest` but its code.
pub fn with_locale() -> Object {
    let body = Object::new();
    if let Some(locale) = locale() {
        set(&body, "locale", locale);
    }
    body
}

/// Reads an `ApplyResponse`.
pub fn outcome(body: &JsValue) -> Option<Verdict> {
    match json::text(body, "outcome")?.as_str() {
        "applied" => Some(Verdict::Applied(Entry {
            natives: json::list(body, "native_codes").filter(|list: &Vec<_>| !list.is_empty())?,
            held: Held {
                codes: json::list(body, "codes")?,
                dropped: json::list(body, "dropped").unwrap_or_default(),
                silent: false,
            },
            rejected: json::list(body, "rejected").unwrap_or_default(),
        })),
        "rejected" => Some(Verdict::Rejected {
            reason: json::text(body, "reason")?,
            message: json::text(body, "message")?,
        }),
        _ => None,
    }
}

/// The refusals that a shopper can do something about: too many tries, and a text that no code
/// can look like. Reads an `ErrorResponse`.
pub fn refused(status: u16, body: &JsValue) -> Option<Verdict> {
    let error = json::field(body, "error");
    let about_code =
        matches!(status, 400 | 422) && json::text(&error, "field").as_deref() == Some("code");
    if status != 429 && !about_code {
        return None;
    }
    Some(Verdict::Rejected {
        reason: json::text(&error, "code")?,
        message: json::text(&error, "message")?,
    })
}
