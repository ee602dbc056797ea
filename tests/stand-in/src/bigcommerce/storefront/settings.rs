//! What a checkout UI reads before it shows anything: settings, form fields, countries, payment
//! methods. Settings and form fields are those of a recorded store, with the demo's own names.

use std::sync::LazyLock;

use actix_web::web::{self, Path, Query, ServiceConfig};
use actix_web::{HttpResponse, Responder};
use serde::Deserialize;
use serde_json::{Value, json};

use super::geography;
use super::problem::Problem;
use super::visit::{Visit, ok};
use crate::bigcommerce::model::State;
use crate::bigcommerce::orders::{PAYMENT_METHODS, PaymentMethod};

static SETTINGS: LazyLock<Value> = LazyLock::new(|| {
    parsed(include_str!(
        "../../../../fixtures/storefront/checkout-settings.get.200.json"
    ))
});
static FORM_FIELDS: LazyLock<Value> = LazyLock::new(|| {
    parsed(include_str!(
        "../../../../fixtures/storefront/form-fields.get.200.json"
    ))
});

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// Adds the routes under `/api/storefront`.
pub fn configure_storefront(cfg: &mut ServiceConfig) {
    cfg.route("/checkout-settings", web::get().to(settings))
        .route("/form-fields", web::get().to(form_fields))
        .route("/checkout-extensions", web::get().to(extensions))
        .route("/payments", web::get().to(payments))
        .route("/payments/{id}", web::get().to(payment));
}

/// Adds the routes under `/internalapi/v1`.
pub fn configure_internal(cfg: &mut ServiceConfig) {
    cfg.route("/shipping/countries", web::get().to(shipping_countries))
        .route("/store/countries", web::get().to(store_countries));
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SettingsQuery {
    checkout_id: Option<String>,
}

async fn settings(visit: Visit, query: Query<SettingsQuery>) -> impl Responder {
    let store = visit.store();
    let session = store.sessions.get(&visit.session);
    let own = session.and_then(|session| session.cart_id.clone());
    // Once the order is placed, the real shop still names the checkout it came from.
    let placed = session.and_then(|session| session.last_order_id);
    let placed = placed
        .and_then(|id| store.orders.get(&id))
        .map(|order| order.cart_id.clone());
    let checkout_id = query
        .into_inner()
        .checkout_id
        .or(own)
        .or(placed)
        .unwrap_or_default();
    ok().json(settings_of(&store, &visit.origin, &checkout_id))
}

fn settings_of(store: &State, url: &str, checkout_id: &str) -> Value {
    let mut settings = SETTINGS.clone();
    settings["context"]["checkoutId"] = json!(checkout_id);
    let config = &mut settings["storeConfig"];
    config["cdnPath"] = json!(format!("{url}/shop-assets"));
    config["checkoutSettings"]["googleRecaptchaSitekey"] = json!("");
    config["checkoutSettings"]["isStorefrontSpamProtectionEnabled"] = json!(false);
    for (name, on) in &store.switches.checkout_features {
        config["checkoutSettings"]["features"][name] = json!(on);
    }
    config["checkoutSettings"]["realtimeShippingProviders"] = json!([]);
    config["paymentSettings"]["bigpayBaseUrl"] = json!(url);
    config["paymentSettings"]["clientSidePaymentProviders"] = json!([]);
    config["links"] = json!({
        "cartLink": format!("{url}/cart"),
        "checkoutLink": format!("{url}/checkout"),
        "createAccountLink": format!("{url}/login"),
        "forgotPasswordLink": format!("{url}/login"),
        "loginLink": format!("{url}/login"),
        "orderConfirmationLink": format!("{url}/checkout/order-confirmation"),
        "siteLink": url,
    });
    let cart = store.checkouts.get(checkout_id);
    if let Some(currency) = cart.and_then(|cart| store.currency(&cart.currency)) {
        // A cart is paid in its own currency: it is the store's and the shopper's at once.
        for shown in ["currency", "shopperCurrency"] {
            let shown = &mut config[shown];
            shown["code"] = json!(currency.code);
            shown["symbol"] = json!(currency.symbol);
            shown["decimalPlaces"] = json!(currency.decimal_places.to_string());
        }
    }
    config["storeProfile"]["shopPath"] = json!(url);
    config["storeProfile"]["storeHash"] = json!(store.store.hash);
    config["storeProfile"]["storeId"] = json!(store.store.id);
    config["storeProfile"]["storeName"] = json!(store.store.name);
    settings
}

async fn form_fields(_visit: Visit) -> impl Responder {
    ok().json(&*FORM_FIELDS)
}

async fn extensions(_visit: Visit) -> impl Responder {
    ok().json(json!([]))
}

async fn shipping_countries(_visit: Visit) -> impl Responder {
    ok().json(geography::shipping_countries())
}

async fn store_countries(_visit: Visit) -> impl Responder {
    ok().json(geography::store_countries())
}

async fn payments(_visit: Visit) -> impl Responder {
    ok().json(PAYMENT_METHODS.map(|method| payment_view(&method)))
}

async fn payment(_visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    let method = PAYMENT_METHODS.iter().find(|method| method.id == *id);
    let method = method.ok_or_else(|| Problem::not_found("The payment method is unknown."))?;
    Ok(ok().json(payment_view(method)))
}

fn payment_view(method: &PaymentMethod) -> Value {
    let (kind, by, cards) = if method.is_card() {
        (
            "PAYMENT_TYPE_API",
            "credit-card",
            json!(["VISA", "AMEX", "MC"]),
        )
    } else {
        ("PAYMENT_TYPE_OFFLINE", "offline", json!([]))
    };
    json!({
        "id": method.id,
        "gateway": null,
        "logoUrl": "",
        "method": by,
        "supportedCards": cards,
        "providesShippingAddress": false,
        "config": {
            "displayName": method.name,
            "cardCode": null,
            "helpText": method.help,
            "enablePaypal": null,
            "merchantId": null,
            "is3dsEnabled": null,
            "testMode": false,
            "isVisaCheckoutEnabled": null,
            "requireCustomerCode": false,
            "isVaultingEnabled": false,
            "isVaultingCvvEnabled": null,
            "hasDefaultStoredInstrument": false,
            "isHostedFormEnabled": false,
            "logo": null,
        },
        "type": kind,
        "initializationStrategy": {"type": "not_applicable"},
        "nonce": null,
        "initializationData": null,
        "clientToken": null,
        "returnUrl": null,
    })
}
