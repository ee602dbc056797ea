//! Why an order was refused.

/// Why an order was not created or changed; the texts and types are what a checkout UI gets.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderError {
    /// No cart, or nothing in it.
    #[error("Your cart is empty.")]
    EmptyCart,
    /// Prices, coupons or items are not what the shopper saw.
    #[error("Your cart has changed. Please review it and try again.")]
    CartHasChanged,
    /// Not enough of a product.
    #[error("{0} is no longer available in the requested quantity.")]
    StockTooLow(String),
    /// No address for something that must be shipped.
    #[error("Please give a shipping address.")]
    InvalidShippingAddress,
    /// No shipping method was chosen.
    #[error("Please choose a shipping method.")]
    MissingShippingMethod,
    /// No billing address, or one without an e-mail.
    #[error("Please give a billing address with an e-mail address.")]
    MissingBilling,
    /// The payment method does not exist.
    #[error("This payment method is not available.")]
    UnknownPaymentMethod,
    /// No such order.
    #[error("The order could not be found.")]
    NotFound,
    /// A refund that cannot be.
    #[error("The amount cannot be refunded.")]
    NotRefundable,
}

impl OrderError {
    /// The `type` of the error body.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::EmptyCart => "empty_cart",
            Self::CartHasChanged => "cart_has_changed",
            Self::StockTooLow(_) => "stock_too_low",
            Self::InvalidShippingAddress => "invalid_shipping_address",
            Self::MissingShippingMethod => "missing_shipping_method",
            Self::MissingBilling | Self::UnknownPaymentMethod => "order_create_failed",
            Self::NotFound | Self::NotRefundable => "about:blank",
        }
    }
}
