//! A typed code: its request waits, it is asked for at the backend, and then applied as its native code or refused
//! in BigCommerce's own shape. The checkout tries every code as a gift certificate first and as a
//! coupon when that failed; the backend is asked once, for the first of the two.

use super::apply_entry::{apply, reason_of};
use super::removed_code::give_back_unwaited;
use crate::domain::routes::{self, CodeKind, Route};
use crate::domain::verdicts::{VERDICT_MS, Verdict};
use crate::json::{parse, text};
use crate::page::{Answer, Request, hush, sleep, spawn, within};
use crate::state::with_session;
use crate::{backend, events, refusals};
use js_sys::Date;

const BACKEND_WITHIN: i32 = 8_000;

/// Answers a request that carries a typed code.
pub async fn answer(request: Request) -> Answer {
    hush();
    let url = request.url();
    let Some(Route::ApplyCode { checkout, kind }) = routes::parse("POST", &url) else {
        return refusals::unchecked_code();
    };
    let body = parse(&request.body().unwrap_or_default());
    let typed = text(&body, kind.field()).unwrap_or_default();
    if typed.trim().is_empty() {
        return refusals::unknown_code(kind, &typed);
    }
    let waiting = match kind {
        CodeKind::GiftCertificate => None,
        CodeKind::Coupon => with_session(|s| s.verdicts.take(checkout, &typed, Date::now())),
    };
    let verdict = match waiting {
        Some(verdict) => verdict,
        None => ask(checkout, &typed).await,
    };
    let entry = match verdict {
        Verdict::Applied(entry) if kind == CodeKind::Coupon || entry.is_of_certificates() => entry,
        verdict => return refused(kind, checkout, &typed, verdict),
    };
    match apply(&request, &body, checkout, &entry).await {
        Ok(answer) => answer,
        // A conflict is for the page to solve, the rest is ours.
        Err(Some(answer)) if answer.status() == 409 => answer,
        Err(answer) => {
            let mut codes = entry.held.codes.iter();
            let code = codes.rfind(|code| entry.natives.contains(&code.native_code));
            let reason = answer
                .zip(code)
                .and_then(|(answer, code)| reason_of(&answer, code));
            let verdict = reason.map_or(Verdict::Unavailable, |code| Verdict::Rejected {
                reason: code.reason,
                message: code.message,
            });
            refused(kind, checkout, &typed, verdict)
        }
    }
}

/// Refuses a code. What is asked for as a gift certificate is asked for as a coupon next: that is
/// the request which counts.
fn refused(kind: CodeKind, checkout: &str, typed: &str, verdict: Verdict) -> Answer {
    let answer = match &verdict {
        Verdict::Applied(_) => refusals::unknown_code(kind, typed),
        Verdict::Rejected { message, .. } => refusals::code(message),
        Verdict::Unavailable => refusals::unchecked_code(),
    };
    match (kind, &verdict) {
        (CodeKind::GiftCertificate, _) => wait_for_coupon(checkout, typed, verdict),
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
    let (on, code) = (checkout.to_owned(), typed.to_owned());
    let mut asking = Box::pin(async move { backend::apply(&on, &code).await });
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

/// Has a verdict wait for the coupon request that should follow; when none does, what is held is
/// given back.
fn wait_for_coupon(checkout: &str, typed: &str, verdict: Verdict) {
    let at = Date::now();
    with_session(|session| session.verdicts.add(checkout, typed, verdict, at));
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
            give_back_unwaited(checkout, native);
        }
    }
}
