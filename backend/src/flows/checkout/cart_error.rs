//! The page saw the storefront say that the cart is gone, changed, out of stock or refused.
//!
//! The page is only believed after BigCommerce was asked, which is what a refresh does: a cart
//! that is gone has its locks released unless an order came of it, one that changed has its codes
//! validated again.

use tracing::info;
use voucherbridge_api_types::CartErrorRequest;

use crate::{
    context::{Connection, Context},
    domain::CheckoutId,
    error::FlowError,
    flows::{checkout::refresh_checkout::refresh, codes::asker::Asker},
};

/// Looks at the checkout an error was reported for.
pub async fn report(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
    error: &CartErrorRequest,
) -> Result<(), FlowError> {
    info!(store = %connection.store, %checkout, status = error.status, "the page reports a cart error");
    metrics::counter!("voucherbridge_cart_errors_total").increment(1);
    refresh(context, connection, checkout, Asker::Job).await?;
    Ok(())
}
