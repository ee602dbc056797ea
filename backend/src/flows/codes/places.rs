//! How many native coupons a checkout has for codes, as its locks and its coupons are now.

use crate::{domain::places::Places, error::FlowError, flows::locks::cart_context::Cart};

impl Cart<'_> {
    /// The native coupons the checkout has for codes.
    pub(crate) async fn places(&self) -> Result<Places, FlowError> {
        let locks = self.work.locks().await?;
        let shown = self.checkout.coupons.iter();
        let shown = shown.map(|coupon| coupon.code.as_str());
        Ok(Places::of(&self.connection.settings, locks, shown))
    }
}
