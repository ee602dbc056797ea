//! `/control/switches`.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use serde_json::{Map, Value};

use super::answer::{Answer, bad_request, read};
use crate::bigcommerce::State;
use crate::bigcommerce::model::Switches;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/control/switches")
            .route(web::get().to(show))
            .route(web::put().to(change)),
    );
}

async fn show(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(&state.lock().switches)
}

/// Changes the switches that are named and leaves the others.
async fn change(state: Data<State>, body: Bytes) -> Answer {
    let changes: Map<String, Value> = read(&body)?;
    let mut store = state.lock();
    let mut all = serde_json::to_value(&store.switches).map_err(|error| bad_request(&error))?;
    for (name, value) in changes {
        all[name] = value;
    }
    let switches: Switches = serde_json::from_value(all).map_err(|error| bad_request(&error))?;
    if !(1..=5).contains(&switches.coupons_allowed_at_checkout) {
        return Err(bad_request(&"coupons_allowed_at_checkout: between 1 and 5"));
    }
    store.set_switches(switches);
    Ok(HttpResponse::Ok().json(&store.switches))
}
