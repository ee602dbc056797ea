//! An order of the shop in Voucherify's terms: what was bought, by whom, and what was taken off.

use crate::{
    bigcommerce::{BigCommerceError, OrderLine},
    context::{Connection, Context},
    domain::{
        Hundredths,
        order::Order,
        snapshot::{Snapshot, SnapshotCustomer, SnapshotItem},
    },
    error::FlowError,
    flows::cart::describe_cart::{customer, products, unknown_customer},
};

/// Describes an order as it is, at its own prices, and says what discounts took off them.
pub(crate) async fn describe_order(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<(Snapshot, Hundredths), FlowError> {
    let lines = connection.bigcommerce.order_lines(order.id).await?;
    let ids = lines.iter().map(|line| line.product_id).collect();
    let (products, customer) = tokio::try_join!(
        products(context, connection, ids),
        buyer(context, connection, order)
    )?;
    let item = |line: &OrderLine| SnapshotItem {
        product_id: line.product_id,
        variant_id: line.variant_id,
        sku: line.sku.clone(),
        name: line.name.clone(),
        quantity: line.quantity,
        amount: line.amount,
        cost: line.amount,
        categories: products
            .get(&line.product_id)
            .map_or_else(Vec::new, |product| product.categories.clone()),
    };
    let amount: Hundredths = lines.iter().map(|line| line.amount).sum();
    // Which of these an order has, and has at once, is not said: each may leave some out.
    let on_lines: Hundredths = lines.iter().map(|line| line.discount).sum();
    let discount = on_lines.max(order.coupon_discount).max(order.discount);
    let bought = Snapshot {
        amount,
        currency: order.currency,
        unit: Some(connection.settings.currencies.unit(order.currency)),
        items: lines.iter().map(item).collect(),
        customer,
        whole_lines: false,
    };
    Ok((bought, discount.min(amount)))
}

/// Who bought, also where the account is gone meanwhile.
async fn buyer(
    context: &Context,
    connection: &Connection,
    order: &Order,
) -> Result<Option<SnapshotCustomer>, FlowError> {
    let email = order.email.as_ref();
    match customer(context, connection, order.customer_id, email).await {
        Err(FlowError::BigCommerce(BigCommerceError::NotFound)) => Ok(order
            .customer_id
            .map(|id| unknown_customer(connection, id, email))),
        described => described,
    }
}
