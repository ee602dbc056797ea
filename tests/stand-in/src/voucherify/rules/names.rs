//! The names that rules may have, and what each is about.

use crate::voucherify::model::Rule;

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The order as a whole.
    Order,
    /// The order after the code.
    OrderAfter,
    /// The number of its items.
    ItemCount,
    /// Its items one by one.
    Items,
    /// The customer.
    Customer,
    /// The request.
    Redemption,
    /// Earlier redemptions.
    Count,
    /// Earlier redemptions by the customer.
    CustomerCount,
    /// Whose code it is.
    Holder,
    /// What the redemptions of a campaign amount to.
    Budget,
}

const NAMES: [(&str, Subject); 33] = [
    ("order.amount", Subject::Order),
    ("order.initial_amount", Subject::Order),
    ("order.total_amount", Subject::OrderAfter),
    ("order.metadata", Subject::Order),
    ("order.items.count", Subject::ItemCount),
    ("order.items.price_any", Subject::Items),
    ("order.items.price_each", Subject::Items),
    ("order.items.any", Subject::Items),
    ("order.items.every", Subject::Items),
    ("order.items.none", Subject::Items),
    ("product.id", Subject::Items),
    ("sku.id", Subject::Items),
    ("product.metadata", Subject::Items),
    ("customer.metadata", Subject::Customer),
    ("redemption.metadata", Subject::Redemption),
    ("redemption.count.daily", Subject::Count),
    ("redemption.count.weekly", Subject::Count),
    ("redemption.count.monthly", Subject::Count),
    ("redemption.count.per_customer", Subject::CustomerCount),
    (
        "redemption.count.per_customer.daily",
        Subject::CustomerCount,
    ),
    (
        "redemption.count.per_customer.weekly",
        Subject::CustomerCount,
    ),
    (
        "redemption.count.per_customer.monthly",
        Subject::CustomerCount,
    ),
    ("campaign.redemptions.count", Subject::Count),
    ("campaign.redemptions.count.daily", Subject::Count),
    ("campaign.redemptions.count.weekly", Subject::Count),
    ("campaign.redemptions.count.monthly", Subject::Count),
    (
        "campaign.redemptions.customers_count",
        Subject::CustomerCount,
    ),
    (
        "campaign.redemptions.customers_count.daily",
        Subject::CustomerCount,
    ),
    (
        "campaign.redemptions.customers_count.weekly",
        Subject::CustomerCount,
    ),
    (
        "campaign.redemptions.customers_count.monthly",
        Subject::CustomerCount,
    ),
    ("campaign.orders.amount", Subject::Budget),
    ("campaign.orders.amount_discounted", Subject::Budget),
    ("publication.redeemable_by_linked_customer", Subject::Holder),
];

/// Names of rules within a rule on items.
const WITHIN_ITEMS: [&str; 5] = [
    "order.items.quantity",
    "order.items.aggregated_quantity",
    "order.items.price",
    "order.items.aggregated_amount",
    "order.items.metadata",
];

pub(super) const OPERATORS: [&str; 8] = [
    "$is",
    "$is_not",
    "$in",
    "$not_in",
    "$more_than",
    "$more_than_or_equal",
    "$less_than",
    "$less_than_or_equal",
];

impl Subject {
    pub(super) fn of(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, subject)| *subject)
    }

    /// Whether it is known only once the code is calculated.
    pub(super) fn is_after(self) -> bool {
        matches!(self, Self::OrderAfter | Self::Budget)
    }

    pub(super) fn is_of_redemptions(self) -> bool {
        matches!(
            self,
            Self::Redemption | Self::Count | Self::CustomerCount | Self::Holder | Self::Budget
        )
    }

    pub(super) fn needs_customer(self) -> bool {
        matches!(self, Self::Customer | Self::CustomerCount | Self::Holder)
    }

    pub(super) fn needs_items(self) -> bool {
        matches!(self, Self::Items | Self::ItemCount)
    }

    /// Key and message of the error.
    pub(super) fn violation(self) -> (&'static str, &'static str) {
        match self {
            Self::Order | Self::OrderAfter | Self::ItemCount | Self::Items => (
                "order_rules_violated",
                "order does not match validation rules",
            ),
            // Whose code it is counts among the rules on customers.
            Self::Customer | Self::Holder => (
                "customer_rules_violated",
                "customer does not match validation rules",
            ),
            _ => (
                "redemption_rules_violated",
                "redemption does not match validation rules",
            ),
        }
    }
}

/// Refuses rules that would never be evaluated.
pub fn check(rule: &Rule) -> Result<(), String> {
    let subject = Subject::of(&rule.name);
    let subject = subject.ok_or_else(|| format!("rules: unknown name {:?}", rule.name))?;
    if !rule.rules.is_empty() && subject != Subject::Items {
        return Err(format!("rules: {:?} has no rules within", rule.name));
    }
    let within = rule.rules.iter().map(|inner| inner.name.as_str());
    if let Some(name) = within.into_iter().find(|name| !WITHIN_ITEMS.contains(name)) {
        return Err(format!("rules: unknown name {name:?} within"));
    }
    for one in std::iter::once(rule).chain(&rule.rules) {
        if one.name.ends_with(".metadata") && one.property.is_none() {
            return Err(format!("rules: {:?} needs a property", one.name));
        }
        let unknown = one
            .conditions
            .keys()
            .find(|key| !OPERATORS.contains(&key.as_str()));
        if let Some(operator) = unknown {
            return Err(format!("rules: unknown operator {operator:?}"));
        }
    }
    Ok(())
}
