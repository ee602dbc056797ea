//! The checkout module: takes Voucherify codes in the BigCommerce checkout page.
//!
//! The loader (`loader/loader.js`) does the plumbing of `XMLHttpRequest` and `fetch`; every decision
//! is made here. It asks [`plan`] what to do with a request of the checkout, and then calls
//! [`seen`], [`code`], [`changed`] or [`order`]; of requests before its time it tells by [`missed`]. It never waits for ever: what is not answered in time, or
//! ends in an exception, is answered as if the module were not there.

mod api;
mod backend;
mod checkout;
mod compare;
#[cfg(all(test, target_arch = "wasm32"))]
mod contract;
mod events;
mod held;
mod intercept;
mod json;
mod memory;
mod native;
mod page;
mod refresh;
mod routes;
mod session;
mod shipping;
mod storefront;
mod verdicts;
mod ways;

pub use api::{box_of, codes, on};

use js_sys::Promise;
use page::{Answer, Page, Request};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// Rust's own allocator weighs three times as much; this heap is small and one page old.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// What the module knows of the page it runs in.
struct Module {
    page: Page,
    backend: backend::Backend,
    session: session::Session,
}

thread_local! {
    static MODULE: RefCell<Option<Module>> = const { RefCell::new(None) };
}

/// Runs `work` with the session; nothing may be awaited while it is borrowed.
fn with_session<T: Default>(work: impl FnOnce(&mut session::Session) -> T) -> T {
    MODULE.with_borrow_mut(|module| {
        module
            .as_mut()
            .map(|m| work(&mut m.session))
            .unwrap_or_default()
    })
}

/// Changes which codes are on the checkout, and keeps them for the tab's next page.
fn with_codes<T: Default>(work: impl FnOnce(&mut session::Session) -> T) -> T {
    with_session(|session| {
        let result = work(session);
        memory::keep(session.checkout(), session.codes());
        result
    })
}

fn backend() -> Option<backend::Backend> {
    MODULE.with_borrow(|module| module.as_ref().map(|m| m.backend.clone()))
}

fn the_page() -> Option<Page> {
    MODULE.with_borrow(|module| module.as_ref().map(|m| m.page.clone()))
}

/// Called once by the loader: what it lends us, the backend's address and the store's hash.
#[wasm_bindgen]
pub fn start(page: Page, backend_url: &str, store: &str) {
    let backend = backend::Backend::new(page.clone(), backend_url, store);
    let session = session::Session::default();
    MODULE.set(Some(Module {
        page,
        backend,
        session,
    }));
}

/// What to do with a request: 0 nothing, 1 show us the answer, 2 [`code`], 3 [`changed`], 4 [`order`].
#[wasm_bindgen]
#[must_use]
pub fn plan(method: &str, url: &str) -> u8 {
    let Some(route) = routes::parse(method, url) else {
        return 0;
    };
    with_session(|session| intercept::plan(&route, session) as u8)
}

/// An answer of the storefront that went to the page as it was.
#[wasm_bindgen]
pub fn seen(method: &str, url: &str, status: u16, text: &str) {
    intercept::seen(method, url, status, text);
}

/// The address of a request that the page sent before the loader came.
#[wasm_bindgen]
pub fn missed(url: String) {
    intercept::missed(url);
}

/// Answers a request that carries a typed code.
#[wasm_bindgen]
pub fn code(request: Request) -> Promise {
    page::promise(async move { Ok(intercept::code(request).await.into()) })
}

/// Looks at the answer of a request that changed the checkout; the result is what the page gets.
#[wasm_bindgen]
pub fn changed(request: Request, original: Answer) -> Promise {
    page::promise(async move { Ok(refresh::changed(request, original).await.into()) })
}

/// Whether an order can be placed: undefined, or what the page gets in place of an order.
#[wasm_bindgen]
pub fn order() -> Promise {
    page::promise(async {
        Ok(intercept::order()
            .await
            .map_or(JsValue::UNDEFINED, Into::into))
    })
}
