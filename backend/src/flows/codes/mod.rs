//! What codes give a cart.
//!
//! [`opening`] begins every look at a cart; [`asker`] says who asks for it. [`spellings`] finds the code that was meant.
//! [`judge_codes`] asks Voucherify and judges each answer; [`agree_codes`] repeats that until all that is left
//! holds together. [`in_use`] says whether a code is in use elsewhere, [`free_items`] whether the store can give
//! what a code adds, and [`places`] for how many codes there is a native coupon. [`store_facts`] is what was
//! learnt of the store.

pub mod agree_codes;
pub mod asker;
pub mod free_items;
pub mod in_use;
pub mod judge_codes;
pub mod opening;
pub mod places;
pub mod spellings;
pub mod store_facts;
