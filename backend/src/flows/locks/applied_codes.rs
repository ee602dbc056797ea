//! A held lock as the page is told of it.

use voucherbridge_api_types::{AppliedCode, NativeKind};

use crate::domain::{
    Code, Hundredths,
    lock::{Lock, LockKind},
};

/// A held lock as the module is told of it, code by code.
pub(crate) fn applied_codes(lock: &Lock) -> Vec<AppliedCode> {
    let kind = match lock.kind {
        LockKind::Coupon => NativeKind::Coupon,
        LockKind::Certificate => NativeKind::GiftCertificate,
    };
    let adds = |code: &Code| {
        let own = lock.coupons.iter().find(|coupon| coupon.code == *code);
        own.map(|coupon| {
            (
                coupon.discount.pieces_added(),
                coupon.discount.free_shipping,
            )
        })
    };
    let told = |(code, amount): (&Code, Hundredths)| {
        let (free_items, free_shipping) = adds(code).unwrap_or_default();
        AppliedCode {
            code: code.to_string(),
            native_code: lock.native_code.to_string(),
            kind,
            amount: amount.0,
            currency: lock.currency.to_string(),
            free_items,
            free_shipping,
        }
    };
    lock.parts().into_iter().map(told).collect()
}
