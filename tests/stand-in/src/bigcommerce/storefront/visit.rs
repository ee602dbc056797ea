//! Who calls: the session of the browser, its XSRF token, and what the call wants included.

use std::collections::HashSet;
use std::future::{Ready, ready};
use std::sync::MutexGuard;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError,
};
use serde::de::DeserializeOwned;

use super::problem::Problem;
use crate::bigcommerce::carts::CartError;
use crate::bigcommerce::model::{Session, State};
use crate::bigcommerce::shared_state::SharedState;
use crate::kit::strict;

/// The cookie of the session.
const SESSION_COOKIE: &str = "SHOP_SESSION_TOKEN";
/// The cookie whose value writes must repeat in a header.
const XSRF_COOKIE: &str = "XSRF-TOKEN";
/// Largest body of a storefront request.
const BODY_LIMIT: usize = 256 * 1024;

/// The session token, in the extensions of a request.
#[derive(Clone, Debug)]
struct SessionKey(String);

/// One call of the storefront API.
pub struct Visit {
    shop: Data<SharedState>,
    /// Key of the session.
    pub session: String,
    /// What the answer should include.
    pub include: Include,
    /// The shop's address as the browser knows it: cookies belong to that host.
    pub origin: String,
}

/// The `include` of a query.
#[derive(Clone, Debug, Default)]
pub struct Include(HashSet<String>);

impl Include {
    /// Reads every `include` of a query; each may name several things.
    #[must_use]
    pub fn of(query: &str) -> Self {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let values = pairs
            .filter(|(key, _)| key == "include")
            .map(|(_, value)| value);
        let split = |value: std::borrow::Cow<'_, str>| -> Vec<String> {
            value
                .split(',')
                .map(|name| name.trim().to_owned())
                .collect()
        };
        Self(values.flat_map(split).collect())
    }

    /// Whether it is asked for.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }
}

impl Visit {
    /// The state of the store.
    pub fn store(&self) -> MutexGuard<'_, State> {
        self.shop.lock()
    }

    /// Refuses carts and checkouts that are not the session's.
    pub fn own(&self, store: &State, id: &str) -> Result<(), Problem> {
        let cart = store
            .sessions
            .get(&self.session)
            .and_then(|session| session.cart_id.as_deref());
        if cart != Some(id) {
            return Err(CartError::NotFound("The checkout").into());
        }
        store.checkout(id)?;
        Ok(())
    }

    /// Changes the session.
    pub fn with_session(&self, store: &mut State, change: impl FnOnce(&mut Session)) {
        if let Some(session) = store.sessions.get_mut(&self.session) {
            change(session);
        }
    }

    /// Who is signed in; 0 is nobody.
    #[must_use]
    pub fn customer_id(&self, store: &State) -> u64 {
        store
            .sessions
            .get(&self.session)
            .map_or(0, |session| session.customer_id)
    }
}

impl FromRequest for Visit {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let shop = request.app_data::<Data<SharedState>>().cloned();
        let key = request.extensions().get::<SessionKey>().cloned();
        let origin = {
            let connection = request.connection_info();
            format!("{}://{}", connection.scheme(), connection.host())
        };
        let visit = shop.zip(key).map(|(shop, key)| Self {
            shop,
            session: key.0,
            include: Include::of(request.query_string()),
            origin,
        });
        ready(visit.ok_or_else(|| Problem::forbidden().into()))
    }
}

/// Reads a body. Unknown fields are let through, wrong types are not.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    strict::parse(body, BODY_LIMIT).map_err(|refusal| Problem::invalid(refusal.to_string()))
}

/// Reads a body that may be missing.
pub fn read_or_default<T: DeserializeOwned + Default>(body: &[u8]) -> Result<T, Problem> {
    if body.is_empty() {
        Ok(T::default())
    } else {
        read(body)
    }
}

/// The middleware of the storefront's API: finds or starts the session, refuses writes without
/// its XSRF token, keeps answers out of caches.
pub async fn keep_session(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(shop) = request.app_data::<Data<SharedState>>().cloned() else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let (key, is_new) = find_or_start(&shop, request.headers());
    request.extensions_mut().insert(SessionKey(key.clone()));
    let allowed = request.method().is_safe() || has_token(&shop, &key, request.headers());
    let mut response = if allowed {
        next.call(request).await?.map_into_boxed_body()
    } else {
        request.into_response(Problem::forbidden().error_response())
    };
    let headers = response.headers_mut();
    let no_store = HeaderValue::from_static("no-store, no-cache, must-revalidate");
    headers.insert(header::CACHE_CONTROL, no_store);
    if is_new {
        for cookie in cookies(&shop, &key) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    Ok(response)
}

/// The session of a page visit, with the cookies to set on its answer.
pub fn page_session(shop: &SharedState, request: &HttpRequest) -> (String, Vec<HeaderValue>) {
    let (key, is_new) = find_or_start(shop, request.headers());
    let cookies = if is_new {
        cookies(shop, &key)
    } else {
        Vec::new()
    };
    (key, cookies)
}

fn find_or_start(shop: &SharedState, headers: &HeaderMap) -> (String, bool) {
    let mut store = shop.lock();
    let known = cookie(headers, SESSION_COOKIE).filter(|key| store.sessions.contains_key(key));
    if let Some(key) = known {
        // A token cookie that was lost (or never reached a page) is set again.
        let token = &store.sessions[&key].xsrf_token;
        let complete = cookie(headers, XSRF_COOKIE).as_ref() == Some(token);
        return (key, !complete);
    }
    let key = State::new_hex();
    let session = Session {
        xsrf_token: State::new_hex(),
        ..Session::default()
    };
    store.sessions.insert(key.clone(), session);
    (key, true)
}

fn has_token(shop: &SharedState, key: &str, headers: &HeaderMap) -> bool {
    let store = shop.lock();
    let sent = headers
        .get("X-XSRF-TOKEN")
        .and_then(|value| value.to_str().ok());
    sent.is_some()
        && sent
            == store
                .sessions
                .get(key)
                .map(|session| session.xsrf_token.as_str())
}

fn cookies(shop: &SharedState, key: &str) -> Vec<HeaderValue> {
    let store = shop.lock();
    let token = store
        .sessions
        .get(key)
        .map_or("", |session| &session.xsrf_token);
    let texts = [
        format!("{SESSION_COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax"),
        format!("{XSRF_COOKIE}={token}; Path=/; SameSite=Lax"),
    ];
    texts
        .iter()
        .filter_map(|text| HeaderValue::from_str(text).ok())
        .collect()
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines = headers
        .get_all(header::COOKIE)
        .filter_map(|line| line.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split("; "))
        .filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// A 200 to be filled with JSON.
#[must_use]
pub fn ok() -> HttpResponseBuilder {
    HttpResponse::Ok()
}
