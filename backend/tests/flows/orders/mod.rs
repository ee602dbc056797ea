//! An order is made: it is compared with what was validated, its codes are redeemed when it is paid, and
//! rolled back or freed when it comes to nothing. Voucherify is told of it once.

mod counted_once;
mod differences;
mod flagged;
mod found_late;
mod given_back;
mod hidden_coupons;
mod outcomes;
mod unnamed;
mod untold_orders;
mod voucherify_orders;
