//! What a checkout holds at Voucherify: when a lock ends without an order, when its session changes, and
//! what becomes of a step that was cut off.

mod cut_off;
mod left_sessions;
mod release;
mod sessions;
mod waiting_codes;
