//! Orders as the management API writes them.

use serde_json::{Value, json};

use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{Address, Decimal, Order, OrderCoupon, State as Store, timestamp};

/// Where a sub-resource of a v2 order is.
fn resource(store: &Store, order: &Order, name: &str) -> Value {
    let path = format!("/orders/{}/{name}", order.id);
    let url = format!("{}/stores/{}/v2{path}", store.store.url, store.store.hash);
    json!({"url": url, "resource": path})
}

/// An order of the v2 API.
pub fn order_json(store: &Store, order: &Order) -> Value {
    let zero = Decimal::ZERO.four_places();
    let shipped = i64::from(matches!(
        order.status_id,
        status::SHIPPED | status::COMPLETED
    ));
    let items: i64 = order.products.iter().map(|product| product.quantity).sum();
    let items = items + i64::try_from(order.gift_certificates.len()).unwrap_or_default();
    let mut shown = json!({
        "id": order.id,
        "customer_id": order.customer_id,
        "date_created": timestamp::rfc2822(order.created),
        "date_modified": timestamp::rfc2822(order.modified),
        "date_shipped": "",
        "status_id": order.status_id,
        "status": status::name(order.status_id),
        "custom_status": status::name(order.status_id),
        "shipping_cost_tax_class_id": 0,
        "base_handling_cost": zero, "handling_cost_ex_tax": zero, "handling_cost_inc_tax": zero,
        "handling_cost_tax": zero, "handling_cost_tax_class_id": 0,
        "base_wrapping_cost": zero, "wrapping_cost_ex_tax": zero, "wrapping_cost_inc_tax": zero,
        "wrapping_cost_tax": zero, "wrapping_cost_tax_class_id": 0,
        "is_tax_inclusive_pricing": order.tax_terms.included,
        "items_total": items,
        "items_shipped": items * shipped,
        "payment_method": order.payment_name,
        "payment_provider_id": "",
        "payment_status": order.payment_status(),
        "order_is_digital": order.products.iter().all(|product| product.is_digital),
        "ip_address": "127.0.0.1", "ip_address_v6": "",
        "geoip_country": "United States", "geoip_country_iso2": "US",
        "staff_notes": order.staff_notes,
        "customer_message": order.customer_message,
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
        "customer_locale": order.locale,
    });
    put_sums(&mut shown, order);
    put_currencies(&mut shown, store, order);
    shown
}

/// Sums are texts with four decimals.
fn put_sums(shown: &mut Value, order: &Order) {
    let (subtotal, shipping) = (order.subtotal_taxed, order.shipping_taxed);
    let sums = [
        // The subtotal is before discounts, its tax after them, as the real service has it.
        ("subtotal_ex_tax", subtotal.ex),
        ("subtotal_inc_tax", subtotal.inc),
        ("subtotal_tax", order.items_taxed.tax()),
        ("base_shipping_cost", order.shipping_cost_before_discount),
        ("shipping_cost_ex_tax", shipping.ex),
        ("shipping_cost_inc_tax", shipping.inc),
        ("shipping_cost_tax", shipping.tax()),
        ("total_ex_tax", order.total - order.tax),
        ("total_inc_tax", order.total),
        ("total_tax", order.tax),
        // The real service never fills this.
        ("refunded_amount", Decimal::ZERO),
        ("store_credit_amount", order.store_credit_amount),
        ("gift_certificate_amount", order.certificate_amount),
        ("discount_amount", order.discount_amount),
        ("coupon_discount", order.coupon_discount),
    ];
    for (name, sum) in sums {
        shown[name] = json!(sum.four_places());
    }
}

/// "In v2 display currency is set to the transactional currency", and also "depending on the
/// currency selected, the value can be different": a switch. The transactional currency is called
/// the default one.
fn put_currencies(shown: &mut Value, store: &Store, order: &Order) {
    let number_of = |code: &str| store.currency(code).map_or(1, |known| known.id);
    let selected = store.switches.orders_show_currency.as_ref();
    let selected = selected.unwrap_or(&order.currency);
    shown["currency_id"] = json!(number_of(selected));
    shown["currency_code"] = json!(selected);
    shown["currency_exchange_rate"] = json!("1.0000000000");
    shown["default_currency_id"] = json!(number_of(&order.currency));
    shown["default_currency_code"] = json!(order.currency);
    shown["store_default_currency_code"] = json!(store.own_currency_code());
    shown["store_default_to_transactional_exchange_rate"] =
        json!(format!("{}000000", order.rate.four_places()));
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
