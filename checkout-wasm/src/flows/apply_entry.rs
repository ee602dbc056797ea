//! The native codes of an entry come onto the checkout: the coupons by the page's own request, then
//! the gift certificate, once the backend knows what the coupon left to pay.

use super::removed_code::{give_back, give_back_unwaited};
use super::right_amounts::put_right;
use crate::domain::held::{Entry, Held};
use crate::domain::routes::{self, CodeKind, Route};
use crate::events;
use crate::json::{object, parse, set, stringify, text};
use crate::page::{Answer, Request, reload, send, sleep, unavailable};
use crate::state::{with_codes, with_session};
use crate::storefront::{below, evaluate_again, read_again};
use js_sys::{Date, JsString, Object};
use voucherbridge_api_types::{AppliedCode, RejectedCode};
use wasm_bindgen::prelude::*;

/// Waits between tries of a native code that the storefront may not know yet.
const WAITS: [i32; 3] = [150, 300, 600];

/// An entry on its way onto the checkout.
struct Applying<'a> {
    request: &'a Request,
    body: &'a JsValue,
    checkout: &'a str,
    natives: &'a [String],
    /// Those that were not on the checkout before: they are given back when they do not come onto
    /// it. What was there stays, whatever becomes of this try.
    new: Vec<&'a String>,
    /// The codes that were held before.
    before: Vec<AppliedCode>,
    /// Codes joined a coupon that was there.
    joined: bool,
    held: Held,
    /// Codes whose native code could not be applied.
    failed: Vec<AppliedCode>,
    /// Those of which the storefront said why.
    refused: Vec<RejectedCode>,
}

/// Applies an entry; the answer shows what became of it. `Err`, with the storefront's answer, when
/// nothing of it is on the checkout: then all of it is given back.
pub async fn apply(
    request: &Request,
    body: &JsValue,
    checkout: &str,
    entry: &Entry,
) -> Result<Answer, Option<Answer>> {
    let is_new = |native: &&String| !with_session(|session| session.holds(native));
    let mut applying = Applying {
        request,
        body,
        checkout,
        natives: &entry.natives,
        new: entry.natives.iter().filter(is_new).collect(),
        before: with_session(|session| session.codes().to_vec()),
        joined: false,
        held: entry.held.clone(),
        failed: Vec::new(),
        refused: Vec::new(),
    };
    let coupon = match applying.coupons().await {
        Ok(coupon) => coupon,
        Err(refused) => {
            for native in &applying.new {
                give_back_unwaited(checkout, native);
            }
            return Err(refused);
        }
    };
    let mut answer = applying.certificates(coupon).await?;
    if answer.checkout().certificates_differ(&applying.held) {
        let fresh = put_right(request, checkout, &answer, &mut applying.held, false).await;
        answer = fresh.unwrap_or(answer);
    }
    applying.refused.extend_from_slice(&entry.rejected);
    applying.tell(&answer);
    Ok(answer)
}

impl Applying<'_> {
    /// The coupons. One that was there, and that codes joined, is evaluated again; each other is
    /// applied, and let go where the store does not take it.
    async fn coupons(&mut self) -> Result<Option<Answer>, Option<Answer>> {
        let mut coupons = self.natives.to_vec();
        coupons.retain(|native| !self.held.is_certificate(native));
        let mut answer = None;
        if coupons.iter().any(|native| !self.new.contains(&native)) {
            answer = Some(read_again(self.request).await.ok_or(None)?);
        }
        let mut missing = Vec::new();
        for native in &coupons {
            let has_it = |answer: &Answer| answer.checkout().has(native);
            let shown = answer.as_ref().is_some_and(has_it);
            if shown && !self.new.contains(&native) {
                self.joined = true;
                continue;
            }
            match self.apply_one(CodeKind::Coupon, native).await {
                Ok(found) => answer = Some(found),
                Err(refused) => missing.push((native, refused)),
            }
        }
        with_codes(|session| {
            session.set_codes(self.checkout, &self.held.codes);
            session.confirm(Date::now());
        });
        if missing.len() == coupons.len()
            && let Some((_, refused)) = missing.pop()
        {
            return Err(refused);
        }
        let Some(mut answer) = answer else {
            return Ok(None);
        };
        let known = missing.is_empty();
        for (native, refused) in missing {
            self.fail(native, refused.as_ref());
            if self.new.contains(&native) {
                give_back(self.checkout, native).await;
            }
        }
        if self.joined {
            let fresh = evaluate_again(self.request, &answer).await;
            answer = fresh.unwrap_or(answer);
        }
        let request = self.request;
        let fresh = put_right(request, self.checkout, &answer, &mut self.held, known).await;
        Ok(Some(fresh.unwrap_or(answer)))
    }

    async fn certificates(&mut self, coupon: Option<Answer>) -> Result<Answer, Option<Answer>> {
        let mut answer = coupon;
        let mut refused = None;
        for native in self.natives {
            // The coupon may have left nothing to pay: then the card was dropped.
            if !self.held.is_certificate(native) {
                continue;
            }
            // What a certificate may be worth beside a new coupon only the backend knows.
            let applied = if self.held.silent {
                Err(None)
            } else {
                self.apply_one(CodeKind::GiftCertificate, native).await
            };
            match applied {
                Ok(found) => answer = Some(found),
                Err(found) => {
                    self.fail(native, found.as_ref());
                    refused = found;
                    if self.new.contains(&native) {
                        give_back_unwaited(self.checkout, native);
                    }
                }
            }
        }
        answer.ok_or(refused)
    }

    /// A native code did not come onto the checkout: its codes are not held.
    fn fail(&mut self, native: &str, answer: Option<&Answer>) {
        for code in self.held.take(native) {
            match answer.and_then(|answer| reason_of(answer, &code)) {
                Some(refused) => self.refused.push(refused),
                None => self.failed.push(code),
            }
        }
    }

    fn tell(&self, answer: &Answer) {
        for code in &self.held.codes {
            let same = |known: &AppliedCode| {
                known.code == code.code && known.native_code == code.native_code
            };
            if self.natives.contains(&code.native_code) && !self.before.iter().any(same) {
                events::applied(self.checkout, code);
            }
        }
        for code in &self.failed {
            events::unavailable(self.checkout, &code.code);
        }
        let more = if !self.failed.is_empty() {
            unavailable()
        } else if self.joined && answer.checkout().coupons_differ(&self.held) {
            reload()
        } else {
            String::new()
        };
        events::tell(self.checkout, &self.held.dropped, &self.refused, &more);
    }

    /// Applies one native code, several times when the storefront does not know it yet.
    async fn apply_one(&self, kind: CodeKind, native: &str) -> Result<Answer, Option<Answer>> {
        let request =
            request_for(self.request, self.checkout, self.body, kind, native).ok_or(None)?;
        let mut last = None;
        for wait in WAITS.map(Some).into_iter().chain([None]) {
            let answer = send(&request).await.ok_or(None)?;
            let status = answer.status();
            if answer.is_ok() {
                return Ok(answer);
            }
            last = Some(answer);
            if matches!(status, 409 | 429) {
                break;
            }
            if let Some(wait) = wait {
                sleep(wait).await;
            }
        }
        // A try whose answer was lost may have done its work, and what was there is refused.
        if let Some(fresh) = read_again(&request).await
            && fresh.checkout().has(native)
        {
            return Ok(fresh);
        }
        Err(last)
    }
}

/// Why the storefront refuses a native code, where it says so: by a `code` of its own, which a code it
/// does not know lacks. The shopper knows what was typed.
pub fn reason_of(answer: &Answer, code: &AppliedCode) -> Option<RejectedCode> {
    let body = parse(&answer.body());
    let detail = JsString::from(text(&body, "detail")?);
    Some(RejectedCode {
        code: code.code.clone(),
        reason: text(&body, "code")?,
        message: detail.split(&code.native_code).join(&code.code).into(),
    })
}

/// The page's own request with the native code in it, where it is for the same box, or one beside.
fn request_for(
    request: &Request,
    checkout: &str,
    body: &JsValue,
    kind: CodeKind,
    native: &str,
) -> Option<Request> {
    let url = request.url();
    let copy = Object::new();
    let box_of = routes::parse("POST", &url);
    if matches!(box_of, Some(Route::ApplyCode { kind: same, .. }) if same == kind) {
        Object::assign(&copy, body.unchecked_ref());
        set(&copy, kind.field(), native);
        return Some(request.with_body(&stringify(&copy)));
    }
    let body = object(&[(kind.field(), native.into())]);
    let url = below(request, checkout, kind.path())?;
    Some(request.beside("POST", &url, Some(&stringify(&body))))
}
