//! The lines of orders as the management API writes them.

use serde_json::{Value, json};

use crate::bigcommerce::model::{
    Decimal, Order, OrderProduct, OrderSoldCertificate, State as Store,
};

/// A product of an order.
pub fn product_json(store: &Store, order: &Order, product: &OrderProduct) -> Value {
    let price = order.tax_terms.of(product.price);
    let total = order.tax_terms.of(product.total());
    let zero = Decimal::ZERO.four_places();
    let refunded = order.quantity_refunded(product.id);
    json!({
        "id": product.id,
        "order_id": order.id,
        "product_id": product.product_id,
        "variant_id": product.variant_id,
        "order_pickup_method_id": 0,
        "order_address_id": order.shipping.first().map_or(0, |part| part.id),
        "name": product.name, "name_customer": product.name, "name_merchant": product.name,
        "sku": product.sku,
        "upc": "",
        "type": if product.is_digital { "digital" } else { "physical" },
        "base_price": product.price.four_places(),
        "price_ex_tax": price.ex.four_places(), "price_inc_tax": price.inc.four_places(),
        "price_tax": price.tax().four_places(),
        "base_total": product.total().four_places(),
        "total_ex_tax": total.ex.four_places(), "total_inc_tax": total.inc.four_places(),
        "total_tax": total.tax().four_places(),
        "weight": zero, "width": zero, "height": zero, "depth": zero,
        "quantity": product.quantity,
        "base_cost_price": zero, "cost_price_inc_tax": zero, "cost_price_ex_tax": zero,
        "cost_price_tax": zero,
        "is_refunded": refunded == product.quantity, "quantity_refunded": refunded,
        "refund_amount": zero, "return_id": 0,
        "wrapping_id": 0, "wrapping_name": null, "base_wrapping_cost": zero,
        "wrapping_cost_ex_tax": zero, "wrapping_cost_inc_tax": zero, "wrapping_cost_tax": zero,
        "wrapping_message": "", "quantity_shipped": 0, "event_name": null, "event_date": "",
        "fixed_shipping_cost": zero, "ebay_item_id": "", "ebay_transaction_id": "",
        "option_set_id": null, "parent_order_product_id": null, "is_bundled_product": false,
        "bin_picking_number": "", "external_id": null,
        "brand": "",
        "gift_certificate_id": null,
        "applied_discounts": applied_discounts(store, product),
        "product_options": product_options(store, product),
        "configurable_fields": [],
        "discounted_total_inc_tax": order.tax_terms.of(product.left()).inc.four_places(),
    })
}

/// What promotions, coupons and a manual discount took off a product.
fn applied_discounts(store: &Store, product: &OrderProduct) -> Vec<Value> {
    let automatic = product.discounts.iter().map(|(id, amount)| {
        let name = store
            .promotions
            .get(id)
            .map_or("Promotion", |promotion| &promotion.name);
        json!({"id": id.to_string(), "amount": amount.four_places(), "name": name, "code": null,
            "target": "order"})
    });
    let named = store.switches.order_lines_name_coupons;
    let coupons = product.coupons.iter().filter(move |_| named);
    let coupons = coupons.map(|(code, amount)| {
        json!({"id": "coupon", "amount": amount.four_places(), "name": code, "code": code,
            "target": "order"})
    });
    let manual = product.manual_discount;
    let manual = manual.is_positive().then(|| {
        json!({"id": "manual-discount", "amount": manual.four_places(), "name": "Manual Discount",
            "code": null, "target": "order"})
    });
    automatic.chain(coupons).chain(manual).collect()
}

/// What was chosen of a product: the variant's options, then modifiers.
fn product_options(store: &Store, product: &OrderProduct) -> Vec<Value> {
    let known = store.products.get(&product.product_id);
    let variant = known.and_then(|known| known.variant(Some(product.variant_id)));
    let values = variant.map_or(&[][..], |variant| &variant.option_values);
    let options = values.iter().map(|value| {
        let names = [&value.option_display_name, &value.label];
        let number = value.id.to_string();
        product_option(product, "Multiple choice", value.option_id, names, &number)
    });
    let modifiers = product.modifiers.iter().map(|typed| {
        let names = [&typed.name, &typed.value];
        product_option(product, "Text field", typed.id, names, &typed.value)
    });
    let numbered = options
        .chain(modifiers)
        .enumerate()
        .map(|(at, mut option)| {
            option["id"] = json!(at + 1);
            option
        });
    numbered.collect()
}

fn product_option(
    product: &OrderProduct,
    kind: &str,
    id: u64,
    [name, text]: [&String; 2],
    value: &str,
) -> Value {
    json!({
        "option_id": id,
        "order_product_id": product.id,
        "product_option_id": id,
        "type": kind,
        "name": name,
        "display_name": name,
        "display_name_customer": name,
        "display_name_merchant": name,
        "display_value": text,
        "display_value_customer": text,
        "display_value_merchant": text,
        "display_style": "",
        "value": value,
    })
}

/// A bought gift certificate, as the products of an order show it.
pub fn sold_certificate_json(order: &Order, line: &OrderSoldCertificate) -> Value {
    let amount = line.sold.amount.four_places();
    let zero = Decimal::ZERO.four_places();
    let name = &line.sold.name;
    json!({
        "id": line.id,
        "order_id": order.id,
        "product_id": 0,
        "variant_id": 0,
        "order_pickup_method_id": 0,
        "order_address_id": 0,
        "name": name, "name_customer": name, "name_merchant": name,
        "sku": "",
        "upc": "",
        "type": "giftcertificate",
        "base_price": amount, "price_ex_tax": amount, "price_inc_tax": amount, "price_tax": zero,
        "base_total": amount, "total_ex_tax": amount, "total_inc_tax": amount, "total_tax": zero,
        "quantity": 1,
        "is_refunded": false, "quantity_refunded": 0, "refund_amount": zero,
        "gift_certificate_id": line.certificate_id,
        "applied_discounts": [],
        "product_options": [],
        "configurable_fields": [],
        "discounted_total_inc_tax": amount,
    })
}
