//! A checkout in Voucherify's terms: items, amounts, categories, customer and group.

use std::collections::HashMap;

use crate::{
    bigcommerce::{Checkout, CheckoutItem, CustomerFacts, ProductFacts},
    context::{Connection, Context},
    domain::{
        Currency, EmailAddress, Hundredths,
        settings::{SourceId, StoreSettings},
        snapshot::{Snapshot, SnapshotCustomer, SnapshotItem},
    },
    error::FlowError,
};

/// Describes the checkout. Products and customers come from the cache; what it lacks is fetched,
/// products and customer at the same time.
pub(crate) async fn describe(
    context: &Context,
    connection: &Connection,
    checkout: &Checkout,
) -> Result<Snapshot, FlowError> {
    let ids = checkout.items.iter().map(|item| item.product_id).collect();
    let email = checkout.email.as_ref();
    let (products, customer) = tokio::try_join!(
        products(context, connection, ids),
        customer(context, connection, checkout.customer_id, email)
    )?;
    let settings = &connection.settings;
    let describe_item = |item| describe_item(item, checkout.currency, &products, settings);
    let items: Vec<_> = checkout.items.iter().map(describe_item).collect();
    Ok(Snapshot {
        amount: items.iter().map(|item| item.amount).sum::<Hundredths>(),
        currency: checkout.currency,
        unit: Some(settings.currencies.unit(checkout.currency)),
        items,
        customer,
        whole_lines: false,
    })
}

fn describe_item(
    item: &CheckoutItem,
    currency: Currency,
    products: &HashMap<i64, ProductFacts>,
    settings: &StoreSettings,
) -> SnapshotItem {
    let product = products.get(&item.product_id);
    // Beside other promotions a code works on what they leave; in their place, on the full price.
    let discount = if settings.combine_with_promotions {
        item.automatic_discount
    } else {
        Hundredths::ZERO
    };
    let after_promotions = |amount: Hundredths| (amount - discount).max(Hundredths::ZERO);
    let retail = product.filter(|_| settings.retail_prices);
    // Retail prices are in the store's own currency. Without a rate for the cart's there are none.
    let in_currency = |price| settings.retail_price_in(price, currency);
    let retail = retail.and_then(|product| product.retail_price);
    let retail = retail.and_then(in_currency);
    let retail = retail.map(|price| as_paid(item, price.times(item.quantity)));
    // A retail price below the price is none: it would make codes take off less.
    let amount = retail.map_or(item.list_amount, |retail| retail.max(item.list_amount));
    SnapshotItem {
        product_id: item.product_id,
        variant_id: item.variant_id,
        sku: item.sku.clone(),
        name: item.name.clone(),
        quantity: item.quantity,
        amount: after_promotions(amount),
        cost: after_promotions(item.list_amount),
        categories: product.map_or_else(Vec::new, |product| product.categories.clone()),
    }
}

/// What an amount that the catalogue has for an item is for this shopper. Get All Products says of prices that
/// they contain tax or not as the store has it: so do retail prices. What is below the hundredth is left out,
/// as it is of prices.
fn as_paid(item: &CheckoutItem, amount: Hundredths) -> Hundredths {
    let (paid, listed) = (item.list_amount.0, item.listed_amount.0);
    if paid == listed || listed <= 0 {
        return amount;
    }
    let part = i128::from(amount.0) * i128::from(paid) / i128::from(listed);
    i64::try_from(part).map_or(amount, Hundredths)
}

/// What is to be known of products; those that are not in the catalogue are left out.
pub(crate) async fn products(
    context: &Context,
    connection: &Connection,
    mut ids: Vec<i64>,
) -> Result<HashMap<i64, ProductFacts>, FlowError> {
    ids.retain(|&id| id > 0);
    ids.sort_unstable();
    ids.dedup();
    let now = context.clock.now_ms();
    let mut known = context
        .database
        .cached_products(&connection.store, &ids, now)
        .await?;
    ids.retain(|id| !known.contains_key(id));
    if ids.is_empty() {
        return Ok(known);
    }
    let fetched = connection.bigcommerce.products(&ids).await?;
    context
        .database
        .cache_products(&connection.store, &fetched, now)
        .await?;
    known.extend(fetched.into_iter().map(|product| (product.id, product)));
    Ok(known)
}

/// Who buys: the account, or whoever has the address.
pub(crate) async fn customer(
    context: &Context,
    connection: &Connection,
    id: Option<i64>,
    email: Option<&EmailAddress>,
) -> Result<Option<SnapshotCustomer>, FlowError> {
    let Some(id) = id else {
        return Ok(email.map(|email| guest(connection, email)));
    };
    let now = context.clock.now_ms();
    let store = &connection.store;
    if let Some(facts) = context.database.cached_customer(store, id, now).await? {
        return Ok(Some(signed_in(connection, facts)));
    }
    let facts = connection.bigcommerce.customer(id).await?;
    context.database.cache_customer(store, &facts, now).await?;
    Ok(Some(signed_in(connection, facts)))
}

/// A guest is nobody Voucherify knows unless the merchant allows it: anyone can type anyone's
/// address.
fn guest(connection: &Connection, email: &EmailAddress) -> SnapshotCustomer {
    let settings = &connection.settings;
    let known = settings.guests_are_customers && settings.source_id == SourceId::Email;
    let source_id = if known {
        email.to_string()
    } else {
        format!("guest:{email}")
    };
    SnapshotCustomer {
        source_id,
        customer_id: None,
        email: Some(email.clone()),
        name: None,
        group: None,
    }
}

/// The account of an order, once it is gone: of it no more is known than the order says.
pub(crate) fn unknown_customer(
    connection: &Connection,
    id: i64,
    email: Option<&EmailAddress>,
) -> SnapshotCustomer {
    let facts = CustomerFacts {
        id,
        email: email.cloned(),
        name: String::new(),
        group: None,
    };
    signed_in(connection, facts)
}

fn signed_in(connection: &Connection, facts: CustomerFacts) -> SnapshotCustomer {
    let by_email = connection.settings.source_id == SourceId::Email;
    let email = facts.email.as_ref().filter(|_| by_email);
    let source_id = email.map_or_else(|| facts.id.to_string(), ToString::to_string);
    SnapshotCustomer {
        source_id,
        customer_id: Some(facts.id),
        email: facts.email,
        name: Some(facts.name).filter(|name| !name.is_empty()),
        group: facts.group,
    }
}
