//! HTTP only: parse, call one flow, answer. CONTRIBUTING.md lists the addresses.

mod assets;
mod body;
mod codes;
mod cors;
mod detached;
mod error;
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

use self::{
    body::BODY_LIMIT,
    error::{ApiError, nowhere},
};
use crate::app::App;

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
