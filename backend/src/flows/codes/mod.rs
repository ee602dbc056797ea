//! What codes give a cart.
//!
//! [`opening`] begins every look at a cart, for whom [`asker`] says. [`spellings`] finds the code that was meant.
//! [`judge_codes`] asks Voucherify and judges each answer; [`agree_codes`] repeats that until all that is left
//! holds together. [`places`] says for how many there is a native coupon. [`store_facts`] is what was learnt of
//! the store.

pub mod agree_codes;
pub mod asker;
pub mod judge_codes;
pub mod opening;
pub mod places;
pub mod spellings;
pub mod store_facts;
