//! The small API for theme developers: `window.Voucherbridge.codes()`, `.apply()`, `.remove()`.
//! It sends what the checkout itself would send, through the page's (patched) fetch.

use crate::page::{object, promise, set, stringify, token};
use crate::routes::CodeKind;
use crate::session::Session;
use crate::{events, json, with_session};
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch, catch)]
    fn page_fetch(url: &str, init: &JsValue) -> Result<Promise, JsValue>;

    type Reply;
    #[wasm_bindgen(method, getter)]
    fn ok(this: &Reply) -> bool;
    #[wasm_bindgen(method, catch)]
    fn json(this: &Reply) -> Result<Promise, JsValue>;
}

/// The codes of ours on this checkout: `[{code, nativeCode, amount, currency}]`. `code` and
/// `amount` are missing while the backend has not been asked since the page was loaded.
#[wasm_bindgen]
#[must_use]
pub fn codes() -> Array {
    with_session(|session: &mut Session| {
        let told = session.codes().iter().map(events::describe);
        let seen = session.unexplained().iter();
        let seen = seen.map(|native| object(&[("nativeCode", native.as_str().into())]));
        told.chain(seen).collect()
    })
}

/// Applies a code, or several, as if typed: `{ok, checkout?, message?}`.
#[wasm_bindgen]
pub fn apply(code: String) -> Promise {
    let body = object(&[("couponCode", code.into())]);
    promise(send("POST", "coupons".to_owned(), Some(stringify(&body))))
}

/// Takes a native code off: `{ok, checkout?, message?}`.
#[wasm_bindgen]
pub fn remove(native_code: &str) -> Promise {
    let is_certificate = with_session(|session: &mut Session| session.is_certificate(native_code));
    let kind = if is_certificate {
        CodeKind::GiftCertificate
    } else {
        CodeKind::Coupon
    };
    let path = format!("{}/{native_code}", kind.path());
    promise(send("DELETE", path, None))
}

async fn send(
    method: &'static str,
    path: String,
    body: Option<String>,
) -> Result<JsValue, JsValue> {
    let checkout = with_session(|session: &mut Session| session.checkout().to_owned());
    if checkout.is_empty() {
        return Err(js_sys::Error::new("the page has not read a checkout yet").into());
    }
    let headers = object(&[("accept", "application/vnd.bc.v1+json".into())]);
    if body.is_some() {
        set(&headers, "content-type", "application/json");
    }
    if let Some(token) = token() {
        set(&headers, "x-xsrf-token", token);
    }
    let init = object(&[
        ("method", method.into()),
        ("credentials", "same-origin".into()),
        ("headers", headers.into()),
    ]);
    if let Some(body) = body {
        set(&init, "body", body);
    }
    let url = format!("/api/storefront/checkouts/{checkout}/{path}");
    let reply: Reply = JsFuture::from(page_fetch(&url, &init)?)
        .await?
        .unchecked_into();
    let reply_body = JsFuture::from(reply.json()?).await.unwrap_or(JsValue::NULL);
    let result = object(&[("ok", reply.ok().into())]);
    if reply.ok() {
        set(&result, "checkout", reply_body);
    } else if let Some(message) = json::text(&reply_body, "detail") {
        set(&result, "message", message);
    }
    Ok(result.into())
}
