//! What the page and the shopper are told of codes: by the DOM events for theme developers, on
//! `document` (`voucherbridge:applied` and so on), and by the loader's notice.

use crate::json::{object, set};
use crate::page;
use voucherbridge_api_types::{AppliedCode, DroppedCode, RejectedCode};
use wasm_bindgen::JsValue;

/// A code is on the checkout.
pub fn applied(checkout: &str, code: &AppliedCode) {
    dispatch("applied", checkout, &fields(code));
}

/// The shopper took a code off.
pub fn removed(checkout: &str, typed: Option<&str>, native: &str) {
    let fields = [
        ("code", typed.map_or(JsValue::NULL, JsValue::from)),
        ("nativeCode", native.into()),
        ("reason", "removed".into()),
    ];
    dispatch("removed", checkout, &fields);
}

/// A code no longer holds, and why.
pub fn dropped(checkout: &str, code: &DroppedCode) {
    let fields = [
        ("code", code.code.as_str().into()),
        ("nativeCode", code.native_code.as_str().into()),
        ("reason", code.reason.as_str().into()),
        ("message", code.message.as_str().into()),
    ];
    dispatch("removed", checkout, &fields);
}

/// A typed code is refused.
pub fn rejected(checkout: &str, code: &str, reason: &str, message: &str) {
    let fields = [
        ("code", code.into()),
        ("reason", reason.into()),
        ("message", message.into()),
    ];
    dispatch("rejected", checkout, &fields);
}

/// Codes cannot be checked right now.
pub fn unavailable(checkout: &str, code: &str) {
    let fields = [
        ("kind", "unavailable".into()),
        ("code", code.into()),
        ("message", page::unavailable().into()),
    ];
    dispatch("error", checkout, &fields);
}

/// The storefront says that the cart is gone, changed or refused.
pub fn cart_error(checkout: &str, status: u16, path: &str, error_type: Option<&str>) {
    let fields = [
        ("kind", "cart".into()),
        ("status", status.into()),
        ("path", path.into()),
        ("type", error_type.map_or(JsValue::NULL, JsValue::from)),
    ];
    dispatch("error", checkout, &fields);
}

/// A held code as the page sees it: in events and in `Voucherbridge.codes()`.
pub fn fields(code: &AppliedCode) -> [(&str, JsValue); 4] {
    [
        ("code", code.code.as_str().into()),
        ("nativeCode", code.native_code.as_str().into()),
        #[allow(clippy::cast_precision_loss, reason = "no discount is that large")]
        ("amount", (code.amount as f64).into()),
        ("currency", code.currency.as_str().into()),
    ]
}

fn dispatch(name: &str, checkout: &str, fields: &[(&str, JsValue)]) {
    let detail = object(fields);
    set(&detail, "checkoutId", checkout);
    page::dispatch(name, &detail);
}

/// Tells the page and the shopper of codes that no longer hold, of those of an entry that cannot be
/// used, and the shopper one thing more: all in one notice.
pub fn tell(checkout: &str, dropped: &[DroppedCode], refused: &[RejectedCode], more: &str) {
    let mut sentences = String::new();
    for code in refused {
        rejected(checkout, &code.code, &code.reason, &code.message);
        for part in [&code.code, ": ", &code.message, " "] {
            sentences.push_str(part);
        }
    }
    for code in dropped {
        self::dropped(checkout, code);
        sentences.push_str(&code.message);
        sentences.push(' ');
    }
    sentences.push_str(more);
    if !sentences.is_empty() {
        page::say(sentences.trim_end());
    }
}
