//! Get all Promotions, and Get one.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use serde_json::{Value, json};

use super::codes::code_json;
use crate::bigcommerce::State;
use crate::bigcommerce::management::answer::{Answer, Form, Problem, data, page};
use crate::bigcommerce::model::Promotion;
use crate::bigcommerce::model::promotion::{CouponType, PromotionStatus, RedemptionType};

/// A promotion as the API writes it.
pub fn promotion_json(promotion: &Promotion) -> Value {
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

pub async fn list(state: Data<State>, request: HttpRequest) -> Answer {
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

pub async fn show(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let promotion = store.promotions.get(&id.1).ok_or_else(not_found)?;
    Ok(data(200, &promotion_json(promotion)))
}
