//! Free shipping by a code. The store only adds a free option to those it offers, and forgets which
//! one was chosen; the same when the code leaves. So the module chooses: the free option when a code
//! makes the shipping free, unless the shopper took another one since, and the one before it when
//! the code has left. What was chosen before is kept for the tab.

use crate::checkout::Checkout;
use crate::page::{Answer, Request, object};
use crate::session::Session;
use crate::ways::Shipping;
use crate::{memory, storefront, with_session};

fn of<'a>(session: &'a mut Session, checkout: &str) -> &'a mut Shipping {
    if session.shipping.checkout != checkout {
        session.shipping = Shipping::read(&memory::shipping(), checkout);
    }
    &mut session.shipping
}

/// Whether a code made the shipping free when we last looked.
pub fn is_free(session: &mut Session, checkout: &str) -> bool {
    of(session, checkout).free
}

/// Notes what an answer shows.
pub fn note(checkout: &str, found: &Checkout, by_page: Option<&str>) {
    with_session(|session| of(session, checkout).note(found, by_page));
}

/// Whether a code that makes the shipping free came or left, and the store does not offer so yet.
pub fn is_behind(checkout: &str, found: &Checkout) -> bool {
    with_session(|session| {
        let free = session.ships_free();
        free.is_some_and(|free| of(session, checkout).is_behind(found, free))
    })
}

/// Chooses what is to be chosen; the store's last answer. Where that fails, the page goes on: it
/// lets the shopper choose.
pub async fn follow(request: &Request, checkout: &str, shown: &Answer) -> Option<Answer> {
    let mut found = shown.checkout();
    let is_told = with_session(|session| {
        let free = session.ships_free()?;
        let shipping = of(session, checkout);
        let before = std::mem::replace(&mut shipping.free, free);
        shipping.note(&found, None);
        (free || before).then(|| shipping.is_told_by(&found))
    })?;
    if !is_told && let Some(answer) = storefront::read_shipping(request, checkout).await {
        found = answer.checkout();
    }
    let mut fresh = None;
    for (consignment, option) in with_session(|session| of(session, checkout).picks(&found)) {
        let body = object(&[("shippingOptionId", option.into())]);
        let path = format!("consignments/{consignment}");
        let answer = storefront::change(request, checkout, "PUT", &path, Some(&body)).await;
        if let Some(answer) = &answer {
            note(checkout, &answer.checkout(), None);
        }
        fresh = answer.or(fresh);
    }
    let text = with_session(|session| {
        let shipping = of(session, checkout);
        shipping.forget_choices();
        shipping.text()
    });
    memory::keep_shipping(&text);
    fresh
}
