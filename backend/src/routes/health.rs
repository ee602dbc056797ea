//! Whether the process lives, whether it can work, and what it counted.

use actix_web::{
    HttpResponse,
    web::{self, Data, ServiceConfig},
};
use serde_json::json;

use super::error::{ApiError, wrong_method};
use crate::{app::App, telemetry};

pub(super) fn routes(cfg: &mut ServiceConfig) {
    let get = |path: &str| web::resource(path).default_service(web::to(wrong_method));
    cfg.service(get("/healthz").route(web::get().to(lives)))
        .service(get("/readyz").route(web::get().to(is_ready)))
        .service(get("/metrics").route(web::get().to(metrics)));
}

/// `GET /healthz`
async fn lives() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /readyz`: the database takes writes. It was migrated before anything listened.
async fn is_ready(app: Data<App>) -> Result<HttpResponse, ApiError> {
    if let Err(error) = app
        .context
        .database
        .try_write(app.context.clock.now_ms())
        .await
    {
        tracing::warn!(%error, "not ready");
        return Err(ApiError::not_ready());
    }
    Ok(HttpResponse::Ok().json(json!({ "status": "ready" })))
}

/// `GET /metrics`, in Prometheus's text format
async fn metrics() -> HttpResponse {
    let handle = telemetry::metrics();
    handle.run_upkeep();
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(handle.render())
}
