//! Retail prices, and currencies as the store says: what has no decimals there has none here.

use serde_json::{Value, json};
use voucherbridge::{
    domain::{Currency, currencies::Currencies, settings::StoreSettings},
    worker,
};
use voucherbridge_stand_in::bigcommerce::model::Decimal;
use voucherbridge_test_support::platforms::BOB;

use crate::{
    money::{SHIRT, cents, used},
    world::{World, coupons},
};

/// A world that has learnt the store's currencies, with the project in one of them. What is to pay is what
/// the items and their shipping cost: there is no tax. Coupons take off what they are told in each of them;
/// `coupons/stacking.rs` tells what follows elsewhere.
async fn world(project: &str, choose: impl FnOnce(&mut StoreSettings)) -> World {
    let learnt = World::new().await.connection.bigcommerce.currencies().await;
    let currencies: Currencies = learnt.unwrap();
    let position = json!({ "tax_percent": 0, "coupons_only_in_default_currency": false });
    World::with_settings(&position, |settings| {
        settings.currencies = currencies;
        settings.currency = Currency::parse(project).unwrap();
        choose(settings);
    })
    .await
}

impl World {
    fn set_retail_price(&self, product: u64, cents: i64) {
        let mut shop = self.stand_in.bigcommerce.lock();
        let product = shop.products.get_mut(&product).unwrap();
        product.retail_price = Some(Decimal::cents(cents));
    }

    fn set_decimals(&self, currency: &str, decimals: u8) {
        let mut shop = self.stand_in.bigcommerce.lock();
        let mut all = shop.currencies.iter_mut();
        let found = all.find(|one| one.code == currency).unwrap();
        found.decimal_places = decimals;
    }
}

#[tokio::test]
async fn a_card_pays_all_there_is_to_pay_though_codes_are_on_retail_prices() {
    let world = world("USD", |settings| settings.retail_prices = true).await;
    world.set_price(112, 1_000);
    world.set_retail_price(112, 2_000);
    // 12.00 are left on the card.
    world.change_balance("GIFT50", -3_800).await;
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    let (native, checkout) = world.pay_with(&mut shopper, "GIFT50").await;
    assert_eq!(cents(&checkout["grandTotal"]), 1_500);
    assert_eq!(used(&checkout, &native), 1_200);
    assert_eq!(world.card("GIFT50").await, (1_200, 1_200));
}

#[tokio::test]
async fn a_loyalty_card_spends_points_for_what_the_items_cost() {
    let world = world("USD", |settings| settings.retail_prices = true).await;
    world.set_price(112, 1_000);
    world.set_retail_price(112, 1_500);
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    world.sign_in(&shopper, BOB).await;
    world.apply(&mut shopper, "LOYALTY500").await;
    let lock = world.locks(&shopper).await.pop().unwrap();
    let reward = lock.coupons[0].reward.clone().unwrap();
    assert_eq!((reward.points, lock.discount.0), (Some(100), 1_000));
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
}

#[tokio::test]
async fn retail_prices_are_converted_as_the_store_converts_prices() {
    for project in ["USD", "EUR"] {
        let world = world(project, |settings| settings.retail_prices = true).await;
        let mut shopper = world.shopper().await;
        shopper.change_currency("EUR").await.unwrap();
        world.apply(&mut shopper, "SAVE10").await;
        let shown = coupons(&shopper.read().await.unwrap());
        assert_eq!(shown[0].1, 7_811, "849.00 are 781.08");
    }
}

/// A store's decimals are read again every day, whatever ISO 4217 says of the currency.
#[tokio::test]
async fn the_decimals_of_a_currency_are_the_stores() {
    let world = World::new().await;
    world.set_decimals("EUR", 0);
    let store = &world.connection.store;
    worker::sweep(&world.context).await.unwrap();
    let record = world.context.database.store_record(store).await.unwrap();
    let learnt = record.unwrap().settings.currencies;
    let unit = |code: &str| learnt.unit(Currency::parse(code).unwrap()).0;
    assert_eq!((unit("EUR"), unit("HUF"), unit("USD")), (100, 100, 1));
}

/// Carts of 1333 in each currency that has decimals by ISO 4217 and none in this store.
#[tokio::test]
async fn what_has_no_decimals_in_the_store_is_discounted_in_whole_units() {
    for (currency, dollars) in [("HUF", 363), ("CZK", 5_746), ("TWD", 4_146)] {
        let world = world("USD", |_| {}).await;
        world.set_price(112, dollars);
        let mut shopper = world.shopper_with(&[SHIRT]).await;
        shopper.change_currency(currency).await.unwrap();
        let checkout = shopper.read().await.unwrap();
        assert_eq!(
            cents(&checkout["cart"]["baseAmount"]),
            133_300,
            "{currency}"
        );
        world.apply(&mut shopper, "ONCE15").await;
        let lock = world.locks(&shopper).await.pop().unwrap();
        assert_eq!(lock.discount.0, 19_900, "15 % are 199.95 {currency}");
        let shown = coupons(&shopper.read().await.unwrap());
        assert_eq!(shown[0].1, 19_900, "{currency}");
        shopper.fill_in("shopper@example.com").await.unwrap();
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, "redeemed", "{currency}");
    }
}

/// A card of 500.50 pays 500, and gets whole units of a refund back.
#[tokio::test]
async fn a_card_pays_whole_units_and_gets_whole_units_back() {
    use voucherbridge::domain::refunds::OfflineRefunds::InProportion;
    for currency in ["JPY", "HUF", "CZK", "TWD"] {
        let world = world(currency, |settings| settings.offline_refunds = InProportion).await;
        world.change_balance("GIFT150", 35_050).await;
        // 1333 of each, so that the refund is a part of the order everywhere.
        let price = match currency {
            "JPY" => 889,
            "HUF" => 363,
            "CZK" => 5_746,
            _ => 4_146,
        };
        world.set_price(112, price);
        let mut shopper = world.shopper_with(&[SHIRT, SHIRT, SHIRT]).await;
        shopper.change_currency(currency).await.unwrap();
        shopper.fill_in("shopper@example.com").await.unwrap();
        let (native, checkout) = world.pay_with(&mut shopper, "GIFT150").await;
        assert_eq!(used(&checkout, &native), 50_000, "{currency}");
        assert_eq!(world.card("GIFT150").await, (50_050, 50_000), "{currency}");
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.card("GIFT150").await, (50, 0), "{currency}");
        world.refund_to(order, "custom", 171_300).await;
        let (balance, _) = world.card("GIFT150").await;
        assert_eq!((balance - 50) % 100, 0, "{balance} {currency}");
        assert!(balance > 50, "{currency}");
        world.mark_order(order, "cancelled").await;
        world.order_event(order).await;
        assert_eq!(world.card("GIFT150").await, (50_050, 0), "{currency}");
    }
}

/// Totals that end in every thousandth, one after the other.
#[tokio::test]
async fn a_card_that_covers_dinars_leaves_no_thousandth() {
    let mut ends = std::collections::BTreeSet::new();
    for price in [4_012, 4_015, 4_016, 4_017, 4_019] {
        ends.insert(covered_in_dinars(price).await);
    }
    assert_eq!(ends.len(), 5, "{ends:?}");
}

/// Covers a T-shirt of this price by a card, and gives the last digit of what it costs in dinars.
async fn covered_in_dinars(price: i64) -> Option<char> {
    let world = world("KWD", |_| {}).await;
    world.set_price(112, price);
    let mut shopper = world.shopper_with(&[SHIRT]).await;
    shopper.change_currency("KWD").await.unwrap();
    shopper.fill_in("shopper@example.com").await.unwrap();
    let total = shopper.read().await.unwrap()["grandTotal"].to_string();
    let (_, checkout) = world.pay_with(&mut shopper, "GIFT50").await;
    assert_eq!(checkout["outstandingBalance"].to_string(), "0", "{total}");
    let order = shopper.place_order_without_payment().await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
    let spent = world.order_certificates(order).await;
    assert_eq!(world.card("GIFT50").await, (5_000 - spent, 0));
    let thousandths = total.split_once('.').filter(|(_, end)| end.len() == 3);
    thousandths.and_then(|(_, end)| end.chars().last())
}

/// A refused code beside it changes nothing of that.
#[tokio::test]
async fn a_loyalty_card_spends_no_more_points_beside_a_code_that_is_refused() {
    for refused in ["EXPIRED10", "ALONE30"] {
        let world = world("USD", |settings| settings.retail_prices = true).await;
        world.set_price(112, 1_000);
        world.set_retail_price(112, 1_500);
        let mut shopper = world.bobs(&[SHIRT]).await;
        world.apply(&mut shopper, "LOYALTY500").await;
        world.reason(&shopper, refused).await;
        let lock = world.locks(&shopper).await.pop().unwrap();
        let reward = lock.coupons[0].reward.clone().unwrap();
        let what = (reward.points, lock.discount.0);
        assert_eq!(what, (Some(100), 1_000), "beside {refused}");
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, "redeemed", "beside {refused}");
    }
}

/// Rules of cards are about what the items cost, as cards pay that: not about their retail prices.
#[tokio::test]
async fn a_rule_of_a_card_is_about_what_the_items_cost() {
    for (operator, bound_at, holds) in [
        ("$less_than_or_equal", 1_500, true),
        ("$less_than_or_equal", 900, false),
        ("$more_than_or_equal", 1_500, false),
        ("$more_than_or_equal", 900, true),
    ] {
        let world = world("USD", |settings| settings.retail_prices = true).await;
        world.set_price(112, 1_000);
        world.set_retail_price(112, 2_000);
        world.make_voucher(&bound(operator, bound_at)).await;
        let mut shopper = world.shopper_with(&[SHIRT]).await;
        let what = format!("{operator} {bound_at}");
        if !holds {
            assert_eq!(
                world.reason(&shopper, "BOUND50").await,
                "rules_not_met",
                "{what}"
            );
            assert_eq!(world.card("BOUND50").await, (5_000, 0), "{what}");
            assert_eq!(world.certificates().await, 0, "{what}");
            continue;
        }
        let (native, checkout) = world.pay_with(&mut shopper, "BOUND50").await;
        assert_eq!(used(&checkout, &native), 1_500, "{what}");
        world.refresh(&shopper).await;
        assert_eq!(world.card("BOUND50").await, (5_000, 1_500), "{what}");
    }
}

#[tokio::test]
async fn a_rule_of_a_card_beside_a_coupon_is_about_what_that_leaves() {
    let world = world("USD", |settings| settings.retail_prices = true).await;
    world.set_price(112, 1_000);
    world.set_retail_price(112, 2_000);
    world
        .make_voucher(&bound("$less_than_or_equal", 1_500))
        .await;
    let shopper = world.shopper_with(&[SHIRT]).await;
    let entered = world.enter(&shopper, "SAVE10 BOUND50 EXPIRED10").await;
    let told = entered
        .codes
        .iter()
        .map(|one| (one.code.as_str(), one.amount));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [("SAVE10", 200), ("BOUND50", 1_300)]
    );
    assert_eq!(entered.rejected[0].code, "EXPIRED10");
    assert_eq!(world.card("BOUND50").await, (5_000, 1_300));
}

/// A card of 50.00 with a rule on the order's amount.
fn bound(operator: &str, bound: i64) -> Value {
    json!({
        "code": "BOUND50", "type": "GIFT_VOUCHER",
        "gift": {"amount": 5_000, "effect": "APPLY_TO_ORDER"},
        "rules": [{"name": "order.initial_amount", "conditions": {operator: [bound]}}],
    })
}
