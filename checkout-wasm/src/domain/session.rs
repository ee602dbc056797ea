//! What the module remembers of the checkout on the page.

use super::shipping::Shipping;
use super::verdicts::Verdicts;
use voucherbridge_api_types::{AppliedCode, NativeKind};

/// For so many milliseconds the codes are taken to hold as they did.
const CONFIRMED_MS: f64 = 60_000.0;
/// So often in a row an order is stopped at most: whatever cannot be put right, the shopper checks out.
const MOST_STOPPED: u8 = 2;

/// The checkout of the page and the codes of ours on it.
#[derive(Debug, Default)]
pub struct Session {
    checkout: String,
    codes: Vec<AppliedCode>,
    unexplained: Vec<String>,
    certificates: Vec<String>,
    foreign: Vec<String>,
    pub verdicts: Verdicts,
    last_error: Option<(u16, String)>,
    looked_at: bool,
    /// When Voucherify was last known to have been asked, in Unix milliseconds.
    confirmed_at: f64,
    /// How often in a row an order was stopped.
    stopped: u8,
    /// An order was stopped, and the page did not read the checkout since.
    pub order_was_stopped: bool,
    pub shipping: Shipping,
    /// The amounts that an evaluation did not put right: see [`super::compare`].
    pub evaluated_in_vain: Option<i64>,
}

impl Session {
    /// The checkout last seen, empty when none was.
    pub fn checkout(&self) -> &str {
        &self.checkout
    }

    /// The codes the backend holds for this checkout, as far as it told.
    pub fn codes(&self) -> &[AppliedCode] {
        &self.codes
    }

    /// Native codes seen on the checkout that look like ours, of which the backend told nothing yet.
    pub fn unexplained(&self) -> &[String] {
        &self.unexplained
    }

    /// Notes which checkout the page is about; another one forgets the codes of the last.
    pub fn turn_to(&mut self, checkout: &str) {
        if !self.checkout.eq_ignore_ascii_case(checkout) {
            checkout.clone_into(&mut self.checkout);
            self.codes.clear();
            self.unexplained.clear();
            self.last_error = None;
            self.looked_at = false;
            self.confirm(0.0);
            self.order_was_stopped = false;
            self.evaluated_in_vain = None;
        }
    }

    /// Whether nothing was asked or told about this checkout yet on this page; true once.
    pub fn is_new(&mut self, checkout: &str) -> bool {
        self.turn_to(checkout);
        !std::mem::replace(&mut self.looked_at, true)
    }

    /// Whether the codes are to be asked about before an order is placed at this time.
    ///
    /// After two that were stopped one goes unasked: nobody is trapped.
    pub fn is_due(&mut self, now: f64) -> bool {
        let goes = self.stopped >= MOST_STOPPED;
        if goes {
            self.stopped = 0;
        }
        !goes && self.holds_codes(&self.checkout) && now - self.confirmed_at >= CONFIRMED_MS
    }

    /// The codes are known to hold at this time.
    pub fn confirm(&mut self, now: f64) {
        self.confirmed_at = now;
        self.stopped = 0;
    }

    /// They do not, and the order was stopped: the next is asked about again, at once.
    pub fn stop_order(&mut self) {
        self.confirmed_at = 0.0;
        self.stopped += 1;
        self.order_was_stopped = true;
    }

    /// Whether this checkout carries codes of ours.
    pub fn holds_codes(&self, checkout: &str) -> bool {
        self.checkout.eq_ignore_ascii_case(checkout)
            && !(self.codes.is_empty() && self.unexplained.is_empty())
    }

    /// Whether a native code is one of ours on this checkout.
    pub fn holds(&self, native: &str) -> bool {
        self.natives().any(|code| code.eq_ignore_ascii_case(native))
    }

    /// Whether codes of ours other than this native one are on this checkout.
    pub fn holds_other_than(&self, native: &str) -> bool {
        self.natives()
            .any(|code| !code.eq_ignore_ascii_case(native))
    }

    fn natives(&self) -> impl Iterator<Item = &String> {
        let codes = self.codes.iter().map(|code| &code.native_code);
        codes.chain(&self.unexplained)
    }

    /// Whether a code of ours makes the shipping free; `None` while there are codes on the checkout
    /// of which the backend told nothing yet.
    pub fn ships_free(&self) -> Option<bool> {
        let free = || self.codes.iter().any(|code| code.free_shipping);
        self.unexplained.is_empty().then(free)
    }

    /// The typed codes behind a native one, where the backend told.
    pub fn typed(&self, native: &str) -> Vec<String> {
        let codes = self.codes.iter();
        codes
            .filter(|code| code.native_code.eq_ignore_ascii_case(native))
            .map(|code| code.code.clone())
            .collect()
    }

    /// Whether a native code is on the checkout as a gift certificate.
    pub fn is_certificate(&self, native: &str) -> bool {
        let codes = self.codes.iter();
        let mut codes = codes.filter(|code| code.kind == NativeKind::GiftCertificate);
        codes.any(|code| code.native_code.eq_ignore_ascii_case(native))
            || self.certificates.iter().any(|code| code == native)
    }

    /// The backend told which codes it holds: all others seen are not ours.
    pub fn set_codes(&mut self, checkout: &str, codes: &[AppliedCode]) {
        self.turn_to(checkout);
        self.looked_at = true;
        codes.clone_into(&mut self.codes);
        for native in std::mem::take(&mut self.unexplained) {
            if !self.holds(&native) {
                self.foreign.push(native);
            }
        }
    }

    /// An answer of the storefront showed these codes on the checkout, as gift certificates or not.
    pub fn shown<'a>(&mut self, checkout: &str, natives: impl Iterator<Item = (&'a str, bool)>) {
        self.turn_to(checkout);
        self.unexplained.clear();
        self.certificates.clear();
        for (native, is_certificate) in natives {
            let foreign = self.foreign.iter().any(|code| code == native);
            if looks_native(native) && !foreign && !self.holds(native) {
                self.unexplained.push(native.to_owned());
                if is_certificate {
                    self.certificates.push(native.to_owned());
                }
            }
        }
    }

    /// A native code was taken off.
    pub fn forget(&mut self, native: &str) {
        self.codes
            .retain(|code| !code.native_code.eq_ignore_ascii_case(native));
        self.unexplained
            .retain(|code| !code.eq_ignore_ascii_case(native));
    }

    /// Whether an error of the cart is news: the page may repeat a failing request.
    pub fn is_new_error(&mut self, status: u16, path: &str) -> bool {
        let error = Some((status, path.to_owned()));
        let new = self.last_error != error;
        self.last_error = error;
        new
    }
}

/// Whether a BigCommerce code has the shape of those the backend makes: a visible part,
/// `-`, six characters of Crockford's base32.
pub fn looks_native(code: &str) -> bool {
    let Some((visible, random)) = code.rsplit_once('-') else {
        return false;
    };
    let visible_byte = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let random_byte =
        |byte: u8| byte.is_ascii_digit() || (byte.is_ascii_uppercase() && !b"ILOU".contains(&byte));
    (1..=43).contains(&visible.len())
        && visible.bytes().all(visible_byte)
        && random.len() == 6
        && random.bytes().all(random_byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::code;

    fn held(typed: &str, native: &str) -> AppliedCode {
        AppliedCode {
            code: typed.into(),
            ..code(NativeKind::Coupon, native, 1000)
        }
    }

    #[test]
    fn native_codes_have_their_shape() {
        for good in ["SAVE10-7K3M9Q", "a-b_c-000000", "-----0123AZ"] {
            assert!(looks_native(good), "{good}");
        }
        let long = format!("{}-7K3M9Q", "A".repeat(44));
        for bad in [
            "SAVE10",
            "SAVE10-7k3m9q",
            "SAVE10-7K3M9",
            "-7K3M9Q",
            "SAVE 1-7K3M9Q",
            "S-7K3M9U",
            &long,
        ] {
            assert!(!looks_native(bad), "{bad}");
        }
    }

    #[test]
    fn codes_seen_count_until_the_backend_says_they_are_not_ours() {
        let mut session = Session::default();
        let coupons = [("FREESHIP", false), ("SUMMER-ABCDEF", false)];
        session.shown("c1", coupons.into_iter());
        assert!(session.holds_codes("C1"));
        assert_eq!(session.unexplained(), ["SUMMER-ABCDEF"]);
        session.set_codes("c1", &[]);
        assert!(!session.holds_codes("c1"));
        session.shown("c1", [("SUMMER-ABCDEF", false)].into_iter());
        assert!(!session.holds_codes("c1"));
    }

    #[test]
    fn codes_are_asked_about_before_an_order_unless_that_was_a_moment_ago() {
        let mut session = Session::default();
        assert!(!session.is_due(1e12));
        session.set_codes("c1", &[held("SAVE10", "SAVE10-7K3M9Q")]);
        assert!(session.is_due(1e12));
        session.confirm(1e12);
        assert!(!session.is_due(1e12 + 59_999.0));
        assert!(session.is_due(1e12 + 60_000.0));
        session.stop_order();
        assert!(session.is_due(1e12 + 1.0));
        session.stop_order();
        assert!(!session.is_due(1e12 + 1.0), "nobody is kept for good");
        assert!(session.is_due(1e12 + 2.0), "the next is asked about");
        session.confirm(1e12);
        assert!(session.is_due(1e12 + 60_000.0));
        session.forget("SAVE10-7K3M9Q");
        assert!(!session.is_due(2e12));
    }

    #[test]
    fn another_checkout_forgets_the_codes() {
        let mut session = Session::default();
        session.set_codes("c1", &[held("SAVE10", "SAVE10-7K3M9Q")]);
        assert_eq!(session.typed("save10-7k3m9q"), ["SAVE10"]);
        session.shown("c2", std::iter::empty());
        assert!(!session.holds("SAVE10-7K3M9Q"));
    }

    #[test]
    fn a_checkout_is_new_once() {
        let mut session = Session::default();
        assert!(session.is_new("c1") && !session.is_new("c1"));
        assert!(session.is_new("c2"));
        session.set_codes("c3", &[]);
        assert!(!session.is_new("c3"));
    }

    #[test]
    fn a_gift_certificate_is_known_by_what_was_told_or_seen() {
        let mut session = Session::default();
        let cards = ["CARD1", "CARD2"].map(|code| AppliedCode {
            kind: NativeKind::GiftCertificate,
            ..held(code, "CARD1-000000")
        });
        session.set_codes("c1", &cards);
        session.shown(
            "c1",
            [("CARD1-000000", true), ("GIFT-7K3M9Q", true)].into_iter(),
        );
        assert!(session.is_certificate("card1-000000"));
        assert!(session.is_certificate("GIFT-7K3M9Q"));
        assert!(!session.is_certificate("SAVE10-7K3M9Q"));
        assert_eq!(session.typed("CARD1-000000"), ["CARD1", "CARD2"]);
        assert_eq!(session.unexplained(), ["GIFT-7K3M9Q"]);
    }

    #[test]
    fn a_removed_code_is_forgotten() {
        let mut session = Session::default();
        session.set_codes("c1", &[held("A", "A-000000"), held("B", "B-000000")]);
        session.forget("a-000000");
        assert_eq!(session.codes().len(), 1);
        assert!(session.holds("B-000000"));
    }

    #[test]
    fn the_same_error_is_no_news() {
        let mut session = Session::default();
        assert!(session.is_new_error(404, "/a"));
        assert!(!session.is_new_error(404, "/a"));
        assert!(session.is_new_error(409, "/a"));
    }
}
