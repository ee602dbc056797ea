//! A shop with one cart, without a server: the state is asked directly.

use serde_json::{Value, json};
use voucherbridge_stand_in::bigcommerce::carts::CartError;
use voucherbridge_stand_in::bigcommerce::carts::NewLine;
use voucherbridge_stand_in::bigcommerce::model::promotion::{Promotion, Rule};
use voucherbridge_stand_in::bigcommerce::model::{Address, Checkout, CouponCode, State};
use voucherbridge_stand_in::bigcommerce::pricing::{self, Totals, totals};
use voucherbridge_stand_in::bigcommerce::promotions::Refused;
use voucherbridge_stand_in::bigcommerce::seed::demo_store;
use voucherbridge_stand_in::kit::clock::Clock;

pub struct Shop {
    pub state: State,
    pub cart: String,
}

impl Shop {
    /// A shop with one cart: pairs of product and quantity.
    pub fn with(lines: &[(u64, i64)]) -> Self {
        let mut state = demo_store(Clock::new(), "http://shop.test");
        let lines: Vec<NewLine> = lines
            .iter()
            .map(|&(product_id, quantity)| NewLine {
                product_id,
                variant_id: (product_id == 112).then_some(212),
                quantity,
                ..NewLine::default()
            })
            .collect();
        let cart = state.create_cart(0, &lines).unwrap();
        Self { state, cart }
    }

    /// Adds a coupon promotion with this one code.
    pub fn coupon(&mut self, code: &str, rules: &Value) -> u64 {
        let id = self.state.next_id();
        let mut promotion = self.template(id, rules);
        promotion.codes = vec![CouponCode {
            id: id + 5000,
            code: code.to_owned(),
            ..promotion.codes[0].clone()
        }];
        self.state.promotions.insert(id, promotion);
        id
    }

    /// Adds an automatic promotion.
    pub fn automatic(&mut self, rules: &Value) -> u64 {
        let id = self.state.next_id();
        let mut promotion = self.template(id, rules);
        promotion.redemption_type = serde_json::from_value(json!("AUTOMATIC")).unwrap();
        promotion.codes.clear();
        self.state.promotions.insert(id, promotion);
        id
    }

    pub fn template(&self, id: u64, rules: &Value) -> Promotion {
        let rules: Vec<Rule> = serde_json::from_value(rules.clone()).unwrap();
        Promotion {
            id,
            rules,
            ..self.state.promotions[&1].clone()
        }
    }

    pub fn change(&mut self, id: u64, change: impl FnOnce(&mut Promotion)) {
        change(self.state.promotions.get_mut(&id).unwrap());
    }

    pub fn apply(&mut self, code: &str) -> Result<(), CartError> {
        self.state.apply_coupon(&self.cart, code, true)
    }

    pub fn sums(&mut self) -> Totals {
        let checkout = self.state.read_checkout(&self.cart).unwrap().clone();
        totals(&self.state, &checkout)
    }

    pub fn checkout(&mut self) -> Checkout {
        self.state.read_checkout(&self.cart).unwrap().clone()
    }

    pub fn ship(&mut self) {
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

    pub fn choose(&mut self, option: &str) {
        let checkout = self.state.checkout_mut(&self.cart).unwrap();
        checkout.consignments[0].selected_option = Some(option.to_owned());
    }

    pub fn order(&mut self) -> u64 {
        let cart = self.cart.clone();
        self.state.place_order(&cart, Some("cod"), None).unwrap()
    }
}

pub fn refused(reason: Refused) -> Result<(), CartError> {
    Err(CartError::Coupon(reason))
}

pub fn amount_off(amount: &str) -> Value {
    json!([{"action": {"cart_value": {"discount": {"fixed_amount": amount}}}, "stop": false}])
}

pub fn percent_off(percent: &str) -> Value {
    json!([{"action": {"cart_value": {"discount": {"percentage_amount": percent}}}}])
}
