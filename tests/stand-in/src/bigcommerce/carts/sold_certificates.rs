//! Gift certificates for sale: how they get into carts, and what becomes of them.
//!
//! Answers have no quantity for them, so several of one kind are several lines here.

use serde::Deserialize;
use serde_json::json;

use super::error::CartError;
use crate::bigcommerce::model::{
    Checkout, Contact, Decimal, GiftCertificate, SoldCertificate, State, Theme,
};

/// A gift certificate to put into a cart.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewCertificate {
    pub name: String,
    pub theme: Theme,
    pub amount: Decimal,
    pub quantity: i64,
    pub sender: Contact,
    pub recipient: Contact,
    #[serde(default)]
    pub message: String,
}

impl NewCertificate {
    /// Puts it into a cart; answers the ids of its lines.
    pub fn put_into(&self, checkout: &mut Checkout) -> Result<Vec<String>, CartError> {
        self.check()?;
        let lines: Vec<_> = (0..self.quantity)
            .map(|_| self.line(State::new_uuid()))
            .collect();
        let ids = lines.iter().map(|line| line.id.clone()).collect();
        checkout.gift_certificates.extend(lines);
        Ok(ids)
    }

    fn check(&self) -> Result<(), CartError> {
        let wrong = |text: &str| Err(CartError::Invalid(text.to_owned()));
        if self.amount < Decimal::cents(100) || self.amount > Decimal::cents(100_000) {
            return wrong("giftCertificates: the amount must be 1.00 to 1000.00.");
        }
        if !(1..=100).contains(&self.quantity) {
            return wrong("giftCertificates: the quantity must be at least 1.");
        }
        if self.message.chars().count() > 200 {
            return wrong("giftCertificates: the message has at most 200 characters.");
        }
        let known = |contact: &Contact| !contact.name.is_empty() && contact.email.contains('@');
        if !known(&self.sender) || !known(&self.recipient) {
            return wrong("giftCertificates: sender and recipient need a name and an e-mail.");
        }
        Ok(())
    }

    fn line(&self, id: String) -> SoldCertificate {
        SoldCertificate {
            id,
            name: self.name.clone(),
            theme: self.theme,
            amount: self.amount,
            sender: self.sender.clone(),
            recipient: self.recipient.clone(),
            message: self.message.clone(),
        }
    }
}

impl State {
    /// Changes a gift certificate in a cart.
    pub fn update_certificate_line(
        &mut self,
        id: &str,
        line_id: &str,
        new: &NewCertificate,
    ) -> Result<(), CartError> {
        new.check()?;
        if new.quantity != 1 {
            let text = "giftCertificate: a line has the quantity 1.";
            return Err(CartError::Invalid(text.to_owned()));
        }
        let mut lines = self.checkout_mut(id)?.gift_certificates.iter_mut();
        let line = lines.find(|line| line.id == line_id);
        let line = line.ok_or(CartError::NotFound("The line item"))?;
        *line = new.line(line_id.to_owned());
        self.line_event("updated", id, line_id);
        self.changed(id);
        Ok(())
    }

    /// Makes the certificates that an order bought, once it is paid.
    pub fn issue_certificates(&mut self, order_id: u64) {
        let Some(order) = self.orders.get(&order_id) else {
            return;
        };
        let (currency, customer) = (order.currency.clone(), order.customer_id);
        let unissued = order.gift_certificates.iter();
        let unissued: Vec<_> = unissued
            .filter(|line| line.certificate_id.is_none())
            .map(|line| (line.id, line.sold.clone()))
            .collect();
        for (line_id, sold) in unissued {
            let id = self.issue(&sold, &currency, customer, order_id);
            let order = self.orders.get_mut(&order_id);
            let mut lines = order
                .into_iter()
                .flat_map(|order| &mut order.gift_certificates);
            if let Some(line) = lines.find(|line| line.id == line_id) {
                line.certificate_id = Some(id);
            }
        }
    }

    fn issue(&mut self, sold: &SoldCertificate, currency: &str, customer: u64, order: u64) -> u64 {
        let id = self.next_id();
        let theme = serde_json::to_value(sold.theme).unwrap_or_default();
        let theme = theme.as_str().unwrap_or("General").to_lowercase();
        let certificate = GiftCertificate {
            id,
            code: new_code(),
            amount: sold.amount,
            balance: sold.amount,
            status: "active".to_owned(),
            currency_code: currency.to_owned(),
            purchase_date: self.now(),
            expiry_date: None,
            details: json!({
                "customer_id": customer,
                "order_id": order,
                "to_name": sold.recipient.name,
                "to_email": sold.recipient.email,
                "from_name": sold.sender.name,
                "from_email": sold.sender.email,
                "template": format!("{theme}.html"),
                "message": sold.message,
            }),
            unseen_tries_left: 0,
        };
        self.certificates.insert(id, certificate);
        id
    }
}

/// A code as the store makes it: `1A2-B3C-4D5-E6F`.
#[must_use]
pub fn new_code() -> String {
    let hex = State::new_hex().to_uppercase();
    let parts = [hex.get(..3), hex.get(3..6), hex.get(6..9), hex.get(9..12)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("-")
}
