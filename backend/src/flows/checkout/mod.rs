//! What the page asks for.
//!
//! [`apply_codes`]: a code is typed. [`remove_code`]: one is removed. [`refresh_checkout`]: the cart changed.
//! [`before_order`]: an order is about to be placed. [`cart_error`]: the store refused something.
//! [`known_checkout`] makes sure that the store has such a checkout.

pub mod apply_codes;
pub mod before_order;
pub mod cart_error;
pub mod known_checkout;
pub mod refresh_checkout;
pub mod remove_code;
