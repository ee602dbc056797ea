//! What happens, one story a file.

mod apply_entry;
mod cart_error;
pub mod changed_checkout;
mod choose_shipping;
pub mod order;
mod removed_code;
mod right_amounts;
pub mod typed_code;
pub mod watched_requests;
