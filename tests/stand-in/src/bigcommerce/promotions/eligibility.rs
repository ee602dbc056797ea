//! Who may use a promotion: time, currency, channel, customer, uses, address.

use super::refused::Refused;
use crate::bigcommerce::model::promotion::{AddressMatcher, PromotionStatus};
use crate::bigcommerce::model::{Checkout, CouponCode, Customer, Order, Promotion, State};

/// Whether a promotion (and code) may be used by this checkout at all, before its rules are run.
pub fn eligible(
    state: &State,
    checkout: &Checkout,
    promotion: &Promotion,
    code: Option<&CouponCode>,
) -> Result<(), Refused> {
    let now = state.now();
    let in_time = promotion.start_date <= now && promotion.end_date.is_none_or(|end| now < end);
    let used_up = |uses: u64, most: u64| most > 0 && uses >= most;
    let currency_fits = ["*", checkout.currency.as_str()].contains(&&*promotion.currency_code);
    let channels = &promotion.channels;
    let channel_fits = channels.is_empty()
        || channels
            .iter()
            .any(|channel| channel.id == checkout.channel_id);
    if promotion.status != PromotionStatus::Enabled
        || !in_time
        || used_up(promotion.current_uses, promotion.max_uses.unwrap_or(0))
        || !currency_fits
        || !channel_fits
        || !customer_fits(state, checkout, promotion)
    {
        return Err(Refused::NotEligible);
    }
    if let Some(code) = code {
        let mine = customer_key(state, checkout)
            .and_then(|key| code.uses_by_customer.get(&key).copied())
            .unwrap_or(0);
        if used_up(code.current_uses, code.max_uses) || used_up(mine, code.max_uses_per_customer) {
            return Err(Refused::NotEligible);
        }
    }
    location_fits(checkout, promotion.shipping_address.as_ref())
}

fn customer_fits(state: &State, checkout: &Checkout, promotion: &Promotion) -> bool {
    let limit = &promotion.customer;
    let group = state
        .customers
        .get(&checkout.customer_id)
        .map_or(0, |customer| customer.group_id);
    let placed = || {
        let mine = |order: &&Order| order.customer_id == checkout.customer_id;
        state.orders.values().filter(mine).count()
    };
    (limit.group_ids.is_empty() || limit.group_ids.contains(&group))
        && !limit.excluded_group_ids.contains(&group)
        && (limit.minimum_order_count == 0
            || (checkout.customer_id != 0 && placed() as u64 >= limit.minimum_order_count))
}

/// A checkout without an address is let through: there is nothing to compare yet.
fn location_fits(checkout: &Checkout, matcher: Option<&AddressMatcher>) -> Result<(), Refused> {
    let Some(matcher) = matcher else {
        return Ok(());
    };
    let mut countries = checkout
        .consignments
        .iter()
        .map(|part| part.address.country_code.as_str());
    if countries.all(|country| country_matches(country, matcher)) {
        return Ok(());
    }
    Err(Refused::WrongLocation)
}

fn country_matches(country: &str, matcher: &AddressMatcher) -> bool {
    match matcher {
        AddressMatcher::Countries(list) => list
            .iter()
            .any(|entry| entry.iso2_country_code.eq_ignore_ascii_case(country)),
        AddressMatcher::Not(inner) => !country_matches(country, inner),
    }
}

/// What identifies the shopper for limits per customer: the e-mail, in small letters.
#[must_use]
pub fn customer_key(state: &State, checkout: &Checkout) -> Option<String> {
    let email = state
        .customers
        .get(&checkout.customer_id)
        .map(|customer: &Customer| customer.email.as_str())
        .or_else(|| {
            checkout
                .billing
                .as_ref()
                .map(|billing| billing.address.email.as_str())
        })?;
    (!email.is_empty()).then(|| email.to_lowercase())
}
