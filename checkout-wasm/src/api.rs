//! What the small API for theme developers needs of the module (`loader/api.js`).

use crate::page::object;
use crate::routes::CodeKind;
use crate::session::Session;
use crate::{events, with_session};
use js_sys::Array;
use wasm_bindgen::prelude::*;

/// The codes of ours on this checkout.
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

/// The checkout on the page; empty while it has read none.
#[wasm_bindgen]
#[must_use]
pub fn on() -> String {
    with_session(|session: &mut Session| session.checkout().to_owned())
}

/// The path below the checkout that a native code is removed at.
#[wasm_bindgen(js_name = box)]
#[must_use]
pub fn box_of(native_code: &str) -> String {
    let is_certificate = with_session(|session: &mut Session| session.is_certificate(native_code));
    let kind = if is_certificate {
        CodeKind::GiftCertificate
    } else {
        CodeKind::Coupon
    };
    kind.path().to_owned()
}
