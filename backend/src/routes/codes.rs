//! What the checkout module asks for.

use std::sync::Arc;

use actix_web::{
    HttpResponse,
    middleware::from_fn,
    web::{self, Data, Path, ServiceConfig},
};
use serde::{Deserialize, Serialize};
use voucherbridge_api_types::{ApplyRequest, CartErrorRequest, RefreshRequest};

use super::{
    body::Json,
    cors,
    detached::detached,
    error::{ApiError, nowhere, store_of, wrong_method},
};
use crate::{
    app::App,
    context::Connection,
    domain::{
        CheckoutId, Entry, NativeCode,
        messages::{self, Language, Voice},
    },
    error::FlowError,
    flows::{
        checkout::{
            apply_codes, before_order, cart_error, known_checkout::ensure_known, refresh_checkout,
            remove_code,
        },
        codes::asker::Asker,
    },
};

type Answer = Result<HttpResponse, ApiError>;

pub(super) fn routes(cfg: &mut ServiceConfig) {
    let codes = web::resource("/codes")
        .route(web::post().to(apply))
        .default_service(web::to(wrong_method));
    let code = web::resource("/codes/{native_code}")
        .route(web::delete().to(remove))
        .default_service(web::to(wrong_method));
    let refresh = web::resource("/refresh")
        .route(web::post().to(refresh))
        .default_service(web::to(wrong_method));
    let before_order = web::resource("/before-order")
        .route(web::post().to(look_before_order))
        .default_service(web::to(wrong_method));
    let cart_errors = web::resource("/cart-errors")
        .route(web::post().to(report))
        .default_service(web::to(wrong_method));
    let checkout = web::scope("/{store}/checkouts/{checkout}")
        .service(codes)
        .service(code)
        .service(refresh)
        .service(before_order)
        .service(cart_errors)
        .default_service(web::to(nowhere))
        .wrap(from_fn(cors::of_store));
    cfg.service(checkout);
}

#[derive(Deserialize)]
struct Place {
    store: String,
    checkout: String,
}

#[derive(Deserialize)]
struct CodePlace {
    store: String,
    checkout: String,
    native_code: String,
}

/// The connected store and the checkout of a path.
async fn find(
    app: &App,
    store: &str,
    checkout: &str,
) -> Result<(Arc<Connection>, CheckoutId), ApiError> {
    let connected = app.connections.connected(&store_of(store)?).await?;
    let checkout = CheckoutId::parse(checkout)
        .map_err(|_| ApiError::invalid("checkout", "The checkout id is not a UUID."))?;
    Ok((Arc::clone(&connected.connection), checkout))
}

/// How the store speaks to a page.
fn voice(connection: &Connection, language: Language) -> Voice<'_> {
    let settings = &connection.settings;
    Voice::new(language, &settings.messages).voucherify_in(settings.voucherify_language)
}

/// `POST /{store}/checkouts/{checkout}/codes`
async fn apply(app: Data<App>, place: Path<Place>, body: Json<ApplyRequest>) -> Answer {
    let (connection, checkout) = find(&app, &place.store, &place.checkout).await?;
    let language = Language::of_page(body.0.locale.as_deref());
    let entry = Entry::parse(&body.0.code)
        .map_err(|error| ApiError::invalid("code", messages::no_code(language, &error)))?;
    let context = Arc::clone(&app.context);
    let flow = async move {
        let voice = voice(&connection, language);
        apply_codes::apply(&context, &connection, &checkout, &entry, voice).await
    };
    answer(detached(flow).await, language)
}

/// `POST /{store}/checkouts/{checkout}/refresh`
async fn refresh(app: Data<App>, place: Path<Place>, body: Json<RefreshRequest>) -> Answer {
    let (connection, checkout) = find(&app, &place.store, &place.checkout).await?;
    let language = Language::of_page(body.0.locale.as_deref());
    let context = Arc::clone(&app.context);
    let flow = async move {
        let asker = Asker::Page(voice(&connection, language));
        ensure_known(&context, &connection, &checkout).await?;
        refresh_checkout::refresh(&context, &connection, &checkout, asker).await
    };
    answer(detached(flow).await, language)
}

/// `POST /{store}/checkouts/{checkout}/before-order`
async fn look_before_order(
    app: Data<App>,
    place: Path<Place>,
    body: Json<RefreshRequest>,
) -> Answer {
    let (connection, checkout) = find(&app, &place.store, &place.checkout).await?;
    let language = Language::of_page(body.0.locale.as_deref());
    let context = Arc::clone(&app.context);
    let flow = async move {
        let voice = voice(&connection, language);
        ensure_known(&context, &connection, &checkout).await?;
        before_order::look(&context, &connection, &checkout, voice).await
    };
    answer(detached(flow).await, language)
}

fn answer<T: Serialize>(done: Result<T, FlowError>, language: Language) -> Answer {
    let done = done.map_err(|error| ApiError::told(error, language))?;
    Ok(HttpResponse::Ok().json(done))
}

/// `DELETE /{store}/checkouts/{checkout}/codes/{native_code}`
async fn remove(app: Data<App>, place: Path<CodePlace>) -> Answer {
    let (connection, checkout) = find(&app, &place.store, &place.checkout).await?;
    let native_code = NativeCode::parse(&place.native_code)
        .map_err(|_| ApiError::invalid("native_code", "This is no native code."))?;
    let context = Arc::clone(&app.context);
    let flow = async move {
        ensure_known(&context, &connection, &checkout).await?;
        remove_code::remove(&context, &connection, &checkout, &native_code).await
    };
    Ok(HttpResponse::Ok().json(detached(flow).await?))
}

/// `POST /{store}/checkouts/{checkout}/cart-errors`
async fn report(app: Data<App>, place: Path<Place>, body: Json<CartErrorRequest>) -> Answer {
    let (connection, checkout) = find(&app, &place.store, &place.checkout).await?;
    if !(400..=599).contains(&body.0.status) {
        return Err(ApiError::invalid(
            "status",
            "The status must be that of an error.",
        ));
    }
    let context = Arc::clone(&app.context);
    let flow = async move {
        ensure_known(&context, &connection, &checkout).await?;
        cart_error::report(&context, &connection, &checkout, &body.0).await
    };
    detached(flow).await?;
    Ok(HttpResponse::Accepted().json(serde_json::json!({})))
}
