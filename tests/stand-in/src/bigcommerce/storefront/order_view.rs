//! Orders as the storefront writes them: once when placed, once to be read.

use serde_json::{Map, Value, json};

use super::view;
use super::visit::Include;
use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{
    Decimal, Order, OrderCertificate, OrderCoupon, OrderProduct, OrderShipping, Product, State,
};
use crate::bigcommerce::orders::PAYMENT_METHODS;

/// `GET /api/storefront/orders/{id}`.
#[must_use]
pub fn order(store: &State, order: &Order, include: &Include) -> Value {
    let mut view = json!({
        "orderId": order.id,
        "cartId": order.cart_id,
        "currency": view::currency(store, &order.currency),
        "isTaxIncluded": false,
        "baseAmount": order.subtotal,
        "discountAmount": order.discount_amount,
        "orderAmount": order.total,
        "orderAmountAsInteger": order.total.to_cents(),
        "shippingCostTotal": order.shipping_cost,
        "shippingCostBeforeDiscount": order.shipping_cost_before_discount,
        "comparisonShippingCost": order.shipping_cost_before_discount,
        "handlingCostTotal": 0,
        "giftWrappingCostTotal": 0,
        "coupons": coupons(order),
        "totalDiscount": order.discount_amount + order.coupon_discount,
        "displayDiscountTotal": order.discount_amount + order.coupon_discount,
        "productAutoDiscountedSubtotal": order.subtotal,
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
        "channelId": order.channel_id,
        "consignments": {"shipping": shipping(order)},
    });
    if include.has("payments") {
        view["payments"] = payments(order).into();
    }
    view
}

fn status_name(id: u8) -> String {
    status::name(id).to_uppercase().replace(' ', "_")
}

fn coupons(order: &Order) -> Vec<Value> {
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
        "giftCertificates": [],
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
        let values = variant
            .map(|variant| &variant.option_values)
            .into_iter()
            .flatten();
        item["options"] = values.map(view::option).collect();
    }
    item
}

/// Code, name and address of the networks that a bought thing can be shown on.
const NETWORKS: [(&str, &str, &str); 2] = [
    ("fb", "Facebook", "https://facebook.example.com/share"),
    ("tw", "Twitter", "https://twitter.example.com/share"),
];

fn share_text(store: &State, bought: &OrderProduct) -> String {
    format!("I just bought '{}' on {}", bought.name, store.store.name)
}

fn sharing_link(store: &State, bought: &OrderProduct, network: &str) -> String {
    let pairs = [
        ("url", product_url(store, bought)),
        ("text", share_text(store, bought)),
    ];
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{network}?{query}")
}

fn product_url(store: &State, bought: &OrderProduct) -> String {
    let path = store
        .products
        .get(&bought.product_id)
        .map(Product::url_path);
    format!("{}{}", store.store.url, path.unwrap_or_default())
}

fn image_url(store: &State, bought: &OrderProduct) -> String {
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
    let ids: Vec<Value> = inside().map(|product| json!({"id": product.id})).collect();
    let mut view = json!({
        "lineItems": ids,
        "shippingAddressId": part.id,
        "itemsTotal": inside().map(|product| product.quantity).sum::<i64>(),
        "itemsShipped": 0,
        "shippingMethod": part.method,
        "baseCost": part.cost,
        "costExTax": part.cost,
        "costIncTax": part.cost,
        "costTax": 0,
        "costTaxClassId": 2,
        "baseHandlingCost": 0,
        "handlingCostExTax": 0,
        "handlingCostIncTax": 0,
        "handlingCostTax": 0,
        "handlingCostTaxClassId": 2,
        "shippingZoneId": crate::bigcommerce::pricing::ZONE,
        "shippingZoneName": "United States",
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

fn instructions(order: &Order) -> &'static str {
    let mut methods = PAYMENT_METHODS.iter();
    methods
        .find(|method| method.id == order.payment_method)
        .map_or("", |method| method.help)
}

/// `POST /internalapi/v1/checkout/order`.
#[must_use]
pub fn placed(store: &State, order: &Order) -> Value {
    let digital = order.products.iter().any(|product| product.is_digital);
    let callback = format!(
        "{}/internalapi/v1/checkout/order/{}/payment",
        store.store.url, order.id
    );
    let view = json!({
        "orderId": order.id,
        "token": State::new_hex(),
        "payment": {
            "id": order.payment_method,
            "gateway": null,
            "status": "PAYMENT_STATUS_INITIALIZE",
            "helpText": instructions(order),
        },
        "socialData": social_data(store, order),
        "status": format!("ORDER_STATUS_{}", status_name(order.status_id)),
        "customerCreated": false,
        "hasDigitalItems": digital,
        "isDownloadable": order.paid && digital,
        "isComplete": true,
        "callbackUrl": callback,
        "customerCanBeCreated": order.customer_id == 0,
        "id": order.id,
        "items": order.products.iter().map(|bought| placed_item(store, bought)).collect::<Vec<_>>(),
        "currency": order.currency,
        "subtotal": both(order.subtotal),
        "coupon": {
            "discountedAmount": order.coupon_discount,
            "coupons": coupons(order),
        },
        "discount": both(order.discount_amount),
        "discountNotifications": [],
        "giftCertificate": {
            "totalDiscountedAmount": order.certificate_amount,
            "appliedGiftCertificates": applied_certificates(order),
        },
        "shipping": {
            "amount": order.shipping_cost,
            "integerAmount": order.shipping_cost.to_cents(),
            "amountBeforeDiscount": order.shipping_cost_before_discount,
            "integerAmountBeforeDiscount": order.shipping_cost_before_discount.to_cents(),
            "required": order.products.iter().any(|product| !product.is_digital),
        },
        "storeCredit": {"amount": order.store_credit_amount},
        "taxSubtotal": both(order.tax),
        "taxes": [{"name": "Tax", "amount": order.tax}],
        "taxTotal": both(order.tax),
        "handling": both(Decimal::ZERO),
        "grandTotal": both(order.total),
    });
    json!({"data": {"order": view}, "meta": {"deviceFingerprint": null}})
}

fn both(amount: Decimal) -> Value {
    json!({"amount": amount, "integerAmount": amount.to_cents()})
}

fn applied_certificates(order: &Order) -> Vec<Value> {
    let view = |part: &OrderCertificate| {
        json!({
            "code": part.code,
            "discountedAmount": part.used,
            "remainingBalance": part.remaining,
        })
    };
    order.certificates.iter().map(view).collect()
}

fn placed_item(store: &State, bought: &OrderProduct) -> Value {
    let total = bought.price.times(bought.quantity);
    let discount: Decimal = bought.discounts.iter().map(|(_, amount)| *amount).sum();
    json!({
        "id": bought.product_id,
        "type": if bought.is_digital { "ItemDigitalEntity" } else { "ItemPhysicalEntity" },
        "name": bought.name,
        "imageUrl": image_url(store, bought),
        "quantity": bought.quantity,
        "amount": total,
        "discount": discount,
        "amountAfterDiscount": total - discount,
        "tax": 0,
        "attributes": [],
        "integerAmount": total.to_cents(),
        "integerDiscount": discount.to_cents(),
        "integerAmountAfterDiscount": (total - discount).to_cents(),
        "integerTax": 0,
    })
}

fn social_data(store: &State, order: &Order) -> Value {
    let mut all = Map::new();
    for bought in &order.products {
        let product = store.products.get(&bought.product_id);
        let description = product.map_or("", |product| &product.description);
        let entries = NETWORKS.map(|(code, name, link)| {
            let entry = json!({
                "name": bought.name,
                "description": description,
                "image": image_url(store, bought),
                "url": product_url(store, bought),
                "shareText": share_text(store, bought),
                "sharingLink": sharing_link(store, bought, link),
                "channelName": name,
                "channelCode": code,
            });
            (code.to_owned(), entry)
        });
        let entry: Map<String, Value> = entries.into_iter().collect();
        all.insert(bought.product_id.to_string(), Value::Object(entry));
    }
    Value::Object(all)
}
