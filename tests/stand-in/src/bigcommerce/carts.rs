//! What happens to carts and checkouts, whoever asks for it (storefront or management).

use serde_json::json;

use super::model::{
    Address, BillingAddress, Checkout, Consignment, Decimal, Evaluation, LineItem, State,
};
use super::promotions::Refused;

/// Why a change of a cart was refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// No such cart, line, consignment …
    #[error("{0} could not be found.")]
    NotFound(&'static str),
    /// The version in the request is not the cart's.
    #[error("The cart was changed meanwhile.")]
    Conflict,
    /// The request says something that cannot be.
    #[error("{0}")]
    Invalid(String),
    /// Not enough of a product.
    #[error("{0}")]
    OutOfStock(String),
    /// A coupon was refused.
    #[error("the coupon is refused")]
    Coupon(Refused),
}

/// A line to put into a cart.
#[derive(Clone, Debug)]
pub struct NewLine {
    /// The product.
    pub product_id: u64,
    /// The variant; may be left out for products that have one only.
    pub variant_id: Option<u64>,
    /// How many.
    pub quantity: i64,
    /// A price set by management.
    pub price: Option<Decimal>,
}

impl State {
    /// Makes a cart for a customer (0: a guest).
    pub fn create_cart(
        &mut self,
        customer_id: u64,
        lines: &[NewLine],
    ) -> Result<String, CartError> {
        let now = self.now();
        let currency = self
            .currencies
            .first()
            .map_or("USD", |currency| &currency.code)
            .to_owned();
        let mut checkout = Checkout {
            id: Self::new_uuid(),
            customer_id,
            channel_id: 1,
            currency,
            locale: "en".to_owned(),
            items: Vec::new(),
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
        for line in lines {
            self.put_line(&mut checkout, line)?;
        }
        let id = checkout.id.clone();
        self.checkouts.insert(id.clone(), checkout);
        self.reprice(&id);
        self.emit("store/cart/created", json!({"type": "cart", "id": id}));
        Ok(id)
    }

    fn put_line(&self, checkout: &mut Checkout, line: &NewLine) -> Result<String, CartError> {
        let product = self
            .products
            .get(&line.product_id)
            .ok_or(CartError::NotFound("The product"))?;
        let variant = product
            .variant(line.variant_id)
            .ok_or_else(|| CartError::Invalid(format!("{} needs a variant.", product.name)))?;
        let same = |item: &&mut LineItem| {
            item.variant_id == variant.id && item.gift_of.is_none() && line.price.is_none()
        };
        let existing = checkout.items.iter_mut().find(same);
        let in_cart = existing.as_ref().map_or(0, |item| item.quantity);
        let quantity = in_cart + line.quantity;
        if line.quantity < 1 {
            return Err(CartError::Invalid(
                "The quantity must be at least 1.".to_owned(),
            ));
        }
        if product
            .stock_of(variant)
            .is_some_and(|stock| quantity > stock)
        {
            let text = format!(
                "The requested quantity of {} is not available.",
                product.name
            );
            return Err(CartError::OutOfStock(text));
        }
        if let Some(item) = existing {
            item.quantity = quantity;
            return Ok(item.id.clone());
        }
        let id = Self::new_uuid();
        checkout.items.push(LineItem {
            id: id.clone(),
            product_id: product.id,
            variant_id: variant.id,
            quantity,
            price: line.price.unwrap_or_else(|| product.price_of(variant)),
            custom_price: line.price.is_some(),
            gift_of: None,
        });
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

    /// Puts lines into a cart.
    pub fn add_lines(&mut self, id: &str, lines: &[NewLine]) -> Result<(), CartError> {
        let mut checkout = self.checkout(id)?.clone();
        let mut added = Vec::new();
        for line in lines {
            added.push(self.put_line(&mut checkout, line)?);
        }
        self.checkouts.insert(id.to_owned(), checkout);
        for line in added {
            self.line_event("created", id, &line);
        }
        self.changed(id);
        Ok(())
    }

    /// Changes the quantity (and price, by management) of a line; 0 removes it.
    pub fn update_line(
        &mut self,
        id: &str,
        line_id: &str,
        quantity: i64,
        price: Option<Decimal>,
    ) -> Result<(), CartError> {
        if quantity < 1 {
            return self.remove_line(id, line_id);
        }
        let item = self
            .checkout(id)?
            .items
            .iter()
            .find(|item| item.id == line_id);
        let item = item.ok_or(CartError::NotFound("The line item"))?;
        if item.gift_of.is_some() {
            return Err(CartError::Invalid(
                "A free item cannot be changed.".to_owned(),
            ));
        }
        if let Some((product, variant)) = self.product_of(item)
            && product
                .stock_of(variant)
                .is_some_and(|stock| quantity > stock)
        {
            let text = format!(
                "The requested quantity of {} is not available.",
                product.name
            );
            return Err(CartError::OutOfStock(text));
        }
        let items = &mut self.checkout_mut(id)?.items;
        if let Some(item) = items.iter_mut().find(|item| item.id == line_id) {
            item.quantity = quantity;
            item.custom_price |= price.is_some();
            item.price = price.unwrap_or(item.price);
        }
        self.line_event("updated", id, line_id);
        self.changed(id);
        Ok(())
    }

    /// Removes a line. A cart that loses its last line is deleted.
    pub fn remove_line(&mut self, id: &str, line_id: &str) -> Result<(), CartError> {
        let checkout = self.checkout_mut(id)?;
        let before = checkout.items.len();
        checkout.items.retain(|item| item.id != line_id);
        if checkout.items.len() == before {
            return Err(CartError::NotFound("The line item"));
        }
        for consignment in &mut checkout.consignments {
            consignment.line_item_ids.retain(|item| item != line_id);
        }
        checkout
            .consignments
            .retain(|consignment| !consignment.line_item_ids.is_empty());
        let empty = checkout.items.iter().all(|item| item.gift_of.is_some());
        self.line_event("deleted", id, line_id);
        if empty {
            return self.delete_cart(id);
        }
        self.changed(id);
        Ok(())
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

    fn line_event(&mut self, what: &str, cart_id: &str, line_id: &str) {
        let data = json!({"type": "cart_line_item", "id": line_id, "cartId": cart_id});
        self.emit(&format!("store/cart/lineItem/{what}"), data);
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
