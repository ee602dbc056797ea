//! Holds what the module reads and writes by hand against the types of the contract.
// The lint knows tests by `#[test]` only.
#![allow(clippy::unwrap_used)]

use crate::backend::{self, cart_error_body, outcome};
use crate::domain::held::{Entry, Held};
use crate::domain::samples;
use crate::domain::verdicts::Verdict;
use crate::json::{Read, object, stringify};
use js_sys::JSON;
use voucherbridge_api_types::{
    AppliedCode, ApplyRequest, ApplyResponse, BeforeOrderResponse, CartErrorRequest, DroppedCode,
    ErrorBody, ErrorResponse, NativeKind, RefreshRequest, RefreshResponse, RejectedCode,
};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

macro_rules! as_js {
    ($value:expr) => {
        JSON::parse(&serde_json::to_string($value).unwrap()).unwrap()
    };
}

fn codes() -> Vec<AppliedCode> {
    let code = |kind, amount| AppliedCode {
        code: "Spring/10%".into(),
        free_items: amount / 1000,
        free_shipping: amount > 0,
        ..samples::code(kind, "Spring-10--7K3M9Q", amount)
    };
    vec![
        code(NativeKind::Coupon, 1234),
        code(NativeKind::GiftCertificate, 0),
    ]
}

fn dropped() -> Vec<DroppedCode> {
    vec![samples::dropped("OLD-000000")]
}

#[wasm_bindgen_test]
fn an_applied_code_is_read() {
    let rejected = vec![RejectedCode {
        code: "EMPTY".into(),
        reason: "no_balance".into(),
        message: "Empty.".into(),
    }];
    let natives = vec!["Spring-10--7K3M9Q".to_owned(), "CARD-7K3M9Q".to_owned()];
    let response = ApplyResponse::Applied {
        native_codes: natives.clone(),
        codes: codes(),
        dropped: dropped(),
        rejected: rejected.clone(),
    };
    let expected = Verdict::Applied(Entry {
        natives,
        held: Held {
            codes: codes(),
            dropped: dropped(),
            silent: false,
        },
        rejected,
    });
    assert_eq!(outcome(&as_js!(&response)), Some(expected));
}

#[wasm_bindgen_test]
fn a_rejected_code_is_read() {
    let (reason, message) = ("in_use".to_owned(), "In use.".to_owned());
    let response = ApplyResponse::Rejected {
        reason: reason.clone(),
        message: message.clone(),
    };
    assert_eq!(
        outcome(&as_js!(&response)),
        Some(Verdict::Rejected { reason, message })
    );
}

#[wasm_bindgen_test]
fn a_refusal_with_an_error_status_is_read() {
    let error = |code: &str, field: Option<&str>| ErrorResponse {
        error: ErrorBody {
            code: code.into(),
            message: "Sentence.".into(),
            field: field.map(Into::into),
        },
    };
    let read = |status, error: ErrorResponse| backend::refused(status, &as_js!(&error));
    let rejected = |reason: &str| {
        Some(Verdict::Rejected {
            reason: reason.into(),
            message: "Sentence.".into(),
        })
    };
    assert_eq!(read(429, error("too_many", None)), rejected("too_many"));
    assert_eq!(
        read(422, error("too_long", Some("code"))),
        rejected("too_long")
    );
    assert_eq!(read(422, error("bad", Some("locale"))), None);
    assert_eq!(read(500, error("bad", Some("code"))), None);
}

#[wasm_bindgen_test]
fn a_refresh_is_read() {
    let response = RefreshResponse {
        changed: true,
        codes: codes(),
        dropped: dropped(),
    };
    assert_eq!(RefreshResponse::read(&as_js!(&response)), Some(response));
}

#[wasm_bindgen_test]
fn a_look_before_the_order_is_read() {
    let response = BeforeOrderResponse {
        stands: false,
        message: "OLD has expired.".into(),
    };
    assert_eq!(
        BeforeOrderResponse::read(&as_js!(&response)),
        Some(response)
    );
}

#[wasm_bindgen_test]
fn what_does_not_fit_is_not_read() {
    for json in [
        "null",
        "[]",
        "7",
        r#"{"outcome":"applied"}"#,
        r#"{"outcome":"later"}"#,
        r#"{"outcome":"applied","native_codes":["A"],"codes":[{"code":"A"}]}"#,
        r#"{"outcome":"applied","native_codes":[],"codes":[]}"#,
        r#"{"outcome":"applied","native_codes":[1],"codes":[]}"#,
        r#"{"changed":"yes","codes":[],"dropped":[]}"#,
    ] {
        let value = JSON::parse(json).unwrap();
        assert_eq!(outcome(&value), None, "{json}");
        assert_eq!(RefreshResponse::read(&value), None, "{json}");
        assert_eq!(BeforeOrderResponse::read(&value), None, "{json}");
    }
    assert_eq!(outcome(&JsValue::UNDEFINED), None);
}

#[wasm_bindgen_test]
fn requests_are_written() {
    let body = object(&[("code", "SAVE10".into()), ("locale", "en".into())]);
    let read: ApplyRequest = serde_json::from_str(&stringify(&body)).unwrap();
    assert_eq!(
        read,
        ApplyRequest {
            code: "SAVE10".into(),
            locale: Some("en".into())
        }
    );
    assert!(serde_json::from_str::<RefreshRequest>(&stringify(&backend::with_locale())).is_ok());
    for error_type in [None, Some("empty_cart".to_owned())] {
        let error = CartErrorRequest {
            status: 404,
            path: "/api".into(),
            error_type,
        };
        let written = stringify(&cart_error_body(&error));
        assert_eq!(
            serde_json::from_str::<CartErrorRequest>(&written).unwrap(),
            error
        );
    }
}
