//! The store's own facts: `/v2/store`, `/v2/time`, `/v2/currencies`, `/v3/channels`.

use actix_web::web::{self, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Form, page, page_v2};
use crate::bigcommerce::State;
use crate::bigcommerce::model::Currency;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/v2/store", web::get().to(show))
        .route("/v2/time", web::get().to(time))
        .route("/v2/currencies", web::get().to(currencies))
        .route(r"/v2/currencies/{id:\d+}", web::get().to(currency))
        .route("/v3/channels", web::get().to(channels));
}

async fn show(state: Data<State>) -> HttpResponse {
    let store = state.lock();
    let info = &store.store;
    let domain = info
        .url
        .split_once("://")
        .map_or(info.url.as_str(), |(_, host)| host);
    let own = store.currencies.iter().find(|currency| currency.is_default);
    HttpResponse::Ok().json(json!({
        "id": info.hash,
        "account_uuid": "00000000-0000-4000-8000-000000000001",
        "domain": domain,
        "secure_url": info.url,
        "control_panel_base_url": format!("{}/control", info.url),
        "status": "live",
        "name": info.name,
        "first_name": "Demo",
        "last_name": "Merchant",
        "address": "1 Example Street, Austin, Texas 78701",
        "country": "United States",
        "country_code": "US",
        "infrastructure_region": "us-central1",
        "phone": "",
        "admin_email": "merchant@example.com",
        "order_email": "merchant@example.com",
        "favicon_url": "",
        "timezone": {
            "name": "Etc/UTC", "raw_offset": 0, "dst_offset": 0, "dst_correction": false,
            "date_format": {
                "display": "M jS Y", "export": "M jS Y", "extended_display": "M jS Y @ g:i A",
            },
        },
        "language": "en",
        "currency": own.map(|currency| currency.code.as_str()),
        "currency_symbol": own.map(|currency| currency.symbol.as_str()),
        "decimal_separator": ".",
        "thousands_separator": ",",
        "decimal_places": own.map(|currency| currency.decimal_places),
        "currency_symbol_location": "left",
        "weight_units": "KGS",
        "dimension_units": "Centimeters",
        "dimension_decimal_places": 2,
        "dimension_decimal_token": ".",
        "dimension_thousands_token": ",",
        "plan_name": "Partner Sandbox",
        "plan_level": "Partner Sandbox",
        "plan_is_trial": false,
        "industry": "",
        "logo": [],
        "is_price_entered_with_tax": store.switches.prices_include_tax,
        "store_id": info.id,
        "default_channel_id": 1,
        "default_site_id": 1000,
        "active_comparison_modules": [],
        "features": features(),
    }))
}

fn features() -> Value {
    json!({
        "stencil_enabled": true,
        "sitewidehttps_enabled": false,
        "facebook_catalog_id": "",
        "checkout_type": "optimized",
        "wishlists_enabled": false,
        "graphql_storefront_api_enabled": true,
        "shopper_consent_tracking_enabled": false,
        "multi_storefront_enabled": false,
        "storefront_limits": {"active": 1, "total_including_inactive": 1},
    })
}

async fn time(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"time": state.lock().now().unix_timestamp()}))
}

fn currency_json(currency: &Currency) -> Value {
    json!({
        "id": currency.id,
        "is_default": currency.is_default,
        "last_updated": "Wed, 04 Oct 2023 04:24:05 +0000",
        "country_iso2": "US",
        "default_for_country_codes": [],
        "currency_code": currency.code,
        "currency_exchange_rate": format!("{}000000", currency.exchange_rate.four_places()),
        "name": currency.name,
        "token": currency.symbol,
        "auto_update": false,
        "token_location": "left",
        "decimal_token": ".",
        "thousands_token": ",",
        "decimal_places": currency.decimal_places,
        "enabled": true,
        "is_transactional": true,
        "use_default_name": false,
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paging {
    page: Option<usize>,
    limit: Option<usize>,
}

async fn currencies(state: Data<State>, request: HttpRequest) -> Answer {
    let paging: Paging = Form::V2.query(&request)?;
    let all = state.lock().currencies.iter().map(currency_json).collect();
    Ok(page_v2(all, paging.page, paging.limit))
}

async fn currency(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let found = store.currencies.iter().find(|currency| currency.id == id.1);
    let found = found.ok_or_else(|| Form::V2.not_found())?;
    Ok(HttpResponse::Ok().json(currency_json(found)))
}

async fn channels(state: Data<State>) -> Answer {
    let name = state.lock().store.name.clone();
    let channel = json!({
        "id": 1,
        "name": name,
        "type": "storefront",
        "platform": "bigcommerce",
        "status": "active",
        "is_visible": true,
        "is_listable_from_ui": true,
        "is_enabled": true,
        "external_id": "",
        "icon_url": "",
        "date_created": "2023-10-04T04:24:05Z",
        "date_modified": "2023-10-04T04:24:05Z",
    });
    Ok(page(vec![channel], None, None))
}
