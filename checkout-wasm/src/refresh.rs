//! A changed checkout: the codes on it are looked at again before the page gets the answer, so
//! that it never shows a stale total. Whatever goes wrong here, the page gets the store's answer.

use crate::checkout::Checkout;
use crate::held::Held;
use crate::page::{Answer, Request, left, reload, say, spawn};
use crate::routes::{self, Route};
use crate::storefront::{evaluate_again, read_again, take_off};
use crate::{backend, events, intercept, json, memory, shipping, with_codes, with_session};
use js_sys::JSON;
use voucherbridge_api_types::{CartErrorRequest, DroppedCode, RefreshResponse, RejectedCode};
use wasm_bindgen::JsValue;

/// How often amounts are looked at before the page gets them as they are.
const ROUNDS: usize = 4;
/// Statuses by which the storefront says that a cart or checkout is gone, changed or refused.
const CART_STATUSES: [u16; 4] = [404, 409, 410, 422];
/// Types of error bodies that say so under other statuses.
const CART_TYPES: [&str; 7] = [
    "empty_cart",
    "cart_has_changed",
    "cart_stock_positions_changed",
    "stock_too_low",
    "out_of_stock",
    "missing_shipping_method",
    "order_create_failed",
];

/// What the page gets for a request that changed the checkout.
pub async fn changed(request: Request, original: Answer) -> Answer {
    let url = request.url();
    if !original.is_ok() {
        if !matches!(
            routes::parse(&request.method(), &url),
            Some(Route::RemoveCode { .. })
        ) {
            report_cart_error(&url, original.status(), &original.body());
        }
        return original;
    }
    let fresh = match routes::parse(&request.method(), &url) {
        Some(Route::RemoveCode { checkout, code }) => {
            intercept::removed(checkout, code).await;
            settle(&request, checkout, &original, Takes::All).await
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
            settle(&request, checkout, &original, takes).await
        }
        // Signing in: the page reads the checkout next.
        Some(Route::Change { checkout: None }) => {
            let checkout = with_session(|session| session.checkout().to_owned());
            let mut held = Held::default();
            ask(&checkout, &mut held).await;
            tell(&checkout, &held.dropped, &[], "");
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
    with_session(|session| session.on(checkout));
    if memory::kept(checkout).is_empty() || !with_session(|session| session.is_new(checkout)) {
        return;
    }
    let request = Request::read(url);
    if let Some(shown) = read_again(&request).await {
        settle(&request, checkout, &shown, Takes::Nothing).await;
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
async fn settle(
    request: &Request,
    checkout: &str,
    original: &Answer,
    takes: Takes,
) -> Option<Answer> {
    let before = with_session(|session| session.codes().to_vec());
    let body = request.body().and_then(|body| JSON::parse(&body).ok());
    let option = body.and_then(|body| json::text(&body, "shippingOptionId"));
    intercept::note(checkout, &original.checkout(), option.as_deref());
    let (holds, ships_free) = with_session(|session| {
        let holds = session.holds_codes(checkout) || !memory::kept(checkout).is_empty();
        (holds, shipping::is_free(session, checkout))
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
    tell(checkout, &held.dropped, &[], &more);
    fresh
}

/// Sees that the amounts on the checkout are those the backend calculated, and that it is shipped
/// as its codes say; a fresh answer where the shown one is no longer right. `known` is whether `held`
/// is what the backend says now.
///
/// What a certificate may be worth depends on what coupons and shipping leave to pay: whenever that
/// is not what the backend last saw, it is asked again. So it is where counting again did not bring
/// a coupon's amount to what was calculated: it mends that, or takes the code off with a sentence.
pub async fn put_right(
    request: &Request,
    checkout: &str,
    shown: &Answer,
    held: &mut Held,
    mut known: bool,
) -> Option<Answer> {
    let mut fresh = None;
    let mut told_for = Some(i64::MIN);
    for _ in 0..ROUNDS {
        let now = fresh.as_ref().unwrap_or(shown).clone();
        let counted = if known {
            Some(count(request, checkout, now.clone(), held).await)
        } else {
            told_for = now.checkout().total;
            look(request, checkout, &now, held, fresh.is_some()).await
        };
        known = false;
        let shipped = shipping::follow(request, checkout, counted.as_ref().unwrap_or(&now)).await;
        let Some(next) = shipped.or(counted) else {
            break;
        };
        let found = next.checkout();
        fresh = Some(next);
        let counted = (found.total == told_for && !found.certificates_differ(held))
            || held.certificates().next().is_none();
        if held.silent || (counted && !found.coupons_differ(held)) {
            break;
        }
    }
    fresh
}

/// Asks the backend; what the store says then, where that is news. Asked again, the backend has no
/// more to say than that something changed.
async fn look(
    request: &Request,
    checkout: &str,
    now: &Answer,
    held: &mut Held,
    again: bool,
) -> Option<Answer> {
    let changed = ask(checkout, held).await?;
    let found = now.checkout();
    let wrong = || is_wrong(checkout, &found, held) || found.certificates_differ(held);
    if !changed && (again || !wrong()) {
        return None;
    }
    let fresh = read_again(request).await?;
    Some(count(request, checkout, fresh, held).await)
}

/// Has the store evaluate the promotions where they are not as calculated, and takes off the
/// certificates that no longer hold.
async fn count(request: &Request, checkout: &str, mut now: Answer, held: &Held) -> Answer {
    if is_wrong(checkout, &now.checkout(), held)
        && let Some(again) = evaluate_again(request, &now).await
    {
        let found = again.checkout();
        if found.coupons_differ(held) {
            with_session(|session| session.in_vain = Some(found.coupon_mark(held)));
        }
        now = again;
    }
    for native in now.checkout().gone_certificates(held) {
        now = take_off(request, checkout, &native).await.unwrap_or(now);
    }
    now
}

/// Whether coupons are not as calculated, and that was not evaluated in vain before, or the shipping
/// is not.
fn is_wrong(checkout: &str, found: &Checkout, held: &Held) -> bool {
    let mark = || Some(found.coupon_mark(held));
    (found.coupons_differ(held) && with_session(|session| session.in_vain != mark()))
        || shipping::is_behind(checkout, found)
}

/// Asks the backend to look again, and notes what it says; whether anything changed.
async fn ask(checkout: &str, held: &mut Held) -> Option<bool> {
    held.silent = true;
    let backend = backend()?;
    let response = backend.refresh(checkout).await?;
    let gone = gone(checkout, &response);
    with_codes(|session| session.told(checkout, &response.codes));
    held.silent = false;
    held.codes = response.codes;
    held.dropped.extend(response.dropped);
    held.dropped.extend(gone);
    Some(response.changed)
}

/// The codes that were on the checkout when we last looked, of which the backend says nothing any
/// more: they left while the shopper was on another page. The coupon of one may live on by others.
fn gone(checkout: &str, response: &RefreshResponse) -> Vec<DroppedCode> {
    let held = response.codes.iter().map(|code| &code.code);
    let dropped = response.dropped.iter().map(|code| &code.code);
    let explained: Vec<&String> = held.chain(dropped).collect();
    memory::kept(checkout)
        .into_iter()
        .filter(|kept| !explained.contains(&&kept.code))
        .map(|code| DroppedCode {
            message: left(&code.code),
            reason: "no_longer_valid".to_owned(),
            code: code.code,
            native_code: code.native,
        })
        .collect()
}

/// Tells the page and the shopper of codes that no longer hold, of those of an entry that cannot be
/// used, and the shopper one thing more: all in one notice.
pub fn tell(checkout: &str, dropped: &[DroppedCode], rejected: &[RejectedCode], more: &str) {
    let mut sentences = String::new();
    for code in rejected {
        events::rejected(checkout, &code.code, &code.reason, &code.message);
        for part in [&code.code, ": ", &code.message, " "] {
            sentences.push_str(part);
        }
    }
    for code in dropped {
        events::dropped(checkout, code);
        sentences.push_str(&code.message);
        sentences.push(' ');
    }
    sentences.push_str(more);
    if !sentences.is_empty() {
        say(sentences.trim_end());
    }
}

/// Reports an answer that says the cart is gone, changed or refused. The backend looks itself.
pub fn report_cart_error(url: &str, status: u16, text: &str) {
    let body = JSON::parse(text).unwrap_or(JsValue::NULL);
    let error_type = json::text(&body, "type").filter(|found| !found.starts_with("about:"));
    let typed = error_type
        .as_deref()
        .is_some_and(|found| CART_TYPES.contains(&found));
    if !typed && !CART_STATUSES.contains(&status) {
        return;
    }
    let path = routes::path_of(url).to_owned();
    let checkout = with_session(|session| {
        let checkout = session.checkout().to_owned();
        let news = session.holds_codes(&checkout) && session.is_new_error(status, &path);
        news.then_some(checkout)
    });
    let (Some(checkout), Some(backend)) = (checkout, backend()) else {
        return;
    };
    events::cart_error(&checkout, status, &path, error_type.as_deref());
    spawn(async move {
        let error = CartErrorRequest {
            status,
            path,
            error_type,
        };
        backend.cart_error(&checkout, &error).await;
    });
}
