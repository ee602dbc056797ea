//! Gift certificates on checkouts.

use time::Duration;

use super::error::CartError;
use crate::bigcommerce::model::{Checkout, GiftCertificate, State};

/// Codes that may be tried in an hour.
const UNIQUE_CODES_AN_HOUR: usize = 20;

/// Why a certificate was not applied.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The hour's codes are used up.
    #[error("too many codes")]
    TooManyCodes,
    /// No certificate with this code can pay here.
    #[error("the code is invalid")]
    Invalid,
    /// The checkout is not there.
    #[error(transparent)]
    Cart(#[from] CartError),
}

impl State {
    /// A gift certificate that can pay in this currency.
    #[must_use]
    pub fn usable_certificate(&self, code: &str, currency: &str) -> Option<&GiftCertificate> {
        let now = self.now();
        self.certificates.values().find(|certificate| {
            certificate.code.eq_ignore_ascii_case(code)
                && certificate.status == "active"
                && certificate.currency_code == currency
                && certificate.balance.is_positive()
                && certificate.expiry_date.is_none_or(|end| now < end)
        })
    }

    /// Applies a certificate, as a shopper does. One that is applied already stays as it is.
    pub fn apply_certificate(&mut self, id: &str, code: &str) -> Result<(), CertificateError> {
        self.count_certificate_try(id, code)?;
        if self.is_unseen(code) {
            return Err(CertificateError::Invalid);
        }
        let currency = self.checkout(id)?.currency.clone();
        let found = self.usable_certificate(code, &currency);
        let known = found.map(|certificate| certificate.code.clone());
        let known = known.ok_or(CertificateError::Invalid)?;
        let applied = &mut self.checkout_mut(id)?.certificates;
        if !applied.contains(&known) {
            applied.push(known);
            self.noted(id);
        }
        Ok(())
    }

    fn count_certificate_try(&mut self, id: &str, code: &str) -> Result<(), CertificateError> {
        let now = self.now();
        let tries = &mut self.checkout_mut(id)?.certificate_tries;
        tries.retain(|(at, _)| now - *at < Duration::hours(1));
        let code = code.to_lowercase();
        if tries.iter().any(|(_, known)| *known == code) {
            return Ok(());
        }
        if tries.len() >= UNIQUE_CODES_AN_HOUR {
            return Err(CertificateError::TooManyCodes);
        }
        tries.push((now, code));
        Ok(())
    }

    /// By the switch, a fresh code is unknown to the first tries.
    fn is_unseen(&mut self, code: &str) -> bool {
        let mut all = self.certificates.values_mut();
        let fresh = all.find(|known| known.code.eq_ignore_ascii_case(code));
        let Some(fresh) = fresh.filter(|known| known.unseen_tries_left > 0) else {
            return false;
        };
        fresh.unseen_tries_left -= 1;
        true
    }

    /// Takes a certificate off; false when it was not there.
    pub fn remove_certificate(&mut self, id: &str, code: &str) -> Result<bool, CartError> {
        let applied = &mut self.checkout_mut(id)?.certificates;
        let before = applied.len();
        applied.retain(|known| !known.eq_ignore_ascii_case(code));
        let removed = applied.len() < before;
        if removed {
            self.noted(id);
        }
        Ok(removed)
    }

    /// By the switch, certificates that can pay no more leave the checkout.
    pub fn drop_unusable_certificates(&mut self, id: &str) {
        if !self.switches.unusable_certificate_leaves_checkout {
            return;
        }
        let Some(checkout) = self.checkouts.get(id) else {
            return;
        };
        let usable = |code: &str| self.usable_certificate(code, &checkout.currency).is_some();
        let all = checkout.certificates.iter().filter(|code| usable(code));
        let kept: Vec<String> = all.cloned().collect();
        if let Some(checkout) = self.checkouts.get_mut(id) {
            checkout.certificates = kept;
        }
    }

    /// The unfinished order that a checkout tells of, by the switch.
    #[must_use]
    pub fn shown_order_of(&self, checkout: &Checkout) -> Option<u64> {
        let shown = self.switches.unfinished_order_shows_on_checkout;
        checkout.order_id.filter(|_| shown)
    }
}
