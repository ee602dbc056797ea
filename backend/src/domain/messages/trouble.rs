//! Why codes cannot be worked on, whatever code it is.

/// What keeps codes from being worked on at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// A platform, or the database, does not do its part.
    Unavailable,
    /// Another request works on the same checkout.
    Busy,
    /// The checkout became an order.
    CheckoutClosed,
    /// The store has no such checkout.
    UnknownCheckout,
}
