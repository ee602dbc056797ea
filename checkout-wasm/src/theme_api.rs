//! What the small API for theme developers needs of the module (`loader/theme_api.js`).

use crate::domain::routes::CodeKind;
use crate::json::object;
use crate::{events, state::with_session};
use js_sys::Array;
use wasm_bindgen::prelude::*;

/// The codes of ours on this checkout.
#[wasm_bindgen]
#[must_use]
pub fn codes() -> Array {
    with_session(|session| {
        let codes = session
            .codes()
            .iter()
            .map(|code| object(&events::fields(code)));
        let unexplained = session.unexplained().iter();
        let bare = unexplained.map(|native| object(&[("nativeCode", native.as_str().into())]));
        codes.chain(bare).collect()
    })
}

/// The checkout on the page; empty while it has read none.
#[wasm_bindgen(js_name = checkoutId)]
#[must_use]
pub fn checkout_id() -> String {
    with_session(|session| session.checkout().to_owned())
}

/// The path below the checkout that a native code is removed at.
#[wasm_bindgen(js_name = codePath)]
#[must_use]
pub fn code_path(native: &str) -> String {
    let is_certificate = with_session(|session| session.is_certificate(native));
    let kind = if is_certificate {
        CodeKind::GiftCertificate
    } else {
        CodeKind::Coupon
    };
    kind.path().to_owned()
}
