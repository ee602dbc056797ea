//! An order is placed, paid, cancelled or refunded.
//!
//! [`process_order`] reads it and decides. [`placed_order`] finds the locks it carries. [`redeem_order`]
//! redeems them; [`redemption_answers`] and [`adopt_redemptions`] make sure of the answers. [`roll_back`] and
//! [`refund_cards`] give back what was used. [`void_order`] releases what an order that came to nothing held.
//! [`tell_order`] keeps the orders at Voucherify true, as [`describe_order`] describes them. [`flag_order`]
//! marks an order that differs, and [`decide_difference`] carries out what a person decides of it.

pub mod adopt_redemptions;
pub mod decide_difference;
pub mod describe_order;
pub mod flag_order;
pub mod placed_order;
pub mod process_order;
pub mod redeem_order;
pub mod redemption_answers;
pub mod refund_cards;
pub mod roll_back;
pub mod tell_order;
pub mod void_order;
