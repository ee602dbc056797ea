//! The BigCommerce stand-in: shop pages, storefront API, management API, webhooks, control API.

use std::path::PathBuf;

use actix_web::web::ServiceConfig;

use crate::kit::clock::Clock;

/// What the BigCommerce stand-in knows.
#[derive(Debug)]
pub struct State {
    /// The clock shared with the other listener.
    pub clock: Clock,
    /// Address of this listener.
    pub shop_url: String,
    /// Folder of the built pages.
    pub pages: Option<PathBuf>,
}

impl State {
    /// The demo store.
    #[must_use]
    pub fn new(clock: Clock, shop_url: &str, pages: Option<PathBuf>) -> Self {
        Self {
            clock,
            shop_url: shop_url.to_owned(),
            pages,
        }
    }
}

/// The area of a path, for the call log and the faults.
#[must_use]
pub fn area_of(path: &str) -> &'static str {
    if path.starts_with("/stores/") {
        return "management";
    }
    let storefront = ["/api/storefront", "/internalapi/", "/customer/", "/api/"];
    if storefront.iter().any(|start| path.starts_with(start)) {
        return "storefront";
    }
    "page"
}

/// Adds the routes.
pub fn configure(_cfg: &mut ServiceConfig) {}
