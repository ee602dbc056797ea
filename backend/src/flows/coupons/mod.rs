//! Codes become native coupons that give exactly what Voucherify calculated.
//!
//! [`hold_coupons`] validates and holds them. [`native_coupons`] makes and changes their promotions.
//! [`agree_amounts`] compares what the checkout shows with what was calculated. [`pay_again`] keeps a coupon
//! on its cart after a failed payment. [`evict_coupon`] takes a coupon off a cart that it was not made for.
//! [`coupon_locks`] is what they all work on.

pub mod agree_amounts;
pub mod coupon_locks;
pub mod evict_coupon;
pub mod hold_coupons;
pub mod native_coupons;
pub mod pay_again;
