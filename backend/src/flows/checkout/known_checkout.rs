//! Whether there is such a checkout in the store: asked before an answer that would otherwise say
//! "nothing held" of any id at all, another store's included.

use tracing::debug;

use crate::{
    bigcommerce::BigCommerceError,
    context::{Connection, Context},
    domain::CheckoutId,
    error::FlowError,
    flows::locks::changes::locks_of,
};

/// Succeeds for a checkout that a code was ever held for, or that BigCommerce knows. Where
/// BigCommerce cannot say, it succeeds too: nothing is held, and that is the answer.
pub async fn ensure_known(
    context: &Context,
    connection: &Connection,
    checkout: &CheckoutId,
) -> Result<(), FlowError> {
    let locks = locks_of(context, &connection.store, checkout).await?;
    if !locks.is_empty() {
        return Ok(());
    }
    match connection.bigcommerce.checkout(checkout).await {
        Err(BigCommerceError::NotFound) => Err(FlowError::UnknownCheckout),
        Err(error) => {
            debug!(%error, %checkout, "whether the checkout exists is not known");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}
