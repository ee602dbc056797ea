//! The storefront says that the cart is gone, changed or refused: the backend is told.

use crate::domain::routes;
use crate::json::{parse, text};
use crate::page::spawn;
use crate::state::with_session;
use crate::{backend, events};
use voucherbridge_api_types::CartErrorRequest;

/// Statuses by which the storefront says so.
const STATUSES: [u16; 4] = [404, 409, 410, 422];
/// Types of error bodies that say so under other statuses.
const TYPES: [&str; 7] = [
    "empty_cart",
    "cart_has_changed",
    "cart_stock_positions_changed",
    "stock_too_low",
    "out_of_stock",
    "missing_shipping_method",
    "order_create_failed",
];

/// Reports an answer that says so. The backend looks itself.
pub fn report(url: &str, status: u16, body: &str) {
    let error_type = text(&parse(body), "type").filter(|found| !found.starts_with("about:"));
    let typed = error_type.as_deref();
    if !typed.is_some_and(|found| TYPES.contains(&found)) && !STATUSES.contains(&status) {
        return;
    }
    let path = routes::path_of(url).to_owned();
    let Some(checkout) = with_session(|session| {
        let checkout = session.checkout().to_owned();
        let news = session.holds_codes(&checkout) && session.is_new_error(status, &path);
        news.then_some(checkout)
    }) else {
        return;
    };
    events::cart_error(&checkout, status, &path, typed);
    spawn(async move {
        let error = CartErrorRequest {
            status,
            path,
            error_type,
        };
        backend::cart_error(&checkout, &error).await;
    });
}
