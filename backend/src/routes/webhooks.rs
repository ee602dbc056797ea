//! BigCommerce's webhooks: who sends them is checked, the rest is the inbox's work.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header::HeaderMap},
    web::{self, Data, Path, ServiceConfig},
};
use secrecy::ExposeSecret;
use standardwebhooks::Webhook;
use subtle::ConstantTimeEq;

use super::{
    body::{Body, parse},
    error::{ApiError, store_of, wrong_method},
};
use crate::{
    app::App,
    bigcommerce::SECRET_HEADER,
    connections::{ConnectedStore, ConnectionError},
    flows::webhooks::receive_webhook::{self, WebhookEvent},
};

/// A delivery is tried for 48 hours, perhaps under its first timestamp. An old one can do no harm:
/// it is in the inbox already, and jobs act on what they read, not on what it says.
const OLDEST_SECONDS: i64 = 72 * 60 * 60;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/{store}/webhooks")
            .route(web::post().to(receive))
            .default_service(web::to(wrong_method)),
    );
}

/// `POST /{store}/webhooks`
async fn receive(
    app: Data<App>,
    store: Path<String>,
    request: HttpRequest,
    body: Body,
) -> Result<HttpResponse, ApiError> {
    // An unknown store is answered like a wrong secret: nobody learns who is connected.
    let store = store_of(&store).map_err(|_| refused())?;
    let connected = match app.connections.connected(&store).await {
        Err(ConnectionError::UnknownStore) => return Err(refused()),
        connected => connected?,
    };
    let body = std::str::from_utf8(&body.0).map_err(|_| refused())?;
    let now = app.context.clock.now_ms() / 1000;
    let Some(delivery) = genuine(&connected, request.headers(), body, now) else {
        metrics::counter!("voucherbridge_webhooks_refused_total").increment(1);
        return Err(refused());
    };
    let event: WebhookEvent = parse(body.as_bytes())?;
    receive_webhook::receive(&app.context, &store, delivery, &event, body).await?;
    metrics::counter!("voucherbridge_webhooks_received_total").increment(1);
    Ok(HttpResponse::Ok().json(serde_json::json!({})))
}

fn refused() -> ApiError {
    let message = "The webhook's secret or signature is missing or wrong.";
    ApiError::new(StatusCode::UNAUTHORIZED, "webhook_not_verified", message)
}

/// The delivery's id, where it brings our own secret and BigCommerce's signature (Standard Webhooks,
/// with the client secret as the key).
fn genuine<'a>(
    connected: &ConnectedStore,
    headers: &'a HeaderMap,
    body: &str,
    now: i64,
) -> Option<&'a str> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let secret = connected.webhook_secret.expose_secret().as_bytes();
    let brought = header(SECRET_HEADER).unwrap_or_default().as_bytes();
    if !bool::from(secret.ct_eq(brought)) {
        return None;
    }
    let id = header("webhook-id")?;
    let timestamp = header("webhook-timestamp")?.parse::<i64>().ok()?;
    let signatures = header("webhook-signature")?;
    if timestamp.abs_diff(now) > OLDEST_SECONDS.unsigned_abs() {
        return None;
    }
    let key = connected.client_secret.expose_secret().as_bytes().to_vec();
    let expected =
        Webhook::from_bytes(key).and_then(|webhook| webhook.sign(id, timestamp, body.as_bytes()));
    let expected = expected.ok()?;
    let matches = |one: &str| bool::from(one.as_bytes().ct_eq(expected.as_bytes()));
    signatures.split(' ').any(matches).then_some(id)
}
