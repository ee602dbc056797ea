//! Promotions, coupons and gift certificates.

use serde::{Deserialize, Serialize};

use super::super::numbers::{Decimal, or_default};

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Id {
    pub(in crate::bigcommerce) id: i64,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Promotion {
    pub(in crate::bigcommerce) id: i64,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) status: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) coupon_overrides_other_promotions: bool,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct CouponCode {
    pub(in crate::bigcommerce) id: i64,
    pub(in crate::bigcommerce) code: String,
    #[serde(default)]
    pub(in crate::bigcommerce) current_uses: i64,
}

#[derive(Debug, Serialize)]
pub(in crate::bigcommerce) struct NewCode<'a> {
    pub(in crate::bigcommerce) code: &'a str,
    pub(in crate::bigcommerce) max_uses: i64,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct Certificate {
    pub(in crate::bigcommerce) id: i64,
    pub(in crate::bigcommerce) code: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) status: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) balance: Decimal,
    #[serde(default)]
    pub(in crate::bigcommerce) currency_code: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct PromotionSettings {
    pub(in crate::bigcommerce) number_of_coupons_allowed_at_checkout: i64,
}

#[derive(Debug, Deserialize)]
pub(in crate::bigcommerce) struct LegacyCoupon {
    pub(in crate::bigcommerce) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(in crate::bigcommerce) enabled: bool,
}
