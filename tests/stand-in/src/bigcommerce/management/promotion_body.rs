//! What a promotion may look like when it is sent.
#![allow(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;
use time::OffsetDateTime;

use super::answer::{Form, Problem};
use super::promotion_rules::check_rules;
use crate::bigcommerce::model::promotion::{
    AddressMatcher, ChannelRef, CouponType, CustomerLimit, PromotionStatus, RedemptionType, Rule,
};
use crate::bigcommerce::model::{Promotion, State, timestamp};

/// Longest names the real service stores.
const NAME_LENGTH: usize = 100;

/// The body of `POST` and `PUT /v3/promotions`. Every field is optional here; what `POST` needs
/// is checked afterwards, because `PUT` takes any subset.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromotionBody {
    /// Only with `POST`, except that repeating the same value is harmless.
    pub redemption_type: Option<RedemptionType>,
    name: Option<String>,
    display_name: Option<String>,
    channels: Option<Vec<ChannelRef>>,
    customer: Option<CustomerLimit>,
    rules: Option<Vec<Rule>>,
    #[serde(default, deserialize_with = "present")]
    max_uses: Option<Option<u64>>,
    status: Option<PromotionStatus>,
    #[serde(default, with = "timestamp::optional")]
    start_date: Option<OffsetDateTime>,
    #[serde(default, deserialize_with = "present_date")]
    end_date: Option<Option<OffsetDateTime>>,
    stop: Option<bool>,
    can_be_used_with_other_promotions: Option<bool>,
    coupon_overrides_other_promotions: Option<bool>,
    coupon_overrides_automatic_when_offering_higher_discounts: Option<bool>,
    currency_code: Option<String>,
    notifications: Option<Vec<Notification>>,
    shipping_address: Option<AddressMatcher>,
    schedule: Option<Schedule>,
    coupon_type: Option<CouponType>,
    /// A code in the same call: the switch `promotion_accepts_inline_code` decides.
    pub codes: Option<serde_json::Value>,
}

#[derive(Debug, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
struct Notification {
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
struct Schedule {
    week_frequency: u32,
    week_days: Vec<String>,
    daily_start_time: String,
    daily_end_time: String,
}

/// Tells an explicit null from an absent field.
#[allow(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]
fn present<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Option<Option<u64>>, D::Error> {
    Option::<u64>::deserialize(input).map(Some)
}

#[allow(
    clippy::option_option,
    reason = "absent, null and a value are three things"
)]
fn present_date<'de, D: serde::Deserializer<'de>>(
    input: D,
) -> Result<Option<Option<OffsetDateTime>>, D::Error> {
    timestamp::optional::deserialize(input).map(Some)
}

pub(super) fn refused(path: &str, message: &str) -> Problem {
    Form::Promotions.field(path, message)
}

impl PromotionBody {
    /// A new promotion of this body, with no codes.
    pub fn create(self, id: u64, state: &State) -> Result<Promotion, Problem> {
        let redemption_type = self
            .redemption_type
            .ok_or_else(|| refused("redemption_type", "it is required"))?;
        if self.name.is_none() {
            return Err(refused("name", "it is required"));
        }
        if self.rules.is_none() {
            return Err(refused("rules", "at least one rule is required"));
        }
        let mut promotion = Promotion {
            id,
            redemption_type,
            name: String::new(),
            display_name: None,
            channels: Vec::new(),
            customer: CustomerLimit::default(),
            rules: Vec::new(),
            current_uses: 0,
            max_uses: None,
            status: PromotionStatus::Enabled,
            start_date: state.now(),
            end_date: None,
            stop: false,
            can_be_used_with_other_promotions: true,
            coupon_overrides_other_promotions: false,
            coupon_overrides_automatic_when_offering_higher_discounts: false,
            currency_code: own_currency(state),
            notifications: Vec::new(),
            shipping_address: None,
            schedule: None,
            coupon_type: CouponType::Single,
            created_from: "api".to_owned(),
            codes: Vec::new(),
        };
        self.update(&mut promotion, state)?;
        Ok(promotion)
    }

    /// Changes a promotion, or leaves it as it is when something is refused.
    pub fn update(self, promotion: &mut Promotion, state: &State) -> Result<(), Problem> {
        self.check(promotion, state)?;
        let keep = |value: Option<bool>, field: &mut bool| *field = value.unwrap_or(*field);
        keep(self.stop, &mut promotion.stop);
        keep(
            self.can_be_used_with_other_promotions,
            &mut promotion.can_be_used_with_other_promotions,
        );
        keep(
            self.coupon_overrides_other_promotions,
            &mut promotion.coupon_overrides_other_promotions,
        );
        keep(
            self.coupon_overrides_automatic_when_offering_higher_discounts,
            &mut promotion.coupon_overrides_automatic_when_offering_higher_discounts,
        );
        set(&mut promotion.name, self.name);
        set(&mut promotion.channels, self.channels);
        set(&mut promotion.customer, self.customer);
        set(&mut promotion.rules, self.rules);
        set(&mut promotion.max_uses, self.max_uses);
        set(&mut promotion.status, self.status);
        set(&mut promotion.start_date, self.start_date);
        set(&mut promotion.end_date, self.end_date);
        set(&mut promotion.currency_code, self.currency_code);
        set(&mut promotion.coupon_type, self.coupon_type);
        promotion.display_name = self.display_name.or_else(|| promotion.display_name.take());
        promotion.shipping_address = self
            .shipping_address
            .or_else(|| promotion.shipping_address.take());
        if let Some(schedule) = self.schedule {
            promotion.schedule = serde_json::to_value(schedule).ok();
        }
        if let Some(list) = self.notifications {
            promotion.notifications = list
                .iter()
                .filter_map(|one| serde_json::to_value(one).ok())
                .collect();
        }
        Ok(())
    }

    fn check(&self, promotion: &Promotion, state: &State) -> Result<(), Problem> {
        check_length("name", self.name.as_deref())?;
        check_length("display_name", self.display_name.as_deref())?;
        if self
            .redemption_type
            .is_some_and(|kind| kind != promotion.redemption_type)
        {
            return Err(refused("redemption_type", "it cannot be changed"));
        }
        if promotion.redemption_type == RedemptionType::Automatic && self.has_coupon_fields() {
            return Err(refused(
                "redemption_type",
                "an automatic promotion has no coupon fields",
            ));
        }
        self.check_overrides(promotion, state)?;
        self.check_what_stays(promotion)?;
        let customer = self.customer.as_ref();
        if customer
            .is_some_and(|all| !all.group_ids.is_empty() && !all.excluded_group_ids.is_empty())
        {
            return Err(refused(
                "customer",
                "either group_ids or excluded_group_ids",
            ));
        }
        if let Some(code) = &self.currency_code
            && code != "*"
            && state.currency(code).is_none()
        {
            return Err(refused("currency_code", "the store has no such currency"));
        }
        let start = self.start_date.unwrap_or(promotion.start_date);
        let end = self.end_date.unwrap_or(promotion.end_date);
        if end.is_some_and(|end| end <= start) {
            return Err(refused("end_date", "it must be after the start date"));
        }
        self.schedule.as_ref().map_or(Ok(()), check_schedule)?;
        let single_price = self
            .currency_code
            .as_deref()
            .unwrap_or(&promotion.currency_code)
            != "*";
        match &self.rules {
            Some(rules) => check_rules(rules, single_price),
            None => Ok(()),
        }
    }

    /// What is read-only, or cannot be changed.
    fn check_what_stays(&self, promotion: &Promotion) -> Result<(), Problem> {
        if self.status == Some(PromotionStatus::Invalid) {
            return Err(refused("status", "INVALID is read-only"));
        }
        // A new promotion has no rules yet, and takes either type.
        let is_new = promotion.rules.is_empty();
        if !is_new
            && self
                .coupon_type
                .is_some_and(|kind| kind != promotion.coupon_type)
        {
            return Err(refused("coupon_type", "it cannot be changed"));
        }
        Ok(())
    }

    /// A promotion that is used with others overrides none: saying so at all is refused, of the
    /// deprecated field only `true`.
    fn check_overrides(&self, promotion: &Promotion, state: &State) -> Result<(), Problem> {
        let with_others = self
            .can_be_used_with_other_promotions
            .unwrap_or(promotion.can_be_used_with_other_promotions);
        if !with_others {
            return Ok(());
        }
        // Whether what is stored counts is not said.
        let stored = promotion.coupon_overrides_other_promotions
            && state.switches.stored_override_stops_combining;
        let message = "it cannot be set when can_be_used_with_other_promotions is true";
        if stored || self.coupon_overrides_other_promotions.is_some() {
            return Err(refused("coupon_overrides_other_promotions", message));
        }
        if self.coupon_overrides_automatic_when_offering_higher_discounts == Some(true) {
            let path = "coupon_overrides_automatic_when_offering_higher_discounts";
            return Err(refused(path, message));
        }
        Ok(())
    }

    const fn has_coupon_fields(&self) -> bool {
        self.coupon_type.is_some()
            || self.coupon_overrides_other_promotions.is_some()
            || self
                .coupon_overrides_automatic_when_offering_higher_discounts
                .is_some()
            || self.codes.is_some()
    }
}

/// The store's own currency: what a promotion is in that names none.
fn own_currency(state: &State) -> String {
    let own = state.currencies.iter().find(|currency| currency.is_default);
    own.map_or_else(|| "*".to_owned(), |currency| currency.code.clone())
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn check_length(path: &str, text: Option<&str>) -> Result<(), Problem> {
    match text.map(|text| text.chars().count()) {
        Some(0) => Err(refused(path, "it must not be empty")),
        Some(length) if length > NAME_LENGTH => Err(refused(
            path,
            &format!("it has {length} characters, at most {NAME_LENGTH}"),
        )),
        _ => Ok(()),
    }
}

#[allow(clippy::unwrap_used, reason = "a constant pattern")]
static TIME_OF_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$").unwrap());

fn check_schedule(schedule: &Schedule) -> Result<(), Problem> {
    const DAYS: [&str; 7] = [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ];
    let days_known = schedule
        .week_days
        .iter()
        .all(|day| DAYS.contains(&day.as_str()));
    let times = [&schedule.daily_start_time, &schedule.daily_end_time];
    if schedule.week_frequency == 0 || !days_known {
        return Err(refused(
            "schedule",
            "week_frequency and week_days are wrong",
        ));
    }
    if times.iter().any(|time| !TIME_OF_DAY.is_match(time)) {
        return Err(refused("schedule", "times are written HH:MM:SS"));
    }
    Ok(())
}
