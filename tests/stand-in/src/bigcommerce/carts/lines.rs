//! The lines of carts: products, and gift certificates for sale.

use serde_json::{Value, json};

use super::error::CartError;
use super::sold_certificates::NewCertificate;
use crate::bigcommerce::model::{
    Checkout, Decimal, LineItem, ModifierValue, Product, State, Variant,
};

/// A line to put into a cart.
#[derive(Clone, Debug, Default)]
pub struct NewLine {
    /// The product.
    pub product_id: u64,
    /// The variant; may be left out for products that have one only.
    pub variant_id: Option<u64>,
    /// How many.
    pub quantity: i64,
    /// A price set by management.
    pub price: Option<Decimal>,
    /// Options chosen by number, those of modifiers among them.
    pub options: Vec<ChosenOption>,
}

/// An option as a client chooses it.
#[derive(Clone, Debug)]
pub struct ChosenOption {
    /// Number of the option or modifier.
    pub id: u64,
    /// Number of the value, or what was typed.
    pub value: Value,
}

/// What is put into a cart at once.
#[derive(Clone, Debug, Default)]
pub struct NewItems {
    /// Products.
    pub lines: Vec<NewLine>,
    /// Gift certificates for sale.
    pub certificates: Vec<NewCertificate>,
}

impl State {
    /// Puts things into a checkout that is not stored yet; answers the ids of their lines.
    pub(super) fn put_items(
        &self,
        checkout: &mut Checkout,
        items: &NewItems,
    ) -> Result<Vec<String>, CartError> {
        let mut ids = Vec::new();
        for line in &items.lines {
            ids.push(self.put_line(checkout, line)?);
        }
        for certificate in &items.certificates {
            ids.extend(certificate.put_into(checkout)?);
        }
        Ok(ids)
    }

    fn put_line(&self, checkout: &mut Checkout, line: &NewLine) -> Result<String, CartError> {
        let product = self
            .products
            .get(&line.product_id)
            .ok_or(CartError::NotFound("The product"))?;
        let variant = product
            .variant(line.variant_id.or_else(|| chosen_variant(product, line)))
            .ok_or_else(|| CartError::Invalid(format!("{} needs a variant.", product.name)))?;
        if !product.is_sold() || variant.purchasing_disabled {
            let text = format!("{} cannot be bought.", product.name);
            return Err(CartError::Invalid(text));
        }
        let modifiers = modifiers(product, line)?;
        let same = |item: &&mut LineItem| {
            item.variant_id == variant.id
                && item.gift_of.is_none()
                && line.price.is_none()
                && item.modifiers == modifiers
        };
        let existing = checkout.items.iter_mut().find(same);
        let in_cart = existing.as_ref().map_or(0, |item| item.quantity);
        let quantity = in_cart + line.quantity;
        if line.quantity < 1 {
            return Err(CartError::Invalid(
                "The quantity must be at least 1.".to_owned(),
            ));
        }
        check_stock(product, variant, quantity)?;
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
            price: line
                .price
                .unwrap_or_else(|| checkout.convert(product.price_of(variant))),
            custom_price: line.price.is_some(),
            modifiers,
            gift_of: None,
        });
        Ok(id)
    }

    /// Puts things into a cart.
    pub fn add_items(&mut self, id: &str, items: &NewItems) -> Result<(), CartError> {
        let mut checkout = self.checkout(id)?.clone();
        let added = self.put_items(&mut checkout, items)?;
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
            return Err(free_item());
        }
        if let Some((product, variant)) = self.product_of(item) {
            check_stock(product, variant, quantity)?;
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

    /// Removes a line, unless a promotion put it there. A cart that loses its last line is deleted.
    pub fn remove_line(&mut self, id: &str, line_id: &str) -> Result<(), CartError> {
        let checkout = self.checkout_mut(id)?;
        let is_gift = |item: &LineItem| item.id == line_id && item.gift_of.is_some();
        if checkout.items.iter().any(is_gift) {
            return Err(free_item());
        }
        let before = checkout.line_count();
        checkout.items.retain(|item| item.id != line_id);
        checkout.gift_certificates.retain(|line| line.id != line_id);
        if checkout.line_count() == before {
            return Err(CartError::NotFound("The line item"));
        }
        for consignment in &mut checkout.consignments {
            consignment.line_item_ids.retain(|item| item != line_id);
        }
        checkout
            .consignments
            .retain(|consignment| !consignment.line_item_ids.is_empty());
        let empty = checkout.gift_certificates.is_empty()
            && checkout.items.iter().all(|item| item.gift_of.is_some());
        self.line_event("deleted", id, line_id);
        if empty {
            return self.delete_cart(id);
        }
        self.changed(id);
        Ok(())
    }

    pub(super) fn line_event(&mut self, what: &str, cart_id: &str, line_id: &str) {
        let data = json!({"type": "cart_line_item", "id": line_id, "cartId": cart_id});
        self.emit(&format!("store/cart/lineItem/{what}"), data);
    }
}

fn check_stock(product: &Product, variant: &Variant, wanted: i64) -> Result<(), CartError> {
    let name = &product.name;
    match product.stock_of(variant) {
        Some(stock) if wanted > stock => Err(CartError::OutOfStock(format!(
            "The requested quantity of {name} is not available."
        ))),
        _ => Ok(()),
    }
}

fn free_item() -> CartError {
    CartError::Invalid("A free item cannot be changed.".to_owned())
}

/// The variant with all chosen option values; none where none was chosen.
fn chosen_variant(product: &Product, line: &NewLine) -> Option<u64> {
    let chosen = |option: u64, value: u64| {
        let mut options = line.options.iter();
        options.any(|one| one.id == option && one.value.as_u64() == Some(value))
    };
    let fits = product.variants.iter().find(|variant| {
        let mut values = variant.option_values.iter();
        !variant.option_values.is_empty() && values.all(|value| chosen(value.option_id, value.id))
    });
    fits.map(|variant| variant.id)
}

/// What the shopper says about the product's modifiers; every required one must be there.
fn modifiers(product: &Product, line: &NewLine) -> Result<Vec<ModifierValue>, CartError> {
    let mut values = Vec::new();
    for modifier in &product.modifiers {
        let chosen = line.options.iter().find(|option| option.id == modifier.id);
        let text = chosen.map(|option| match &option.value {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => String::new(),
            other => other.to_string(),
        });
        match text.filter(|text| !text.is_empty()) {
            Some(value) => values.push(ModifierValue {
                id: modifier.id,
                name: modifier.display_name.clone(),
                value,
            }),
            None if modifier.required => {
                let text = format!("{} needs: {}.", product.name, modifier.display_name);
                return Err(CartError::Invalid(text));
            }
            None => {}
        }
    }
    Ok(values)
}
