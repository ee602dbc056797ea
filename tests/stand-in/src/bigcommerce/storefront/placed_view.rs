//! The answer to a placed order.

use serde_json::{Map, Value, json};

use super::order_view::{
    NETWORKS, coupons, image_url, instructions, product_url, share_text, sharing_link, status_name,
};
use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{Decimal, Order, OrderCertificate, OrderProduct, State};

/// `POST /internalapi/v1/checkout/order`.
#[must_use]
pub fn placed(store: &State, order: &Order) -> Value {
    let places = order.tax_terms.places;
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
        "isComplete": order.status_id != status::INCOMPLETE,
        "callbackUrl": callback,
        "customerCanBeCreated": order.customer_id == 0,
        "id": order.id,
        "items": placed_items(store, order),
        "currency": order.currency,
        "subtotal": both(order, order.subtotal),
        "coupon": {
            "discountedAmount": order.coupon_discount,
            "coupons": coupons(order),
        },
        "discount": both(order, order.discount_amount),
        "discountNotifications": [],
        "giftCertificate": {
            "totalDiscountedAmount": order.certificate_amount,
            "appliedGiftCertificates": applied_certificates(order),
        },
        "shipping": {
            "amount": order.shipping_cost,
            "integerAmount": order.shipping_cost.units(places),
            "amountBeforeDiscount": order.shipping_cost_before_discount,
            "integerAmountBeforeDiscount": order.shipping_cost_before_discount.units(places),
            "required": order.products.iter().any(|product| !product.is_digital),
        },
        "storeCredit": {"amount": order.store_credit_amount},
        "taxSubtotal": both(order, order.tax),
        "taxes": [{"name": "Tax", "amount": order.tax}],
        "taxTotal": both(order, order.tax),
        "handling": both(order, Decimal::ZERO),
        "grandTotal": both(order, order.total),
    });
    json!({"data": {"order": view}, "meta": {"deviceFingerprint": null}})
}

fn both(order: &Order, amount: Decimal) -> Value {
    json!({"amount": amount, "integerAmount": amount.units(order.tax_terms.places)})
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

fn placed_items(store: &State, order: &Order) -> Vec<Value> {
    let places = order.tax_terms.places;
    let products = order.products.iter();
    let products = products.map(|bought| placed_item(store, order, bought));
    let certificates = order.gift_certificates.iter().map(|line| {
        let amount = line.sold.amount;
        json!({
            "id": line.id,
            "type": "ItemGiftCertificateEntity",
            "name": line.sold.name,
            "imageUrl": "",
            "quantity": 1,
            "amount": amount,
            "discount": 0,
            "amountAfterDiscount": amount,
            "tax": 0,
            "attributes": [],
            "integerAmount": amount.units(places),
            "integerDiscount": 0,
            "integerAmountAfterDiscount": amount.units(places),
            "integerTax": 0,
        })
    });
    products.chain(certificates).collect()
}

fn placed_item(store: &State, order: &Order, bought: &OrderProduct) -> Value {
    let total = bought.total();
    let places = order.tax_terms.places;
    let tax = order.tax_terms.of(bought.left()).tax();
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
        "tax": tax,
        "attributes": [],
        "integerAmount": total.units(places),
        "integerDiscount": discount.units(places),
        "integerAmountAfterDiscount": (total - discount).units(places),
        "integerTax": tax.units(places),
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
