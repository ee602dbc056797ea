//! Create, Update and Delete a Promotion. What they refuse is in [`refusals`](super::refusals).

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use super::body::PromotionBody;
use super::codes::{NewCode, add_code};
use super::read::promotion_json;
use super::refusals::refused;
use crate::bigcommerce::State;
use crate::bigcommerce::management::answer::{Answer, Form, Problem, data, nothing};
use crate::bigcommerce::model::promotion::{CouponType, CustomerLimit, PromotionStatus};
use crate::bigcommerce::model::{Promotion, State as Store};

/// Promotions that one bulk deletion takes.
const MOST_DELETED: usize = 50;

pub async fn create(state: Data<State>, body: Bytes) -> Answer {
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

pub async fn change(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let body: PromotionBody = Form::Promotions.body(&body)?;
    if body.codes.is_some() {
        return Err(Form::Promotions.field("codes", "codes are changed by their own endpoint"));
    }
    let mut store = state.lock();
    let promotion = store.promotions.get(&id.1).cloned();
    let mut promotion = promotion.ok_or_else(|| Form::Promotions.not_found())?;
    body.update(&mut promotion, &store)?;
    let answer = promotion_json(&promotion);
    store.promotions.insert(id.1, promotion);
    Ok(data(200, &answer))
}

pub async fn delete(state: Data<State>, id: Path<(String, u64)>) -> Answer {
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
pub async fn delete_many(state: Data<State>, request: HttpRequest) -> Answer {
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
    let body = json!({"errors": errors, "meta": meta});
    Ok(HttpResponse::UnprocessableEntity().json(body))
}

fn still_has_codes_title(id: u64) -> String {
    format!("Promotion {id} still has coupon codes")
}

fn still_has_codes(id: u64) -> Value {
    let title = still_has_codes_title(id);
    json!({"status": 422, "title": title, "type": "about:blank", "errors": {}})
}

impl PromotionBody {
    /// A new promotion of this body, with no codes.
    pub fn create(self, id: u64, state: &Store) -> Result<Promotion, Problem> {
        let redemption_type = self
            .redemption_type
            .ok_or_else(|| refused("redemption_type", "it is required"))?;
        if self.name.is_none() {
            return Err(refused("name", "it is required"));
        }
        if self.rules.is_none() {
            return Err(refused("rules", "at least one rule is required"));
        }
        let mut promotion = Promotion {
            id,
            redemption_type,
            name: String::new(),
            display_name: None,
            channels: Vec::new(),
            customer: CustomerLimit::default(),
            rules: Vec::new(),
            current_uses: 0,
            max_uses: None,
            status: PromotionStatus::Enabled,
            start_date: state.now(),
            end_date: None,
            stop: false,
            can_be_used_with_other_promotions: true,
            coupon_overrides_other_promotions: false,
            coupon_overrides_automatic_when_offering_higher_discounts: false,
            currency_code: state.own_currency_code().to_owned(),
            notifications: Vec::new(),
            shipping_address: None,
            schedule: None,
            coupon_type: CouponType::Single,
            created_from: "api".to_owned(),
            codes: Vec::new(),
        };
        self.update(&mut promotion, state)?;
        Ok(promotion)
    }

    /// Changes a promotion, or leaves it as it is when something is refused.
    pub fn update(self, promotion: &mut Promotion, state: &Store) -> Result<(), Problem> {
        self.check(promotion, state)?;
        let keep = |value: Option<bool>, field: &mut bool| *field = value.unwrap_or(*field);
        keep(self.stop, &mut promotion.stop);
        keep(
            self.can_be_used_with_other_promotions,
            &mut promotion.can_be_used_with_other_promotions,
        );
        keep(
            self.coupon_overrides_other_promotions,
            &mut promotion.coupon_overrides_other_promotions,
        );
        keep(
            self.coupon_overrides_automatic_when_offering_higher_discounts,
            &mut promotion.coupon_overrides_automatic_when_offering_higher_discounts,
        );
        set(&mut promotion.name, self.name);
        set(&mut promotion.channels, self.channels);
        set(&mut promotion.customer, self.customer);
        set(&mut promotion.rules, self.rules);
        set(&mut promotion.max_uses, self.max_uses);
        set(&mut promotion.status, self.status);
        set(&mut promotion.start_date, self.start_date);
        set(&mut promotion.end_date, self.end_date);
        set(&mut promotion.currency_code, self.currency_code);
        set(&mut promotion.coupon_type, self.coupon_type);
        promotion.display_name = self.display_name.or_else(|| promotion.display_name.take());
        promotion.shipping_address = self
            .shipping_address
            .or_else(|| promotion.shipping_address.take());
        if let Some(schedule) = self.schedule {
            promotion.schedule = serde_json::to_value(schedule).ok();
        }
        if let Some(list) = self.notifications {
            promotion.notifications = list
                .iter()
                .filter_map(|one| serde_json::to_value(one).ok())
                .collect();
        }
        Ok(())
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
