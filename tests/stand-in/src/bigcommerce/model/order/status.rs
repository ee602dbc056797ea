//! The states of an order, by BigCommerce's numbers.

/// Not finished: the order was created and not placed yet.
pub const INCOMPLETE: u8 = 0;
/// Waiting for something.
pub const PENDING: u8 = 1;
/// Sent.
pub const SHIPPED: u8 = 2;
/// Partly sent.
pub const PARTIALLY_SHIPPED: u8 = 3;
/// All money given back.
pub const REFUNDED: u8 = 4;
/// Cancelled.
pub const CANCELLED: u8 = 5;
/// The payment was declined.
pub const DECLINED: u8 = 6;
/// Money is still to come.
pub const AWAITING_PAYMENT: u8 = 7;
/// Ready to be fetched.
pub const AWAITING_PICKUP: u8 = 8;
/// Packed.
pub const AWAITING_SHIPMENT: u8 = 9;
/// Done.
pub const COMPLETED: u8 = 10;
/// Paid, to be packed.
pub const AWAITING_FULFILLMENT: u8 = 11;
/// A person must look at it.
pub const MANUAL_VERIFICATION: u8 = 12;
/// The payer disputes it.
pub const DISPUTED: u8 = 13;
/// Some money given back.
pub const PARTIALLY_REFUNDED: u8 = 14;

/// What BigCommerce calls a state.
#[must_use]
pub const fn name(status: u8) -> &'static str {
    match status {
        PENDING => "Pending",
        SHIPPED => "Shipped",
        PARTIALLY_SHIPPED => "Partially Shipped",
        REFUNDED => "Refunded",
        CANCELLED => "Cancelled",
        DECLINED => "Declined",
        AWAITING_PAYMENT => "Awaiting Payment",
        AWAITING_PICKUP => "Awaiting Pickup",
        AWAITING_SHIPMENT => "Awaiting Shipment",
        COMPLETED => "Completed",
        AWAITING_FULFILLMENT => "Awaiting Fulfillment",
        MANUAL_VERIFICATION => "Manual Verification Required",
        DISPUTED => "Disputed",
        PARTIALLY_REFUNDED => "Partially Refunded",
        _ => "Incomplete",
    }
}
