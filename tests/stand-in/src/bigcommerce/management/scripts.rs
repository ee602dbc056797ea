//! `/v3/content/scripts`.

use actix_web::HttpRequest;
use actix_web::web::{self, Bytes, Data, Path, ServiceConfig};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::access::{CLIENT_ID, Grants};
use super::answer::{Answer, Form, Problem, data, nothing, page};
use crate::bigcommerce::State;
use crate::bigcommerce::model::{Script, State as Store};

/// Scripts of one app.
const MOST_SCRIPTS: usize = 10;
/// Hashes of one script.
const MOST_HASHES: usize = 5;
/// Characters of a script's markup.
const HTML_LENGTH: usize = 65_536;

/// Adds the routes.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::resource("/v3/content/scripts")
            .route(web::get().to(list))
            .route(web::post().to(create)),
    )
    .service(
        web::resource("/v3/content/scripts/{uuid}")
            .route(web::get().to(show))
            .route(web::put().to(change))
            .route(web::delete().to(delete)),
    );
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptBody {
    name: Option<String>,
    description: Option<String>,
    html: Option<String>,
    src: Option<String>,
    auto_uninstall: Option<bool>,
    load_method: Option<LoadMethod>,
    location: Option<Location>,
    visibility: Option<Visibility>,
    kind: Option<Kind>,
    api_client_id: Option<String>,
    consent_category: Option<Consent>,
    enabled: Option<bool>,
    channel_id: Option<u64>,
    integrity_hashes: Option<Vec<String>>,
}

/// Defines an enum of the words that a field takes.
macro_rules! words {
    ($name:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        #[derive(Debug, Clone, Copy, Deserialize)]
        enum $name { $(#[serde(rename = $word)] $variant),+ }

        impl $name {
            fn word(self) -> String {
                match self { $(Self::$variant => $word.to_owned()),+ }
            }
        }
    };
}

words!(LoadMethod { Default => "default", Async => "async", Defer => "defer" });
words!(Location { Head => "head", Footer => "footer" });
words!(Visibility {
    Storefront => "storefront",
    AllPages => "all_pages",
    Checkout => "checkout",
    OrderConfirmation => "order_confirmation",
});
words!(Kind { Src => "src", ScriptTag => "script_tag" });
words!(Consent {
    Essential => "essential",
    Functional => "functional",
    Analytics => "analytics",
    Targeting => "targeting",
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    page: Option<usize>,
    limit: Option<usize>,
    #[serde(default)]
    sort: Sort,
    #[serde(rename = "channel_id:in")]
    channels: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Sort {
    Name,
    Description,
    #[default]
    DateCreated,
    DateModified,
}

async fn list(state: Data<State>, request: HttpRequest) -> Answer {
    let filter: Filter = Form::V3.query(&request)?;
    let channels = match &filter.channels {
        Some(text) => Form::V3.numbers("channel_id:in", text)?,
        None => Vec::new(),
    };
    let store = state.lock();
    let mut found: Vec<&Script> = store
        .scripts
        .iter()
        .filter(|script| channels.is_empty() || channels.contains(&script.channel_id))
        .collect();
    match filter.sort {
        Sort::Name => found.sort_by(|a, b| a.name.cmp(&b.name)),
        Sort::Description => found.sort_by(|a, b| a.description.cmp(&b.description)),
        Sort::DateCreated => found.sort_by_key(|script| script.date_created),
        Sort::DateModified => found.sort_by_key(|script| script.date_modified),
    }
    Ok(page(
        found.into_iter().map(script_json).collect(),
        filter.page,
        filter.limit,
    ))
}

/// A script as the API writes it: without `html` where it has a `src`, and the other way round.
fn script_json(script: &Script) -> Value {
    serde_json::to_value(script).unwrap_or_default()
}

async fn create(state: Data<State>, grants: Data<Grants>, body: Bytes) -> Answer {
    let body: ScriptBody = Form::V3.body(&body)?;
    if body.name.is_none() {
        return Err(Form::V3.field("name", "it is required"));
    }
    let mut store = state.lock();
    if store.scripts.len() >= MOST_SCRIPTS {
        return Err(Form::V3.problem(422, "An app can have at most 10 scripts"));
    }
    let now = store.now();
    let mut script = Script {
        uuid: Store::new_uuid(),
        name: String::new(),
        description: String::new(),
        html: String::new(),
        src: String::new(),
        auto_uninstall: false,
        load_method: "default".to_owned(),
        location: "head".to_owned(),
        visibility: "storefront".to_owned(),
        kind: String::new(),
        consent_category: String::new(),
        enabled: true,
        channel_id: 1,
        integrity_hashes: Vec::new(),
        api_client_id: CLIENT_ID.to_owned(),
        date_created: now,
        date_modified: now,
    };
    apply(body, &mut script);
    check(&script, &grants)?;
    let answer = script_json(&script);
    store.scripts.push(script);
    Ok(data(200, &answer))
}

async fn show(state: Data<State>, uuid: Path<(String, String)>) -> Answer {
    let store = state.lock();
    let found = store.scripts.iter().find(|script| script.uuid == uuid.1);
    Ok(data(
        200,
        &script_json(found.ok_or_else(|| Form::V3.not_found())?),
    ))
}

async fn change(
    state: Data<State>,
    grants: Data<Grants>,
    uuid: Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let body: ScriptBody = Form::V3.body(&body)?;
    let mut store = state.lock();
    let now = store.now();
    let found = store
        .scripts
        .iter_mut()
        .find(|script| script.uuid == uuid.1);
    let script = found.ok_or_else(|| Form::V3.not_found())?;
    let mut changed = script.clone();
    apply(body, &mut changed);
    check(&changed, &grants)?;
    changed.date_modified = now;
    *script = changed;
    Ok(data(200, &script_json(script)))
}

async fn delete(state: Data<State>, uuid: Path<(String, String)>) -> Answer {
    let mut store = state.lock();
    let before = store.scripts.len();
    store.scripts.retain(|script| script.uuid != uuid.1);
    if store.scripts.len() == before {
        return Err(Form::V3.not_found());
    }
    Ok(nothing())
}

fn apply(body: ScriptBody, script: &mut Script) {
    let set = |field: &mut String, value: Option<String>| {
        if let Some(value) = value {
            *field = value;
        }
    };
    set(&mut script.name, body.name);
    set(&mut script.description, body.description);
    set(&mut script.html, body.html);
    set(&mut script.src, body.src);
    set(
        &mut script.load_method,
        body.load_method.map(LoadMethod::word),
    );
    set(&mut script.location, body.location.map(Location::word));
    set(
        &mut script.visibility,
        body.visibility.map(Visibility::word),
    );
    set(&mut script.kind, body.kind.map(Kind::word));
    set(
        &mut script.consent_category,
        body.consent_category.map(Consent::word),
    );
    set(&mut script.api_client_id, body.api_client_id);
    script.auto_uninstall = body.auto_uninstall.unwrap_or(script.auto_uninstall);
    script.enabled = body.enabled.unwrap_or(script.enabled);
    script.channel_id = body.channel_id.unwrap_or(script.channel_id);
    if let Some(hashes) = body.integrity_hashes {
        script.integrity_hashes = hashes;
    }
}

fn check(script: &Script, grants: &Grants) -> Result<(), Problem> {
    let refuse = |field: &str, message: &str| Err(Form::V3.field(field, message));
    if !(1..=255).contains(&script.name.chars().count()) {
        return refuse("name", "between 1 and 255 characters");
    }
    match script.kind.as_str() {
        "src" if !script.html.is_empty() => return refuse("html", "not with kind src"),
        "src" if !is_address(&script.src) => return refuse("src", "a full http(s) address"),
        "script_tag" if !script.src.is_empty() => return refuse("src", "not with this kind"),
        "script_tag" if !(1..=HTML_LENGTH).contains(&script.html.chars().count()) => {
            return refuse("html", "between 1 and 65536 characters");
        }
        "script_tag" if script.load_method != "default" => {
            return refuse("load_method", "default with this kind");
        }
        "script_tag" if !script.integrity_hashes.is_empty() => {
            return refuse("integrity_hashes", "only with kind src");
        }
        "src" | "script_tag" => {}
        _ => return refuse("kind", "src or script_tag"),
    }
    if script.integrity_hashes.len() > MOST_HASHES {
        return refuse("integrity_hashes", "at most 5");
    }
    if !script
        .integrity_hashes
        .iter()
        .all(|hash| is_integrity(hash))
    {
        return refuse("integrity_hashes", "sha256-, sha384- or sha512- and base64");
    }
    let at_checkout = matches!(script.visibility.as_str(), "checkout" | "all_pages");
    if at_checkout && !grants.allow(&["store_content_checkout"], true) {
        return Err(Form::V3.problem(403, "You don't have the scope store_content_checkout"));
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Whether a text is a hash as `integrity` attributes have it.
fn is_integrity(text: &str) -> bool {
    let Some((algorithm, digest)) = text.split_once('-') else {
        return false;
    };
    let bytes = match algorithm {
        "sha256" => 32,
        "sha384" => 48,
        "sha512" => 64,
        _ => return false,
    };
    STANDARD
        .decode(digest)
        .is_ok_and(|decoded| decoded.len() == bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrity_hashes_have_the_length_of_their_algorithm() {
        let digest = STANDARD.encode([7; 48]);
        assert!(is_integrity(&format!("sha384-{digest}")));
        assert!(!is_integrity(&format!("sha256-{digest}")));
        assert!(!is_integrity(&format!("md5-{digest}")));
        assert!(!is_integrity(&digest));
    }

    #[test]
    fn only_full_addresses_are_sources() {
        assert!(is_address("http://localhost:4030/a.js?store=x"));
        assert!(!is_address("/a.js") && !is_address("//host/a.js"));
    }
}
