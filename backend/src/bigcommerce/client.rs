//! Sending, and what is read of checkouts, products and customers.

use std::{sync::Arc, time::Duration};

use reqwest::{Method, RequestBuilder, StatusCode, header::ACCEPT};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use super::{BigCommerceError, Checkout, CustomerFacts, ProductFacts, cart, wire};
use crate::{
    clock::SharedClock,
    domain::{CheckoutId, EmailAddress, NativeCode, StoreHash, snapshot::Group},
    upstream::{Answer, QuotaHeaders, Upstream},
};

/// The longest page v2 and v3 give.
pub(super) const PAGE: usize = 250;
/// No list here is longer than this many pages; a server that says so is not followed for ever.
const MOST_PAGES: i64 = 200;
const TITLE_LENGTH: usize = 200;

/// The management API of one store; cheap to clone. Clones share what is known of the rate limit.
#[derive(Clone)]
pub struct Client {
    upstream: Upstream,
    http: reqwest::Client,
    base: Url,
    token: Arc<SecretString>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for one store. `timeout` holds for each call as a whole.
    #[must_use]
    pub fn new(
        http: reqwest::Client,
        api_url: &Url,
        store: &StoreHash,
        token: SecretString,
        timeout: Duration,
        clock: SharedClock,
    ) -> Self {
        let mut base = api_url.clone();
        if let Ok(mut path) = base.path_segments_mut() {
            path.pop_if_empty().extend(["stores", store.as_str()]);
        }
        let quota_headers = QuotaHeaders {
            left: "x-rate-limit-requests-left",
            reset: "x-rate-limit-time-reset-ms",
            reset_unit_ms: 1.0,
        };
        let upstream = Upstream {
            platform: "bigcommerce",
            timeout,
            clock,
            quota_headers,
            closed_until_ms: Arc::default(),
        };
        Self {
            upstream,
            http,
            base,
            token: Arc::new(token),
        }
    }

    /// Get a Checkout: `GET /v3/checkouts/{id}`.
    pub async fn checkout(&self, id: &CheckoutId) -> Result<Checkout, BigCommerceError> {
        const OPERATION: &str = "get_checkout";
        let request = self.request(Method::GET, &["v3", "checkouts", id.as_str()]);
        let answer: wire::Data<wire::Checkout> = self.read(OPERATION, request).await?;
        cart::checkout(id, answer.data).ok_or(BigCommerceError::Rubbish(OPERATION))
    }

    /// Delete a Coupon from a Checkout: `DELETE /v3/checkouts/{id}/coupons/{code}`. A coupon that
    /// is not there, or a checkout that is gone, is fine.
    pub async fn remove_coupon(
        &self,
        id: &CheckoutId,
        code: &NativeCode,
    ) -> Result<(), BigCommerceError> {
        let path = ["v3", "checkouts", id.as_str(), "coupons", code.as_str()];
        match self
            .send(
                "delete_checkout_coupon",
                self.request(Method::DELETE, &path),
            )
            .await
        {
            Ok(_) | Err(BigCommerceError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Add Coupon to Checkout: `POST /v3/checkouts/{id}/coupons`. For a coupon that the store took
    /// off by itself; the page applies a new one. Answers the checkout as it is with it.
    pub async fn add_coupon(
        &self,
        id: &CheckoutId,
        code: &NativeCode,
    ) -> Result<Checkout, BigCommerceError> {
        const OPERATION: &str = "add_checkout_coupon";
        let path = ["v3", "checkouts", id.as_str(), "coupons"];
        let body = serde_json::json!({ "coupon_code": code.as_str() });
        let request = self.request(Method::POST, &path).json(&body);
        let answer: wire::Data<wire::Checkout> = self.read(OPERATION, request).await?;
        cart::checkout(id, answer.data).ok_or(BigCommerceError::Rubbish(OPERATION))
    }

    /// Get All Products: `GET /v3/catalog/products?id:in=…`. One call for up to 250 products;
    /// products that do not exist are missing in the answer.
    pub async fn products(&self, ids: &[i64]) -> Result<Vec<ProductFacts>, BigCommerceError> {
        let mut facts = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PAGE) {
            let wanted: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let request = self
                .request(Method::GET, &["v3", "catalog", "products"])
                .query(&[
                    ("id:in", wanted.join(",")),
                    ("include_fields", "categories,retail_price".to_owned()),
                    ("limit", PAGE.to_string()),
                ]);
            let answer: wire::Data<Vec<wire::Product>> = self.read("get_products", request).await?;
            facts.extend(answer.data.into_iter().map(product));
        }
        Ok(facts)
    }

    /// Get All Customers, then Get a Customer Group: `GET /v3/customers?id:in=…` and
    /// `GET /v2/customer_groups/{id}`.
    pub async fn customer(&self, id: i64) -> Result<CustomerFacts, BigCommerceError> {
        let request = self.request(Method::GET, &["v3", "customers"]);
        let request = request.query(&[("id:in", id.to_string())]);
        let answer: wire::Data<Vec<wire::Customer>> = self.read("get_customers", request).await?;
        let found = answer.data.into_iter().find(|customer| customer.id == id);
        let customer = found.ok_or(BigCommerceError::NotFound)?;
        let group = match customer.customer_group_id {
            Some(group) => self.customer_group(group).await?,
            None => None,
        };
        let name = format!("{} {}", customer.first_name, customer.last_name);
        Ok(CustomerFacts {
            id,
            email: EmailAddress::parse(&customer.email).ok(),
            name: name.trim().to_owned(),
            group,
        })
    }

    /// Get a Customer Group: `GET /v2/customer_groups/{id}`.
    async fn customer_group(&self, id: i64) -> Result<Option<Group>, BigCommerceError> {
        let path = ["v2", "customer_groups", &id.to_string()];
        let request = self.request(Method::GET, &path);
        let group: Result<wire::CustomerGroup, _> = self.read("get_customer_group", request).await;
        match group {
            Ok(group) => Ok(Some(Group {
                id: group.id,
                name: group.name,
            })),
            Err(BigCommerceError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A request to this store; `path` is percent-encoded segment by segment.
    pub(super) fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.extend(path);
        }
        self.http
            .request(method, url)
            .header("X-Auth-Token", self.token.expose_secret())
            .header(ACCEPT, "application/json")
    }

    /// Sends; any 2xx is an answer, everything else an error.
    pub(super) async fn send(
        &self,
        operation: &'static str,
        request: RequestBuilder,
    ) -> Result<Answer, BigCommerceError> {
        let answer = self.upstream.send(operation, request).await?;
        match answer.status {
            status if status.is_success() => Ok(answer),
            StatusCode::NOT_FOUND => Err(BigCommerceError::NotFound),
            StatusCode::UNAUTHORIZED => Err(BigCommerceError::Unauthorized),
            StatusCode::FORBIDDEN => Err(BigCommerceError::Forbidden { operation }),
            status => Err(BigCommerceError::Refused {
                operation,
                status: status.as_u16(),
                detail: title(&answer),
            }),
        }
    }

    /// Sends and reads the answer as `T`.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: RequestBuilder,
    ) -> Result<T, BigCommerceError> {
        let answer = self.send(operation, request).await?;
        answer.parse().map_err(BigCommerceError::rubbish(operation))
    }

    /// Every page of a v3 list.
    pub(super) async fn every_page<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Vec<T>, BigCommerceError> {
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let query = [("page", page.to_string()), ("limit", PAGE.to_string())];
            let answer: wire::Data<Vec<T>> = self.read(operation, request().query(&query)).await?;
            all.extend(answer.data);
            if page >= answer.meta.pagination.total_pages {
                break;
            }
        }
        Ok(all)
    }

    /// Every page of a v2 list. An empty page is 204 without a body; older stores say 404.
    pub(super) async fn every_v2_page<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        request: impl Fn() -> RequestBuilder,
    ) -> Result<Vec<T>, BigCommerceError> {
        let mut all = Vec::new();
        for page in 1..=MOST_PAGES {
            let query = [("page", page.to_string()), ("limit", PAGE.to_string())];
            let answer = match self.send(operation, request().query(&query)).await {
                Ok(answer) if answer.status == StatusCode::NO_CONTENT => break,
                Err(BigCommerceError::NotFound) => break,
                answer => answer?,
            };
            let rows: Vec<T> = answer
                .parse()
                .map_err(BigCommerceError::rubbish(operation))?;
            let last = rows.len() < PAGE;
            all.extend(rows);
            if last {
                break;
            }
        }
        Ok(all)
    }
}

fn title(answer: &Answer) -> String {
    let problem = answer.parse::<wire::Problem>().unwrap_or_default();
    problem.title().chars().take(TITLE_LENGTH).collect()
}

fn product(product: wire::Product) -> ProductFacts {
    let retail_price = Some(product.retail_price.0).filter(|price| price.is_positive());
    ProductFacts {
        id: product.id,
        categories: product.categories,
        retail_price,
    }
}
