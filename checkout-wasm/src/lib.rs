//! The checkout module: takes Voucherify codes in the BigCommerce checkout page.
//!
//! The loader sends and answers the page's requests; every decision is made here. The loader asks
//! [`plan`] what to do with a request, and then calls [`seen`], [`code`], [`changed`] or [`order`]; of
//! requests before its time it tells by [`missed`]. It never waits for ever: what is not answered in
//! time, or ends in an exception, is answered as if the module were not there.
//!
//! `flows` has one story a file, `domain` the rules. The other files are the way to the page, the
//! store and the backend.

mod backend;
#[cfg(all(test, target_arch = "wasm32"))]
mod contract;
mod domain;
mod events;
mod flows;
mod json;
mod memory;
mod page;
mod plan;
mod refusals;
mod state;
mod storefront;
mod theme_api;

pub use theme_api::{checkout_id, code_path, codes};

use flows::{changed_checkout, order, typed_code, watched_requests};
use js_sys::Promise;
use page::{Answer, Page, Request, promise};
use wasm_bindgen::prelude::*;

/// Rust's own allocator weighs three times as much; this heap is small and one page old.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Called once by the loader: what it lends us, the backend's address and the store's hash.
#[wasm_bindgen]
pub fn start(page: Page, backend_url: &str, store: &str) {
    page::lend(page);
    backend::set_address(backend_url, store);
}

/// What to do with a request: 0 nothing, 1 show us the answer, 2 [`code`], 3 [`changed`], 4 [`order`].
#[wasm_bindgen]
#[must_use]
pub fn plan(method: &str, url: &str) -> u8 {
    plan::plan(method, url).map_or(0, |plan| plan as u8)
}

/// An answer of the storefront that went to the page as it was.
#[wasm_bindgen]
pub fn seen(method: &str, url: &str, status: u16, text: &str) {
    watched_requests::seen(method, url, status, text);
}

/// The address of a request that the page sent before the loader came.
#[wasm_bindgen]
pub fn missed(url: String) {
    watched_requests::missed(url);
}

/// Answers a request that carries a typed code.
#[wasm_bindgen]
pub fn code(request: Request) -> Promise {
    promise(async move { Ok(typed_code::answer(request).await.into()) })
}

/// Looks at the answer of a request that changed the checkout; the result is what the page gets.
#[wasm_bindgen]
pub fn changed(request: Request, original: Answer) -> Promise {
    promise(async move { Ok(changed_checkout::answer(request, original).await.into()) })
}

/// Whether an order can be placed: undefined, or what the page gets in place of an order.
#[wasm_bindgen]
pub fn order() -> Promise {
    promise(async { Ok(order::answer().await.map_or(JsValue::UNDEFINED, Into::into)) })
}
