//! The native codes of an entry come onto the checkout: the coupon by the page's own request, then
//! the gift certificate, once the backend knows what the coupon left to pay.

use crate::held::{Entry, Held};
use crate::intercept::{UNAVAILABLE, give_back};
use crate::page::{Answer, Request, object, set, sleep, stringify};
use crate::refresh::{put_right, read_again, tell};
use crate::routes::{self, CodeKind, Route};
use crate::{events, the_page, with_codes, with_session};
use js_sys::Object;
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
    held: Held,
    /// Gift cards whose certificate could not be applied.
    failed: Vec<AppliedCode>,
}

/// Applies an entry; the answer shows what became of it. `Err`, with the storefront's answer, when
/// nothing of it is on the checkout: then all of it is given back.
pub async fn apply(
    request: &Request,
    body: &JsValue,
    checkout: &str,
    entry: &Entry,
) -> Result<Answer, Option<Answer>> {
    let new = entry.natives.iter();
    let new = with_session(|session| new.filter(|native| !session.holds(native)).collect());
    let mut applying = Applying {
        request,
        body,
        checkout,
        natives: &entry.natives,
        new,
        held: entry.held.clone(),
        failed: Vec::new(),
    };
    let coupon = applying.coupons().await?;
    let mut answer = applying.certificates(coupon).await?;
    if answer.checkout().certificates_differ(&applying.held) {
        let fresh = put_right(request, checkout, &answer, &mut applying.held, false).await;
        answer = fresh.unwrap_or(answer);
    }
    applying.tell(&entry.rejected);
    Ok(answer)
}

impl Applying<'_> {
    async fn coupons(&mut self) -> Result<Option<Answer>, Option<Answer>> {
        let mut answer = None;
        for native in self.natives {
            if self.held.is_certificate(native) {
                continue;
            }
            match self.one(CodeKind::Coupon, native).await {
                Ok(found) => answer = Some(found),
                Err(found) => {
                    for native in self.natives {
                        self.give_back(native);
                    }
                    return Err(found);
                }
            }
        }
        with_codes(|session| session.told(self.checkout, &self.held.codes));
        let Some(coupon) = answer else {
            return Ok(None);
        };
        let fresh = put_right(self.request, self.checkout, &coupon, &mut self.held, true).await;
        Ok(Some(fresh.unwrap_or(coupon)))
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
                self.one(CodeKind::GiftCertificate, native).await
            };
            match applied {
                Ok(found) => answer = Some(found),
                Err(found) => {
                    refused = found;
                    self.failed.extend(self.held.take(native));
                    self.give_back(native);
                }
            }
        }
        answer.ok_or(refused)
    }

    fn give_back(&self, native: &String) {
        if self.new.contains(&native) {
            give_back(self.checkout, native);
        }
    }

    fn tell(&self, rejected: &[RejectedCode]) {
        for code in &self.held.codes {
            if self.natives.contains(&code.native_code) {
                events::applied(self.checkout, code);
            }
        }
        for code in &self.failed {
            events::unavailable(self.checkout, &code.code, UNAVAILABLE);
        }
        let more = if self.failed.is_empty() {
            ""
        } else {
            UNAVAILABLE
        };
        tell(self.checkout, &self.held.dropped, rejected, more);
    }

    /// Applies one native code, several times when the storefront does not know it yet.
    async fn one(&self, kind: CodeKind, native: &str) -> Result<Answer, Option<Answer>> {
        let request = request_for(self.request, self.body, kind, native).ok_or(None)?;
        let page = the_page().ok_or(None)?;
        let mut uncertain = false;
        let mut last = None;
        for wait in WAITS.map(Some).into_iter().chain([None]) {
            let answer = page.send(&request).await.ok_or(None)?;
            let status = answer.status();
            if answer.is_ok() {
                return Ok(answer);
            }
            last = Some(answer);
            if matches!(status, 409 | 429) {
                break;
            }
            uncertain |= status == 0 || status >= 500;
            if let Some(wait) = wait {
                sleep(wait).await;
            }
        }
        // A try whose answer was lost may have done its work.
        if uncertain
            && let Some(fresh) = read_again(&request).await
            && fresh.checkout().has(native)
        {
            return Ok(fresh);
        }
        Err(last)
    }
}

/// The page's own request with the native code in it, where it is for the same box, or one beside.
fn request_for(request: &Request, body: &JsValue, kind: CodeKind, native: &str) -> Option<Request> {
    let url = request.url();
    let copy = Object::new();
    let box_of = routes::parse("POST", &url);
    if matches!(box_of, Some(Route::ApplyCode { kind: same, .. }) if same == kind) {
        Object::assign(&copy, body.unchecked_ref());
        set(&copy, kind.field(), native);
        return Some(request.with_body(&stringify(&copy)));
    }
    let (root, query) = (routes::resource_root(&url)?, routes::query_of(&url));
    let body = object(&[(kind.field(), native.into())]);
    let url = format!("{root}/{}{query}", kind.path());
    Some(request.beside("POST", &url, Some(&stringify(&body))))
}
