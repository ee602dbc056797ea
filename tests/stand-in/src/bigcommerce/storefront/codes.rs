//! Coupons, gift certificates, store credit and the spam check of a checkout.

use actix_web::HttpResponse;
use actix_web::web::{self, Bytes, Path, ServiceConfig};
use serde_json::Value;

use super::bodies::{CertificateBody, CouponBody, VersionOnly};
use super::checkouts::answer;
use super::problem::Problem;
use super::visit::{Visit, read, read_or_default};
use crate::bigcommerce::carts::CartError;

/// Adds the routes.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(web::resource("/checkouts/{id}/coupons").route(web::post().to(add_coupon)))
        // The SDK does not encode the code in the path, so it may hold any character.
        .service(
            web::resource("/checkouts/{id}/coupons/{code:.+}")
                .route(web::delete().to(remove_coupon)),
        )
        .service(
            web::resource("/checkouts/{id}/gift-certificates")
                .route(web::post().to(add_certificate)),
        )
        .service(
            web::resource("/checkouts/{id}/gift-certificates/{code:.+}")
                .route(web::delete().to(remove_certificate)),
        )
        .service(
            web::resource("/checkouts/{id}/store-credit")
                .route(web::post().to(use_credit))
                .route(web::delete().to(keep_credit)),
        )
        .service(
            web::resource("/checkouts/{id}/spam-protection").route(web::post().to(pass_spam_check)),
        );
}

async fn add_coupon(visit: Visit, id: Path<String>, body: Bytes) -> Result<HttpResponse, Problem> {
    let body: CouponBody = read(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    store
        .apply_coupon(&id, &body.coupon_code, true)
        .map_err(|error| Problem::coupon(error, &body.coupon_code))?;
    answer(&mut store, &visit, &id)
}

async fn remove_coupon(
    visit: Visit,
    path: Path<(String, String)>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, code) = path.into_inner();
    let body: VersionOnly = read_or_default(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    if !store.remove_coupon(&id, &code)? {
        return Err(CartError::NotFound("The coupon").into());
    }
    answer(&mut store, &visit, &id)
}

async fn add_certificate(
    visit: Visit,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let body: CertificateBody = read(&body)?;
    let code = body.gift_certificate_code;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    store
        .apply_certificate(&id, &code)
        .map_err(|error| Problem::certificate(error, &code))?;
    answer(&mut store, &visit, &id)
}

async fn remove_certificate(
    visit: Visit,
    path: Path<(String, String)>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (id, code) = path.into_inner();
    let body: VersionOnly = read_or_default(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.expect_version(&id, body.version)?;
    if !store.remove_certificate(&id, &code)? {
        return Err(CartError::NotFound("The gift certificate").into());
    }
    answer(&mut store, &visit, &id)
}

async fn use_credit(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    set_credit(&visit, &id, true)
}

async fn keep_credit(visit: Visit, id: Path<String>) -> Result<HttpResponse, Problem> {
    set_credit(&visit, &id, false)
}

fn set_credit(visit: &Visit, id: &str, applied: bool) -> Result<HttpResponse, Problem> {
    let mut store = visit.store();
    visit.own(&store, id)?;
    store.checkout_mut(id)?.store_credit_applied = applied;
    store.noted(id);
    answer(&mut store, visit, id)
}

async fn pass_spam_check(
    visit: Visit,
    id: Path<String>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let _token: Value = read(&body)?;
    let mut store = visit.store();
    visit.own(&store, &id)?;
    store.checkout_mut(&id)?.spam_check_needed = false;
    store.noted(&id);
    answer(&mut store, &visit, &id)
}
