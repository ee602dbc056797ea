//! What the module knows of the checkout on its page, and what of it the tab keeps.

use crate::domain::checkout::Checkout;
use crate::domain::session::Session;
use crate::domain::shipping::Shipping;
use crate::memory;
use std::cell::RefCell;

thread_local! {
    static SESSION: RefCell<Session> = RefCell::default();
}

/// Runs `work` with the session; nothing may be awaited while it is borrowed.
pub fn with_session<T>(work: impl FnOnce(&mut Session) -> T) -> T {
    SESSION.with_borrow_mut(work)
}

/// Changes which codes are on the checkout, and keeps them for the tab's next page.
pub fn with_codes<T>(work: impl FnOnce(&mut Session) -> T) -> T {
    with_session(|session| {
        let result = work(session);
        memory::keep(session.checkout(), session.codes());
        result
    })
}

/// How the checkout is shipped, as far as this page or the tab's last one saw.
pub fn shipping_of<'a>(session: &'a mut Session, checkout: &str) -> &'a mut Shipping {
    if session.shipping.checkout != checkout {
        session.shipping = Shipping::read(&memory::shipping(), checkout);
    }
    &mut session.shipping
}

/// Notes which codes an answer shows, and how the checkout is shipped. `option_by_page` is the
/// shipping option that the page has just chosen.
pub fn note(checkout: &str, found: &Checkout, option_by_page: Option<&str>) {
    with_session(|session| {
        shipping_of(session, checkout).note(found, option_by_page);
        if found.coupons.is_some() {
            session.shown(checkout, found.natives());
        }
    });
}
