//! Positions of what the demo and tests can switch.

use serde::{Deserialize, Serialize};

/// Positions of what tests and the demo can switch.
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// Calls a minute; the documented number of the larger plan.
    pub rate_limit_per_minute: u32,
    /// Whether the key has the role Merchant, which may neither validate nor redeem.
    pub key_has_merchant_role: bool,
    /// Whether `save10` is another code than `SAVE10`.
    pub codes_case_sensitive: bool,
    /// Whether answers name a code as the voucher spells it, and not as it was asked for. Not documented.
    pub answers_own_spelling: bool,
    /// Whether a validation that fails gives up what its session key held before. Not documented.
    pub failed_validation_releases_session: bool,
    /// What the demo's customers are called.
    pub customers_by: CustomersBy,
    /// Whether a redemption stores its order with the status that it was sent; else as `PAID`,
    /// whatever was sent. The description names the field and says neither.
    pub redemption_keeps_order_status: bool,
    /// Whether every rollback cancels its order; else only the one that leaves no redemption of it.
    /// The examples of the description have orders with one redemption only.
    pub every_rollback_cancels_order: bool,
    /// Whether an order line without `price` costs what is stored of its SKU or product, whatever
    /// its `amount` says. The description calls `amount` price times quantity, and does not say
    /// whose price.
    pub stored_prices_count: bool,
    /// Whether answers leave out what the official examples leave out, though the schemas have it:
    /// `applied_quantity`, `applied_quantity_amount` and `applied_discount_quantity` of a line,
    /// `balance` of a gift card, `status` of a redemption.
    pub answers_like_examples: bool,
    /// Whether a gift card that was asked for more credits than the order takes holds and spends
    /// all the same. Not documented.
    pub surplus_credits_count: bool,
    /// Whether a session holds a loyalty card's points, as the guide on sessions says. The
    /// description of a redemption's `session` says that there are none for loyalty cards.
    pub sessions_hold_points: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            rate_limit_per_minute: 2_000,
            key_has_merchant_role: false,
            codes_case_sensitive: true,
            answers_own_spelling: false,
            failed_validation_releases_session: false,
            customers_by: CustomersBy::default(),
            redemption_keeps_order_status: true,
            every_rollback_cancels_order: false,
            stored_prices_count: true,
            answers_like_examples: false,
            surplus_credits_count: false,
            sessions_hold_points: true,
        }
    }
}

/// By what name a shop tells of its customers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomersBy {
    /// Their numbers.
    #[default]
    CustomerId,
    /// Their e-mail addresses.
    Email,
}
