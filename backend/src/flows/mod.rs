//! The stories, in rooms. Each step of a code's way has its room, and the room's name says which.
//!
//! - [`checkout`]: the page comes in. A code is typed or removed, the cart changes, an order is about to be placed.
//! - [`orders`]: an order is placed, paid, cancelled or refunded. Its codes are redeemed, rolled back or
//!   released.
//! - [`webhooks`]: BigCommerce says that something changed; what no webhook said is read.
//! - [`merchant`]: a store is connected, set up, changed and disconnected.
//! - [`upkeep`]: locks whose time is up, and what a crash left behind.
//!
//! Those rooms stand on these, each on the ones below it:
//!
//! - [`cards`]: gift cards become a gift certificate that is worth exactly what they pay.
//! - [`coupons`]: codes become native coupons that give exactly what Voucherify calculated.
//! - [`sessions`]: what a cart's session at Voucherify holds: it changes, a code leaves it, a code is released.
//! - [`placed`]: what a placed order says of the codes it used.
//! - [`codes`]: what codes give a cart, judged and agreed on with Voucherify.
//! - [`locks`]: a lock's row is read, changed and given up; its native part is ended.
//! - [`cart`]: a checkout as BigCommerce has it and as Voucherify is told of it.
//!
//! Every flow survives being killed between any two of its steps. The rule: what is about to be done at a
//! platform is written down first, with a job that finishes or undoes it; no transaction is open during a call.

pub mod cards;
pub mod cart;
pub mod checkout;
pub mod codes;
pub mod coupons;
pub mod later;
pub mod locks;
pub mod merchant;
pub mod orders;
pub mod placed;
pub mod sessions;
pub mod upkeep;
pub mod webhooks;
