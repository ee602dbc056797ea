//! Carts and checkouts as the management API writes them.

use serde_json::{Value, json};

use crate::bigcommerce::model::{
    Address, Checkout, Consignment, LineDiscountAmount, LineItem, ShippingOption, SoldCertificate,
    State as Store, timestamp,
};
use crate::bigcommerce::pricing::{
    line_total, selected_option, shipping_cost, shipping_options, tax_terms, totals, unit_price,
};

/// A cart, as `GET /v3/carts/{id}` and the checkout's `cart` show it.
pub fn cart_json(store: &Store, cart: &Checkout) -> Value {
    let sums = totals(store, cart);
    let (digital, physical): (Vec<&LineItem>, Vec<&LineItem>) =
        cart.items.iter().partition(|item| {
            store
                .product_of(item)
                .is_some_and(|(product, _)| product.is_digital)
        });
    let items = |items: Vec<&LineItem>| {
        items
            .iter()
            .map(|item| item_json(store, cart, item))
            .collect()
    };
    let (digital, physical): (Vec<Value>, Vec<Value>) = (items(digital), items(physical));
    json!({
        "id": cart.id,
        "customer_id": cart.customer_id,
        "channel_id": cart.channel_id,
        "email": cart.billing.as_ref().map_or("", |billing| billing.address.email.as_str()),
        "currency": {"code": cart.currency},
        "tax_included": store.switches.prices_include_tax,
        "base_amount": sums.base,
        "discount_amount": sums.automatic,
        "manual_discount_amount": cart.manual_discount,
        "cart_amount": sums.cart,
        "cart_amount_inc_tax": sums.cart_taxed.inc,
        "cart_amount_ex_tax": sums.cart_taxed.ex,
        "coupons": coupons_json(cart),
        "discounts": [],
        "line_items": {
            "physical_items": physical,
            "digital_items": digital,
            "gift_certificates": cart.gift_certificates.iter().map(sold_certificate).collect::<Vec<_>>(),
            "custom_items": [],
        },
        "created_time": timestamp::iso(cart.created),
        "updated_time": timestamp::iso(cart.updated),
        "locale": cart.locale,
        "version": cart.version,
    })
}

/// The cart of a checkout: not all that the cart's own operations show.
fn embedded_cart(store: &Store, checkout: &Checkout) -> Value {
    let mut cart = cart_json(store, checkout);
    if let Some(fields) = cart.as_object_mut() {
        let only_its_own = ["cart_amount", "locale", "manual_discount_amount", "version"];
        fields.retain(|name, _| !only_its_own.contains(&name.as_str()));
    }
    cart
}

/// A gift certificate for sale.
fn sold_certificate(line: &SoldCertificate) -> Value {
    let mut value = json!(line);
    value["is_taxable"] = json!(false);
    value
}

fn coupons_json(cart: &Checkout) -> Vec<Value> {
    let one = |coupon: &crate::bigcommerce::model::AppliedCoupon| {
        json!({
            "id": coupon.code_id,
            "code": coupon.code,
            "coupon_type": "promotion",
            "display_name": coupon.display_name,
            "discounted_amount": Store::coupon_amount(cart, &coupon.code),
        })
    };
    cart.coupons.iter().map(one).collect()
}

fn item_json(store: &Store, cart: &Checkout, item: &LineItem) -> Value {
    let given = cart
        .evaluation
        .lines
        .get(&item.id)
        .cloned()
        .unwrap_or_default();
    let discounts: Vec<Value> = given
        .order
        .iter()
        .chain(&given.item)
        .map(|(id, amount)| json!({"id": id, "discounted_amount": amount}))
        .chain(given.coupons.iter().map(
            |(code, amount)| json!({"id": "coupon", "discounted_amount": amount, "code": code}),
        ))
        .collect();
    let found = store.product_of(item);
    let name = found.map_or("", |(product, _)| product.name.as_str());
    json!({
        "id": item.id,
        "parent_id": null,
        "product_id": item.product_id,
        "variant_id": item.variant_id,
        "sku": found.map_or("", |(_, variant)| variant.sku.as_str()),
        "name": name,
        "url": found.map(|(product, _)| format!("{}{}", store.store.url, product.url_path())),
        "image_url": found.map(|(product, _)| format!("{}{}", store.store.url, product.image_path)),
        "quantity": item.quantity,
        "is_taxable": true,
        "is_require_shipping": found.is_some_and(|(product, _)| !product.is_digital),
        "is_mutable": item.gift_of.is_none(),
        "added_by_promotion": item.gift_of.is_some(),
        "discounts": discounts,
        "discount_amount": match store.switches.line_discount_amount {
            LineDiscountAmount::Automatic => given.automatic(),
            LineDiscountAmount::OnItems => given.on_item(),
            LineDiscountAmount::WithCoupons => given.total(),
        },
        "coupon_amount": given.coupon(),
        "original_price": item.price,
        "list_price": item.price,
        "sale_price": unit_price(store, cart, item),
        "extended_list_price": item.total(),
        "extended_sale_price": line_total(store, cart, item),
        "comparison_price": unit_price(store, cart, item),
        "extended_comparison_price": line_total(store, cart, item),
        "gift_wrapping": null,
    })
}

/// A checkout. `with_options` adds the shipping options that could be chosen.
pub fn checkout_json(store: &Store, checkout: &Checkout, with_options: bool) -> Value {
    let sums = totals(store, checkout);
    let consignments: Vec<Value> = checkout
        .consignments
        .iter()
        .map(|consignment| consignment_json(store, checkout, consignment, with_options))
        .collect();
    let taxes = if sums.tax.is_positive() {
        json!([{"name": "Tax", "amount": sums.tax}])
    } else {
        json!([])
    };
    json!({
        "id": checkout.id,
        "cart": embedded_cart(store, checkout),
        // Recorded as an object without anything in it as long as nobody has typed one.
        "billing_address": checkout.billing.as_ref().map_or_else(|| json!({}), |billing| {
            let mut value = address_json(&billing.address);
            value["id"] = json!(billing.id);
            value
        }),
        "consignments": consignments,
        "taxes": taxes,
        "coupons": coupons_json(checkout),
        "fees": [],
        "order_id": store.shown_order_of(checkout).map(|id| id.to_string()),
        "shipping_cost_total_inc_tax": sums.shipping_taxed.inc,
        "shipping_cost_total_ex_tax": sums.shipping_taxed.ex,
        "handling_cost_total_inc_tax": 0,
        "handling_cost_total_ex_tax": 0,
        "tax_total": sums.tax,
        "subtotal_inc_tax": sums.subtotal_taxed.inc,
        "subtotal_ex_tax": sums.subtotal_taxed.ex,
        "grand_total": sums.grand_total,
        "created_time": timestamp::iso(checkout.created),
        "updated_time": timestamp::iso(checkout.updated),
        "customer_message": checkout.customer_message,
        "promotions": [{"banners": []}],
        "version": checkout.version,
    })
}

fn address_json(address: &Address) -> Value {
    json!({
        "first_name": address.first_name,
        "last_name": address.last_name,
        "email": address.email,
        "company": address.company,
        "address1": address.address1,
        "address2": address.address2,
        "city": address.city,
        "state_or_province": address.state_or_province,
        "state_or_province_code": address.state_or_province_code,
        "country": address.country,
        "country_code": address.country_code,
        "postal_code": address.postal_code,
        "phone": address.phone,
        "custom_fields": [],
    })
}

fn consignment_json(
    store: &Store,
    checkout: &Checkout,
    consignment: &Consignment,
    with_options: bool,
) -> Value {
    let cost = tax_terms(store, checkout).of(shipping_cost(checkout, consignment));
    let address = address_json(&consignment.address);
    let mut value = json!({
        "id": consignment.id,
        "shipping_address": address,
        "address": address,
        "selected_shipping_option":
            selected_option(checkout, consignment).as_ref().map(option_json),
        "coupon_discounts": [],
        "discounts": [],
        "shipping_cost_inc_tax": cost.inc,
        "shipping_cost_ex_tax": cost.ex,
        "handling_cost_inc_tax": 0,
        "handling_cost_ex_tax": 0,
        "line_item_ids": consignment.line_item_ids,
    });
    if with_options {
        let options = shipping_options(checkout, consignment);
        value["available_shipping_options"] = options.iter().map(option_json).collect();
    }
    value
}

fn option_json(option: &ShippingOption) -> Value {
    json!({
        "id": option.id,
        "type": option.kind,
        "description": option.description,
        "image_url": "",
        "cost": option.cost,
        "transit_time": "",
        "additional_description": "",
    })
}
