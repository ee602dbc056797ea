//! Calls of our backend. They go through the fetch that was in the page before us.

use crate::held::{Entry, Held};
use crate::json::{self, Read};
use crate::page::{Page, locale, object, set, stringify};
use crate::session::Verdict;
use js_sys::{Object, Promise};
use voucherbridge_api_types::{CartErrorRequest, RefreshResponse};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// What fetch answers.
    type Reply;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Reply) -> u16;
    #[wasm_bindgen(method, catch)]
    fn json(this: &Reply) -> Result<Promise, JsValue>;
}

/// The backend, for one store.
#[derive(Clone)]
pub struct Backend {
    page: Page,
    checkouts: String,
}

/// An answer that arrived: its status and its JSON.
struct Arrived {
    status: u16,
    body: JsValue,
}

impl Backend {
    pub fn new(page: Page, backend_url: &str, store: &str) -> Self {
        Self {
            page,
            checkouts: format!("{backend_url}{store}/checkouts/"),
        }
    }

    /// Asks for a typed code. Whatever is no clear answer is `Unavailable`.
    pub async fn apply(&self, checkout: &str, code: &str) -> Verdict {
        let body = with_locale();
        set(&body, "code", code);
        let path = format!("{checkout}/codes");
        let Some(arrived) = self.call("POST", &path, Some(&body), false).await else {
            return Verdict::Unavailable;
        };
        let verdict = if arrived.status == 200 {
            outcome(&arrived.body)
        } else {
            refused(arrived.status, &arrived.body)
        };
        verdict.unwrap_or(Verdict::Unavailable)
    }

    /// Asks to look at a changed checkout again.
    pub async fn refresh(&self, checkout: &str) -> Option<RefreshResponse> {
        let body = with_locale();
        let arrived = self
            .call("POST", &format!("{checkout}/refresh"), Some(&body), false)
            .await?;
        if arrived.status != 200 {
            return None;
        }
        RefreshResponse::read(&arrived.body)
    }

    /// Tells that a native code was taken off. Outlives the page.
    pub async fn remove(&self, checkout: &str, native: &str) {
        let native = String::from(js_sys::encode_uri_component(native));
        self.call("DELETE", &format!("{checkout}/codes/{native}"), None, true)
            .await;
    }

    /// Tells of an error of the cart. Outlives the page.
    pub async fn cart_error(&self, checkout: &str, error: &CartErrorRequest) {
        let body = cart_error_body(error);
        self.call(
            "POST",
            &format!("{checkout}/cart-errors"),
            Some(&body),
            true,
        )
        .await;
    }

    async fn call(
        &self,
        method: &str,
        path: &str,
        body: Option<&Object>,
        outlives_page: bool,
    ) -> Option<Arrived> {
        let init = object(&[
            ("method", method.into()),
            ("credentials", "omit".into()),
            ("keepalive", outlives_page.into()),
        ]);
        if let Some(body) = body {
            set(&init, "body", stringify(body));
            set(
                &init,
                "headers",
                object(&[("content-type", "application/json".into())]),
            );
        }
        let promise = self
            .page
            .fetch(&format!("{}{path}", self.checkouts), &init)
            .ok()?;
        let reply: Reply = JsFuture::from(promise).await.ok()?.unchecked_into();
        let body = JsFuture::from(reply.json().ok()?).await.ok()?;
        Some(Arrived {
            status: reply.status(),
            body,
        })
    }
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
