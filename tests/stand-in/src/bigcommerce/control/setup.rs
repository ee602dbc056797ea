//! `/control/hooks`, `/control/scripts` and `/control/scopes`: what becomes of webhooks, scripts and
//! scopes without their app.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, missing, read};
use crate::bigcommerce::State;
use crate::bigcommerce::management::access::Grants;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource(r"/control/hooks/{id:\d+}")
            .route(web::put().to(switch))
            .route(web::delete().to(delete_hook)),
    )
    .service(
        web::resource("/control/scopes")
            .route(web::get().to(show_scopes))
            .route(web::put().to(set_scopes)),
    )
    .route("/control/scripts/{uuid}", web::delete().to(delete_script));
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    is_active: bool,
}

/// The store switches hooks off whose deliveries fail.
async fn switch(state: Data<State>, id: Path<u64>, body: Bytes) -> Answer {
    let wanted: Switch = read(&body)?;
    let mut store = state.lock();
    let hook = store.hooks.get_mut(&id).ok_or_else(|| missing("hook"))?;
    hook.is_active = wanted.is_active;
    Ok(HttpResponse::Ok().json(json!({})))
}

async fn delete_hook(state: Data<State>, id: Path<u64>) -> Answer {
    let gone = state.lock().hooks.remove(&id);
    gone.ok_or_else(|| missing("hook"))?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a merchant does in the control panel.
async fn delete_script(state: Data<State>, uuid: Path<String>) -> Answer {
    let mut store = state.lock();
    let before = store.scripts.len();
    store.scripts.retain(|script| script.uuid != *uuid);
    if before == store.scripts.len() {
        return Err(missing("script"));
    }
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scopes {
    granted: Vec<String>,
}

async fn show_scopes(grants: Data<Grants>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"granted": grants.list()}))
}

async fn set_scopes(grants: Data<Grants>, body: Bytes) -> Answer {
    let scopes: Scopes = read(&body)?;
    grants.set(scopes.granted);
    Ok(show_scopes(grants).await)
}
