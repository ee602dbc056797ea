//! Why a coupon does not stand.

/// Why a coupon is refused or leaves a cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such code.
    Unknown,
    /// The code exists and cannot be used here.
    NotEligible,
    /// The items cost too little.
    MinimumPurchase,
    /// The address is not one of the promotion's.
    WrongLocation,
    /// The checkout has as many coupons as it may.
    TooMany,
}
