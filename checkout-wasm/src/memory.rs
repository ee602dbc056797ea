//! What is kept for the next page of the tab. The codes that were on the checkout: one can leave
//! while the shopper is on the cart page, where this module is not, and must not leave without a
//! word. And how it was shipped before that was free.

use crate::json::{self, Read, object, parse, stringify};
use js_sys::Array;
use voucherbridge_api_types::AppliedCode;
use wasm_bindgen::prelude::*;

const KEY: &str = "voucherbridge";
const SHIPPING: &str = "voucherbridge-shipping";

#[wasm_bindgen]
extern "C" {
    // A page may be forbidden to store: then nothing is remembered.
    #[wasm_bindgen(js_namespace = sessionStorage, js_name = getItem, catch)]
    fn get_item(key: &str) -> Result<Option<String>, JsValue>;
    #[wasm_bindgen(js_namespace = sessionStorage, js_name = setItem, catch)]
    fn set_item(key: &str, value: &str) -> Result<(), JsValue>;
}

/// A code that was on the checkout.
#[derive(Debug, Clone)]
pub struct Kept {
    pub code: String,
    pub native: String,
}

impl Read for Kept {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            code: json::text(value, "code")?,
            native: json::text(value, "native")?,
        })
    }
}

/// Keeps the codes of a checkout in place of those kept before.
pub fn keep(checkout: &str, codes: &[AppliedCode]) {
    let describe = |code: &AppliedCode| {
        object(&[
            ("code", code.code.as_str().into()),
            ("native", code.native_code.as_str().into()),
        ])
    };
    let mut text = String::new();
    if !codes.is_empty() {
        let list: Array = codes.iter().map(describe).collect();
        let kept = object(&[("checkout", checkout.into()), ("codes", list.into())]);
        text = stringify(&kept);
    }
    drop(set_item(KEY, &text));
}

/// The codes kept for a checkout.
pub fn kept(checkout: &str) -> Vec<Kept> {
    let kept = parse(&get_item(KEY).ok().flatten().unwrap_or_default());
    if json::text(&kept, "checkout").as_deref() != Some(checkout) {
        return Vec::new();
    }
    json::list(&kept, "codes").unwrap_or_default()
}

/// Keeps how the checkout was shipped before a code made that free.
pub fn keep_shipping(text: &str) {
    drop(set_item(SHIPPING, text));
}

/// What [`keep_shipping`] kept.
pub fn shipping() -> String {
    get_item(SHIPPING).ok().flatten().unwrap_or_default()
}
