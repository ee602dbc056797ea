//! Reads JavaScript's values into the types of the contract, and writes plain objects.
//!
//! By hand, because of the weight: serde with serde-wasm-bindgen reads the same and takes more than
//! what the whole module may weigh. `contract.rs` holds these readers against the types.

use js_sys::{Array, JSON, Object, Reflect};
use voucherbridge_api_types::{
    AppliedCode, BeforeOrderResponse, DroppedCode, NativeKind, RefreshResponse, RejectedCode,
};
use wasm_bindgen::{JsCast, JsValue};

/// A type that can be read; `None` when the value does not have its shape.
pub trait Read: Sized {
    fn read(value: &JsValue) -> Option<Self>;
}

/// The value of a JSON text, `null` when it is none.
pub fn parse(text: &str) -> JsValue {
    JSON::parse(text).unwrap_or(JsValue::NULL)
}

/// Values as JSON text.
pub fn stringify(value: &JsValue) -> String {
    JSON::stringify(value).map(String::from).unwrap_or_default()
}

/// A plain object.
pub fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object
}

/// Sets a field of a plain object, which cannot fail.
pub fn set(object: &Object, name: &str, value: impl Into<JsValue>) {
    drop(Reflect::set(object, &name.into(), &value.into()));
}

/// A field, `undefined` when there is none.
pub fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// A string field.
pub fn text(value: &JsValue, name: &str) -> Option<String> {
    field(value, name).as_string()
}

/// A number field.
pub fn number(value: &JsValue, name: &str) -> Option<f64> {
    field(value, name).as_f64()
}

/// A field with a whole number.
#[allow(clippy::cast_possible_truncation, reason = "whole, and saturates")]
fn whole(value: &JsValue, name: &str) -> Option<i64> {
    let found = number(value, name).filter(|found| found.fract() == 0.0)?;
    Some(found as i64)
}

/// A list field; `None` when it is no list or an element does not fit.
pub fn list<T: Read>(value: &JsValue, name: &str) -> Option<Vec<T>> {
    let mut read = Vec::new();
    each(value, name, &mut |element| {
        read.push(T::read(element)?);
        Some(())
    })?;
    Some(read)
}

/// Not generic, because of the weight.
fn each(value: &JsValue, name: &str, work: &mut dyn FnMut(&JsValue) -> Option<()>) -> Option<()> {
    let list = field(value, name);
    let list: &Array = list.dyn_ref()?;
    for at in 0..list.length() {
        work(&list.get(at))?;
    }
    Some(())
}

impl Read for String {
    fn read(value: &JsValue) -> Option<Self> {
        value.as_string()
    }
}

impl Read for AppliedCode {
    fn read(value: &JsValue) -> Option<Self> {
        let kind = match text(value, "kind")?.as_str() {
            "coupon" => NativeKind::Coupon,
            "gift_certificate" => NativeKind::GiftCertificate,
            _ => return None,
        };
        Some(Self {
            code: text(value, "code")?,
            native_code: text(value, "native_code")?,
            kind,
            amount: whole(value, "amount")?,
            currency: text(value, "currency")?,
            free_items: whole(value, "free_items").unwrap_or_default(),
            free_shipping: field(value, "free_shipping").is_truthy(),
        })
    }
}

impl Read for DroppedCode {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            code: text(value, "code")?,
            native_code: text(value, "native_code")?,
            reason: text(value, "reason")?,
            message: text(value, "message")?,
        })
    }
}

impl Read for RejectedCode {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            code: text(value, "code")?,
            reason: text(value, "reason")?,
            message: text(value, "message")?,
        })
    }
}

impl Read for BeforeOrderResponse {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            stands: field(value, "stands").as_bool()?,
            message: text(value, "message")?,
        })
    }
}

impl Read for RefreshResponse {
    fn read(value: &JsValue) -> Option<Self> {
        Some(Self {
            changed: field(value, "changed").as_bool()?,
            codes: list(value, "codes")?,
            dropped: list(value, "dropped")?,
        })
    }
}
