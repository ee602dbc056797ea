//! What a merchant sets for the whole store, taken from the switches.

use super::model::{State, Switches};
use super::seed::promotions::{ACCESSORIES, BIG_ORDERS, accessories, big_orders};

impl State {
    /// Takes new switches, with what they mean for settings and promotions. Carts notice at their
    /// next evaluation.
    pub fn set_switches(&mut self, switches: Switches) {
        let now = self.now();
        self.promotion_settings
            .number_of_coupons_allowed_at_checkout = switches.coupons_allowed_at_checkout;
        self.promotion_settings
            .promotions_apply_on_products_with_custom_product_price =
            switches.promotions_apply_to_custom_prices;
        let demo = [
            (
                switches.promotion_10_percent_off_accessories,
                ACCESSORIES,
                accessories(now),
            ),
            (
                switches.promotion_5_off_orders_over_100,
                BIG_ORDERS,
                big_orders(now),
            ),
        ];
        for (on, id, promotion) in demo {
            if on {
                self.promotions.entry(id).or_insert(promotion);
            } else {
                self.promotions.remove(&id);
            }
        }
        self.switches = switches;
    }

    /// How many coupons a checkout takes, whoever sets it: the panel or the promotions API.
    pub const fn set_coupon_limit(&mut self, limit: u8) {
        self.promotion_settings
            .number_of_coupons_allowed_at_checkout = limit;
        self.switches.coupons_allowed_at_checkout = limit;
    }
}
