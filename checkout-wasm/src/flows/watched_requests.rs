//! Requests of the page whose answers it got untouched.

use super::removed_code::removed;
use super::{cart_error, changed_checkout};
use crate::domain::routes::{self, Route};
use crate::page::{read_checkout, spawn};
use crate::state::note;

/// An answer that the page got.
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
        } if ok => note(checkout, &read_checkout(text), None),
        Route::Read { .. } | Route::Change { .. } | Route::Order if !ok => {
            cart_error::report(url, status, text);
        }
        _ => {}
    }
}

/// A request that the page sent before the loader came; what was answered is not known.
pub fn missed(url: String) {
    spawn(async move {
        if let Some(Route::RemoveCode { checkout, code }) = routes::parse("DELETE", &url) {
            removed(checkout, code).await;
        } else {
            changed_checkout::catch_up(&url).await;
        }
    });
}
