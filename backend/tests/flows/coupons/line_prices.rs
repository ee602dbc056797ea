//! What a line costs is not always its list price: parts of a cent, prices of its own, taxes of another
//! zone, promotions on the order.

use serde_json::{Value, json};
use voucherbridge_stand_in::shopper::Shopper;

use crate::{
    coupons::unknowns::{agrees, choose_shipping},
    world::World,
};

/// A price of 41.625: the condition must not ask for more than is spent.
#[tokio::test]
async fn prices_below_a_cent_are_rounded_down_for_the_condition() {
    for quantity in [1, 3] {
        let world = World::new().await;
        world.takes_amounts_as_told().await;
        let mut shopper = world.shopper_with(&[(113, 215, quantity)]).await;
        world.set_line_price(&mut shopper, quantity, "41.625").await;
        world.apply_to_custom_prices().await;
        let (codes, sentences) = world.check_out_with(&mut shopper, "SAVE10").await;
        assert_eq!((codes.len(), sentences.len()), (1, 0), "{sentences:?}");
        agrees(&mut shopper, &codes, "41.625").await;
    }
}

/// Lines with a price of their own, which the store's promotions leave alone: the percentage is of
/// the whole cart where others have room for it, else the code leaves.
#[tokio::test]
async fn lines_with_a_custom_price_agree() {
    for applies in [false, true] {
        for cart in [&[(113, 215, 1)][..], &[(113, 215, 1), (116, 218, 1)]] {
            for code in ["SAVE10", "TAKE20", "CASE5", "FREESOCKS"] {
                let world = World::new().await;
                world.takes_amounts_as_told().await;
                if applies {
                    world.apply_to_custom_prices().await;
                }
                let mut shopper = world.shopper_with(cart).await;
                world.set_line_price(&mut shopper, 1, "30.00").await;
                let what = format!("{code}, {} lines, {applies}", cart.len());
                let (codes, sentences) = world.check_out_with(&mut shopper, code).await;
                assert_eq!(codes.len() + sentences.len(), 1, "{what}: {sentences:?}");
                let money = agrees(&mut shopper, &codes, &what).await;
                assert!(!applies || codes.len() == 1, "{what}: {sentences:?}");
                if codes.is_empty() {
                    continue;
                }
                choose_shipping(&mut shopper).await;
                let order = shopper.place_order("cod").await.unwrap();
                world.order_event(order).await;
                let locks = world.locks(&shopper).await;
                let lock = locks.last().unwrap();
                assert_eq!(lock.state.as_str(), "redeemed", "{what}");
                assert_eq!(lock.order_discount.unwrap().0, money, "{what}");
            }
        }
    }
}

/// Recorded: a price of 225.00 is 204.55 for a shopper outside the zone. A tenth of that is taken off.
#[tokio::test]
async fn outside_the_tax_zone_a_code_works_on_what_is_paid() {
    let outside = json!({"tax_zone": "outside", "tax_percent": 10, "prices_include_tax": true});
    let world = World::with(&outside).await;
    let mut shopper = world.shopper_with(&[(116, 218, 1)]).await;
    let (codes, _) = world.check_out_with(&mut shopper, "SAVE10").await;
    // 129.00 is 117.27.
    assert_eq!(codes[0].amount, 1_173);
    let order = shopper.place_order("cod").await.unwrap();
    world.order_event(order).await;
    assert_eq!(world.state(&shopper).await, "redeemed");
}

/// With a promotion on the order, the price a code works on is what that leaves, wherever the store
/// shows it.
#[tokio::test]
async fn a_code_works_on_what_promotions_on_the_order_leave() {
    for shown in ["automatic", "on_items", "with_coupons"] {
        let switches =
            json!({"line_discount_amount": shown, "promotion_5_off_orders_over_100": true});
        let world = World::with(&switches).await;
        world.charges_list_prices().await;
        let mut shopper = world.shopper_with(&[(116, 218, 1)]).await;
        for _ in 0..2 {
            let (codes, sentences) = world.check_out_with(&mut shopper, "SAVE10").await;
            assert_eq!((codes[0].amount, sentences.len()), (1_240, 0), "{shown}");
        }
    }
}

impl World {
    /// The merchant lets promotions discount lines with a custom price.
    async fn apply_to_custom_prices(&self) {
        let position = json!({"promotions_apply_to_custom_prices": true});
        self.shop_control("PUT", "switches", &position).await;
    }

    /// Management sets the price of the cart's first line.
    pub async fn set_line_price(&self, shopper: &mut Shopper, quantity: i64, price: &str) {
        let checkout = shopper.read().await.unwrap();
        let line = &checkout["cart"]["lineItems"]["physicalItems"][0];
        let (cart, id) = (&shopper.checkout, line["id"].as_str().unwrap());
        let url = self.management_url(&format!("v3/carts/{cart}/items/{id}"));
        let price: Value = serde_json::from_str(price).unwrap();
        let body = json!({"line_item": {"product_id": line["productId"],
            "variant_id": line["variantId"], "quantity": quantity, "list_price": price}});
        self.manage("PUT", &url, &body).await;
    }
}
