//! Carts and checkouts as the storefront writes them.

use serde_json::{Map, Value, json};

use super::consignment_view::consignments;
use super::customer_view::customer;
use super::line_view::line_items;
use super::visit::Include;
use crate::bigcommerce::model::timestamp::iso;
use crate::bigcommerce::model::{AppliedCoupon, Checkout, Decimal, LineDiscounts, LineItem, State};
use crate::bigcommerce::pricing::{self, Totals};

/// A checkout with what was asked for.
#[must_use]
pub fn checkout(store: &State, checkout: &Checkout, include: &Include) -> Value {
    let sums = pricing::totals(store, checkout);
    let mut view = json!({
        "id": checkout.id,
        "cart": cart_with(store, checkout, &sums, include, "cart."),
        "billingAddress": billing_address(checkout),
        "consignments": consignments(checkout, include),
        "orderId": store.shown_order_of(checkout),
        "shippingCostTotal": sums.shipping,
        "shippingCostBeforeDiscount": sums.shipping,
        "comparisonShippingCost": sums.shipping,
        "handlingCostTotal": 0,
        "taxTotal": sums.tax,
        "giftWrappingCostTotal": 0,
        "coupons": coupons(checkout),
        "taxes": [{"name": "Tax", "amount": sums.tax}],
        "subtotal": sums.subtotal,
        "grandTotal": sums.grand_total,
        "outstandingBalance": sums.outstanding,
        "totalDiscount": sums.automatic + sums.coupons,
        "displayDiscountTotal": sums.automatic - sums.on_items + sums.coupons,
        "orderBasedAutoDiscountTotal": sums.automatic - sums.on_items - sums.manual,
        "manualDiscountTotal": sums.manual,
        "isStoreCreditApplied": checkout.store_credit_applied,
        "shouldExecuteSpamCheck": checkout.spam_check_needed,
        "giftCertificates": certificates(store, &sums),
        "createdTime": iso(checkout.created),
        "updatedTime": iso(checkout.updated),
        "customerMessage": checkout.customer_message,
        "channelId": checkout.channel_id,
        "fees": [],
        "version": checkout.version,
    });
    if let Some(view) = view.as_object_mut() {
        add_included(view, store, checkout, include);
    }
    view
}

fn add_included(
    view: &mut Map<String, Value>,
    store: &State,
    checkout: &Checkout,
    include: &Include,
) {
    if include.has("customer") || include.has("customer.customerGroup") {
        let with_group = include.has("customer.customerGroup");
        view.insert(
            "customer".to_owned(),
            customer(store, checkout.customer_id, with_group),
        );
    }
    if include.has("promotions.banners") || include.has("promotions") {
        view.insert("promotions".to_owned(), json!([]));
    }
    if include.has("payments") {
        // Recorded so where no hosted payment has begun.
        view.insert("payments".to_owned(), json!([{}]));
    }
}

/// A cart by itself.
#[must_use]
pub fn cart(store: &State, checkout: &Checkout, include: &Include) -> Value {
    let sums = pricing::totals(store, checkout);
    cart_with(store, checkout, &sums, include, "")
}

fn cart_with(
    store: &State,
    checkout: &Checkout,
    sums: &Totals,
    include: &Include,
    prefix: &str,
) -> Value {
    let email = checkout
        .billing
        .as_ref()
        .map_or("", |billing| &billing.address.email);
    let signed_in = store.customers.get(&checkout.customer_id);
    let email = signed_in.map_or(email, |customer| &customer.email);
    let discounted: Vec<Value> = checkout
        .items
        .iter()
        .map(|item| json!({"id": item.id, "discountedAmount": automatic_on(checkout, item)}))
        .collect();
    json!({
        "id": checkout.id,
        "customerId": checkout.customer_id,
        "email": email,
        "currency": currency(store, &checkout.currency),
        "isTaxIncluded": store.switches.prices_include_tax,
        "baseAmount": sums.base,
        "discountAmount": sums.automatic,
        "cartAmount": sums.cart,
        "coupons": coupons(checkout),
        "discounts": discounted,
        "lineItems": line_items(store, checkout, include, prefix),
        "createdTime": iso(checkout.created),
        "updatedTime": iso(checkout.updated),
        "locale": checkout.locale,
        "version": checkout.version,
    })
}

fn automatic_on(checkout: &Checkout, item: &LineItem) -> Decimal {
    let discounts = checkout.evaluation.lines.get(&item.id);
    discounts.map(LineDiscounts::automatic).unwrap_or_default()
}

/// A currency as carts and orders show it.
#[must_use]
pub fn currency(store: &State, code: &str) -> Value {
    let known = store.currency(code);
    json!({
        "name": known.map_or(code, |currency| &currency.name),
        "code": code,
        "symbol": known.map_or("", |currency| &currency.symbol),
        "decimalPlaces": known.map_or(2, |currency| currency.decimal_places),
    })
}

fn coupons(checkout: &Checkout) -> Vec<Value> {
    let view = |coupon: &AppliedCoupon| {
        json!({
            "id": coupon.code_id,
            "code": coupon.code,
            "displayName": coupon.display_name,
            "couponType": "promotion",
            "discountedAmount": State::coupon_amount(checkout, &coupon.code),
        })
    };
    checkout.coupons.iter().map(view).collect()
}

fn certificates(store: &State, sums: &Totals) -> Vec<Value> {
    let parts = sums.certificates.iter();
    parts
        .map(|part| {
            let bought = store
                .certificates
                .get(&part.id)
                .map(|known| known.purchase_date.date().to_string());
            json!({
                "code": part.code,
                "balance": part.balance,
                "used": part.used,
                "remaining": part.balance - part.used,
                "purchaseDate": bought,
            })
        })
        .collect()
}

fn billing_address(checkout: &Checkout) -> Value {
    let Some(billing) = &checkout.billing else {
        return json!({});
    };
    let mut view = json!(billing.address);
    view["id"] = json!(billing.id);
    view
}
