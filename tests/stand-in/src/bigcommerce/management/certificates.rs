//! `/v2/gift_certificates`.

use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::answer::{Answer, Form, Problem, nothing, page_v2};
use crate::bigcommerce::State;
use crate::bigcommerce::carts::new_code;
use crate::bigcommerce::model::{Decimal, GiftCertificate, State as Store};

/// Characters of a code: longer ones are cut.
const CODE_LENGTH: usize = 20;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/v2/gift_certificates")
            .route(web::get().to(list))
            .route(web::post().to(create)),
    )
    .service(
        web::resource(r"/v2/gift_certificates/{id:\d+}")
            .route(web::get().to(show))
            .route(web::put().to(change))
            .route(web::delete().to(delete)),
    );
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificateBody {
    to_name: Option<String>,
    to_email: Option<String>,
    from_name: Option<String>,
    from_email: Option<String>,
    amount: Option<String>,
    balance: Option<String>,
    purchase_date: Option<String>,
    expiry_date: Option<String>,
    customer_id: Option<u64>,
    template: Option<Template>,
    message: Option<String>,
    code: Option<String>,
    status: Option<Status>,
    currency_code: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, serde::Serialize)]
enum Template {
    #[serde(rename = "birthday.html")]
    Birthday,
    #[serde(rename = "girl.html")]
    Girl,
    #[serde(rename = "boy.html")]
    Boy,
    #[serde(rename = "celebration.html")]
    Celebration,
    #[serde(rename = "christmas.html")]
    Christmas,
    #[serde(rename = "general.html")]
    General,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Active,
    Pending,
    Disabled,
    Expired,
}

impl Status {
    fn word(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

fn certificate_json(one: &GiftCertificate) -> Value {
    let detail = |name: &str| one.details.get(name).cloned().unwrap_or_default();
    json!({
        "id": one.id,
        "customer_id": detail("customer_id"),
        "order_id": one.details.get("order_id").cloned().unwrap_or(json!(0)),
        "code": one.code,
        "to_name": detail("to_name"), "to_email": detail("to_email"),
        "from_name": detail("from_name"), "from_email": detail("from_email"),
        "amount": one.amount.four_places(),
        "balance": one.balance.four_places(),
        "status": one.status,
        "template": detail("template"),
        "message": detail("message"),
        // Written as RFC 2822, read as Unix seconds in a text.
        "purchase_date": one.purchase_date.unix_timestamp().to_string(),
        "expiry_date": one.expiry_date.map_or(0, OffsetDateTime::unix_timestamp).to_string(),
        "currency_code": one.currency_code,
    })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    min_id: Option<u64>,
    max_id: Option<u64>,
    code: Option<String>,
    to_email: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: Filter = Form::V2.query(&request)?;
    let store = state.lock();
    let wanted = |one: &&GiftCertificate| {
        filter.min_id.is_none_or(|id| one.id >= id)
            && filter.max_id.is_none_or(|id| one.id <= id)
            && filter
                .code
                .as_ref()
                .is_none_or(|code| code.eq_ignore_ascii_case(&one.code))
            && filter
                .to_email
                .as_ref()
                .is_none_or(|email| one.details["to_email"] == **email)
    };
    let found = store
        .certificates
        .values()
        .filter(wanted)
        .map(certificate_json)
        .collect();
    Ok(page_v2(found, filter.page, filter.limit))
}

/// What `POST` and `PUT` both need.
fn check_required(body: &CertificateBody) -> Result<(), Problem> {
    for (name, value) in [
        ("to_name", &body.to_name),
        ("to_email", &body.to_email),
        ("from_name", &body.from_name),
        ("from_email", &body.from_email),
        ("amount", &body.amount),
    ] {
        if value.as_ref().is_none_or(String::is_empty) {
            return Err(Form::V2.field(name, "it is required"));
        }
    }
    Ok(())
}

async fn create(state: Data<State>, body: Bytes) -> Answer {
    let body: CertificateBody = Form::V2.body(&body)?;
    check_required(&body)?;
    let mut store = state.lock();
    let own = store.currencies.iter().find(|currency| currency.is_default);
    let mut certificate = GiftCertificate {
        id: 0,
        code: new_code(),
        amount: Decimal::ZERO,
        balance: Decimal::ZERO,
        status: "active".to_owned(),
        currency_code: own.map_or_else(String::new, |currency| currency.code.clone()),
        purchase_date: store.now(),
        expiry_date: None,
        details: json!({"customer_id": 0, "template": "general.html", "message": ""}),
        unseen_tries_left: store.switches.new_codes_visible_after_reads,
    };
    let has_balance = body.balance.is_some();
    apply(&body, &mut certificate, &store)?;
    if !has_balance {
        certificate.balance = certificate.amount;
    }
    certificate.id = store.next_id();
    let answer = certificate_json(&certificate);
    store.certificates.insert(certificate.id, certificate);
    Ok(HttpResponse::Created().json(answer))
}

async fn show(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let store = state.lock();
    let found = store
        .certificates
        .get(&id.1)
        .ok_or_else(|| Form::V2.not_found())?;
    Ok(HttpResponse::Ok().json(certificate_json(found)))
}

async fn change(state: Data<State>, id: Path<(String, u64)>, body: Bytes) -> Answer {
    let body: CertificateBody = Form::V2.body(&body)?;
    let mut store = state.lock();
    let found = store.certificates.get(&id.1).cloned();
    let mut certificate = found.ok_or_else(|| Form::V2.not_found())?;
    check_required(&body)?;
    // What is left out gets its default again, as the description says of each field.
    if body.balance.is_none()
        && let Some(amount) = money("amount", body.amount.as_ref())?
    {
        certificate.balance = amount;
    }
    if body.code.is_none() {
        certificate.code = new_code();
    }
    if body.currency_code.is_none() {
        let own = store.own_currency_code();
        own.clone_into(&mut certificate.currency_code);
    }
    apply(&body, &mut certificate, &store)?;
    let answer = certificate_json(&certificate);
    store.certificates.insert(id.1, certificate);
    Ok(HttpResponse::Ok().json(answer))
}

async fn delete(state: Data<State>, id: Path<(String, u64)>) -> Answer {
    let removed = state.lock().certificates.remove(&id.1);
    removed
        .map(|_| nothing())
        .ok_or_else(|| Form::V2.not_found())
}

fn apply(
    body: &CertificateBody,
    certificate: &mut GiftCertificate,
    store: &Store,
) -> Result<(), Problem> {
    if let Some(amount) = money("amount", body.amount.as_ref())? {
        certificate.amount = amount;
    }
    if let Some(balance) = money("balance", body.balance.as_ref())? {
        certificate.balance = balance;
    }
    if certificate.balance > certificate.amount {
        return Err(Form::V2.field("balance", "it is more than the amount"));
    }
    if let Some(code) = &body.code {
        let code: String = code.chars().take(CODE_LENGTH).collect();
        check_code(&code, certificate.id, store)?;
        certificate.code = code;
    }
    if let Some(currency) = &body.currency_code {
        if store.currency(currency).is_none() {
            return Err(Form::V2.field("currency_code", "the store has no such currency"));
        }
        certificate.currency_code.clone_from(currency);
    }
    if let Some(status) = body.status {
        certificate.status = status.word();
    }
    if let Some(date) = date("purchase_date", body.purchase_date.as_ref())? {
        certificate.purchase_date = date;
    }
    certificate.expiry_date =
        date("expiry_date", body.expiry_date.as_ref())?.or(certificate.expiry_date);
    apply_details(body, certificate)
}

fn apply_details(body: &CertificateBody, certificate: &mut GiftCertificate) -> Result<(), Problem> {
    if body
        .message
        .as_ref()
        .is_some_and(|message| message.chars().count() > 250)
    {
        return Err(Form::V2.field("message", "at most 250 characters"));
    }
    for (name, value) in [
        ("to_email", &body.to_email),
        ("from_email", &body.from_email),
    ] {
        if value.as_ref().is_some_and(|email| !email.contains('@')) {
            return Err(Form::V2.field(name, "it is no e-mail address"));
        }
    }
    for (name, value) in [
        ("to_name", &body.to_name),
        ("to_email", &body.to_email),
        ("from_name", &body.from_name),
        ("from_email", &body.from_email),
        ("message", &body.message),
    ] {
        if let Some(value) = value {
            certificate.details[name] = json!(value);
        }
    }
    if let Some(template) = body.template {
        certificate.details["template"] = json!(template);
    }
    if let Some(customer) = body.customer_id {
        certificate.details["customer_id"] = json!(customer);
    }
    Ok(())
}

fn check_code(code: &str, own_id: u64, store: &Store) -> Result<(), Problem> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if !(1..=CODE_LENGTH).contains(&code.len()) || !code.chars().all(allowed) {
        return Err(Form::V2.field("code", "up to 20 letters, numbers, hyphens and underscores"));
    }
    let taken = store
        .certificates
        .values()
        .any(|other| other.id != own_id && other.code.eq_ignore_ascii_case(code));
    if taken {
        return Err(Form::V2.problem(409, "A gift certificate with this code exists already"));
    }
    Ok(())
}

fn money(name: &str, text: Option<&String>) -> Result<Option<Decimal>, Problem> {
    let Some(text) = text else {
        return Ok(None);
    };
    let amount: Decimal = text.parse().map_err(|error| Form::V2.field(name, error))?;
    if amount < Decimal::ZERO {
        return Err(Form::V2.field(name, "it must not be negative"));
    }
    Ok(Some(amount))
}

fn date(name: &str, text: Option<&String>) -> Result<Option<OffsetDateTime>, Problem> {
    let read = |text: &String| {
        OffsetDateTime::parse(text, &Rfc2822)
            .map_err(|_| Form::V2.field(name, "no date of RFC 2822"))
    };
    text.map(read).transpose()
}
