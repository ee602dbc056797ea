//! The DOM events for theme developers, on `document`: `voucherbridge:applied` and so on.

use crate::page::{self, object, set};
use crate::the_page;
use js_sys::Object;
use voucherbridge_api_types::{AppliedCode, DroppedCode};
use wasm_bindgen::JsValue;

/// A code is on the checkout.
pub fn applied(checkout: &str, code: &AppliedCode) {
    let detail = describe(code);
    set(&detail, "checkoutId", checkout);
    dispatch("applied", &detail);
}

/// The shopper took a code off.
pub fn removed(checkout: &str, typed: Option<&str>, native: &str) {
    dispatch(
        "removed",
        &object(&[
            ("checkoutId", checkout.into()),
            ("code", typed.map_or(JsValue::NULL, JsValue::from)),
            ("nativeCode", native.into()),
            ("reason", "removed".into()),
        ]),
    );
}

/// A code no longer holds, and why.
pub fn dropped(checkout: &str, code: &DroppedCode) {
    dispatch(
        "removed",
        &object(&[
            ("checkoutId", checkout.into()),
            ("code", code.code.as_str().into()),
            ("nativeCode", code.native_code.as_str().into()),
            ("reason", code.reason.as_str().into()),
            ("message", code.message.as_str().into()),
        ]),
    );
}

/// A typed code is refused.
pub fn rejected(checkout: &str, code: &str, reason: &str, message: &str) {
    dispatch(
        "rejected",
        &object(&[
            ("checkoutId", checkout.into()),
            ("code", code.into()),
            ("reason", reason.into()),
            ("message", message.into()),
        ]),
    );
}

/// Codes cannot be checked right now.
pub fn unavailable(checkout: &str, code: &str) {
    dispatch(
        "error",
        &object(&[
            ("checkoutId", checkout.into()),
            ("kind", "unavailable".into()),
            ("code", code.into()),
            ("message", page::unavailable().into()),
        ]),
    );
}

/// The storefront says that the cart is gone, changed or refused.
pub fn cart_error(checkout: &str, status: u16, path: &str, error_type: Option<&str>) {
    dispatch(
        "error",
        &object(&[
            ("checkoutId", checkout.into()),
            ("kind", "cart".into()),
            ("status", status.into()),
            ("path", path.into()),
            ("type", error_type.map_or(JsValue::NULL, JsValue::from)),
        ]),
    );
}

/// A held code as the page sees it: in events and in `Voucherbridge.codes()`.
pub fn describe(code: &AppliedCode) -> Object {
    object(&[
        ("code", code.code.as_str().into()),
        ("nativeCode", code.native_code.as_str().into()),
        #[allow(clippy::cast_precision_loss, reason = "no discount is that large")]
        ("amount", (code.amount as f64).into()),
        ("currency", code.currency.as_str().into()),
    ])
}

fn dispatch(name: &str, detail: &Object) {
    if let Some(page) = the_page() {
        page.tell(name, detail);
    }
}
