//! One middleware that applies faults and writes the call log.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{self, BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{Error, HttpMessage, HttpResponse, error, rt};
use futures_util::{StreamExt, stream};
use serde_json::Value;
use time::format_description::well_known::Rfc3339;

use super::Kit;
use super::call_log::{Call, loggable};
use super::faults::FaultAction;

/// The largest body that any endpoint may look at. Voucherify's bulk bodies have up to 10 MB.
const BODY_LIMIT: usize = 12 * 1024 * 1024;

/// Whom a handler took the caller for; put into the request's extensions, shown in the log.
#[derive(Debug, Clone)]
pub struct AuthorisedAs(pub String);

/// The middleware, for `actix_web::middleware::from_fn(watch)`. Control routes are left alone.
pub async fn watch(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if request.path() == "/control" || request.path().starts_with("/control/") {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let kit = request
        .app_data::<Data<Kit>>()
        .cloned()
        .ok_or_else(|| error::ErrorInternalServerError("the listener has no kit"))?;
    let area = (kit.area_of)(request.path());
    let mut call = begin(&kit, area, &request);
    let bytes = read_body(&mut request).await?;
    call.request_body = loggable(&bytes);
    request.set_payload(payload_of(bytes));

    let fault = kit.faults.take(area, &call.method, &call.path);
    call.fault = fault.as_ref().map(|(id, _)| *id);
    let outcome = answer(request, next, fault.map(|(_, action)| action)).await;
    call.finished_ms = kit.clock.monotonic_ms();
    match outcome {
        Ok(answer) => {
            call.authorised_as = answer
                .response
                .request()
                .extensions()
                .get::<AuthorisedAs>()
                .map(|a| a.0.clone());
            call.status = answer.status;
            call.response_body = answer.logged;
            kit.calls.push(call);
            Ok(answer.response)
        }
        Err(error) => {
            call.status = Some(error.as_response_error().status_code().as_u16());
            kit.calls.push(call);
            Err(error)
        }
    }
}

struct Answer {
    response: ServiceResponse<BoxBody>,
    status: Option<u16>,
    logged: Value,
}

async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    fault: Option<FaultAction>,
) -> Result<Answer, Error> {
    match fault {
        Some(FaultAction::Drop {}) => {
            Ok(cut_off(request.into_response(HttpResponse::Ok().finish())))
        }
        Some(FaultAction::DropAfter {}) => {
            Ok(cut_off(next.call(request).await?.map_into_boxed_body()))
        }
        Some(FaultAction::Rubbish {}) => {
            let rubbish = "<!doctype html><p>%\u{fffd}{not json at all";
            let response = HttpResponse::Ok().content_type("text/html").body(rubbish);
            logged(request.into_response(response)).await
        }
        Some(FaultAction::Status {
            status,
            headers,
            body,
        }) => {
            let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = HttpResponse::build(code);
            for pair in headers {
                response.insert_header(pair);
            }
            let response = match body {
                Value::Null => response.finish(),
                Value::String(text) => response.body(text),
                json => response.json(json),
            };
            logged(request.into_response(response)).await
        }
        Some(FaultAction::Delay { ms }) => {
            rt::time::sleep(Duration::from_millis(ms)).await;
            logged(next.call(request).await?.map_into_boxed_body()).await
        }
        None => logged(next.call(request).await?.map_into_boxed_body()).await,
    }
}

/// The response as it is, with its body read for the log.
async fn logged(response: ServiceResponse<BoxBody>) -> Result<Answer, Error> {
    let status = Some(response.status().as_u16());
    let (request, response) = response.into_parts();
    let (head, stream) = response.into_parts();
    let bytes = body::to_bytes(stream)
        .await
        .map_err(|_| error::ErrorInternalServerError("the response body failed"))?;
    let logged = loggable(&bytes);
    let response = ServiceResponse::new(request, head.set_body(bytes).map_into_boxed_body());
    Ok(Answer {
        response,
        status,
        logged,
    })
}

/// A response that ends the connection before anything was sent.
fn cut_off(response: ServiceResponse<BoxBody>) -> Answer {
    let response = response.map_body(|_, _| BoxBody::new(CutOff));
    Answer {
        response,
        status: None,
        logged: Value::Null,
    }
}

/// A body that fails at once: the connection is closed before the buffered head is written.
struct CutOff;

impl MessageBody for CutOff {
    type Error = Error;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Poll::Ready(Some(Err(error::ErrorInternalServerError(
            "connection dropped by a fault",
        ))))
    }
}

fn begin(kit: &Kit, area: &'static str, request: &ServiceRequest) -> Call {
    let started_ms = kit.clock.monotonic_ms();
    Call {
        seq: 0,
        at: kit.clock.now().format(&Rfc3339).unwrap_or_default(),
        started_ms,
        finished_ms: started_ms,
        area,
        method: request.method().to_string(),
        path: request.path().to_owned(),
        query: request.query_string().to_owned(),
        status: None,
        request_body: Value::Null,
        response_body: Value::Null,
        authorised_as: None,
        fault: None,
    }
}

async fn read_body(request: &mut ServiceRequest) -> Result<Bytes, Error> {
    let mut payload = request.take_payload();
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk?;
        if bytes.len() + chunk.len() > BODY_LIMIT {
            return Err(error::ErrorPayloadTooLarge("the body is too large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn payload_of(bytes: Bytes) -> Payload {
    Payload::Stream {
        payload: Box::pin(stream::once(std::future::ready(Ok(bytes)))),
    }
}
