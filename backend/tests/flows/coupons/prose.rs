//! What the descriptions of the platforms leave open or say in prose: right in every position.

use serde_json::json;
use voucherbridge::{
    bigcommerce::{NewPromotion, PromotionTerms},
    domain::{
        Code, Currency, Hundredths, OrderId, promotion_rules::PromotionRule,
        refunds::OfflineRefunds::InProportion,
    },
};

use crate::{money::SHIRT, world::World};

/// "You cannot delete promotions that still have coupon codes attached" is said of deleting several.
#[tokio::test]
async fn a_promotion_is_deleted_with_its_codes() {
    for stay in [false, true] {
        let world = World::with(&json!({"promotions_with_codes_stay": stay})).await;
        let mut shopper = world.shopper().await;
        let native = world.apply(&mut shopper, "SAVE10").await;
        assert_eq!(world.promotions().await.len(), 1, "{stay}");
        world.remove(&mut shopper, &native).await;
        assert_eq!(world.promotions().await.len(), 0, "{stay}");
        assert_eq!(world.usage("SAVE10").await, (0, 0), "{stay}");
    }
}

#[tokio::test]
async fn a_promotion_that_overrode_others_is_used_with_them() {
    for stops in [false, true] {
        let world = World::with(&json!({"stored_override_stops_combining": stops})).await;
        let bigcommerce = &world.connection.bigcommerce;
        let mut promotion = NewPromotion {
            name: "voucherbridge one".to_owned(),
            display_name: "SAVE10".to_owned(),
            terms: PromotionTerms {
                rules: vec![PromotionRule::OffOrder(Hundredths(500))],
                minimum_spend: Hundredths::ZERO,
                needed: Vec::new(),
                ends_at_ms: 4_000_000_000_000,
            },
            channel_id: 1,
            currency: Currency::parse("USD").unwrap(),
            combine: false,
        };
        let id = bigcommerce.create_promotion(&promotion).await.unwrap();
        promotion.combine = true;
        bigcommerce.update_promotion(id, &promotion).await.unwrap();
        let shop = world.stand_in.bigcommerce.lock();
        let id: u64 = id.to_string().parse().unwrap();
        let kept = &shop.promotions[&id];
        assert!(kept.can_be_used_with_other_promotions, "{stops}");
    }
}

/// The currency of an order is the one that is paid (`default_currency_code`), whatever was shown.
#[tokio::test]
async fn an_order_is_in_the_currency_that_is_paid() {
    for shown in [json!(null), json!("USD")] {
        let learnt = World::new().await.connection.bigcommerce.currencies().await;
        let switches = json!({ "orders_show_currency": shown });
        let world = World::with_settings(&switches, |settings| {
            settings.currencies = learnt.unwrap();
            settings.currency = Currency::parse("JPY").unwrap();
            settings.offline_refunds = InProportion;
        })
        .await;
        let mut shopper = world.shopper_with(&[SHIRT]).await;
        shopper.change_currency("JPY").await.unwrap();
        shopper.fill_in("shopper@example.com").await.unwrap();
        world.change_balance("GIFT150", 35_050).await;
        world.pay_with(&mut shopper, "GIFT150").await;
        let order = shopper.place_order("cod").await.unwrap();
        world.order_event(order).await;
        assert_eq!(world.state(&shopper).await, "redeemed", "{shown}");
        let read = world.connection.bigcommerce.order(OrderId(order)).await;
        assert_eq!(read.unwrap().currency.as_str(), "JPY", "shown {shown}");
        world.refund_to(order, "custom", 171_300).await;
        let (balance, _) = world.card("GIFT150").await;
        assert_eq!((balance - 50) % 100, 0, "{balance} shown {shown}");
    }
}

/// Transactions come a hundred at a time, and in which order is not said.
#[tokio::test]
async fn a_transaction_is_found_behind_a_hundred_others() {
    let world = World::new().await;
    let (voucherify, card) = (&world.connection.voucherify, Code::parse("GIFT50").unwrap());
    let added = voucherify.add_balance(&card, Hundredths(5), "ours", "refund");
    added.await.unwrap();
    for _ in 0..101 {
        let other = voucherify.add_balance(&card, Hundredths(1), "theirs", "refund");
        other.await.unwrap();
    }
    assert!(voucherify.has_transaction(&card, "ours").await.unwrap());
    assert!(!voucherify.has_transaction(&card, "never").await.unwrap());
}
