//! Codes for the tests.

use voucherbridge_api_types::{AppliedCode, DroppedCode, NativeKind};

pub fn code(kind: NativeKind, native: &str, amount: i64) -> AppliedCode {
    AppliedCode {
        code: "typed".into(),
        native_code: native.into(),
        kind,
        amount,
        currency: "USD".into(),
        free_items: 0,
        free_shipping: false,
    }
}

pub fn dropped(native: &str) -> DroppedCode {
    DroppedCode {
        code: "typed".into(),
        native_code: native.into(),
        reason: "expired".into(),
        message: "…".into(),
    }
}
