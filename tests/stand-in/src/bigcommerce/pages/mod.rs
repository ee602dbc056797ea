//! The pages of the shop: built HTML files, filled with scripts and context, and their assets.

mod context;

use std::path::{Path, PathBuf};

use actix_web::http::header::{self, ContentType};
use actix_web::web::{self, Bytes, Data, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use time::Duration;
use tokio::fs;

use super::model::{Script, State};
use super::shared_state::SharedState;
use super::storefront::page_session;
use context::{choose_currency, choose_language, context_tag, language, session_cart};

/// A page: its file in the folder, and where the Scripts API sees it.
#[derive(Clone, Copy)]
struct Page {
    file: &'static str,
    visibility: &'static str,
}

const HOME: Page = Page {
    file: "index.html",
    visibility: "storefront",
};
const CART: Page = Page {
    file: "cart.html",
    visibility: "storefront",
};
const GIFT_CERTIFICATES: Page = Page {
    file: "gift-certificates.html",
    visibility: "storefront",
};
const LOGIN: Page = Page {
    file: "login.html",
    visibility: "storefront",
};
const CHECKOUT: Page = Page {
    file: "checkout.html",
    visibility: "checkout",
};
const CONFIRMATION: Page = Page {
    file: "order-confirmation.html",
    visibility: "order_confirmation",
};

/// Adds the routes.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.route("/", web::get().to(home))
        .route("/cart", web::get().to(cart))
        .route("/cart.php", web::get().to(load_cart))
        .route("/gift-certificates", web::get().to(gift_certificates))
        .route("/login", web::get().to(login))
        .route("/login", web::post().to(sign_in))
        .route("/checkout", web::get().to(checkout))
        .route("/checkout/order-confirmation", web::get().to(confirmation))
        .route("/shop-assets/{file:.*}", web::get().to(asset));
}

async fn home(shop: Data<SharedState>, request: HttpRequest) -> HttpResponse {
    page(&shop, &request, HOME).await
}

async fn cart(shop: Data<SharedState>, request: HttpRequest) -> HttpResponse {
    page(&shop, &request, CART).await
}

async fn gift_certificates(shop: Data<SharedState>, request: HttpRequest) -> HttpResponse {
    page(&shop, &request, GIFT_CERTIFICATES).await
}

async fn login(shop: Data<SharedState>, request: HttpRequest) -> HttpResponse {
    page(&shop, &request, LOGIN).await
}

async fn confirmation(shop: Data<SharedState>, request: HttpRequest) -> HttpResponse {
    page(&shop, &request, CONFIRMATION).await
}

async fn checkout(shop: Data<SharedState>, request: HttpRequest) -> HttpResponse {
    let (key, cookies) = page_session(&shop, &request);
    let has_cart = session_cart(&shop.lock(), &key).is_some();
    if has_cart {
        return page(&shop, &request, CHECKOUT).await;
    }
    let mut answer = redirect("/cart");
    for cookie in cookies {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

#[derive(Deserialize)]
struct LoadCart {
    id: String,
}

/// Where the `cart_url` and `checkout_url` of management carts point: takes the cart up.
async fn load_cart(
    shop: Data<SharedState>,
    request: HttpRequest,
    query: Query<LoadCart>,
) -> HttpResponse {
    let (key, cookies) = page_session(&shop, &request);
    let mut store = shop.lock();
    if store.checkouts.contains_key(&query.id)
        && let Some(session) = store.sessions.get_mut(&key)
    {
        session.cart_id = Some(query.id.clone());
    }
    let mut answer = redirect("/cart");
    for cookie in cookies {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

/// A plain form sign-in, for pages without script.
async fn sign_in(shop: Data<SharedState>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| {
        let found = fields.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let (key, cookies) = page_session(&shop, &request);
    let mut store = shop.lock();
    let known = store.customer_by_email(field("email"));
    let known = known.filter(|customer| customer.password == field("password"));
    let target = if let Some(id) = known.map(|customer| customer.id) {
        if let Some(cart) = session_cart(&store, &key) {
            // The cart exists: the call cannot fail.
            let _ = store.set_customer(&cart, id);
        }
        if let Some(session) = store.sessions.get_mut(&key) {
            session.customer_id = id;
        }
        "/"
    } else {
        "/login?error=1"
    };
    let mut answer = redirect(target);
    for cookie in cookies {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    answer
}

fn redirect(target: &str) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, target))
        .finish()
}

async fn page(shop: &SharedState, request: &HttpRequest, page: Page) -> HttpResponse {
    let Some(folder) = shop.pages.clone() else {
        return missing("The stand-in was started without pages.");
    };
    let Ok(html) = fs::read_to_string(folder.join(page.file)).await else {
        return missing("The page was not built.");
    };
    let (key, cookies) = page_session(shop, request);
    let mut store = shop.lock();
    choose_currency(&mut store, &key, request.query_string());
    choose_language(&mut store, &key, request.query_string());
    let lang = format!("<html lang=\"{}\">", language(&store, &key));
    let html = html
        .replacen("<html lang=\"en\">", &lang, 1)
        .replace(
            "<!--scripts:head-->",
            &scripts(&store, page.visibility, "head"),
        )
        .replace(
            "<!--scripts:footer-->",
            &scripts(&store, page.visibility, "footer"),
        )
        .replace("<!--context-->", &context_tag(shop, &store, &key));
    let mut answer = HttpResponse::Ok();
    answer.content_type(ContentType::html());
    answer.insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(policy) = &store.switches.content_security_policy {
        answer.insert_header((header::CONTENT_SECURITY_POLICY, policy.as_str()));
    }
    for cookie in cookies {
        answer.append_header((header::SET_COOKIE, cookie));
    }
    answer.body(html)
}

fn missing(text: &'static str) -> HttpResponse {
    HttpResponse::NotFound()
        .content_type(ContentType::plaintext())
        .body(text)
}

/// The scripts of a place on a page, as tags.
///
/// New scripts stay off the page for a while (a switch). The demo shop shows no cookie banner, so
/// scripts of every consent category are rendered.
fn scripts(store: &State, visibility: &str, location: &str) -> String {
    let delay = i64::try_from(store.switches.script_delay_seconds).unwrap_or(i64::MAX);
    let visible_since = store.now() - Duration::seconds(delay);
    let here = |script: &&Script| {
        script.enabled
            && script.location == location
            && (script.visibility == "all_pages" || script.visibility == visibility)
            && script.date_created <= visible_since
    };
    store
        .scripts
        .iter()
        .filter(here)
        .map(script_tag)
        .collect::<Vec<_>>()
        .join("\n")
}

fn script_tag(script: &Script) -> String {
    if script.kind == "script_tag" {
        return script.html.clone();
    }
    let mut tag = format!("<script src=\"{}\"", attribute(&script.src));
    if !script.integrity_hashes.is_empty() {
        let hashes = attribute(&script.integrity_hashes.join(" "));
        tag.extend([" integrity=\"", &hashes, "\" crossorigin=\"anonymous\""]);
    }
    if ["async", "defer"].contains(&script.load_method.as_str()) {
        tag.push(' ');
        tag.push_str(&script.load_method);
    }
    tag.push_str("></script>");
    tag
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}

async fn asset(shop: Data<SharedState>, path: web::Path<String>) -> HttpResponse {
    let file = shop
        .pages
        .as_ref()
        .and_then(|folder| asset_path(folder, &path));
    let Some(file) = file else {
        return missing("No such file.");
    };
    let Ok(bytes) = fs::read(&file).await else {
        return missing("No such file.");
    };
    let kind = content_type(&file);
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "public, max-age=3600"))
        .body(bytes)
}

/// The file an asset path means, never outside of the folder.
fn asset_path(folder: &Path, path: &str) -> Option<PathBuf> {
    let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
    let inside = path.split('/').all(plain);
    inside.then(|| folder.join("shop-assets").join(path))
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}
