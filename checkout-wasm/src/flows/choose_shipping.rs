//! Free shipping by a code. The store only adds a free option to those it offers, and forgets which
//! one was chosen; the same when the code leaves. So the module chooses: the free option when a code
//! makes the shipping free, unless the shopper took another one since, and the one before it when
//! the code has left. What was chosen before is kept for the tab.

use crate::domain::checkout::Checkout;
use crate::json::object;
use crate::page::{Answer, Request};
use crate::state::{shipping_of, with_session};
use crate::{memory, storefront};

/// Whether a code that makes the shipping free came or left, and the store does not offer so yet.
pub fn is_behind(checkout: &str, found: &Checkout) -> bool {
    with_session(|session| {
        let free = session.ships_free();
        free.is_some_and(|free| shipping_of(session, checkout).is_behind(found, free))
    })
}

/// Chooses what is to be chosen; the store's last answer. Where that fails, the page goes on: it
/// lets the shopper choose.
pub async fn follow(request: &Request, checkout: &str, shown: &Answer) -> Option<Answer> {
    let mut found = shown.checkout();
    let is_told = with_session(|session| {
        let free = session.ships_free()?;
        let shipping = shipping_of(session, checkout);
        let before = std::mem::replace(&mut shipping.free, free);
        shipping.note(&found, None);
        (free || before).then(|| shipping.is_told_by(&found))
    })?;
    if !is_told && let Some(answer) = storefront::read_shipping(request, checkout).await {
        found = answer.checkout();
    }
    let mut fresh = None;
    let picks = with_session(|session| shipping_of(session, checkout).picks(&found));
    for (consignment, option) in picks {
        let body = object(&[("shippingOptionId", option.into())]);
        let path = format!("consignments/{consignment}");
        let answer = storefront::change(request, checkout, "PUT", &path, Some(&body)).await;
        if let Some(answer) = &answer {
            let found = answer.checkout();
            with_session(|session| shipping_of(session, checkout).note(&found, None));
        }
        fresh = answer.or(fresh);
    }
    let text = with_session(|session| {
        let shipping = shipping_of(session, checkout);
        shipping.forget_choices();
        shipping.text()
    });
    memory::keep_shipping(&text);
    fresh
}
