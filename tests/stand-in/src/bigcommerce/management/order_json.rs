//! Orders as the management API writes them.

use serde_json::{Value, json};

use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{
    Address, Decimal, Order, OrderCoupon, State as Store, Transaction, timestamp,
};

/// Where a sub-resource of a v2 order is.
fn resource(store: &Store, order: &Order, name: &str) -> Value {
    let path = format!("/orders/{}/{name}", order.id);
    let url = format!("{}/stores/{}/v2{path}", store.store.url, store.store.hash);
    json!({"url": url, "resource": path})
}

/// An order of the v2 API: sums are texts with four decimals.
pub fn order_json(store: &Store, order: &Order) -> Value {
    let zero = Decimal::ZERO.four_places();
    let (subtotal, shipping) = (order.subtotal_taxed, order.shipping_taxed);
    let total = order.total.four_places();
    let before_tax = (order.total - order.tax).four_places();
    let shipped = i64::from(matches!(
        order.status_id,
        status::SHIPPED | status::COMPLETED
    ));
    let items: i64 = order.products.iter().map(|product| product.quantity).sum();
    let items = items + i64::try_from(order.gift_certificates.len()).unwrap_or_default();
    let number_of = |code: &str| store.currency(code).map_or(1, |known| known.id);
    // "In v2 display currency is set to the transactional currency", and also "depending on the
    // currency selected, the value can be different": a switch.
    let shown = store.switches.orders_show_currency.as_ref();
    let shown = shown.unwrap_or(&order.currency);
    json!({
        "id": order.id,
        "customer_id": order.customer_id,
        "date_created": timestamp::rfc2822(order.created),
        "date_modified": timestamp::rfc2822(order.modified),
        "date_shipped": "",
        "status_id": order.status_id,
        "status": status::name(order.status_id),
        "custom_status": status::name(order.status_id),
        // The subtotal is before discounts, its tax after them, as the real service has it.
        "subtotal_ex_tax": subtotal.ex.four_places(),
        "subtotal_inc_tax": subtotal.inc.four_places(),
        "subtotal_tax": order.items_taxed.tax().four_places(),
        "base_shipping_cost": order.shipping_cost_before_discount.four_places(),
        "shipping_cost_ex_tax": shipping.ex.four_places(),
        "shipping_cost_inc_tax": shipping.inc.four_places(),
        "shipping_cost_tax": shipping.tax().four_places(), "shipping_cost_tax_class_id": 0,
        "base_handling_cost": zero, "handling_cost_ex_tax": zero, "handling_cost_inc_tax": zero,
        "handling_cost_tax": zero, "handling_cost_tax_class_id": 0,
        "base_wrapping_cost": zero, "wrapping_cost_ex_tax": zero, "wrapping_cost_inc_tax": zero,
        "wrapping_cost_tax": zero, "wrapping_cost_tax_class_id": 0,
        "total_ex_tax": before_tax, "total_inc_tax": total,
        "total_tax": order.tax.four_places(),
        "is_tax_inclusive_pricing": order.tax_terms.included,
        "items_total": items,
        "items_shipped": items * shipped,
        "payment_method": order.payment_name,
        "payment_provider_id": "",
        "payment_status": order.payment_status(),
        // The real service never fills this.
        "refunded_amount": zero,
        "order_is_digital": order.products.iter().all(|product| product.is_digital),
        "store_credit_amount": order.store_credit_amount.four_places(),
        "gift_certificate_amount": order.certificate_amount.four_places(),
        "ip_address": "127.0.0.1", "ip_address_v6": "",
        "geoip_country": "United States", "geoip_country_iso2": "US",
        "currency_id": number_of(shown), "currency_code": shown,
        "currency_exchange_rate": "1.0000000000",
        // The transactional currency is called the default one here.
        "default_currency_id": number_of(&order.currency), "default_currency_code": order.currency,
        "staff_notes": order.staff_notes,
        "customer_message": order.customer_message,
        "discount_amount": order.discount_amount.four_places(),
        "coupon_discount": order.coupon_discount.four_places(),
        "shipping_address_count": order.shipping.len(),
        "is_deleted": order.is_deleted,
        "ebay_order_id": "0",
        "cart_id": order.cart_id,
        "billing_address": address_json(&order.billing),
        "is_email_opt_in": false,
        "order_source": "www",
        "channel_id": order.channel_id,
        "external_source": null,
        "products": resource(store, order, "products"),
        "shipping_addresses": resource(store, order, "shippingaddresses"),
        "coupons": resource(store, order, "coupons"),
        "external_id": null, "external_merchant_id": null, "external_order_id": "",
        "tax_provider_id": "BasicTaxProvider",
        "store_default_currency_code": store.own_currency_code(),
        "store_default_to_transactional_exchange_rate":
            format!("{}000000", order.rate.four_places()),
        "customer_locale": order.locale,
    })
}

fn address_json(address: &Address) -> Value {
    json!({
        "first_name": address.first_name,
        "last_name": address.last_name,
        "company": address.company,
        "street_1": address.address1,
        "street_2": address.address2,
        "city": address.city,
        "state": address.state_or_province,
        "zip": address.postal_code,
        "country": address.country,
        "country_iso2": address.country_code,
        "phone": address.phone,
        "email": address.email,
        "form_fields": [],
    })
}

/// Shipping addresses of an order.
pub fn shipping_json(order: &Order) -> Vec<Value> {
    let one = |part: &crate::bigcommerce::model::OrderShipping| {
        let mut value = address_json(&part.address);
        let items = order
            .products
            .iter()
            .filter(|product| part.product_ids.contains(&product.id));
        value["id"] = json!(part.id);
        value["order_id"] = json!(order.id);
        value["items_total"] = json!(items.map(|product| product.quantity).sum::<i64>());
        value["shipping_method"] = json!(part.method);
        value["base_cost"] = json!(part.cost.four_places());
        let cost = order.tax_terms.of(part.cost);
        value["cost_ex_tax"] = json!(cost.ex.four_places());
        value["cost_inc_tax"] = json!(cost.inc.four_places());
        value["cost_tax"] = json!(cost.tax().four_places());
        value
    };
    order.shipping.iter().map(one).collect()
}

/// A coupon of an order; type 5 is a promotion's.
pub fn coupon_json(order: &Order, coupon: &OrderCoupon) -> Value {
    json!({
        "id": coupon.id,
        "coupon_id": coupon.coupon_id,
        "order_id": order.id,
        "code": coupon.code,
        "amount": coupon.amount.four_places(),
        "type": 5,
        "discount": coupon.amount,
    })
}

/// A movement of money, as `GET /v3/orders/{id}/transactions` shows it.
pub fn transaction_json(order: &Order, one: &Transaction) -> Value {
    let certificate = one.certificate.as_ref().map(|certificate| {
        json!({
            "code": certificate.code,
            "original_balance": certificate.original,
            "starting_balance": certificate.starting,
            "remaining_balance": certificate.remaining,
            "status": "active",
        })
    });
    json!({
        "id": one.id,
        "order_id": order.id.to_string(),
        "event": one.event,
        "method": one.method,
        "amount": one.amount,
        "currency": order.currency,
        "gateway": one.gateway,
        "gateway_transaction_id": "",
        "date_created": timestamp::iso(one.created),
        "test": false,
        "status": if one.ok { "ok" } else { "error" },
        "fraud_review": false,
        "offline": (one.method == "offline").then(|| json!({"display_name": order.payment_name})),
        "custom": null,
        "payment_method_id": "",
        "payment_instrument_token": null,
        "avs_result": {"code": "", "message": "", "street_match": "", "postal_match": ""},
        "cvv_result": {"code": "", "message": ""},
        "gift_certificate": certificate,
        "store_credit": null,
    })
}
