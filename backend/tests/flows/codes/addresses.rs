//! Who a shopper is to a limit per customer, by the e-mail address.

use serde_json::json;
use voucherbridge::domain::settings::SourceId;
use voucherbridge_stand_in::shopper::Shopper;
use voucherbridge_test_support::platforms::ALICE;

use crate::world::World;

const SHIRT: (i64, i64, i64) = (112, 213, 1);

impl World {
    async fn guest(&self, address: &str) -> Shopper {
        let mut shopper = Shopper::enter(&self.stand_in.shop_url);
        shopper.fill_cart(&[SHIRT]).await.unwrap();
        shopper.fill_in(address).await.unwrap();
        shopper
    }

    async fn alice(&self) -> Shopper {
        self.customer(ALICE, &[SHIRT]).await
    }

    /// Pays with the code that each customer has once.
    async fn use_first10(&self, mut shopper: Shopper) {
        self.apply(&mut shopper, "FIRST10").await;
        let order = shopper.place_order("cod").await.unwrap();
        self.order_event(order).await;
        assert_eq!(self.state(&shopper).await, "redeemed");
    }
}

#[tokio::test]
async fn spellings_of_one_address_are_one_shopper() {
    let world = World::new().await;
    world.use_first10(world.guest("A@Example.com").await).await;
    for again in ["a@example.com", "  a@example.com", "A@EXAMPLE.COM"] {
        let guest = world.guest(again).await;
        let reason = world.reason(&guest, "FIRST10").await;
        assert_eq!(reason, "redemption_rules_not_met", "{again:?}");
    }
    world.use_first10(world.guest("b@example.com").await).await;
}

/// Anyone can type anyone's address: what a guest does is not counted against the account.
#[tokio::test]
async fn a_guest_and_an_account_with_one_address_are_two_shoppers() {
    for source_id in [SourceId::CustomerId, SourceId::Email] {
        let world = World::with_settings(&json!({}), |settings| {
            settings.source_id = source_id;
        })
        .await;
        let guest = world.guest("Alice@Example.com").await;
        world.use_first10(guest).await;
        world.use_first10(world.alice().await).await;
    }
}

#[tokio::test]
async fn they_are_one_where_the_merchant_says_so() {
    let world = World::with_settings(&json!({}), |settings| {
        settings.source_id = SourceId::Email;
        settings.guests_are_customers = true;
    })
    .await;
    world
        .voucherify_control("PUT", "switches", &json!({ "customers_by": "email" }))
        .await;
    let guest = world.guest("ALICE@Example.com").await;
    world.use_first10(guest).await;
    let alice = world.alice().await;
    let reason = world.reason(&alice, "FIRST10").await;
    assert_eq!(reason, "redemption_rules_not_met");
}
