//! Limits and budgets: how often, and for how much, a code or a campaign was redeemed.
//!
//! The redemption that is judged is included. Days, weeks and months are calendar ones, in UTC, and
//! weeks begin on Monday.

use time::{Duration, OffsetDateTime, Time};

use super::case::Case;
use crate::voucherify::calculate::Calculation;
use crate::voucherify::project::Source;

/// What a rule of that name counts; `None` where there is no campaign.
pub(super) fn count(name: &str, case: Case<'_>, money: &Calculation) -> Option<i64> {
    let (base, since) = window(name, case.now);
    let source = if name.starts_with("campaign.") {
        Source::Campaign(case.voucher.campaign_id.as_deref()?)
    } else {
        Source::Voucher(case.voucher)
    };
    let own = matches!(
        base,
        "redemption.count.per_customer" | "campaign.redemptions.customers_count"
    );
    // A customer who is not stored has redeemed nothing.
    let customer = case.facts.customer.and_then(|customer| customer.id);
    if own && customer.is_none() {
        return Some(1);
    }
    let found = case
        .project
        .redeemed(source, customer.filter(|_| own), since);
    match base {
        "campaign.orders.amount_discounted" => {
            let amounts = found.filter_map(|one| one.money.as_ref());
            let spent: i64 = amounts
                .map(Calculation::total_applied_discount_amount)
                .sum();
            Some(spent + money.total_applied_discount_amount())
        }
        "campaign.orders.amount" => {
            let amounts = found.filter_map(|one| one.money.as_ref()?.initial_amount());
            Some(amounts.sum::<i64>() + case.facts.money.amount.unwrap_or(0))
        }
        _ => i64::try_from(found.count()).ok().map(|count| count + 1),
    }
}

/// A name without its period, and when the period began.
fn window(name: &str, now: OffsetDateTime) -> (&str, Option<OffsetDateTime>) {
    let today = now
        .to_offset(time::UtcOffset::UTC)
        .replace_time(Time::MIDNIGHT);
    if let Some(base) = name.strip_suffix(".daily") {
        return (base, Some(today));
    }
    if let Some(base) = name.strip_suffix(".weekly") {
        let days = i64::from(today.weekday().number_days_from_monday());
        return (base, Some(today - Duration::days(days)));
    }
    if let Some(base) = name.strip_suffix(".monthly") {
        return (base, Some(today.replace_day(1).unwrap_or(today)));
    }
    (name, None)
}
