//! `/v3/checkouts/{id}` with its coupons.

use actix_web::HttpRequest;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;

use super::answer::{Answer, Form, Problem, data};
use super::checkout_json::checkout_json;
use crate::bigcommerce::State;
use crate::bigcommerce::carts::CartError;
use crate::bigcommerce::model::State as Store;
use crate::bigcommerce::promotions::Refused;

/// Characters of a shopper's note.
const MESSAGE_LENGTH: usize = 2_000;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/v3/checkouts/{id}")
            .route(web::get().to(show))
            .route(web::put().to(change)),
    )
    .route("/v3/checkouts/{id}/coupons", web::post().to(add_coupon))
    .route(
        "/v3/checkouts/{id}/coupons/{code}",
        web::delete().to(remove_coupon),
    );
}

/// What a refused change of a cart is answered with.
pub fn problem(error: &CartError) -> Problem {
    let title = error.to_string();
    match error {
        CartError::NotFound(_) => Form::V3.problem(404, title),
        CartError::Conflict => Form::V3.problem(409, title),
        CartError::Invalid(_) | CartError::OutOfStock(_) => Form::V3.problem(422, title),
        CartError::Coupon(refused) => {
            let (status, title) = match refused {
                Refused::Unknown => (404, "The coupon code is not found"),
                Refused::NotEligible => (400, "The coupon code cannot be applied to this cart"),
                Refused::MinimumPurchase => (400, "The minimum spend is not met"),
                Refused::WrongLocation => (400, "The coupon is not valid at this address"),
                Refused::TooMany => (400, "The maximum number of coupons is applied already"),
            };
            Form::V3.problem(status, title)
        }
    }
}

fn answer(store: &mut Store, id: &str, with_options: bool) -> Answer {
    // A read may evaluate the promotions again: that is a switch.
    let checkout = store
        .read_checkout(id)
        .map_err(|error| problem(&error))?
        .clone();
    Ok(data(200, &checkout_json(store, &checkout, with_options)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Include {
    include: Option<String>,
}

async fn show(state: Data<State>, id: Path<(String, String)>, request: HttpRequest) -> Answer {
    let query: Include = Form::V3.query(&request)?;
    let with_options = query
        .include
        .is_some_and(|all| all.contains("consignments.available_shipping_options"));
    let mut store = state.lock();
    if store.checkout(&id.1).is_err() {
        return Err(Form::Checkout.problem(404, "The checkout could not be found."));
    }
    answer(&mut store, &id.1, with_options)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    customer_message: String,
    version: Option<u64>,
}

async fn change(state: Data<State>, id: Path<(String, String)>, body: Bytes) -> Answer {
    let change: Change = Form::V3.body(&body)?;
    if change.customer_message.chars().count() > MESSAGE_LENGTH {
        return Err(Form::V3.field("customer_message", "at most 2000 characters"));
    }
    let mut store = state.lock();
    store
        .expect_version(&id.1, change.version)
        .map_err(|error| problem(&error))?;
    let checkout = store.checkout_mut(&id.1).map_err(|error| problem(&error))?;
    checkout.customer_message = change.customer_message;
    store.noted(&id.1);
    answer(&mut store, &id.1, false)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCoupon {
    coupon_code: String,
    version: Option<u64>,
}

async fn add_coupon(state: Data<State>, id: Path<(String, String)>, body: Bytes) -> Answer {
    let coupon: NewCoupon = Form::V3.body(&body)?;
    if coupon.coupon_code.is_empty() || coupon.coupon_code.chars().count() > 50 {
        return Err(Form::V3.field("coupon_code", "between 1 and 50 characters"));
    }
    let mut store = state.lock();
    store
        .expect_version(&id.1, coupon.version)
        .map_err(|error| problem(&error))?;
    store
        .apply_coupon(&id.1, &coupon.coupon_code, false)
        .map_err(|error| problem(&error))?;
    answer(&mut store, &id.1, false)
}

/// The version that a write may carry, also in the body of a `DELETE`.
pub fn version_in(body: &[u8]) -> Result<Option<u64>, Problem> {
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Version {
        version: Option<u64>,
    }
    if body.is_empty() {
        return Ok(None);
    }
    Form::V3.body::<Version>(body).map(|body| body.version)
}

async fn remove_coupon(
    state: Data<State>,
    path: Path<(String, String, String)>,
    body: Bytes,
) -> Answer {
    let version = version_in(&body)?;
    let (_, id, code) = path.into_inner();
    let mut store = state.lock();
    store
        .expect_version(&id, version)
        .map_err(|error| problem(&error))?;
    let removed = store
        .remove_coupon(&id, &code)
        .map_err(|error| problem(&error))?;
    if !removed {
        return Err(problem(&CartError::Coupon(Refused::Unknown)));
    }
    answer(&mut store, &id, false)
}
