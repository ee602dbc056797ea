//! The fields that a promotion may have when it is sent.
#![allow(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]

use serde::Deserialize;
use time::OffsetDateTime;

use crate::bigcommerce::model::promotion::{
    AddressMatcher, ChannelRef, CouponType, CustomerLimit, PromotionStatus, RedemptionType, Rule,
};
use crate::bigcommerce::model::timestamp;

/// The body of `POST` and `PUT /v3/promotions`. Every field is optional here; what `POST` needs
/// is checked afterwards, because `PUT` takes any subset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromotionBody {
    /// Only with `POST`, except that repeating the same value is harmless.
    pub(super) redemption_type: Option<RedemptionType>,
    pub(super) name: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) channels: Option<Vec<ChannelRef>>,
    pub(super) customer: Option<CustomerLimit>,
    pub(super) rules: Option<Vec<Rule>>,
    #[serde(default, deserialize_with = "present")]
    pub(super) max_uses: Option<Option<u64>>,
    pub(super) status: Option<PromotionStatus>,
    #[serde(default, with = "timestamp::optional")]
    pub(super) start_date: Option<OffsetDateTime>,
    #[serde(default, deserialize_with = "present_date")]
    pub(super) end_date: Option<Option<OffsetDateTime>>,
    pub(super) stop: Option<bool>,
    pub(super) can_be_used_with_other_promotions: Option<bool>,
    pub(super) coupon_overrides_other_promotions: Option<bool>,
    pub(super) coupon_overrides_automatic_when_offering_higher_discounts: Option<bool>,
    pub(super) currency_code: Option<String>,
    pub(super) notifications: Option<Vec<Notification>>,
    pub(super) shipping_address: Option<AddressMatcher>,
    pub(super) schedule: Option<Schedule>,
    pub(super) coupon_type: Option<CouponType>,
    /// A code in the same call: the switch `promotion_accepts_inline_code` decides.
    pub(super) codes: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notification {
    content: String,
    #[serde(rename = "type")]
    kind: NotificationKind,
    locations: Vec<String>,
}

#[derive(Debug, Deserialize, serde::Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum NotificationKind {
    Upsell,
    Eligible,
    Applied,
}

#[derive(Debug, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Schedule {
    pub(super) week_frequency: u32,
    pub(super) week_days: Vec<String>,
    pub(super) daily_start_time: String,
    pub(super) daily_end_time: String,
}

/// Tells an explicit null from an absent field.
fn present<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::<u64>::deserialize(input).map(Some)
}

fn present_date<'de, D: serde::Deserializer<'de>>(
    input: D,
) -> Result<Option<Option<OffsetDateTime>>, D::Error> {
    timestamp::optional::deserialize(input).map(Some)
}
