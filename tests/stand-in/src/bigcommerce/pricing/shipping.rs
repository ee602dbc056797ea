//! The ways a consignment can be shipped.

use crate::bigcommerce::model::{Checkout, Consignment, Decimal, FreeShipping, ShippingOption};

/// The shipping zone of the demo shop's one country.
pub const ZONE: u64 = 1;
/// Id of the flat-rate option.
pub const FLAT_RATE: &str = "0f1a7e00000000000000000000000001";
/// Id of the option by weight.
pub const BY_WEIGHT: &str = "0b1e1947000000000000000000000002";
/// Id of the option that free-shipping promotions add.
pub const FREE: &str = "0f4ee000000000000000000000000003";

/// The free shipping a consignment gets, if any.
#[must_use]
pub fn free_shipping_of(checkout: &Checkout) -> Option<&FreeShipping> {
    let here = |free: &&FreeShipping| {
        free.zone_ids
            .as_ref()
            .is_none_or(|zones| zones.contains(&ZONE))
    };
    checkout.evaluation.free_shipping.iter().find(here)
}

/// The ways a consignment can be shipped; none outside the shop's country.
#[must_use]
pub fn shipping_options(checkout: &Checkout, consignment: &Consignment) -> Vec<ShippingOption> {
    if consignment.address.country_code != "US" {
        return Vec::new();
    }
    let option = |id: &str, kind: &str, description: &str, cents| ShippingOption {
        id: id.to_owned(),
        kind: kind.to_owned(),
        description: description.to_owned(),
        cost: checkout.convert(Decimal::cents(cents)),
        is_recommended: false,
    };
    let mut options = Vec::new();
    if free_shipping_of(checkout).is_some() {
        options.push(option(FREE, "freeshipping", "Free Shipping", 0));
    }
    options.push(option(
        BY_WEIGHT,
        "shipping_byweight",
        "Ship by Weight",
        500,
    ));
    options.push(option(FLAT_RATE, "shipping_flatrate", "Flat Rate", 1000));
    if let Some(first) = options.first_mut() {
        first.is_recommended = true;
    }
    options
}

/// The chosen option of a consignment.
#[must_use]
pub fn selected_option(checkout: &Checkout, consignment: &Consignment) -> Option<ShippingOption> {
    let id = consignment.selected_option.as_ref()?;
    shipping_options(checkout, consignment)
        .into_iter()
        .find(|option| option.id == *id)
}

/// What a consignment's shipping costs; nothing until an option is chosen.
#[must_use]
pub fn shipping_cost(checkout: &Checkout, consignment: &Consignment) -> Decimal {
    selected_option(checkout, consignment).map_or(Decimal::ZERO, |option| option.cost)
}
