//! Why a change of a cart was refused.

use crate::bigcommerce::promotions::Refused;

/// Why a change of a cart was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// No such cart, line, consignment …
    #[error("{0} could not be found.")]
    NotFound(&'static str),
    /// The version in the request is not the cart's.
    #[error("The cart was changed meanwhile.")]
    Conflict,
    /// The request says something that cannot be.
    #[error("{0}")]
    Invalid(String),
    /// Not enough of a product.
    #[error("{0}")]
    OutOfStock(String),
    /// A coupon was refused.
    #[error("the coupon is refused")]
    Coupon(Refused),
}
