//! HTTP only: parse, call one flow, answer. CONTRIBUTING.md lists the addresses.

pub mod assets;
mod body;
mod codes;
mod cors;
pub mod error;
mod health;
mod watch;
mod webhooks;

use actix_web::{
    App as ActixApp, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web::{self, Data, PathConfig, PayloadConfig, ServiceConfig},
};

use crate::{app::App, domain::StoreHash, routes::error::ApiError};

/// Bodies are no longer than this.
const BODY_LIMIT: usize = 64 * 1024;

/// The whole HTTP interface.
pub fn app(
    app: Data<App>,
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    ActixApp::new()
        .app_data(app)
        .app_data(PayloadConfig::new(BODY_LIMIT))
        .app_data(PathConfig::default().error_handler(|_, _| ApiError::no_such_address().into()))
        .configure(routes)
        .default_service(web::to(nowhere))
        .wrap(from_fn(watch::watch))
}

fn routes(cfg: &mut ServiceConfig) {
    cfg.configure(health::routes)
        .configure(assets::routes)
        .configure(webhooks::routes)
        .configure(codes::routes);
}

async fn nowhere() -> Result<String, ApiError> {
    Err(ApiError::no_such_address())
}

async fn wrong_method() -> Result<String, ApiError> {
    Err(ApiError::method_not_allowed())
}

/// The store of a path; one that cannot exist is as unknown as one that is not connected.
fn store_of(text: &str) -> Result<StoreHash, ApiError> {
    StoreHash::parse(text).map_err(|_| ApiError::unknown_store())
}
