//! What the merchant and the store's staff decide: currencies and prices of the store, orders that are
//! archived, deleted or changed by hand.

mod archived;
mod store_currencies;
