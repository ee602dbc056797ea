//! Codes with a discount become native coupons: what Voucherify calculated, what the checkout shows and
//! what the order records are the same, whatever kind of code it is and whatever the store does.

mod counted_again;
mod first_rule;
pub mod kinds;
mod kinds_property;
mod line_prices;
mod prose;
mod read_back;
mod several;
mod stacking;
mod unknowns;
