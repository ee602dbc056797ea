//! Tax on top of prices and contained in them, in every place where amounts are shown.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
mod support;

use common::Shop as Server;
use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use support::Browser;
use support::shop::{Shop, amount_off, percent_off};
use voucherbridge_stand_in::bigcommerce::model::{Decimal, Taxed};

/// A paid order of two phone cases and one pair of socks, 10.00 off, 5.00 for shipping, 10 % tax.
/// Gives the storefront's checkout, the management's, and the order's number.
async fn walk(server: &Server, included: bool) -> (Value, Value, u64) {
    let switches = json!({"tax_percent": 10, "prices_include_tax": included});
    server.control(Method::PUT, "/switches", switches).await;
    server.coupon("TEN", "10.00").await;
    let mut browser = Browser::visiting(&server.stand_in).await;
    let cart = browser.fill_cart(&[(113, 2), (115, 1)]).await;
    let coupons = format!("/api/storefront/checkouts/{cart}/coupons");
    browser.post(&coupons, json!({"couponCode": "TEN"})).await;
    let seen = browser.ready_to_pay(&cart).await.body;
    let (_, managed) = server.get(&format!("/v3/checkouts/{cart}")).await;
    let placed = browser.place_order(&cart, "cod").await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    let id = placed.body["data"]["order"]["orderId"].as_u64().unwrap();
    let path = format!("/api/storefront/orders/{id}");
    let order = browser.get(&path).await.body;
    assert_eq!(order["isTaxIncluded"], included);
    assert_eq!(
        (&order["taxTotal"], &order["orderAmount"]),
        (&seen["taxTotal"], &seen["grandTotal"])
    );
    (seen, managed["data"].clone(), id)
}

#[tokio::test]
async fn tax_comes_on_top() {
    let server = Server::start();
    let (seen, managed, id) = walk(&server, false).await;
    assert_eq!(seen["cart"]["isTaxIncluded"], false);
    assert_eq!(
        (&seen["subtotal"], &seen["cart"]["cartAmount"]),
        (&json!(47.3), &json!(37.3))
    );
    // Lines of 39.80 − 8.41 and 7.50 − 1.59: 3.14 and 0.59; 0.50 on shipping.
    assert_eq!(
        (&seen["taxTotal"], &seen["grandTotal"]),
        (&json!(4.23), &json!(46.53))
    );
    let cart = &managed["cart"];
    assert_eq!(cart["tax_included"], false);
    assert_eq!(cart["cart_amount_ex_tax"], 37.3);
    assert_eq!(cart["cart_amount_inc_tax"], 41.03);
    assert_eq!(managed["subtotal_ex_tax"], 47.3);
    assert_eq!(managed["subtotal_inc_tax"], 52.03);
    assert_eq!(managed["shipping_cost_total_inc_tax"], 5.5);
    assert_eq!(managed["shipping_cost_total_ex_tax"], 5);
    assert_eq!(managed["consignments"][0]["shipping_cost_inc_tax"], 5.5);
    assert_eq!(
        (&managed["tax_total"], &managed["grand_total"]),
        (&json!(4.23), &json!(46.53))
    );

    let (_, order) = server.get(&format!("/v2/orders/{id}")).await;
    let amounts = [
        ("subtotal_ex_tax", "47.3000"),
        ("subtotal_inc_tax", "52.0300"),
        ("subtotal_tax", "3.7300"),
        ("shipping_cost_ex_tax", "5.0000"),
        ("shipping_cost_inc_tax", "5.5000"),
        ("shipping_cost_tax", "0.5000"),
        ("total_ex_tax", "42.3000"),
        ("total_inc_tax", "46.5300"),
        ("total_tax", "4.2300"),
    ];
    for (field, amount) in amounts {
        assert_eq!(order[field], amount, "{field}");
    }
    assert_eq!(order["is_tax_inclusive_pricing"], false);
    let (_, lines) = server.get(&format!("/v2/orders/{id}/products")).await;
    let cases = &lines[0];
    let amounts = [
        ("base_price", "19.9000"),
        ("price_ex_tax", "19.9000"),
        ("price_inc_tax", "21.8900"),
        ("price_tax", "1.9900"),
        ("base_total", "39.8000"),
        ("total_ex_tax", "39.8000"),
        ("total_inc_tax", "43.7800"),
        ("total_tax", "3.9800"),
        ("discounted_total_inc_tax", "34.5300"),
    ];
    for (field, amount) in amounts {
        assert_eq!(cases[field], amount, "{field}");
    }
}

#[tokio::test]
async fn tax_is_contained() {
    let server = Server::start();
    let (seen, managed, id) = walk(&server, true).await;
    assert_eq!(seen["cart"]["isTaxIncluded"], true);
    assert_eq!(
        (&seen["subtotal"], &seen["cart"]["cartAmount"]),
        (&json!(47.3), &json!(37.3))
    );
    // 31.39 and 5.91 contain 2.85 and 0.54; 5.00 of shipping contain 0.45.
    assert_eq!(
        (&seen["taxTotal"], &seen["grandTotal"]),
        (&json!(3.84), &json!(42.3))
    );
    let cart = &managed["cart"];
    assert_eq!(cart["tax_included"], true);
    assert_eq!(cart["cart_amount_inc_tax"], 37.3);
    assert_eq!(cart["cart_amount_ex_tax"], 33.91);
    assert_eq!(managed["subtotal_inc_tax"], 47.3);
    assert_eq!(managed["subtotal_ex_tax"], 43);
    assert_eq!(managed["shipping_cost_total_inc_tax"], 5);
    assert_eq!(managed["shipping_cost_total_ex_tax"], 4.55);
    assert_eq!(
        (&managed["tax_total"], &managed["grand_total"]),
        (&json!(3.84), &json!(42.3))
    );
    let (_, store) = server.get("/v2/store").await;
    assert_eq!(store["is_price_entered_with_tax"], true);

    let (_, order) = server.get(&format!("/v2/orders/{id}")).await;
    let amounts = [
        ("subtotal_ex_tax", "43.0000"),
        ("subtotal_inc_tax", "47.3000"),
        ("subtotal_tax", "3.3900"),
        ("shipping_cost_ex_tax", "4.5500"),
        ("shipping_cost_inc_tax", "5.0000"),
        ("shipping_cost_tax", "0.4500"),
        ("total_ex_tax", "38.4600"),
        ("total_inc_tax", "42.3000"),
        ("total_tax", "3.8400"),
    ];
    for (field, amount) in amounts {
        assert_eq!(order[field], amount, "{field}");
    }
    assert_eq!(order["is_tax_inclusive_pricing"], true);
    let (_, lines) = server.get(&format!("/v2/orders/{id}/products")).await;
    let amounts = [
        ("base_price", "19.9000"),
        ("price_ex_tax", "18.0900"),
        ("price_inc_tax", "19.9000"),
        ("price_tax", "1.8100"),
        ("total_ex_tax", "36.1800"),
        ("total_inc_tax", "39.8000"),
        ("total_tax", "3.6200"),
        ("discounted_total_inc_tax", "31.3900"),
    ];
    for (field, amount) in amounts {
        assert_eq!(lines[0][field], amount, "{field}");
    }
}

#[test]
fn a_manual_discount_is_part_of_the_lines_before_tax() {
    let mut shop = Shop::with(&[(113, 1), (115, 1)]);
    shop.state.switches.tax_percent = Decimal::cents(1_000);
    let cart = shop.cart.clone();
    shop.ship();
    shop.state.checkout_mut(&cart).unwrap().manual_discount = Decimal::cents(1_000);
    let sums = shop.sums();
    assert_eq!(
        (sums.manual.to_cents(), sums.cart.to_cents()),
        (1_000, 1_740)
    );
    let id = shop.order();
    let lines = &shop.state.orders[&id].products;
    let shares: Vec<i64> = lines
        .iter()
        .map(|line| line.manual_discount.to_cents())
        .collect();
    assert_eq!(shares, [726, 274]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn lines_shipping_and_tax_add_up_in_every_currency(
        quantities in proptest::collection::vec(1i64..6, 4),
        tax_hundredths in 0i64..3_000,
        included: bool,
        percent in 0u32..100,
        off in 1i64..5_000,
        currency in prop::sample::select(vec!["USD", "EUR", "JPY", "KWD"]),
    ) {
        let products = [111, 113, 114, 115];
        let lines: Vec<(u64, i64)> = products.into_iter().zip(quantities).collect();
        let mut shop = Shop::with(&lines);
        shop.state.switches.tax_percent = Decimal::cents(tax_hundredths);
        shop.state.switches.prices_include_tax = included;
        let cart = shop.cart.clone();
        shop.state.change_currency(&cart, currency).unwrap();
        let all = |shop: &mut Shop, id| shop.change(id, |one| "*".clone_into(&mut one.currency_code));
        let automatic = shop.automatic(&percent_off(&percent.to_string()));
        all(&mut shop, automatic);
        let coupon = shop.coupon("OFF", &amount_off(&Decimal::cents(off).two_places()));
        all(&mut shop, coupon);
        shop.apply("OFF").unwrap();
        shop.ship();
        let sums = shop.sums();
        let places = shop.checkout().decimal_places;
        let id = shop.order();
        let order = &shop.state.orders[&id];
        let lines = order.products.iter().map(|line| order.tax_terms.of(line.left()));
        let shipping = order.shipping.iter().map(|part| order.tax_terms.of(part.cost));
        let whole: Taxed = lines.chain(shipping).sum();
        prop_assert_eq!(whole.inc, order.total);
        prop_assert_eq!(whole.tax(), order.tax);
        prop_assert_eq!(order.total, sums.grand_total);
        prop_assert_eq!(order.tax, sums.tax);
        let shown = order.subtotal - order.discount_amount - order.coupon_discount
            + order.shipping_cost;
        prop_assert_eq!(order.total, if included { shown } else { shown + order.tax });
        for amount in [order.total, order.tax, order.coupon_discount, order.discount_amount] {
            prop_assert_eq!(amount, amount.rounded(places));
        }
    }
}
