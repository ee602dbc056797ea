//! What the backend holds for a checkout, and what it made of a typed entry.

use voucherbridge_api_types::{AppliedCode, DroppedCode, NativeKind, RejectedCode};

/// The codes of a checkout, as the backend last told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    pub codes: Vec<AppliedCode>,
    /// Codes that were held and no longer are.
    pub dropped: Vec<DroppedCode>,
    /// The backend was asked and did not answer: the codes may be out of date.
    pub silent: bool,
}

/// A typed entry of which at least one code is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// To be applied in this order.
    pub natives: Vec<String>,
    pub held: Held,
    /// Its codes that cannot be used.
    pub rejected: Vec<RejectedCode>,
}

impl Held {
    /// What a native code is worth: the sum over the codes that share it. None when it is not held.
    pub fn worth(&self, native: &str) -> Option<i64> {
        let mut codes = self.codes.iter().filter(|code| is(code, native)).peekable();
        codes.peek()?;
        Some(codes.map(|code| code.amount).sum())
    }

    /// Whether a native code adds items to the cart.
    pub fn gives_items(&self, native: &str) -> bool {
        let mut codes = self.codes.iter();
        codes.any(|code| code.free_items > 0 && is(code, native))
    }

    /// Whether a native code was dropped, for good: another code may share it that still holds.
    pub fn is_gone(&self, native: &str) -> bool {
        let mut dropped = self.dropped.iter();
        dropped.any(|code| code.native_code.eq_ignore_ascii_case(native))
            && self.worth(native).is_none()
    }

    /// Whether a native code is a gift certificate of ours.
    pub fn is_certificate(&self, native: &str) -> bool {
        self.certificates().any(|code| is(code, native))
    }

    /// The codes that are gift cards.
    pub fn certificates(&self) -> impl Iterator<Item = &AppliedCode> {
        let kind = |code: &&AppliedCode| code.kind == NativeKind::GiftCertificate;
        self.codes.iter().filter(kind)
    }

    /// The codes that are coupons.
    pub fn coupons(&self) -> impl Iterator<Item = &AppliedCode> {
        let kind = |code: &&AppliedCode| code.kind == NativeKind::Coupon;
        self.codes.iter().filter(kind)
    }

    /// A native code is not held after all; the codes behind it.
    pub fn take(&mut self, native: &str) -> Vec<AppliedCode> {
        let (taken, left) = std::mem::take(&mut self.codes)
            .into_iter()
            .partition(|code| is(code, native));
        self.codes = left;
        taken
    }
}

impl Entry {
    /// Whether it changes nothing but the certificates, which the answer of a gift-certificate
    /// request shows; the page takes no coupons from it.
    pub fn is_of_certificates(&self) -> bool {
        self.held.dropped.is_empty()
            && self
                .natives
                .iter()
                .all(|native| self.held.is_certificate(native))
    }
}

fn is(code: &AppliedCode, native: &str) -> bool {
    code.native_code.eq_ignore_ascii_case(native)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::{code, dropped};

    fn held() -> Held {
        Held {
            codes: vec![
                code(NativeKind::Coupon, "SAVE10-000000", 500),
                code(NativeKind::GiftCertificate, "CARD-000000", 100),
                code(NativeKind::GiftCertificate, "CARD-000000", 250),
            ],
            ..Held::default()
        }
    }

    #[test]
    fn cards_that_share_a_certificate_are_its_worth() {
        assert_eq!(held().worth("card-000000"), Some(350));
        assert_eq!(held().worth("SAVE10-000000"), Some(500));
        assert_eq!(held().worth("OTHER-000000"), None);
    }

    #[test]
    fn a_dropped_card_leaves_the_certificate_to_the_others() {
        let mut held = held();
        held.dropped = vec![dropped("CARD-000000"), dropped("OLD-000000"), dropped("")];
        assert!(!held.is_gone("CARD-000000"));
        assert!(held.is_gone("old-000000"));
        assert!(!held.is_gone("SAVE10-000000"));
        assert_eq!(held.take("card-000000").len(), 2);
        assert!(held.is_gone("CARD-000000"));
    }

    #[test]
    fn only_known_certificates_are_cards() {
        let entry = |natives: &[&str]| Entry {
            natives: natives.iter().map(|&native| native.to_owned()).collect(),
            held: held(),
            rejected: Vec::new(),
        };
        assert!(entry(&["CARD-000000"]).is_of_certificates());
        assert!(!entry(&["SAVE10-000000", "CARD-000000"]).is_of_certificates());
        assert!(!entry(&["UNKNOWN-000000"]).is_of_certificates());
        let mut dropping = entry(&["CARD-000000"]);
        dropping.held.dropped = vec![dropped("OLD-000000")];
        assert!(!dropping.is_of_certificates());
    }
}
