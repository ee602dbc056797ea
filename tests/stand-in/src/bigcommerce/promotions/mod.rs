//! What promotions do with a cart.
//!
//! [`evaluate`](evaluate()) asks each promotion who may use it ([`eligibility`]), whether the cart
//! meets its rules ([`conditions`]) and what they give ([`actions`]: off a [`basket`] of lines, or
//! [`gifts`]). [`codes`] finds, deletes and counts codes. What the management API refuses of a
//! promotion that is sent is another room: `management/promotions`.

mod actions;
mod basket;
mod codes;
mod conditions;
mod eligibility;
mod evaluate;
mod gifts;
mod refused;

pub use evaluate::{Outcome, evaluate, overrides_others};
pub use gifts::put_gifts;
pub use refused::Refused;
