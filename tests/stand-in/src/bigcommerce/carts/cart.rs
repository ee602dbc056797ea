//! What happens to carts and checkouts, whoever asks for it (storefront or management).

use serde_json::json;

use super::error::CartError;
use super::lines::{NewItems, NewLine};
use crate::bigcommerce::model::{
    Address, BillingAddress, Checkout, Consignment, Decimal, Evaluation, State,
};

impl State {
    /// Makes a cart for a customer (0: a guest), in the store's own currency.
    pub fn create_cart(
        &mut self,
        customer_id: u64,
        lines: &[NewLine],
    ) -> Result<String, CartError> {
        let items = NewItems {
            lines: lines.to_vec(),
            certificates: Vec::new(),
        };
        self.create_cart_in(None, customer_id, &items)
    }

    /// Makes a cart in a currency, if the store has it.
    pub fn create_cart_in(
        &mut self,
        currency: Option<&str>,
        customer_id: u64,
        items: &NewItems,
    ) -> Result<String, CartError> {
        let now = self.now();
        let wanted = currency.and_then(|code| self.currency(code));
        let found = wanted.or_else(|| self.currencies.first());
        let found = found.ok_or(CartError::NotFound("The currency"))?;
        let (currency, rate) = (found.code.clone(), found.exchange_rate);
        let decimal_places = found.decimal_places;
        let mut checkout = Checkout {
            id: Self::new_uuid(),
            customer_id,
            channel_id: 1,
            currency,
            rate,
            decimal_places,
            locale: "en".to_owned(),
            items: Vec::new(),
            gift_certificates: Vec::new(),
            billing: None,
            consignments: Vec::new(),
            coupons: Vec::new(),
            certificates: Vec::new(),
            certificate_tries: Vec::new(),
            store_credit_applied: true,
            spam_check_needed: false,
            customer_message: String::new(),
            order_id: None,
            declined_payments: 0,
            manual_discount: Decimal::ZERO,
            version: 1,
            created: now,
            updated: now,
            evaluation: Evaluation::default(),
        };
        self.put_items(&mut checkout, items)?;
        let id = checkout.id.clone();
        self.checkouts.insert(id.clone(), checkout);
        self.reprice(&id);
        self.emit("store/cart/created", json!({"type": "cart", "id": id}));
        Ok(id)
    }

    /// A live checkout.
    pub fn checkout(&self, id: &str) -> Result<&Checkout, CartError> {
        self.checkouts
            .get(id)
            .ok_or(CartError::NotFound("The checkout"))
    }

    /// A live checkout, to change. Call [`State::changed`] after the change.
    pub fn checkout_mut(&mut self, id: &str) -> Result<&mut Checkout, CartError> {
        self.checkouts
            .get_mut(id)
            .ok_or(CartError::NotFound("The checkout"))
    }

    /// A checkout as a reader sees it: by the switch, promotions are evaluated first.
    pub fn read_checkout(&mut self, id: &str) -> Result<&Checkout, CartError> {
        if self.switches.promotions_evaluated_on_read {
            self.reprice(id);
        }
        self.drop_unusable_certificates(id);
        self.checkout(id)
    }

    /// Refuses a write that expects another version of the cart.
    pub fn expect_version(&self, id: &str, version: Option<u64>) -> Result<(), CartError> {
        let current = self.checkout(id)?.version;
        if version.is_some_and(|expected| expected != current) {
            return Err(CartError::Conflict);
        }
        Ok(())
    }

    /// Notes a cart action: a new version, promotions evaluated again, `store/cart/updated`.
    pub fn changed(&mut self, id: &str) {
        self.noted(id);
        self.reprice(id);
        self.emit("store/cart/updated", json!({"type": "cart", "id": id}));
    }

    /// Notes a change that has nothing to do with prices.
    pub fn noted(&mut self, id: &str) {
        let now = self.now();
        if let Some(checkout) = self.checkouts.get_mut(id) {
            checkout.version += 1;
            checkout.updated = now;
        }
    }

    /// Deletes a cart with its checkout.
    pub fn delete_cart(&mut self, id: &str) -> Result<(), CartError> {
        self.checkouts
            .remove(id)
            .ok_or(CartError::NotFound("The cart"))?;
        for session in self.sessions.values_mut() {
            if session.cart_id.as_deref() == Some(id) {
                session.cart_id = None;
            }
        }
        self.emit("store/cart/deleted", json!({"type": "cart", "id": id}));
        Ok(())
    }

    /// Sets the billing address; answers its id.
    pub fn set_billing(&mut self, id: &str, address: Address) -> Result<String, CartError> {
        let checkout = self.checkout_mut(id)?;
        let billing_id = checkout
            .billing
            .as_ref()
            .map_or_else(State::new_hex, |billing| billing.id.clone());
        checkout.billing = Some(BillingAddress {
            id: billing_id.clone(),
            address,
        });
        self.changed(id);
        Ok(billing_id)
    }

    /// Adds consignments; their items leave the consignments they were in.
    pub fn add_consignments(
        &mut self,
        id: &str,
        parts: Vec<(Address, Vec<String>)>,
    ) -> Result<(), CartError> {
        for (address, items) in parts {
            self.claim_items(id, &items)?;
            let consignment = Consignment {
                id: Self::new_hex()[..13].to_owned(),
                address,
                line_item_ids: items,
                selected_option: None,
            };
            self.checkout_mut(id)?.consignments.push(consignment);
        }
        self.changed(id);
        Ok(())
    }

    /// Takes items out of all consignments, for another one.
    pub fn claim_items(&mut self, id: &str, items: &[String]) -> Result<(), CartError> {
        let checkout = self.checkout_mut(id)?;
        let known = |line: &String| checkout.items.iter().any(|item| item.id == *line);
        if items.is_empty() || !items.iter().all(known) {
            return Err(CartError::Invalid(
                "A consignment needs line items of the cart.".into(),
            ));
        }
        for consignment in &mut checkout.consignments {
            consignment
                .line_item_ids
                .retain(|item| !items.contains(item));
        }
        checkout
            .consignments
            .retain(|consignment| !consignment.line_item_ids.is_empty());
        Ok(())
    }
}
