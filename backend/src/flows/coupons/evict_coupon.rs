//! Our coupon turned up on a cart it was not made for.

use tracing::warn;

use crate::{
    bigcommerce::BigCommerceError,
    context::{Connection, Context},
    database::locks,
    domain::CheckoutId,
    error::FlowError,
};

/// The job: takes off the cart every native code that was made for another one.
pub async fn evict(
    context: &Context,
    connection: &Connection,
    cart: &CheckoutId,
) -> Result<(), FlowError> {
    let checkout = match connection.bigcommerce.checkout(cart).await {
        Ok(checkout) => checkout,
        Err(BigCommerceError::NotFound) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for coupon in &checkout.coupons {
        let mut reading = context.database.read().await?;
        let lock = locks::by_native_code(&mut reading, &connection.store, &coupon.code).await?;
        drop(reading);
        let Some(lock) = lock.filter(|lock| lock.checkout != *cart) else {
            continue;
        };
        warn!(store = %lock.store, lock = %lock.id, %cart, "a code is taken off another cart");
        connection
            .bigcommerce
            .remove_coupon(cart, &lock.native_code)
            .await?;
    }
    Ok(())
}
