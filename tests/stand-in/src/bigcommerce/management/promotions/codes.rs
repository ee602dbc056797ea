//! `/v3/promotions/{id}/codes`, `/v3/promotions/{id}/codegen` and `/v3/promotions/codes`.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use rand::seq::IndexedRandom;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::bigcommerce::State;
use crate::bigcommerce::management::answer::{Answer, Form, Problem, data, nothing, page};
use crate::bigcommerce::model::promotion::{CouponType, RedemptionType};
use crate::bigcommerce::model::{CouponCode, Promotion, State as Store, timestamp};

/// Characters of a code.
const CODE_LENGTH: usize = 50;
/// Codes made or deleted by one call.
const BATCH: usize = 250;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/v3/promotions/codes")
            .route(web::get().to(find))
            .route(web::delete().to(delete_by_code)),
    )
    .service(
        web::resource(r"/v3/promotions/{id:\d+}/codes")
            .route(web::get().to(list))
            .route(web::post().to(create))
            .route(web::delete().to(delete_many)),
    )
    .service(
        web::resource(r"/v3/promotions/{id:\d+}/codes/{code_id:\d+}")
            .route(web::delete().to(delete)),
    )
    .service(web::resource(r"/v3/promotions/{id:\d+}/codegen").route(web::post().to(generate)));
}

/// The body of `POST /v3/promotions/{id}/codes`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewCode {
    code: String,
    #[serde(default)]
    max_uses: u64,
    #[serde(default)]
    max_uses_per_customer: u64,
}

/// A code as the API writes it.
pub fn code_json(code: &CouponCode) -> Value {
    json!({
        "id": code.id,
        "code": code.code,
        "current_uses": code.current_uses,
        "max_uses": code.max_uses,
        "max_uses_per_customer": code.max_uses_per_customer,
        "created": timestamp::iso(code.created),
    })
}

/// Gives a promotion a code, if the real service would.
pub fn add_code(
    store: &mut Store,
    promotion: &mut Promotion,
    new: NewCode,
) -> Result<Value, Problem> {
    check_code(&new.code)?;
    let taken = store.promotions.values().chain([&*promotion]).any(|other| {
        other
            .codes
            .iter()
            .any(|code| code.code.eq_ignore_ascii_case(&new.code))
    });
    if taken {
        return Err(Form::Promotions.field("code", "another promotion has this code already"));
    }
    if promotion.redemption_type == RedemptionType::Automatic {
        return Err(Form::Promotions.problem(422, "An automatic promotion has no codes"));
    }
    if promotion.coupon_type == CouponType::Single && !promotion.codes.is_empty() {
        return Err(Form::Promotions.problem(422, "A promotion of type SINGLE has one code"));
    }
    let code = CouponCode {
        id: store.next_id(),
        code: new.code,
        current_uses: 0,
        max_uses: new.max_uses,
        max_uses_per_customer: new.max_uses_per_customer,
        created: store.now(),
        uses_by_customer: BTreeMap::new(),
        unseen_tries_left: store.switches.new_codes_visible_after_reads,
    };
    let answer = code_json(&code);
    promotion.codes.push(code);
    Ok(answer)
}

fn check_code(code: &str) -> Result<(), Problem> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "_- ".contains(letter);
    if code.is_empty() || code.len() > CODE_LENGTH {
        return Err(Form::Promotions.field("code", "between 1 and 50 characters"));
    }
    if !code.chars().all(allowed) {
        let message = "only letters, numbers, white spaces, underscores and hyphens";
        return Err(Form::Promotions.field("code", message));
    }
    Ok(())
}

fn not_found() -> Problem {
    Form::Promotions.not_found()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeQuery {
    code: String,
}

async fn find(state: Data<State>, request: HttpRequest) -> Answer {
    let wanted: CodeQuery = Form::Promotions.query(&request)?;
    let store = state.lock();
    let codes = store
        .promotions
        .values()
        .flat_map(|promotion| &promotion.codes);
    let found = codes.filter(|code| code.code.eq_ignore_ascii_case(&wanted.code));
    Ok(page(found.map(code_json).collect(), None, None))
}

async fn delete_by_code(state: Data<State>, request: HttpRequest) -> Answer {
    let wanted: CodeQuery = Form::Promotions.query(&request)?;
    let mut store = state.lock();
    let found = store
        .find_code(&wanted.code)
        .map(|(promotion, code)| (promotion.id, code.id));
    if let Some((promotion_id, code_id)) = found {
        store.delete_code(promotion_id, code_id);
    }
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodesFilter {
    code: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

async fn list(state: Data<State>, id: Path<(String, u64)>, request: HttpRequest) -> Answer {
    let filter: CodesFilter = Form::Promotions.query(&request)?;
    Form::Promotions.check_limit(filter.limit)?;
    let store = state.lock();
    let promotion = store.promotions.get(&id.1).ok_or_else(not_found)?;
    let wanted = |code: &&CouponCode| {
        filter
            .code
            .as_ref()
            .is_none_or(|wanted| code.code.eq_ignore_ascii_case(wanted))
    };
    let found = promotion
        .codes
        .iter()
        .filter(wanted)
        .map(code_json)
        .collect();
    Ok(page(found, filter.page, filter.limit))
}

async fn create(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let body: NewCode = Form::Promotions.body(&body)?;
    let mut store = state.lock();
    let mut promotion = store.promotions.get(&id.1).cloned().ok_or_else(not_found)?;
    let answer = add_code(&mut store, &mut promotion, body)?;
    store.promotions.insert(id.1, promotion);
    Ok(data(201, &answer))
}

async fn delete(state: Data<State>, path: Path<(String, u64, u64)>) -> Answer {
    let (_, promotion_id, code_id) = path.into_inner();
    remove(&mut state.lock(), promotion_id, &[code_id]);
    Ok(nothing())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    #[serde(rename = "id:in")]
    ids: String,
}

async fn delete_many(state: Data<State>, id: Path<(String, u64)>, request: HttpRequest) -> Answer {
    let chosen: Chosen = Form::Promotions.query(&request)?;
    let ids = Form::Promotions.numbers("id:in", &chosen.ids)?;
    if ids.len() > BATCH {
        return Err(Form::Promotions.field("id:in", "at most 250 at once"));
    }
    remove(&mut state.lock(), id.1, &ids);
    Ok(nothing())
}

fn remove(store: &mut Store, promotion_id: u64, code_ids: &[u64]) {
    for code_id in code_ids {
        store.delete_code(promotion_id, *code_id);
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Generation {
    batch_size: usize,
    #[serde(default = "one")]
    max_uses: u64,
    #[serde(default = "one")]
    max_uses_per_customer: u64,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    suffix: String,
    #[serde(default)]
    delimiter: String,
    #[serde(default)]
    exclude_characters: Vec<char>,
    #[serde(default = "sixteen")]
    code_length: usize,
}

const fn one() -> u64 {
    1
}

const fn sixteen() -> usize {
    16
}

impl Generation {
    fn check(&self) -> Result<(), Problem> {
        let wrong = |field: &str, message: &str| Err(Form::Promotions.field(field, message));
        let fits = |text: &str, most: usize, others: &str| {
            text.len() <= most
                && text.chars().all(|letter| {
                    letter.is_ascii_uppercase()
                        || letter.is_ascii_digit()
                        || others.contains(letter)
                })
        };
        if !(1..=BATCH).contains(&self.batch_size) {
            return wrong("batch_size", "between 1 and 250");
        }
        if self.max_uses > 100_000 || self.max_uses_per_customer > 100_000 {
            return wrong("max_uses", "at most 100000");
        }
        if !fits(&self.prefix, 20, "_-") || !fits(&self.suffix, 20, "_-") {
            return wrong("prefix", "up to 20 of A-Z, 0-9, _ and -");
        }
        if !matches!(self.delimiter.as_str(), "" | "_" | "-") {
            return wrong("delimiter", "_ or -");
        }
        if !(6..=16).contains(&self.code_length) {
            return wrong("code_length", "between 6 and 16");
        }
        Ok(())
    }

    fn code(&self) -> String {
        let letters: Vec<char> = ('A'..='Z')
            .chain('0'..='9')
            .filter(|c| !self.exclude_characters.contains(c))
            .collect();
        let mut random = rand::rng();
        let middle: String = (0..self.code_length)
            .filter_map(|_| letters.choose(&mut random))
            .collect();
        let parts = [self.prefix.as_str(), &middle, &self.suffix];
        let filled: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        filled.join(&self.delimiter)
    }
}

async fn generate(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let wanted: Generation = Form::Promotions.body(&body)?;
    wanted.check()?;
    let mut store = state.lock();
    let mut promotion = store.promotions.get(&id.1).cloned().ok_or_else(not_found)?;
    if promotion.coupon_type != CouponType::Bulk {
        return Err(Form::Promotions.problem(422, "Only promotions of type BULK generate codes"));
    }
    let mut codes = Vec::with_capacity(wanted.batch_size);
    for _ in 0..wanted.batch_size {
        let new = NewCode {
            code: wanted.code(),
            max_uses: wanted.max_uses,
            max_uses_per_customer: wanted.max_uses_per_customer,
        };
        codes.push(json!({"code": new.code}));
        add_code(&mut store, &mut promotion, new)?;
    }
    store.promotions.insert(id.1, promotion);
    let answer = json!({
        "created": timestamp::iso(store.now()),
        "max_uses": wanted.max_uses,
        "max_uses_per_customer": wanted.max_uses_per_customer,
        "batch_size": wanted.batch_size,
        "codes": codes,
    });
    Ok(data(201, &answer))
}
