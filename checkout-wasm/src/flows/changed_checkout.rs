//! A changed checkout: the codes on it are looked at again before the page gets the answer, so
//! that it never shows a stale total. Whatever goes wrong here, the page gets the store's answer.

use super::cart_error;
use super::removed_code::removed;
use super::right_amounts::{put_right, refresh};
use crate::domain::held::Held;
use crate::domain::routes::{self, Route};
use crate::json::{parse, text};
use crate::page::{Answer, Request, reload};
use crate::state::{note, shipping_of, with_session};
use crate::storefront::read_again;
use crate::{events, memory};

/// What the page gets for a request that changed the checkout.
pub async fn answer(request: Request, original: Answer) -> Answer {
    let url = request.url();
    let route = routes::parse(&request.method(), &url);
    if !original.is_ok() {
        if !matches!(route, Some(Route::RemoveCode { .. })) {
            cart_error::report(&url, original.status(), &original.body());
        }
        return original;
    }
    let fresh = match route {
        Some(Route::RemoveCode { checkout, code }) => {
            removed(checkout, code).await;
            look_again(&request, checkout, &original, Takes::All).await
        }
        Some(
            Route::Read { checkout }
            | Route::Change {
                checkout: Some(checkout),
            },
        ) => {
            let takes = if routes::is_of_totals(&url) {
                Takes::Totals
            } else {
                Takes::All
            };
            look_again(&request, checkout, &original, takes).await
        }
        // Signing in: the page reads the checkout next.
        Some(Route::Change { checkout: None }) => {
            let checkout = with_session(|session| session.checkout().to_owned());
            let mut held = Held::default();
            refresh(&checkout, &mut held).await;
            events::tell(&checkout, &held.dropped, &[], "");
            None
        }
        _ => None,
    };
    fresh.map_or(original.clone(), |fresh| original.with_body(&fresh.body()))
}

/// The page read the checkout before our time. Where the tab's last page left codes of ours on it,
/// they are looked at now, and the shopper hears of what the page does not show.
pub async fn catch_up(url: &str) {
    let Some(Route::Read { checkout }) = routes::parse("GET", url) else {
        return;
    };
    with_session(|session| session.turn_to(checkout));
    if memory::kept(checkout).is_empty() || !with_session(|session| session.is_new(checkout)) {
        return;
    }
    let request = Request::read(url);
    if let Some(shown) = read_again(&request).await {
        look_again(&request, checkout, &shown, Takes::Nothing).await;
    }
}

/// What the page takes from an answer. The rest stays on screen as it was.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    All,
    /// Not the codes.
    Totals,
    Nothing,
}

/// Has the codes looked at again; a fresh answer when the page's is no longer right. The shopper
/// reads of what the page does not take from it.
async fn look_again(
    request: &Request,
    checkout: &str,
    original: &Answer,
    takes: Takes,
) -> Option<Answer> {
    let before = with_session(|session| session.codes().to_vec());
    let body = parse(&request.body().unwrap_or_default());
    let option = text(&body, "shippingOptionId");
    note(checkout, &original.checkout(), option.as_deref());
    let (holds, ships_free) = with_session(|session| {
        let holds = session.holds_codes(checkout) || !memory::kept(checkout).is_empty();
        (holds, shipping_of(session, checkout).free)
    });
    if !holds && !ships_free {
        return None;
    }
    let mut held = Held::default();
    let fresh = put_right(request, checkout, original, &mut held, !holds).await;
    let is_old = match takes {
        Takes::All => false,
        Takes::Totals => {
            (fresh.is_some() || !before.is_empty())
                && with_session(|session| session.codes() != before)
        }
        Takes::Nothing => fresh.is_some(),
    };
    let more = if is_old { reload() } else { String::new() };
    events::tell(checkout, &held.dropped, &[], &more);
    fresh
}
