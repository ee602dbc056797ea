//! What the module asks of the storefront by itself, beside a request of the page and with its
//! `include`, so that the page can have the answers.

use crate::domain::routes;
use crate::json::{object, set, stringify};
use crate::page::{self, Answer, Request};
use wasm_bindgen::JsValue;

const SHIPPING_OPTIONS: &str = "consignments.availableShippingOptions";

/// Reads the checkout (or cart) of a request.
pub async fn read_again(request: &Request) -> Option<Answer> {
    let url = request.url();
    let fresh = format!("{}{}", routes::resource_root(&url)?, routes::query_of(&url));
    send(request, "GET", &fresh, None).await
}

/// Reads how the checkout of a request can be shipped, which not every answer tells.
pub async fn read_shipping(request: &Request, checkout: &str) -> Option<Answer> {
    let url = request.url();
    let shop = routes::shop_root(&url)?;
    let url = format!("{shop}/api/storefront/checkouts/{checkout}?include={SHIPPING_OPTIONS}");
    send(request, "GET", &url, None).await
}

/// Makes BigCommerce evaluate the promotions, by writing a line of the cart again unchanged, and
/// reads again.
pub async fn evaluate_again(request: &Request, shown: &Answer) -> Option<Answer> {
    let found = shown.checkout();
    let (cart, item) = found.touchable_item()?;
    let line = object(&[
        ("quantity", item.quantity.into()),
        ("productId", item.product_id.into()),
    ]);
    if let Some(variant) = item.variant_id {
        set(&line, "variantId", variant);
    }
    let body = stringify(&object(&[("lineItem", line.into())]));
    let url = request.url();
    let shop = routes::shop_root(&url)?;
    let action = format!("{shop}/api/storefront/carts/{cart}/items/{}", item.id);
    send(request, "PUT", &action, Some(&body)).await?;
    read_again(request).await
}

/// Takes off a gift certificate that is worth nothing any more: only the page can do that.
pub async fn take_off(request: &Request, checkout: &str, native: &str) -> Option<Answer> {
    let path = format!("gift-certificates/{native}");
    change(request, checkout, "DELETE", &path, None).await
}

/// Changes the checkout of a request, of whatever address that was: its answer, or the cart where
/// the page asked for the cart.
pub async fn change(
    request: &Request,
    checkout: &str,
    method: &str,
    path: &str,
    body: Option<&JsValue>,
) -> Option<Answer> {
    let url = below(request, checkout, path)?;
    let body = body.map(stringify);
    let answer = send(request, method, &url, body.as_deref()).await?;
    if routes::is_of_cart(&request.url()) {
        return read_again(request).await;
    }
    Some(answer)
}

/// The address below the checkout of a request, with the request's query.
pub fn below(request: &Request, checkout: &str, path: &str) -> Option<String> {
    let url = request.url();
    let (shop, query) = (routes::shop_root(&url)?, routes::query_of(&url));
    Some(format!(
        "{shop}/api/storefront/checkouts/{checkout}/{path}{query}"
    ))
}

async fn send(request: &Request, method: &str, url: &str, body: Option<&str>) -> Option<Answer> {
    let answer = page::send(&request.beside(method, url, body)).await?;
    answer.is_ok().then_some(answer)
}
