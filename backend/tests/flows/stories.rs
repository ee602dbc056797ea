//! What many stories share: how they begin, how time goes by, and how random ones are told.

use std::fmt::Debug;

use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;
use voucherbridge::{domain::lock::LockState, worker};
use voucherbridge_stand_in::{bigcommerce::model::Order, shopper::Shopper};

use crate::world::World;

const SHORT_FORM: u32 = 12;

/// A shop that allows `allowed` coupons at a checkout.
pub async fn shop_with_coupons(allowed: i64) -> World {
    let world =
        World::with_settings(&json!({}), |settings| settings.coupons_allowed = allowed).await;
    world.allow_coupons(allowed).await;
    world
}

impl World {
    /// The merchant says how many coupons a checkout may have.
    pub async fn allow_coupons(&self, allowed: i64) {
        let url = self.management_url("v3/promotions/settings");
        let settings = json!({
            "promotions_triggered_by_products_with_zero_product_price": false,
            "promotions_apply_on_products_with_custom_product_price": false,
            "number_of_coupons_allowed_at_checkout": allowed,
            "promotions_applied_on_original_product_price": true,
        });
        self.manage("PUT", &url, &settings).await;
    }

    /// A shopper with a phone and a code placed an order, and nobody told of it.
    pub async fn ordered(&self, code: &str, payment: &str) -> (Shopper, i64) {
        let mut shopper = self.shopper().await;
        self.apply(&mut shopper, code).await;
        let order = shopper.place_order(payment).await.unwrap();
        (shopper, order)
    }

    /// The same, and BigCommerce told of it.
    pub async fn ordered_and_told(&self, code: &str, payment: &str) -> (Shopper, i64) {
        let (shopper, order) = self.ordered(code, payment).await;
        self.order_event(order).await;
        (shopper, order)
    }

    /// So many times so many minutes go by, and the worker does what is due; `check` after each.
    pub async fn time_goes_by(
        &self,
        times: usize,
        minutes: i64,
        mut check: impl AsyncFnMut(&Self),
    ) {
        for _ in 0..times {
            self.move_time(60 * minutes);
            worker::sweep(&self.context).await.unwrap();
            self.settle().await;
            check(self).await;
        }
    }

    pub async fn hours(&self, hours: usize) {
        self.time_goes_by(hours, 60, async |_| {}).await;
    }

    /// Where orders name late what paid them, they are looked at again until they do: the older, the later.
    pub async fn names_come(&self) {
        let switches = self.stand_in.bigcommerce.lock().switches.clone();
        for _ in 0..switches.order_transactions_hidden_reads {
            self.move_time(10 * 60);
            self.settle().await;
        }
    }

    /// What orders record of the codes of this checkout that were redeemed, in hundredths.
    pub async fn recorded(&self, shopper: &Shopper) -> i64 {
        let locks = self.locks(shopper).await;
        let redeemed = locks
            .iter()
            .filter(|lock| lock.state == LockState::Redeemed);
        let recorded = redeemed.map(|lock| lock.order_discount.unwrap_or_default().0);
        recorded.sum()
    }

    /// What becomes of an order without a word of it.
    pub fn change_order(&self, order: i64, change: impl FnOnce(&mut Order)) {
        let mut shop = self.stand_in.bigcommerce.lock();
        change(shop.orders.get_mut(&u64::try_from(order).unwrap()).unwrap());
    }
}

/// Tells random stories, as many as `PROPTEST_CASES` says.
pub fn tell_stories<S: Debug>(
    stories: &impl Strategy<Value = S>,
    max_shrink_iters: u32,
    tell: &impl AsyncFn(&S),
) {
    let cases = std::env::var("PROPTEST_CASES").ok();
    let config = ProptestConfig {
        cases: cases
            .and_then(|text| text.parse().ok())
            .unwrap_or(SHORT_FORM),
        max_shrink_iters,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let told = TestRunner::new(config).run(stories, |story| {
        runtime.block_on(tell(&story));
        Ok(())
    });
    told.unwrap();
}
