//! What promotions give, without a server: the state is asked directly.

use proptest::prelude::*;
use serde_json::{Value, json};
use voucherbridge_stand_in::bigcommerce::carts::{CartError, NewLine};
use voucherbridge_stand_in::bigcommerce::model::promotion::{Promotion, PromotionStatus, Rule};
use voucherbridge_stand_in::bigcommerce::model::{Address, Checkout, CouponCode, Decimal, State};
use voucherbridge_stand_in::bigcommerce::pricing::{self, Totals, totals};
use voucherbridge_stand_in::bigcommerce::promotions::Refused;
use voucherbridge_stand_in::bigcommerce::seed::demo_store;
use voucherbridge_stand_in::kit::clock::Clock;

struct Shop {
    state: State,
    cart: String,
}

impl Shop {
    /// A shop with one cart: pairs of product and quantity.
    fn with(lines: &[(u64, i64)]) -> Self {
        let mut state = demo_store(Clock::new(), "http://shop.test");
        let lines: Vec<NewLine> = lines
            .iter()
            .map(|&(product_id, quantity)| NewLine {
                product_id,
                variant_id: (product_id == 112).then_some(212),
                quantity,
                price: None,
            })
            .collect();
        let cart = state.create_cart(0, &lines).unwrap();
        Self { state, cart }
    }

    /// Adds a coupon promotion with this one code.
    fn coupon(&mut self, code: &str, rules: Value) -> u64 {
        let id = self.state.next_id();
        let mut promotion = self.template(id, &rules);
        promotion.codes = vec![CouponCode {
            id: id + 5000,
            code: code.to_owned(),
            ..promotion.codes[0].clone()
        }];
        self.state.promotions.insert(id, promotion);
        id
    }

    /// Adds an automatic promotion.
    fn automatic(&mut self, rules: Value) -> u64 {
        let id = self.state.next_id();
        let mut promotion = self.template(id, &rules);
        promotion.redemption_type = serde_json::from_value(json!("AUTOMATIC")).unwrap();
        promotion.codes.clear();
        self.state.promotions.insert(id, promotion);
        id
    }

    fn template(&self, id: u64, rules: &Value) -> Promotion {
        let rules: Vec<Rule> = serde_json::from_value(rules.clone()).unwrap();
        Promotion {
            id,
            rules,
            ..self.state.promotions[&1].clone()
        }
    }

    fn change(&mut self, id: u64, change: impl FnOnce(&mut Promotion)) {
        change(self.state.promotions.get_mut(&id).unwrap());
    }

    fn apply(&mut self, code: &str) -> Result<(), CartError> {
        self.state.apply_coupon(&self.cart, code, true)
    }

    fn sums(&mut self) -> Totals {
        let checkout = self.state.read_checkout(&self.cart).unwrap().clone();
        totals(&self.state, &checkout)
    }

    fn checkout(&mut self) -> Checkout {
        self.state.read_checkout(&self.cart).unwrap().clone()
    }

    fn ship(&mut self) {
        let address = Address {
            email: "shopper@example.com".into(),
            address1: "1 Example Street".into(),
            country_code: "US".into(),
            ..Address::default()
        };
        self.state.set_billing(&self.cart, address.clone()).unwrap();
        let items = self
            .checkout()
            .items
            .iter()
            .map(|item| item.id.clone())
            .collect();
        self.state
            .add_consignments(&self.cart, vec![(address, items)])
            .unwrap();
        self.choose(pricing::BY_WEIGHT);
    }

    fn choose(&mut self, option: &str) {
        let checkout = self.state.checkout_mut(&self.cart).unwrap();
        checkout.consignments[0].selected_option = Some(option.to_owned());
    }

    fn order(&mut self) -> u64 {
        let cart = self.cart.clone();
        self.state.place_order(&cart, Some("cod"), None).unwrap()
    }
}

fn refused(reason: Refused) -> Result<(), CartError> {
    Err(CartError::Coupon(reason))
}

fn amount_off(amount: &str) -> Value {
    json!([{"action": {"cart_value": {"discount": {"fixed_amount": amount}}}, "stop": false}])
}

fn percent_off(percent: &str) -> Value {
    json!([{"action": {"cart_value": {"discount": {"percentage_amount": percent}}}}])
}

#[test]
fn an_order_discount_is_spread_over_the_lines_and_never_exceeds_them() {
    let mut shop = Shop::with(&[(111, 1), (113, 2), (115, 3)]);
    shop.coupon("TEN", amount_off("10.00"));
    shop.apply("ten").unwrap();
    let checkout = shop.checkout();
    let shares: Vec<i64> = checkout
        .items
        .iter()
        .map(|item| checkout.evaluation.lines[&item.id].coupon().to_cents())
        .collect();
    assert_eq!(shares, [927, 46, 27]);
    let sums = shop.sums();
    assert_eq!(
        (sums.coupons.to_cents(), sums.automatic),
        (1000, Decimal::ZERO)
    );

    let mut shop = Shop::with(&[(115, 1)]);
    shop.coupon("HUGE", amount_off("100.00"));
    shop.apply("HUGE").unwrap();
    assert_eq!(
        (shop.sums().coupons.to_cents(), shop.sums().cart),
        (750, Decimal::ZERO)
    );
}

#[test]
fn automatic_and_coupon_amounts_are_kept_apart() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.automatic(percent_off("20"));
    shop.coupon("FIVE", amount_off("5"));
    shop.apply("FIVE").unwrap();
    let sums = shop.sums();
    assert_eq!(
        (sums.automatic.to_cents(), sums.coupons.to_cents()),
        (2580, 500)
    );
    assert_eq!(sums.cart.to_cents(), 12_900 - 2580 - 500);
}

#[test]
fn one_that_stands_no_other_is_refused_or_replaces_them() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.automatic(percent_off("20"));
    let id = shop.coupon("ALONE", amount_off("5"));
    shop.change(id, |promotion| {
        promotion.can_be_used_with_other_promotions = false
    });
    assert_eq!(shop.apply("ALONE"), refused(Refused::NotEligible));
    shop.apply("NATIVE5").unwrap();
    shop.change(id, |promotion| {
        promotion.coupon_overrides_other_promotions = true
    });
    shop.apply("ALONE").unwrap();
    let codes: Vec<String> = shop
        .checkout()
        .coupons
        .into_iter()
        .map(|c| c.code)
        .collect();
    assert_eq!(codes, ["ALONE"]);
    assert_eq!(
        (shop.sums().automatic, shop.sums().coupons.to_cents()),
        (Decimal::ZERO, 500)
    );
}

#[test]
fn a_second_coupon_needs_a_higher_limit() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.coupon("SECOND", amount_off("3"));
    shop.apply("NATIVE5").unwrap();
    assert_eq!(shop.apply("SECOND"), refused(Refused::TooMany));
    shop.state.switches.coupons_allowed_at_checkout = 2;
    shop.apply("SECOND").unwrap();
    assert_eq!(shop.sums().coupons.to_cents(), 800);
}

#[test]
fn dates_status_currency_groups_and_uses_decide() {
    let mut shop = Shop::with(&[(116, 1)]);
    let id = shop.coupon("C", amount_off("5"));
    let now = shop.state.now();
    let hour = time::Duration::HOUR;
    let good = shop.state.promotions[&id].clone();
    let spoil: [fn(&mut Promotion); 4] = [
        |promotion| promotion.status = PromotionStatus::Disabled,
        |promotion| promotion.currency_code = "EUR".into(),
        |promotion| promotion.customer.group_ids = vec![2],
        |promotion| (promotion.max_uses, promotion.current_uses) = (Some(1), 1),
    ];
    for spoil in spoil {
        shop.change(id, spoil);
        assert_eq!(shop.apply("C"), refused(Refused::NotEligible));
        shop.change(id, |promotion| *promotion = good.clone());
    }
    shop.change(id, |promotion| promotion.start_date = now + hour);
    assert_eq!(shop.apply("C"), refused(Refused::NotEligible));
    shop.change(id, |promotion| promotion.end_date = Some(now + hour * 2));
    shop.state.clock.advance(3700);
    shop.apply("C").unwrap();
    shop.state.clock.advance(3700);
    assert_eq!(
        shop.checkout().coupons.len(),
        0,
        "it ended and left the cart"
    );
}

#[test]
fn uses_are_counted_by_orders_and_not_given_back() {
    let mut shop = Shop::with(&[(116, 1)]);
    let id = shop.coupon("ONCE", amount_off("5"));
    shop.change(id, |promotion| promotion.codes[0].max_uses = 1);
    shop.apply("ONCE").unwrap();
    shop.ship();
    let order = shop.order();
    let scopes: Vec<&str> = shop
        .state
        .events
        .iter()
        .map(|event| &*event.scope)
        .collect();
    for scope in [
        "store/cart/created",
        "store/cart/couponApplied",
        "store/cart/converted",
        "store/order/created",
        "store/order/statusUpdated",
    ] {
        assert!(scopes.contains(&scope), "{scope} in {scopes:?}");
    }
    let line = NewLine {
        product_id: 116,
        variant_id: None,
        quantity: 1,
        price: None,
    };
    shop.cart = shop.state.create_cart(0, &[line]).unwrap();
    assert_eq!(shop.apply("ONCE"), refused(Refused::NotEligible));
    shop.state.set_order_status(order, 5).unwrap();
    assert_eq!(shop.apply("ONCE"), refused(Refused::NotEligible));
}

#[test]
fn a_cart_that_shrinks_below_the_minimum_loses_the_coupon() {
    let rules = json!([{
        "action": {"cart_value": {"discount": {"fixed_amount": "10"}}},
        "condition": {"cart": {"minimum_spend": "300"}},
        "stop": false,
    }]);
    let mut shop = Shop::with(&[(116, 2)]);
    shop.coupon("BIG", rules);
    assert_eq!(shop.apply("BIG"), refused(Refused::MinimumPurchase));
    let line = shop.checkout().items[0].id.clone();
    let cart = shop.cart.clone();
    shop.state.update_line(&cart, &line, 3, None).unwrap();
    shop.apply("BIG").unwrap();
    shop.state.update_line(&cart, &line, 2, None).unwrap();
    assert_eq!(shop.checkout().coupons.len(), 0);
    assert_eq!(shop.sums().coupons, Decimal::ZERO);
}

#[test]
fn items_are_discounted_each_as_total_or_by_strategy() {
    let each = |action: Value| json!([{"action": {"cart_items": action}, "stop": false}]);
    let given = |rules: Value| {
        let mut shop = Shop::with(&[(111, 1), (113, 2), (115, 3)]);
        shop.coupon("I", rules);
        shop.apply("I").unwrap();
        shop.sums().coupons.to_cents()
    };
    let accessories = json!({"categories": [3]});
    let fixed = json!({"fixed_amount": "4"});
    assert_eq!(
        given(each(json!({"discount": fixed, "items": accessories}))),
        800
    );
    let total = json!({"discount": fixed, "items": accessories, "as_total": true});
    assert_eq!(given(each(total)), 400);
    let cheapest = json!({
        "discount": {"percentage_amount": "50"}, "strategy": "LEAST_EXPENSIVE", "quantity": 4,
    });
    assert_eq!(given(each(cheapest)), 3 * 375 + 995);
    let not = json!({
        "discount": {"percentage_amount": "10"},
        "items": {"not": {"or": [{"products": [111]}, {"variants": [217]}]}},
    });
    assert_eq!(given(each(not)), 398);
}

#[test]
fn items_of_the_condition_are_left_out_unless_included() {
    let rules = |included: bool| {
        json!([{
            "action": {"cart_items": {
                "discount": {"percentage_amount": "100"}, "quantity": 1,
                "items": {"products": [113]}, "include_items_considered_by_condition": included,
            }},
            "condition": {"cart": {"items": {"products": [113]}, "minimum_quantity": 1}},
        }])
    };
    for (quantity, included, expected) in [(1, true, 1990), (1, false, 0), (2, false, 1990)] {
        let mut shop = Shop::with(&[(113, quantity)]);
        shop.coupon("B", rules(included));
        shop.apply("B").unwrap();
        assert_eq!(shop.sums().coupons.to_cents(), expected);
    }
}

#[test]
fn a_rule_that_does_not_say_otherwise_stops_the_rules_after_it() {
    let rule = |stop: Value| {
        let action = json!({"cart_value": {"discount": {"fixed_amount": "1"}}});
        json!([{"action": action, "stop": stop}, {"action": action, "stop": false}])
    };
    let mut shop = Shop::with(&[(113, 1)]);
    shop.coupon("BOTH", rule(json!(false)));
    shop.apply("BOTH").unwrap();
    assert_eq!(shop.sums().coupons.to_cents(), 200);
    let mut shop = Shop::with(&[(113, 1)]);
    shop.coupon("FIRST", rule(json!(true)));
    shop.apply("FIRST").unwrap();
    assert_eq!(shop.sums().coupons.to_cents(), 100);
}

#[test]
fn a_gift_is_put_into_the_cart_for_nothing_and_leaves_with_its_coupon() {
    let gift = json!([{"action": {"gift_item": {"quantity": 1, "product_id": 115}}}]);
    let mut shop = Shop::with(&[(116, 1)]);
    shop.coupon("GIFT", gift);
    shop.apply("GIFT").unwrap();
    let sums = shop.sums();
    assert_eq!(
        (sums.coupons.to_cents(), sums.cart.to_cents()),
        (750, 12_900)
    );
    let first = shop.checkout().items[1].id.clone();
    assert_eq!(shop.checkout().items[1].id, first, "the line keeps its id");
    let cart = shop.cart.clone();
    shop.state.remove_coupon(&cart, "gift").unwrap();
    assert_eq!(shop.checkout().items.len(), 1);
}

#[test]
fn a_set_has_one_price() {
    let set = json!([{"action": {"fixed_price_set": {
        "quantity": 3, "fixed_price": "20", "items": {"products": [115]},
    }}}]);
    let mut shop = Shop::with(&[(115, 4)]);
    shop.coupon("SET", set);
    shop.apply("SET").unwrap();
    assert_eq!(shop.sums().coupons.to_cents(), 250);
}

#[test]
fn free_shipping_adds_an_option_and_forgets_the_chosen_one() {
    let mut shop = Shop::with(&[(116, 1)]);
    shop.ship();
    assert_eq!(shop.sums().shipping.to_cents(), 500);
    shop.coupon(
        "FREE",
        json!([{"action": {"shipping": {"free_shipping": true, "zone_ids": "*"}}}]),
    );
    shop.apply("FREE").unwrap();
    let checkout = shop.checkout();
    assert_eq!(checkout.consignments[0].selected_option, None);
    let options = pricing::shipping_options(&checkout, &checkout.consignments[0]);
    assert_eq!(
        (options.len(), options[0].kind.as_str()),
        (3, "freeshipping")
    );
    shop.choose(pricing::FREE);
    assert_eq!(shop.sums().shipping, Decimal::ZERO);
    let cart = shop.cart.clone();
    shop.state.remove_coupon(&cart, "FREE").unwrap();
    assert_eq!(shop.checkout().consignments[0].selected_option, None);
}

#[test]
fn evaluation_on_read_is_a_switch() {
    for on_read in [true, false] {
        let mut shop = Shop::with(&[(116, 1)]);
        shop.state.switches.promotions_evaluated_on_read = on_read;
        let id = shop.coupon("S", amount_off("5"));
        shop.apply("S").unwrap();
        shop.change(id, |promotion| {
            promotion.rules = serde_json::from_value(amount_off("7")).unwrap();
        });
        assert_eq!(
            shop.sums().coupons.to_cents(),
            if on_read { 700 } else { 500 }
        );
        let cart = shop.cart.clone();
        shop.state.changed(&cart);
        assert_eq!(shop.sums().coupons.to_cents(), 700);
    }
}

#[test]
fn deleting_an_applied_promotion_is_a_switch() {
    for removes in [true, false] {
        let mut shop = Shop::with(&[(116, 1)]);
        shop.state.switches.deleting_promotion_removes_it_from_carts = removes;
        let id = shop.coupon("D", amount_off("5"));
        shop.apply("D").unwrap();
        assert!(shop.state.delete_promotion(id));
        assert_eq!(
            shop.sums().coupons.to_cents(),
            if removes { 0 } else { 500 }
        );
        let cart = shop.cart.clone();
        assert_eq!(shop.state.remove_coupon(&cart, "D").unwrap(), !removes);
        assert_eq!(shop.sums().coupons, Decimal::ZERO);
        assert_eq!(shop.apply("D"), refused(Refused::Unknown));
    }
}

#[test]
fn a_fresh_code_can_be_unknown_for_some_tries() {
    let mut shop = Shop::with(&[(116, 1)]);
    let id = shop.coupon("FRESH", amount_off("5"));
    shop.change(id, |promotion| promotion.codes[0].unseen_tries_left = 2);
    assert_eq!(shop.apply("FRESH"), refused(Refused::Unknown));
    assert_eq!(shop.apply("FRESH"), refused(Refused::Unknown));
    shop.apply("FRESH").unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn line_discounts_sum_to_the_totals(
        quantities in proptest::collection::vec(1i64..6, 5),
        coupon_cents in 1i64..200_000,
        percent in 0u32..100,
        each_cents in 0i64..3_000,
    ) {
        let products = [111, 112, 113, 114, 115];
        let lines: Vec<(u64, i64)> = products.into_iter().zip(quantities).collect();
        let mut shop = Shop::with(&lines);
        let each = Decimal::cents(each_cents).two_places();
        shop.automatic(percent_off(&percent.to_string()));
        shop.automatic(json!([{"action": {"cart_items": {"discount": {"fixed_amount": each}}}}]));
        shop.coupon("P", amount_off(&Decimal::cents(coupon_cents).two_places()));
        shop.apply("P").unwrap();
        let checkout = shop.checkout();
        let sums = shop.sums();
        let mut coupons = Decimal::ZERO;
        for item in &checkout.items {
            let discounts = &checkout.evaluation.lines[&item.id];
            prop_assert!(discounts.total() <= item.total());
            prop_assert_eq!(discounts.total(), discounts.total().rounded());
            coupons += discounts.coupon();
        }
        prop_assert_eq!(coupons, sums.coupons);
        prop_assert_eq!(coupons, State::coupon_amount(&checkout, "P"));
        prop_assert_eq!(sums.cart, sums.subtotal - sums.automatic - sums.coupons);
        let wanted = Decimal::cents(coupon_cents).min(sums.subtotal - sums.automatic);
        prop_assert_eq!(sums.coupons, wanted);
    }
}
