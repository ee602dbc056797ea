//! `/v2/coupons`: coupons of the older kind. They are listed, made and deleted; the checkout of the
//! stand-in takes none of them.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bigcommerce::State;
use crate::bigcommerce::management::answer::{Answer, Form, nothing, page_v2};
use crate::bigcommerce::model::{Decimal, timestamp};

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/v2/coupons")
            .route(web::get().to(list))
            .route(web::post().to(create)),
    )
    .route("/v2/coupons/count", web::get().to(count))
    .route(r"/v2/coupons/{id:\d+}", web::delete().to(delete));
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    PerItemDiscount,
    PerTotalDiscount,
    ShippingDiscount,
    FreeShipping,
    PercentageDiscount,
    Promotion,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    id: Option<u64>,
    code: Option<String>,
    name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<Kind>,
    exclude_type: Option<Kind>,
    min_id: Option<u64>,
    max_id: Option<u64>,
    page: Option<usize>,
    limit: Option<usize>,
}

impl Filter {
    fn takes(&self, coupon: &Value) -> bool {
        let id = coupon["id"].as_u64().unwrap_or_default();
        let is = |field: &str, wanted: &Option<String>| {
            wanted.as_ref().is_none_or(|text| coupon[field] == **text)
        };
        self.id.is_none_or(|wanted| id == wanted)
            && self.min_id.is_none_or(|least| id >= least)
            && self.max_id.is_none_or(|most| id <= most)
            && is("code", &self.code)
            && is("name", &self.name)
            && self.kind.is_none_or(|kind| coupon["type"] == json!(kind))
            && self
                .exclude_type
                .is_none_or(|kind| coupon["type"] != json!(kind))
    }
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: Filter = Form::V2.query(&request)?;
    let store = state.lock();
    let found = store
        .old_coupons
        .iter()
        .filter(|coupon| filter.takes(coupon));
    Ok(page_v2(found.cloned().collect(), filter.page, filter.limit))
}

async fn count(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok().json(json!({"count": state.lock().old_coupons.len()}))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCoupon {
    name: String,
    #[serde(rename = "type")]
    kind: Kind,
    code: String,
    amount: String,
    applies_to: AppliesTo,
    enabled: Option<bool>,
    min_purchase: Option<String>,
    expires: Option<String>,
    max_uses: Option<u64>,
    max_uses_per_customer: Option<u64>,
    restricted_to: Option<Value>,
    shipping_methods: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct AppliesTo {
    entity: Entity,
    ids: Vec<u64>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Entity {
    Products,
    Categories,
}

async fn create(state: Data<State>, body: Bytes) -> Answer {
    let new: NewCoupon = Form::V2.body(&body)?;
    let wrong = |field: &str, message: &str| Form::V2.field(field, message);
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_- ".contains(letter);
    if !(1..=50).contains(&new.code.len()) || !new.code.chars().all(allowed) {
        return Err(wrong(
            "code",
            "up to 50 letters, numbers, spaces, underscores and hyphens",
        ));
    }
    if !(1..=100).contains(&new.name.chars().count()) {
        return Err(wrong("name", "1 to 100 characters"));
    }
    let amount = |name: &str, text: &str| {
        let read: Result<Decimal, _> = text.parse();
        read.map_err(|error| Form::V2.field(name, error))
    };
    let off = amount("amount", &new.amount)?;
    let least = amount("min_purchase", new.min_purchase.as_deref().unwrap_or("0"))?;
    let mut store = state.lock();
    let taken = |field: &str, text: &str| store.old_coupons.iter().any(|one| one[field] == *text);
    if taken("code", &new.code) || taken("name", &new.name) {
        return Err(Form::V2.problem(409, "A coupon with this code or name exists already"));
    }
    let coupon = json!({
        "id": store.next_id(),
        "name": new.name,
        "type": new.kind,
        "amount": off.four_places(),
        "min_purchase": least.four_places(),
        "expires": new.expires.unwrap_or_default(),
        "enabled": new.enabled.unwrap_or(true),
        "code": new.code,
        "applies_to": new.applies_to,
        "num_uses": 0,
        "max_uses": new.max_uses.unwrap_or(0),
        "max_uses_per_customer": new.max_uses_per_customer.unwrap_or(0),
        "restricted_to": new.restricted_to.unwrap_or_else(|| json!({})),
        "shipping_methods": new.shipping_methods.unwrap_or_default(),
        "date_created": timestamp::rfc2822(store.now()),
    });
    store.old_coupons.push(coupon.clone());
    Ok(HttpResponse::Created().json(coupon))
}

async fn delete(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let mut store = state.lock();
    let before = store.old_coupons.len();
    store.old_coupons.retain(|coupon| coupon["id"] != id.1);
    if store.old_coupons.len() == before {
        return Err(Form::V2.not_found());
    }
    Ok(nothing())
}
