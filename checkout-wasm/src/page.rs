//! What the loader lends the module: the page's requests and answers, its time and its sentences.

use crate::domain::checkout::Checkout;
use crate::json::{Read, object, parse, set};
use js_sys::{Object, Promise, Reflect};
use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};

#[wasm_bindgen]
extern "C" {
    /// The loader's side: the page's own ways to send a request.
    #[derive(Clone)]
    pub type Page;
    #[wasm_bindgen(method, catch)]
    fn transport(this: &Page, request: &Request) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn later(this: &Page, milliseconds: i32) -> Promise;
    /// Asks the backend; undefined when it takes longer than `within` milliseconds, unless that is 0.
    #[wasm_bindgen(method)]
    fn ask(
        this: &Page,
        method: &str,
        url: &str,
        body: Option<&str>,
        outlives_page: bool,
        within: i32,
    ) -> Promise;
    /// The `lang` of the page.
    #[wasm_bindgen(method, getter)]
    fn lang(this: &Page) -> String;
    /// The store's token against forged requests.
    #[wasm_bindgen(method)]
    fn token(this: &Page) -> Option<String>;
    /// Dispatches one of our events.
    #[wasm_bindgen(method)]
    fn dispatch(this: &Page, name: &str, detail: &JsValue);
    /// Shows a sentence unless the page does so itself.
    #[wasm_bindgen(method)]
    fn say(this: &Page, sentence: &str);
    /// Takes back what was said.
    #[wasm_bindgen(method)]
    fn hush(this: &Page);
    /// Codes cannot be checked right now.
    #[wasm_bindgen(method, getter)]
    fn unavailable(this: &Page) -> String;
    /// The page shows amounts that no answer of ours can put right.
    #[wasm_bindgen(method, getter)]
    fn reload(this: &Page) -> String;
    /// A code that left, nobody knows why.
    #[wasm_bindgen(method)]
    fn left(this: &Page, code: &str) -> String;

    /// A request of the page. Names of headers are in lower case.
    #[derive(Clone)]
    pub type Request;
    #[wasm_bindgen(method, getter)]
    pub fn method(this: &Request) -> String;
    #[wasm_bindgen(method, getter)]
    pub fn url(this: &Request) -> String;
    #[wasm_bindgen(method, getter)]
    fn headers(this: &Request) -> Object;
    #[wasm_bindgen(method, getter)]
    pub fn body(this: &Request) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn credentials(this: &Request) -> bool;

    /// An answer, of the storefront or of our own making. Status 0 is a failed network.
    #[derive(Clone)]
    pub type Answer;
    #[wasm_bindgen(method, getter)]
    pub fn status(this: &Answer) -> u16;
    #[wasm_bindgen(method, getter)]
    pub fn body(this: &Answer) -> String;
}

thread_local! {
    static PAGE: RefCell<Option<Page>> = const { RefCell::new(None) };
}

/// The loader lends the page, once and before anything else.
pub fn lend(page: Page) {
    PAGE.set(Some(page));
}

fn page() -> Option<Page> {
    PAGE.with_borrow(Clone::clone)
}

fn with_page<T: Default>(work: impl FnOnce(&Page) -> T) -> T {
    PAGE.with_borrow(|page| page.as_ref().map(work).unwrap_or_default())
}

impl Request {
    /// The same request with another body.
    pub fn with_body(&self, body: &str) -> Self {
        with_body(self, body).unchecked_into()
    }

    /// A request of our own beside this one: the same headers (the store's tokens among them).
    pub fn beside(&self, method: &str, url: &str, body: Option<&str>) -> Self {
        let headers = Object::assign(&Object::new(), &self.headers());
        match body {
            Some(_) => set(&headers, "content-type", "application/json"),
            None => drop(Reflect::delete_property(&headers, &"content-type".into())),
        }
        if !Reflect::has(&headers, &"x-xsrf-token".into()).unwrap_or(true)
            && let Some(token) = token()
        {
            set(&headers, "x-xsrf-token", token);
        }
        Self::build(method, url, &headers, body, self.credentials())
    }

    /// A request of our own that reads, as the page would.
    pub fn read(url: &str) -> Self {
        let headers = object(&[("accept", "application/vnd.bc.v1+json".into())]);
        Self::build("GET", url, &headers, None, true)
    }

    fn build(
        method: &str,
        url: &str,
        headers: &Object,
        body: Option<&str>,
        credentials: bool,
    ) -> Self {
        object(&[
            ("method", method.into()),
            ("url", url.into()),
            ("headers", headers.into()),
            ("body", body.map_or(JsValue::UNDEFINED, JsValue::from)),
            ("credentials", credentials.into()),
        ])
        .unchecked_into()
    }
}

impl Answer {
    /// An answer in JSON that refuses a request.
    pub fn refusal(body: &str) -> Self {
        object(&[
            ("status", 400.into()),
            ("statusText", "Bad Request".into()),
            ("headers", "content-type: application/json\r\n".into()),
            ("body", body.into()),
        ])
        .unchecked_into()
    }

    /// The same answer with another body.
    pub fn with_body(&self, body: &str) -> Self {
        with_body(self, body).unchecked_into()
    }

    /// Whether the request was done.
    pub fn is_ok(&self) -> bool {
        (200..300).contains(&self.status())
    }

    /// The checkout or cart in it.
    pub fn checkout(&self) -> Checkout {
        read_checkout(&self.body())
    }
}

fn with_body(original: &JsValue, body: &str) -> Object {
    let copy = Object::assign(&Object::new(), original.unchecked_ref());
    set(&copy, "body", body);
    copy
}

/// Sends a request through what was in the page before us; none when it cannot be sent.
pub async fn send(request: &Request) -> Option<Answer> {
    let sending = page()?.transport(request).ok()?;
    let answer = JsFuture::from(sending).await.ok()?;
    Some(answer.unchecked_into())
}

/// Asks the backend: its answer, of which the body is a value; none when there is none in time.
pub async fn ask(
    method: &str,
    url: &str,
    body: Option<&str>,
    outlives_page: bool,
    within: i32,
) -> Option<Answer> {
    let asking = page()?.ask(method, url, body, outlives_page, within);
    let answer = JsFuture::from(asking).await.ok()?;
    (!answer.is_undefined()).then(|| answer.unchecked_into())
}

/// Reads a checkout or cart; one that says nothing where it is none.
pub fn read_checkout(text: &str) -> Checkout {
    Checkout::read(&parse(text)).unwrap_or_default()
}

/// Work that goes on by itself. Boxed, and so is [`promise`]: each kind of future of its own
/// brings wasm-bindgen's machinery once more.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    fn boxed(work: Pin<Box<dyn Future<Output = ()>>>) {
        spawn_local(work);
    }
    boxed(Box::pin(work));
}

/// Work as the loader waits for it.
pub fn promise(work: impl Future<Output = Result<JsValue, JsValue>> + 'static) -> Promise {
    fn boxed(work: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Promise {
        future_to_promise(work)
    }
    boxed(Box::pin(work))
}

/// Waits.
pub async fn sleep(milliseconds: i32) {
    if let Some(page) = page() {
        drop(JsFuture::from(page.later(milliseconds)).await);
    }
}

/// Waits for work, but not longer than so many milliseconds. The work goes on living.
pub async fn within<F: Future + Unpin>(milliseconds: i32, work: &mut F) -> Option<F::Output> {
    let mut timer = pin!(sleep(milliseconds));
    poll_fn(|context| {
        if let Poll::Ready(done) = Pin::new(&mut *work).poll(context) {
            return Poll::Ready(Some(done));
        }
        timer.as_mut().poll(context).map(|()| None)
    })
    .await
}

/// The language of the page, for the backend's sentences.
pub fn locale() -> Option<String> {
    let lang = page()?.lang();
    (2..=35).contains(&lang.len()).then_some(lang)
}

/// The store's token against forged requests.
pub fn token() -> Option<String> {
    with_page(Page::token)
}

/// The sentence for every failure that is not a code's.
pub fn unavailable() -> String {
    with_page(Page::unavailable)
}

/// The sentence for amounts that no answer of ours can put right.
pub fn reload() -> String {
    with_page(Page::reload)
}

/// The sentence for a code that left, nobody knows why.
pub fn left(code: &str) -> String {
    with_page(|page| page.left(code))
}

/// Dispatches one of our events.
pub fn dispatch(name: &str, detail: &JsValue) {
    with_page(|page| page.dispatch(name, detail));
}

/// Shows a sentence unless the page does so itself.
pub fn say(sentence: &str) {
    with_page(|page| page.say(sentence));
}

/// Takes back what was said: the shopper tries again, or it worked.
pub fn hush() {
    with_page(Page::hush);
}
