//! `/control/webhooks`: the hooks, what was delivered, and letting go what is held.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, ServiceConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, read};
use crate::bigcommerce::State;
use crate::bigcommerce::webhooks::Webhooks;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/control/webhooks")
            .route(web::get().to(show_webhooks))
            .route(web::put().to(set_webhooks)),
    )
    .route("/control/webhooks/deliver", web::post().to(deliver));
}

async fn show_webhooks(state: Data<State>, webhooks: Data<Webhooks>) -> HttpResponse {
    let store = state.lock();
    let deliveries = webhooks.list();
    let held = deliveries.iter().filter(|one| one.is_held()).count();
    let mut hooks = serde_json::to_value(store.hooks.values().collect::<Vec<_>>());
    // Header values are secrets: show only which headers there are.
    for hook in hooks.iter_mut().filter_map(Value::as_array_mut).flatten() {
        let names = hook["headers"]
            .as_object()
            .map(|map| map.keys().cloned().collect());
        hook["headers"] = json!(names.unwrap_or_else(Vec::<String>::new));
    }
    HttpResponse::Ok().json(json!({
        "hooks": hooks.unwrap_or_default(),
        "deliveries": deliveries,
        "held": held,
        "blocked": webhooks.blocked(&store.clock),
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookSettings {
    block_after: Option<usize>,
}

async fn set_webhooks(webhooks: Data<Webhooks>, body: Bytes) -> Answer {
    let settings: WebhookSettings = read(&body)?;
    webhooks.set_block_after(settings.block_after);
    Ok(HttpResponse::Ok().json(json!({})))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    #[serde(default)]
    reversed: bool,
}

async fn deliver(state: Data<State>, webhooks: Data<Webhooks>, body: Bytes) -> Answer {
    let order: Order = read(&body)?;
    let clock = state.lock().clock.clone();
    webhooks.add(&mut state.lock());
    let released = webhooks.release(&clock, order.reversed);
    Ok(HttpResponse::Ok().json(json!({"released": released})))
}
