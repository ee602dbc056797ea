//! Orders as the storefront writes them to be read.

use serde_json::{Map, Value, json};

use super::line_view::shown_options;
use super::view;
use super::visit::Include;
use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{
    Decimal, Order, OrderCoupon, OrderProduct, OrderShipping, OrderSoldCertificate, Product, State,
};
use crate::bigcommerce::orders::PAYMENT_METHODS;

/// `GET /api/storefront/orders/{id}`.
#[must_use]
pub fn order(store: &State, order: &Order, include: &Include) -> Value {
    let on_items = order.item_discount;
    let mut view = json!({
        "orderId": order.id,
        "cartId": order.cart_id,
        "currency": view::currency(store, &order.currency),
        "isTaxIncluded": order.tax_terms.included,
        "baseAmount": order.subtotal,
        "discountAmount": order.discount_amount,
        "orderAmount": order.total,
        "orderAmountAsInteger": order.total.units(order.tax_terms.places),
        "shippingCostTotal": order.shipping_cost,
        "shippingCostBeforeDiscount": order.shipping_cost_before_discount,
        "comparisonShippingCost": order.shipping_cost_before_discount,
        "handlingCostTotal": 0,
        "giftWrappingCostTotal": 0,
        "coupons": coupons(order),
        "totalDiscount": order.discount_amount + order.coupon_discount,
        "displayDiscountTotal": order.discount_amount - on_items + order.coupon_discount,
        "orderBasedAutoDiscountTotal": order.discount_amount - on_items - order.manual_discount,
        "manualDiscountTotal": order.manual_discount,
        "productBasedAutoDiscountTotal": on_items,
        "productAutoDiscountedSubtotal": order.subtotal - on_items,
        "lineItems": line_items(store, order, include),
        "customerId": order.customer_id,
        "billingAddress": order_address(order),
        "status": status_name(order.status_id),
        "customerCanBeCreated": order.customer_id == 0,
        "hasDigitalItems": order.products.iter().any(|product| product.is_digital),
        "isDownloadable": order.paid && order.products.iter().any(|product| product.is_digital),
        "isComplete": order.status_id != status::INCOMPLETE,
        "customerMessage": order.customer_message,
        "taxes": [{"name": "Tax", "amount": order.tax}],
        "taxTotal": order.tax,
        "fees": [],
        "channelId": order.channel_id,
        "consignments": {"shipping": shipping(order)},
    });
    if include.has("payments") {
        view["payments"] = payments(order).into();
    }
    view
}

pub(super) fn status_name(id: u8) -> String {
    status::name(id).to_uppercase().replace(' ', "_")
}

pub(super) fn coupons(order: &Order) -> Vec<Value> {
    let view = |coupon: &OrderCoupon| {
        json!({
            "id": coupon.coupon_id,
            "code": coupon.code,
            "displayName": coupon.display_name,
            "couponType": "promotion",
            "discountedAmount": coupon.amount,
        })
    };
    order.coupons.iter().map(view).collect()
}

fn order_address(order: &Order) -> Value {
    let mut address = json!(order.billing);
    if let Some(address) = address.as_object_mut() {
        address.remove("shouldSaveAddress");
    }
    address
}

fn line_items(store: &State, order: &Order, include: &Include) -> Value {
    let list = |digital: bool, name: &str| -> Vec<Value> {
        let products = order
            .products
            .iter()
            .filter(|product| product.is_digital == digital);
        let wants = |what: &str| include.has(&format!("lineItems.{name}Items.{what}"));
        let optional = (wants("socialMedia"), wants("options"));
        products
            .map(|product| line_item(store, product, name, optional))
            .collect()
    };
    json!({
        "physicalItems": list(false, "physical"),
        "digitalItems": list(true, "digital"),
        "giftCertificates": order.gift_certificates.iter().map(sold_certificate).collect::<Vec<_>>(),
    })
}

fn sold_certificate(line: &OrderSoldCertificate) -> Value {
    json!({
        "name": line.sold.name,
        "quantity": 1,
        "isTaxable": false,
        "amount": line.sold.amount,
        "type": "giftCertificate",
    })
}

fn line_item(
    store: &State,
    bought: &OrderProduct,
    kind: &str,
    (with_social, with_options): (bool, bool),
) -> Value {
    let total = bought.price.times(bought.quantity);
    let discounts = bought.discounts.iter();
    let listed: Vec<Value> = discounts
        .map(|(id, amount)| json!({"id": id, "discountedAmount": amount}))
        .collect();
    let discounted: Decimal = bought.discounts.iter().map(|(_, amount)| *amount).sum();
    let mut item = json!({
        "id": bought.id,
        "productId": bought.product_id,
        "name": bought.name,
        "url": product_url(store, bought),
        "sku": bought.sku,
        "quantity": bought.quantity,
        "isTaxable": true,
        "giftWrapping": null,
        "imageUrl": image_url(store, bought),
        "discounts": listed,
        "discountAmount": discounted,
        "listPrice": bought.price,
        "salePrice": bought.price,
        "extendedListPrice": total,
        "extendedSalePrice": total,
        "extendedComparisonPrice": total,
        "categories": [],
        "type": kind,
        "variantId": bought.variant_id,
        "addedByPromotion": bought.added_by_promotion,
        "isShippingRequired": !bought.is_digital,
    });
    if with_social {
        item["socialMedia"] = NETWORKS
            .map(|network| {
                json!({
                    "channel": network.1,
                    "code": network.0,
                    "text": share_text(store, bought),
                    "link": sharing_link(store, bought, network.2),
                })
            })
            .into_iter()
            .collect();
    }
    if with_options {
        let product = store.products.get(&bought.product_id);
        let variant = product.and_then(|product| product.variant(Some(bought.variant_id)));
        let values = variant.map_or(&[][..], |variant| &variant.option_values);
        item["options"] = shown_options(values, &bought.modifiers).into();
    }
    item
}

/// Code, name and address of the networks that a bought thing can be shown on.
pub(super) const NETWORKS: [(&str, &str, &str); 2] = [
    ("fb", "Facebook", "https://facebook.example.com/share"),
    ("tw", "Twitter", "https://twitter.example.com/share"),
];

pub(super) fn share_text(store: &State, bought: &OrderProduct) -> String {
    format!("I just bought '{}' on {}", bought.name, store.store.name)
}

pub(super) fn sharing_link(store: &State, bought: &OrderProduct, network: &str) -> String {
    let pairs = [
        ("url", product_url(store, bought)),
        ("text", share_text(store, bought)),
    ];
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{network}?{query}")
}

pub(super) fn product_url(store: &State, bought: &OrderProduct) -> String {
    let path = store
        .products
        .get(&bought.product_id)
        .map(Product::url_path);
    format!("{}{}", store.store.url, path.unwrap_or_default())
}

pub(super) fn image_url(store: &State, bought: &OrderProduct) -> String {
    let path = store
        .products
        .get(&bought.product_id)
        .map(|product| product.image_path.as_str());
    format!("{}{}", store.store.url, path.unwrap_or_default())
}

fn shipping(order: &Order) -> Vec<Value> {
    order
        .shipping
        .iter()
        .map(|part| shipping_part(order, part))
        .collect()
}

fn shipping_part(order: &Order, part: &OrderShipping) -> Value {
    let inside = || {
        order
            .products
            .iter()
            .filter(|product| part.product_ids.contains(&product.id))
    };
    let cost = order.tax_terms.of(part.cost);
    let ids: Vec<Value> = inside().map(|product| json!({"id": product.id})).collect();
    let mut view = json!({
        "lineItems": ids,
        "shippingAddressId": part.id,
        "itemsTotal": inside().map(|product| product.quantity).sum::<i64>(),
        "itemsShipped": 0,
        "shippingMethod": part.method,
        "baseCost": part.cost,
        "costExTax": cost.ex,
        "costIncTax": cost.inc,
        "costTax": cost.tax(),
        "costTaxClassId": 2,
        "shippingCostBeforeDiscount": part.cost,
        "comparisonShippingCost": part.cost,
        "baseHandlingCost": 0,
        "handlingCostExTax": 0,
        "handlingCostIncTax": 0,
        "handlingCostTax": 0,
        "handlingCostTaxClassId": 2,
        "shippingZoneId": crate::bigcommerce::pricing::ZONE,
        "shippingZoneName": "United States",
        "customFields": [],
        // Free shipping is an option of its own here, no discount on another.
        "discounts": [],
    });
    if let (Some(view), Value::Object(address)) = (view.as_object_mut(), json!(part.address)) {
        let shown = address.into_iter().filter(|(key, _)| {
            !["shouldSaveAddress", "stateOrProvinceCode"].contains(&key.as_str())
        });
        view.extend(shown.collect::<Map<_, _>>());
        view.insert("email".to_owned(), json!(order.billing.email));
    }
    view
}

fn payments(order: &Order) -> Vec<Value> {
    let mut payments: Vec<Value> = order
        .certificates
        .iter()
        .map(|part| {
            json!({
                "providerId": "giftcertificate",
                "description": "Gift Certificate",
                "amount": part.used,
                "detail": {"code": part.code, "remaining": part.remaining},
            })
        })
        .collect();
    if order.store_credit_amount.is_positive() {
        payments.push(json!({
            "providerId": "storecredit",
            "description": "Store Credit",
            "amount": order.store_credit_amount,
        }));
    }
    if !order.payment_method.is_empty() {
        payments.push(json!({
            "providerId": order.payment_method,
            "gatewayId": null,
            "methodId": null,
            "description": order.payment_name,
            "amount": order.to_pay(),
            "detail": {"step": "INITIALIZE", "instructions": instructions(order)},
            "mandate": null,
        }));
    }
    payments
}

pub(super) fn instructions(order: &Order) -> &'static str {
    let mut methods = PAYMENT_METHODS.iter();
    methods
        .find(|method| method.id == order.payment_method)
        .map_or("", |method| method.help)
}
