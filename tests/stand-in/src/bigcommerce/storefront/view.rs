//! Carts and checkouts as the storefront writes them.

use serde_json::{Map, Value, json};

use super::customer_view::customer;
use super::visit::Include;
use crate::bigcommerce::model::timestamp::iso;
use crate::bigcommerce::model::{
    AppliedCoupon, Checkout, Consignment, Decimal, LineDiscounts, LineItem, ModifierValue,
    OptionValue, ShippingOption, SoldCertificate, State,
};
use crate::bigcommerce::pricing::{
    self, Totals, free_shipping_of, selected_option, shipping_options,
};

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
        "isTaxIncluded": false,
        "baseAmount": sums.subtotal,
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

fn line_items(store: &State, checkout: &Checkout, include: &Include, prefix: &str) -> Value {
    let mut physical = Vec::new();
    let mut digital = Vec::new();
    for item in &checkout.items {
        let is_digital = store
            .product_of(item)
            .is_some_and(|(product, _)| product.is_digital);
        let (list, name) = if is_digital {
            (&mut digital, "digital")
        } else {
            (&mut physical, "physical")
        };
        let wants = |what: &str| include.has(&format!("{prefix}lineItems.{name}Items.{what}"));
        list.push(line_item(
            store,
            checkout,
            item,
            wants("options"),
            wants("categoryNames"),
        ));
    }
    json!({
        "physicalItems": physical,
        "digitalItems": digital,
        "giftCertificates": checkout.gift_certificates.iter().map(sold_certificate).collect::<Vec<_>>(),
        "customItems": [],
    })
}

/// A gift certificate for sale.
fn sold_certificate(line: &SoldCertificate) -> Value {
    let mut view = json!(line);
    view["taxable"] = json!(false);
    view["type"] = json!("giftCertificate");
    view
}

fn line_item(
    store: &State,
    checkout: &Checkout,
    item: &LineItem,
    with_options: bool,
    with_categories: bool,
) -> Value {
    let discounts = checkout
        .evaluation
        .lines
        .get(&item.id)
        .cloned()
        .unwrap_or_default();
    let automatic = discounts.order.iter().chain(&discounts.item);
    let listed: Vec<Value> = automatic
        .map(|(id, amount)| json!({"id": id, "discountedAmount": amount}))
        .collect();
    let found = store.product_of(item);
    let (product, variant) = (found.map(|found| found.0), found.map(|found| found.1));
    let address = |path: String| format!("{}{path}", store.store.url);
    let mut view = json!({
        "id": item.id,
        "parentId": null,
        "variantId": item.variant_id,
        "productId": item.product_id,
        "sku": variant.map_or("", |variant| &variant.sku),
        "name": product.map_or("", |product| &product.name),
        "url": product.map(|product| address(product.url_path())),
        "quantity": item.quantity,
        "brand": "",
        "isTaxable": true,
        "imageUrl": product.map(|product| address(product.image_path.clone())),
        "discounts": listed,
        "discountAmount": discounts.on_item(),
        "couponAmount": discounts.coupon(),
        "originalPrice": item.price,
        "listPrice": item.price,
        "salePrice": item.price,
        "retailPrice": product.and_then(|product| product.retail_price).map(|price| price.at_rate(checkout.rate)),
        "extendedListPrice": item.total(),
        "extendedSalePrice": item.total(),
        "comparisonPrice": item.price,
        "extendedComparisonPrice": item.total(),
        "isShippingRequired": product.is_some_and(|product| !product.is_digital),
        "giftWrapping": null,
        "addedByPromotion": item.gift_of.is_some(),
        "isMutable": item.gift_of.is_none(),
    });
    if with_options {
        let options = variant.map_or(&[][..], |variant| &variant.option_values);
        view["options"] = shown_options(options, &item.modifiers).into();
    }
    if with_categories {
        let ids = product
            .map(|product| &product.categories)
            .into_iter()
            .flatten();
        let names = ids
            .filter_map(|id| store.categories.get(id))
            .map(|category| &category.name);
        view["categoryNames"] = names.map(|name| json!(name)).collect();
    }
    view
}

/// Options and modifiers, as items show them. What was typed has no number.
#[must_use]
pub fn shown_options(options: &[OptionValue], modifiers: &[ModifierValue]) -> Vec<Value> {
    let options = options.iter().map(|value| {
        json!({
            "name": value.option_display_name,
            "nameId": value.option_id,
            "value": value.label,
            "valueId": value.id,
        })
    });
    let modifiers = modifiers.iter().map(|typed| {
        json!({
            "name": typed.name,
            "nameId": typed.id,
            "value": typed.value,
            "valueId": null,
        })
    });
    options.chain(modifiers).collect()
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
                .map(|known| iso(known.purchase_date));
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

fn consignments(checkout: &Checkout, include: &Include) -> Vec<Value> {
    let with_options = include.has("consignments.availableShippingOptions");
    let parts = checkout.consignments.iter();
    parts
        .map(|part| consignment(checkout, part, with_options))
        .collect()
}

fn consignment(checkout: &Checkout, part: &Consignment, with_options: bool) -> Value {
    let selected = selected_option(checkout, part);
    let free = free_shipping_of(checkout).filter(|_| {
        selected
            .as_ref()
            .is_some_and(|option| option.id == pricing::FREE)
    });
    let discounts: Vec<Value> = free
        .iter()
        .map(|free| json!({"id": free.promotion_id}))
        .collect();
    let cost = pricing::shipping_cost(checkout, part);
    let mut view = json!({
        "id": part.id,
        "shippingCost": cost,
        "shippingCostBeforeDiscount": cost,
        "comparisonShippingCost": cost,
        "handlingCost": 0,
        "couponDiscounts": [],
        "discounts": discounts,
        "lineItemIds": part.line_item_ids,
        "selectedShippingOption": null,
        "shippingAddress": part.address,
        "address": part.address,
    });
    let option_view = |option: &ShippingOption| {
        json!({
            "id": option.id,
            "type": option.kind,
            "description": option.description,
            "imageUrl": "",
            "cost": option.cost,
            "transitTime": "",
            "additionalDescription": "",
        })
    };
    if let Some(option) = &selected {
        view["selectedShippingOption"] = option_view(option);
    }
    if with_options {
        let options = shipping_options(checkout, part);
        let offered = options.iter().map(|option| {
            let mut view = option_view(option);
            view["isRecommended"] = json!(option.is_recommended);
            view
        });
        view["availableShippingOptions"] = offered.collect();
    }
    view
}
