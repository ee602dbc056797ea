//! Carts in other currencies than the store's own.

use super::error::CartError;
use crate::bigcommerce::model::State;

impl State {
    /// Puts a cart into another currency: its prices are converted, and coupons and certificates
    /// that do not fit the currency leave it.
    pub fn change_currency(&mut self, id: &str, code: &str) -> Result<(), CartError> {
        let found = self.currency(code);
        let found = found.ok_or(CartError::NotFound("The currency"))?;
        let (code, rate) = (found.code.clone(), found.exchange_rate);
        let places = found.decimal_places;
        let mut checkout = self.checkout(id)?.clone();
        if checkout.manual_discount.is_positive() {
            let text = "The currency of a cart with a manual discount cannot be changed.";
            return Err(CartError::Invalid(text.to_owned()));
        }
        let before = checkout.rate;
        checkout.currency.clone_from(&code);
        checkout.rate = rate;
        checkout.decimal_places = places;
        let mut items = std::mem::take(&mut checkout.items);
        for item in &mut items {
            let of_product = self
                .product_of(item)
                .filter(|_| !item.custom_price)
                .map(|(product, variant)| checkout.convert(product.price_of(variant)));
            let converted = || item.price.converted(before, rate, places);
            item.price = of_product.unwrap_or_else(converted);
        }
        checkout.items = items;
        for line in &mut checkout.gift_certificates {
            line.amount = line.amount.converted(before, rate, places);
        }
        let fits = |applied: &String| self.usable_certificate(applied, &code).is_some();
        checkout.certificates.retain(fits);
        self.checkouts.insert(id.to_owned(), checkout);
        self.changed(id);
        Ok(())
    }

    /// The number, code and rate of the store's own currency.
    #[must_use]
    pub fn own_currency_code(&self) -> &str {
        let own = self.currencies.iter().find(|currency| currency.is_default);
        own.map_or("USD", |currency| &currency.code)
    }
}
