//! A typed code: held, asked for at the backend, and then applied as its native code or refused
//! in BigCommerce's own shape. The checkout tries every code as a gift certificate first and as a
//! coupon when that failed; the backend is asked once, for the first of the two.

use crate::checkout::Checkout;
use crate::page::{
    Answer, Request, hush, object, read_checkout, reload, say, sleep, spawn, stringify,
    unavailable, within,
};
use crate::routes::{self, CodeKind, Route};
use crate::session::{Session, looks_native};
use crate::verdicts::{VERDICT_MS, Verdict};
use crate::{backend, events, json, memory, native, refresh, shipping, with_codes, with_session};
use js_sys::{Date, JSON};
use wasm_bindgen::prelude::*;

const NO_CHECK: &str = "Codes cannot be checked";
/// BigCommerce's title for a code it does not take.
const INVALID: &str = "Incorrect or mismatch";
const BLANK: &str = "about:blank";
/// BigCommerce's type for an order that is not placed because its checkout is no longer what the page
/// shows: the page says so and reads the checkout again.
const CHANGED: &str = "cart_has_changed";
const BACKEND_WITHIN: i32 = 8_000;

/// What the loader does with a request; the numbers are the loader's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    Watch = 1,
    HoldCode = 2,
    HoldChange = 3,
    HoldOrder = 4,
}

/// Decides what to do with a request.
pub fn plan(route: &Route, session: &mut Session) -> Plan {
    match route {
        Route::ApplyCode { checkout, .. } => {
            session.on(checkout);
            Plan::HoldCode
        }
        // With other codes left, their amounts may change; the shipping is to be chosen again.
        Route::RemoveCode { checkout, code } => {
            let held = session.holds_codes(checkout) && session.holds(code);
            let shipped = shipping::is_free(session, checkout);
            hold_if(held && (shipped || session.holds_other_than(code)))
        }
        // The first change of a checkout that was read before our time shows what is on it.
        Route::Change { checkout } => {
            let unread = checkout.is_some_and(|checkout| session.is_new(checkout));
            let checkout = checkout.unwrap_or(session.checkout());
            hold_if(unread || session.holds_codes(checkout))
        }
        // What an earlier page left may be out of date, and what kept the order is to be put right.
        // Asked once, so that no answer is waited for twice.
        Route::Read { checkout } => {
            let left = session.is_new(checkout) && !memory::kept(checkout).is_empty();
            hold_if(std::mem::take(&mut session.kept_order) || left)
        }
        Route::Order if session.is_due(Date::now()) => Plan::HoldOrder,
        Route::Order => Plan::Watch,
    }
}

fn hold_if(condition: bool) -> Plan {
    if condition {
        Plan::HoldChange
    } else {
        Plan::Watch
    }
}

/// An answer that the page got untouched.
pub fn seen(method: &str, url: &str, status: u16, text: &str) {
    let Some(route) = routes::parse(method, url) else {
        return;
    };
    let ok = (200..300).contains(&status);
    match route {
        Route::RemoveCode { checkout, code } if ok => {
            let (checkout, code) = (checkout.to_owned(), code.to_owned());
            spawn(async move { removed(&checkout, &code).await });
        }
        Route::Read { checkout }
        | Route::Change {
            checkout: Some(checkout),
        } if ok => {
            note(checkout, &read_checkout(text), None);
        }
        Route::Read { .. } | Route::Change { .. } | Route::Order if !ok => {
            refresh::report_cart_error(url, status, text);
        }
        _ => {}
    }
}

/// Notes which codes an answer shows, and how it is shipped: see [`shipping::note`].
pub fn note(checkout: &str, found: &Checkout, option_by_page: Option<&str>) {
    shipping::note(checkout, found, option_by_page);
    if found.coupons.is_some() {
        with_session(|session| session.seen(checkout, found.natives()));
    }
}

/// A request that the page sent before the loader came; what was answered is not known.
pub fn missed(url: String) {
    spawn(async move {
        if let Some(Route::RemoveCode { checkout, code }) = routes::parse("DELETE", &url) {
            removed(checkout, code).await;
        } else {
            refresh::catch_up(&url).await;
        }
    });
}

/// The shopper took a native code off: tells the backend and the page.
pub async fn removed(checkout: &str, native: &str) {
    let typed = with_codes(|session| {
        let ours = session.holds(native) || looks_native(native);
        let typed = session.typed(native);
        session.forget(native);
        ours.then_some(typed)
    });
    let Some(typed) = typed else {
        return;
    };
    hush();
    if typed.is_empty() {
        events::removed(checkout, None, native);
    }
    for typed in &typed {
        events::removed(checkout, Some(typed), native);
    }
    let_go(checkout, native).await;
}

/// Answers a request that carries a typed code.
pub async fn code(request: Request) -> Answer {
    hush();
    let url = request.url();
    let Some(Route::ApplyCode { checkout, kind }) = routes::parse("POST", &url) else {
        return refusal(NO_CHECK, &unavailable());
    };
    let body = request
        .body()
        .and_then(|body| JSON::parse(&body).ok())
        .unwrap_or(JsValue::NULL);
    let typed = json::text(&body, kind.field()).unwrap_or_default();
    if typed.trim().is_empty() {
        return native_refusal(kind, &typed);
    }
    let verdict = match kind {
        CodeKind::GiftCertificate => ask(checkout, &typed).await,
        CodeKind::Coupon => {
            let kept = with_session(|s| s.verdicts.take(checkout, &typed, Date::now()));
            match kept {
                Some(verdict) => verdict,
                None => ask(checkout, &typed).await,
            }
        }
    };
    match verdict {
        Verdict::Applied(entry) if kind == CodeKind::Coupon || entry.is_cards() => {
            match native::apply(&request, &body, checkout, &entry).await {
                Ok(answer) => answer,
                // A conflict is for the page to solve, the rest is ours.
                Err(Some(answer)) if answer.status() == 409 => answer,
                Err(answer) => {
                    let mut codes = entry.held.codes.iter();
                    let code = codes.rfind(|code| entry.natives.contains(&code.native_code));
                    let told = answer
                        .zip(code)
                        .and_then(|(answer, code)| native::told(&answer, code));
                    let verdict = told.map_or(Verdict::Unavailable, |told| Verdict::Rejected {
                        reason: told.reason,
                        message: told.message,
                    });
                    refused(kind, checkout, &typed, verdict)
                }
            }
        }
        verdict => refused(kind, checkout, &typed, verdict),
    }
}

/// Whether the order can be placed: the answer in its place where its codes no longer give what the page
/// shows. Nothing is changed by then; the page reads the checkout next.
pub async fn order() -> Option<Answer> {
    let checkout = with_session(|session| session.checkout().to_owned());
    let look = backend()?.before_order(&checkout).await?;
    if look.stands {
        with_session(|session| session.sure(Date::now()));
        return None;
    }
    with_session(Session::keep);
    let sentence = if look.message.is_empty() {
        reload()
    } else {
        look.message
    };
    say(&sentence);
    Some(error(CHANGED, CHANGED, &sentence))
}

/// Refuses a code. What is asked for as a gift certificate is asked for as a coupon next: that is
/// the request which counts.
fn refused(kind: CodeKind, checkout: &str, typed: &str, verdict: Verdict) -> Answer {
    let answer = match &verdict {
        Verdict::Applied(_) => native_refusal(kind, typed),
        Verdict::Rejected { message, .. } => refusal(INVALID, message),
        Verdict::Unavailable => refusal(NO_CHECK, &unavailable()),
    };
    match (kind, &verdict) {
        (CodeKind::GiftCertificate, _) => remember(checkout, typed, verdict),
        (_, Verdict::Rejected { reason, message }) => {
            events::rejected(checkout, typed, reason, message);
        }
        _ => events::unavailable(checkout, typed),
    }
    answer
}

/// Asks the backend, which has a limited time. A late answer is not used: what it holds is given
/// back.
async fn ask(checkout: &str, typed: &str) -> Verdict {
    let Some(backend) = backend() else {
        return Verdict::Unavailable;
    };
    let (on, code) = (checkout.to_owned(), typed.to_owned());
    let mut asking = Box::pin(async move { backend.apply(&on, &code).await });
    if let Some(verdict) = within(BACKEND_WITHIN, &mut asking).await {
        return verdict;
    }
    let checkout = checkout.to_owned();
    spawn(async move {
        let late = asking.await;
        undo(&checkout, &late);
    });
    Verdict::Unavailable
}

/// Keeps a verdict for the coupon request that should follow; when none does, what is held is
/// given back.
fn remember(checkout: &str, typed: &str, verdict: Verdict) {
    let at = Date::now();
    with_session(|session| session.verdicts.keep(checkout, typed, verdict, at));
    let (checkout, typed) = (checkout.to_owned(), typed.to_owned());
    spawn(async move {
        #[allow(clippy::cast_possible_truncation, reason = "a small constant")]
        sleep(VERDICT_MS as i32).await;
        let unused = with_session(|session| session.verdicts.take_unused(&checkout, &typed, at));
        if let Some(verdict) = unused {
            undo(&checkout, &verdict);
        }
    });
}

/// Gives back what a verdict holds, unless its native code has come onto the checkout since.
fn undo(checkout: &str, verdict: &Verdict) {
    let Verdict::Applied(entry) = verdict else {
        return;
    };
    for native in &entry.natives {
        if !with_session(|session| session.holds(native)) {
            give_back(checkout, native);
        }
    }
}

/// Tells the backend that a native code did not come onto the checkout. Nobody waits for it.
pub fn give_back(checkout: &str, native: &str) {
    with_codes(|session| session.forget(native));
    let (checkout, native) = (checkout.to_owned(), native.to_owned());
    spawn(async move { let_go(&checkout, &native).await });
}

/// Tells the backend that a native code is not on the checkout, and waits a while for it: what the
/// other codes are worth may depend on it.
pub async fn let_go(checkout: &str, native: &str) {
    with_codes(|session| session.forget(native));
    if let Some(backend) = backend() {
        backend.remove(checkout, native).await;
    }
}

/// Refuses with a sentence of ours, in the shape of BigCommerce's errors.
fn refusal(title: &str, sentence: &str) -> Answer {
    say(sentence);
    error(title, BLANK, sentence)
}

/// Refuses as BigCommerce does, for a code it does not know.
fn native_refusal(kind: CodeKind, typed: &str) -> Answer {
    error(
        INVALID,
        BLANK,
        &format!("{} code `{typed}` is invalid", kind.label()),
    )
}

fn error(title: &str, kind: &str, detail: &str) -> Answer {
    let body = object(&[
        ("title", title.into()),
        ("type", kind.into()),
        ("status", 400.into()),
        ("detail", detail.into()),
    ]);
    Answer::json(400, &stringify(&body))
}
