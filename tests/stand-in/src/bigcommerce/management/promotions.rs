//! `/v3/promotions` and `/v3/promotions/settings`.

use actix_web::HttpRequest;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Form, Problem, data, nothing, page};
use super::codes::{NewCode, add_code, code_json};
use super::promotion_body::PromotionBody;
use crate::bigcommerce::State;
use crate::bigcommerce::model::promotion::{CouponType, PromotionStatus, RedemptionType};
use crate::bigcommerce::model::{Promotion, State as Store};

/// Promotions that one bulk deletion takes.
const MOST_DELETED: usize = 50;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/v3/promotions/settings")
            .route(web::get().to(show_settings))
            .route(web::put().to(change_settings)),
    )
    .service(
        web::resource("/v3/promotions")
            .route(web::get().to(list))
            .route(web::post().to(create))
            .route(web::delete().to(delete_many)),
    )
    .service(
        web::resource(r"/v3/promotions/{id:\d+}")
            .route(web::get().to(show))
            .route(web::put().to(change))
            .route(web::delete().to(delete)),
    );
}

/// A promotion as the API writes it.
fn promotion_json(promotion: &Promotion) -> Value {
    let mut value = serde_json::to_value(promotion).unwrap_or_default();
    if promotion.redemption_type == RedemptionType::Coupon {
        value["multiple_codes"] =
            json!({"has_multiple_codes": promotion.coupon_type == CouponType::Bulk});
        // A promotion of type SINGLE shows its code, one object under that name; bulk codes have
        // their own list.
        if promotion.coupon_type == CouponType::Single
            && let Some(code) = promotion.codes.first()
        {
            value["codes"] = code_json(code);
        }
    } else if let Some(map) = value.as_object_mut() {
        map.retain(|key, _| !key.starts_with("coupon_"));
    }
    value
}

fn not_found() -> Problem {
    Form::Promotions.not_found()
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    id: Option<u64>,
    name: Option<String>,
    code: Option<String>,
    currency_code: Option<String>,
    redemption_type: Option<Kind>,
    status: Option<PromotionStatus>,
    channels: Option<String>,
    query: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
    #[serde(default)]
    sort: Sort,
    #[serde(default)]
    direction: Direction,
}

/// The filter is written in small letters, the field in capitals; both are taken.
#[derive(Debug, Clone, Copy, Deserialize)]
enum Kind {
    #[serde(rename = "automatic", alias = "AUTOMATIC")]
    Automatic,
    #[serde(rename = "coupon", alias = "COUPON")]
    Coupon,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    #[default]
    Id,
    Name,
    Priority,
    StartDate,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Direction {
    #[default]
    Asc,
    Desc,
}

impl Filter {
    fn matches(&self, promotion: &Promotion, channels: &[u64]) -> bool {
        let has_code = |wanted: &String| {
            promotion
                .codes
                .iter()
                .any(|code| code.code.eq_ignore_ascii_case(wanted))
        };
        let found = |words: &String| {
            let words = words.to_lowercase();
            promotion.name.to_lowercase().contains(&words)
                || promotion
                    .codes
                    .iter()
                    .any(|code| code.code.to_lowercase().contains(&words))
        };
        let kind_is = |kind: Kind| {
            matches!(
                (kind, promotion.redemption_type),
                (Kind::Automatic, RedemptionType::Automatic)
                    | (Kind::Coupon, RedemptionType::Coupon)
            )
        };
        self.id.is_none_or(|id| id == promotion.id)
            && self
                .name
                .as_ref()
                .is_none_or(|name| *name == promotion.name)
            && self.code.as_ref().is_none_or(has_code)
            && self
                .currency_code
                .as_ref()
                .is_none_or(|code| *code == promotion.currency_code)
            && self.redemption_type.is_none_or(kind_is)
            && self.status.is_none_or(|status| status == promotion.status)
            && self.query.as_ref().is_none_or(found)
            && (channels.is_empty()
                || promotion.channels.is_empty()
                || promotion
                    .channels
                    .iter()
                    .any(|channel| channels.contains(&channel.id)))
    }

    fn sort(&self, found: &mut [&Promotion]) {
        match self.sort {
            Sort::Id | Sort::Priority => found.sort_by_key(|promotion| promotion.id),
            Sort::Name => found.sort_by(|a, b| a.name.cmp(&b.name)),
            Sort::StartDate => found.sort_by_key(|promotion| promotion.start_date),
        }
        if self.direction == Direction::Desc {
            found.reverse();
        }
    }
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: Filter = Form::Promotions.query(&request)?;
    Form::Promotions.check_limit(filter.limit)?;
    let channels = match &filter.channels {
        Some(text) => Form::Promotions.numbers("channels", text)?,
        None => Vec::new(),
    };
    let store = state.lock();
    let mut found: Vec<&Promotion> = store
        .promotions
        .values()
        .filter(|one| filter.matches(one, &channels))
        .collect();
    filter.sort(&mut found);
    let found = found.into_iter().map(promotion_json).collect();
    Ok(page(found, filter.page, filter.limit))
}

async fn create(state: Data<State>, body: Bytes) -> Answer {
    let mut body: PromotionBody = Form::Promotions.body(&body)?;
    let mut store = state.lock();
    let code = inline_code(&mut body, &store)?;
    let id = store.next_id();
    let mut promotion = body.create(id, &store)?;
    if let Some(code) = code {
        add_code(&mut store, &mut promotion, code)?;
    }
    let answer = promotion_json(&promotion);
    store.promotions.insert(id, promotion);
    Ok(data(201, &answer))
}

/// The code sent with a promotion, which is refused unless the switch says otherwise.
fn inline_code(body: &mut PromotionBody, store: &Store) -> Result<Option<NewCode>, Problem> {
    let Some(codes) = body.codes.take() else {
        return Ok(None);
    };
    if !store.switches.promotion_accepts_inline_code {
        return Err(Form::Promotions.field("codes", "codes are created by their own endpoint"));
    }
    let code = match codes {
        Value::Array(mut list) if list.len() == 1 => list.remove(0),
        other => other,
    };
    serde_json::from_value(code)
        .map(Some)
        .map_err(|error| Form::Promotions.field("codes", error))
}

async fn show(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let promotion = store.promotions.get(&id.1).ok_or_else(not_found)?;
    Ok(data(200, &promotion_json(promotion)))
}

async fn change(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let body: PromotionBody = Form::Promotions.body(&body)?;
    if body.codes.is_some() {
        return Err(Form::Promotions.field("codes", "codes are changed by their own endpoint"));
    }
    let mut store = state.lock();
    let mut promotion = store.promotions.get(&id.1).cloned().ok_or_else(not_found)?;
    body.update(&mut promotion, &store)?;
    let answer = promotion_json(&promotion);
    store.promotions.insert(id.1, promotion);
    Ok(data(200, &answer))
}

async fn delete(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let mut store = state.lock();
    let promotion = store.promotions.get(&id.1);
    let has_codes = promotion.is_some_and(|promotion| !promotion.codes.is_empty());
    // Said of deleting several only: a switch.
    if has_codes && store.switches.promotions_with_codes_stay {
        return Err(Form::Promotions.problem(422, still_has_codes_title(id.1)));
    }
    store.delete_promotion(id.1);
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    #[serde(rename = "id:in")]
    ids: String,
}

/// Deletes up to 50. Promotions that still have codes are not deleted this way.
async fn delete_many(state: Data<State>, request: HttpRequest) -> Answer {
    let chosen: Chosen = Form::Promotions.query(&request)?;
    let ids = Form::Promotions.numbers("id:in", &chosen.ids)?;
    if ids.len() > MOST_DELETED {
        return Err(Form::Promotions.field("id:in", "at most 50 at once"));
    }
    let mut store = state.lock();
    let (kept, gone): (Vec<u64>, Vec<u64>) = ids.iter().copied().partition(|id| {
        store
            .promotions
            .get(id)
            .is_some_and(|promotion| !promotion.codes.is_empty())
    });
    for id in &gone {
        store.delete_promotion(*id);
    }
    if kept.is_empty() {
        return Ok(nothing());
    }
    let errors: Vec<Value> = kept.iter().map(|id| still_has_codes(*id)).collect();
    let meta = json!({"total": ids.len(), "success": gone.len(), "failed": kept.len()});
    Ok(
        actix_web::HttpResponse::UnprocessableEntity()
            .json(json!({"errors": errors, "meta": meta})),
    )
}

fn still_has_codes_title(id: u64) -> String {
    format!("Promotion {id} still has coupon codes")
}

fn still_has_codes(id: u64) -> Value {
    let title = still_has_codes_title(id);
    json!({"status": 422, "title": title, "type": "about:blank", "errors": {}})
}

async fn show_settings(state: Data<State>) -> Answer {
    Ok(actix_web::HttpResponse::Ok().json(state.lock().promotion_settings))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsBody {
    promotions_apply_on_products_with_custom_product_price: Option<bool>,
    promotions_triggered_by_products_with_zero_product_price: Option<bool>,
    number_of_coupons_allowed_at_checkout: Option<u8>,
    promotions_applied_on_original_product_price: Option<bool>,
}

async fn change_settings(state: Data<State>, body: Bytes) -> Answer {
    let body: SettingsBody = Form::V3.body(&body)?;
    let most = body.number_of_coupons_allowed_at_checkout;
    if most.is_some_and(|most| !(1..=5).contains(&most)) {
        return Err(Form::V3.field("number_of_coupons_allowed_at_checkout", "between 1 and 5"));
    }
    let mut store = state.lock();
    let settings = &mut store.promotion_settings;
    let set = |field: &mut bool, value: Option<bool>| *field = value.unwrap_or(*field);
    set(
        &mut settings.promotions_apply_on_products_with_custom_product_price,
        body.promotions_apply_on_products_with_custom_product_price,
    );
    set(
        &mut settings.promotions_triggered_by_products_with_zero_product_price,
        body.promotions_triggered_by_products_with_zero_product_price,
    );
    set(
        &mut settings.promotions_applied_on_original_product_price,
        body.promotions_applied_on_original_product_price,
    );
    store.switches.promotions_apply_to_custom_prices = store
        .promotion_settings
        .promotions_apply_on_products_with_custom_product_price;
    if let Some(most) = most {
        store.set_coupon_limit(most);
    }
    Ok(actix_web::HttpResponse::Ok().json(store.promotion_settings))
}
