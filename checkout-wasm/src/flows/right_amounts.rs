//! The amounts on the checkout are made those that the backend calculated.

use super::choose_shipping;
use crate::domain::checkout::Checkout;
use crate::domain::held::Held;
use crate::page::{Answer, Request, left};
use crate::state::{with_codes, with_session};
use crate::storefront::{evaluate_again, read_again, take_off};
use crate::{backend, memory};
use voucherbridge_api_types::{DroppedCode, RefreshResponse};

/// How often amounts are looked at before the page gets them as they are.
const ROUNDS: usize = 4;

/// Sees that the amounts on the checkout are those the backend calculated, and that it is shipped
/// as its codes say; a fresh answer where the shown one is no longer right. `known` is whether `held`
/// is what the backend says now.
///
/// What a certificate may be worth depends on what coupons and shipping leave to pay: whenever that
/// is not what the backend last saw, it is asked again. So it is where another evaluation did not
/// bring a coupon's amount to what was calculated: it mends that, or takes the code off with a
/// sentence.
pub async fn put_right(
    request: &Request,
    checkout: &str,
    shown: &Answer,
    held: &mut Held,
    mut known: bool,
) -> Option<Answer> {
    let mut fresh = None;
    let mut asked_at = Some(i64::MIN);
    for _ in 0..ROUNDS {
        let now = fresh.as_ref().unwrap_or(shown).clone();
        let evaluated = if known {
            Some(evaluate(request, checkout, now.clone(), held).await)
        } else {
            asked_at = now.checkout().total;
            ask_again(request, checkout, &now, held, fresh.is_some()).await
        };
        known = false;
        let shown = evaluated.as_ref().unwrap_or(&now);
        let shipped = choose_shipping::follow(request, checkout, shown).await;
        let Some(next) = shipped.or(evaluated) else {
            break;
        };
        let found = next.checkout();
        fresh = Some(next);
        let paid = (found.total == asked_at && !found.certificates_differ(held))
            || held.certificates().next().is_none();
        if held.silent || (paid && !found.coupons_differ(held)) {
            break;
        }
    }
    fresh
}

/// Asks the backend; what the store says then, where that is news. Asked `again` for one request, the
/// backend has no more to say than that something changed.
async fn ask_again(
    request: &Request,
    checkout: &str,
    now: &Answer,
    held: &mut Held,
    again: bool,
) -> Option<Answer> {
    let changed = refresh(checkout, held).await?;
    let found = now.checkout();
    let wrong = || is_wrong(checkout, &found, held) || found.certificates_differ(held);
    if !changed && (again || !wrong()) {
        return None;
    }
    let fresh = read_again(request).await?;
    Some(evaluate(request, checkout, fresh, held).await)
}

/// Has the store evaluate the promotions where they are not as calculated, and takes off the
/// certificates that no longer hold.
async fn evaluate(request: &Request, checkout: &str, mut now: Answer, held: &Held) -> Answer {
    if is_wrong(checkout, &now.checkout(), held)
        && let Some(again) = evaluate_again(request, &now).await
    {
        let found = again.checkout();
        if found.coupons_differ(held) {
            with_session(|session| session.evaluated_in_vain = Some(found.coupon_mark(held)));
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
    (found.coupons_differ(held) && with_session(|session| session.evaluated_in_vain != mark()))
        || choose_shipping::is_behind(checkout, found)
}

/// Asks the backend to look again, and notes what it says; whether anything changed.
pub async fn refresh(checkout: &str, held: &mut Held) -> Option<bool> {
    held.silent = true;
    let response = backend::refresh(checkout).await?;
    let gone = gone(checkout, &response);
    with_codes(|session| session.set_codes(checkout, &response.codes));
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
