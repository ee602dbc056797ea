//! A shopper without a browser: asks the storefront what the checkout page asks for, in its order.
//! For tests that need carts and orders but no page.

use reqwest::{Client, Method};
use serde_json::{Value, json};

/// What the page reads of a checkout beside its own fields.
const INCLUDE: &str = "?include=consignments.availableShippingOptions";

/// What went wrong with a shopper's call.
#[derive(Debug, thiserror::Error)]
pub enum ShopperError {
    /// The shop did not answer, or not with JSON.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    /// The shop refused.
    #[error("{method} {path} was answered {status}: {body}")]
    Refused {
        /// Of the call.
        method: Method,
        /// Of the call.
        path: String,
        /// Of the answer.
        status: u16,
        /// The answer.
        body: Value,
    },
    /// The answer lacks what it should have.
    #[error("the answer has no {0}")]
    Missing(&'static str),
}

/// An order whose payment was tried with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardOrder {
    /// Its number.
    pub id: i64,
    /// Whether the payment was accepted; if not, the order is unfinished and the cart still open.
    pub paid: bool,
}

/// A visit to the shop: one session, one cart at a time.
#[derive(Debug)]
pub struct Shopper {
    client: Client,
    shop: String,
    cookies: Vec<(String, String)>,
    /// The checkout's id, which is its cart's too; empty before anything is in the cart.
    pub checkout: String,
}

impl Shopper {
    /// Enters the shop.
    #[must_use]
    pub fn enter(shop_url: &str) -> Self {
        Self {
            client: Client::new(),
            shop: shop_url.to_owned(),
            cookies: Vec::new(),
            checkout: String::new(),
        }
    }

    /// Puts the first products into a new cart.
    pub async fn fill_cart(&mut self, items: &[(i64, i64, i64)]) -> Result<(), ShopperError> {
        // The first answer brings the session and its token, without which no write is taken.
        self.call(Method::GET, "/api/storefront/carts", Value::Null)
            .await?;
        let cart = self
            .call(
                Method::POST,
                "/api/storefront/carts",
                json!({"lineItems": line_items(items)}),
            )
            .await?;
        let id = cart["id"]
            .as_str()
            .ok_or(ShopperError::Missing("cart id"))?;
        id.clone_into(&mut self.checkout);
        Ok(())
    }

    /// Puts more into the cart. What has to be shipped is to be filled in again.
    pub async fn add_items(&mut self, items: &[(i64, i64, i64)]) -> Result<Value, ShopperError> {
        let path = format!("/api/storefront/carts/{}/items", self.checkout);
        let body = json!({"lineItems": line_items(items)});
        self.call(Method::POST, &path, body).await
    }

    /// Changes the quantity of the cart's first line.
    pub async fn change_quantity(&mut self, quantity: i64) -> Result<Value, ShopperError> {
        let checkout = self.read().await?;
        let item = &checkout["cart"]["lineItems"]["physicalItems"][0];
        let id = item["id"]
            .as_str()
            .ok_or(ShopperError::Missing("line item"))?
            .to_owned();
        let body = json!({"lineItem": {
            "productId": item["productId"], "variantId": item["variantId"], "quantity": quantity,
        }});
        let path = format!("/api/storefront/carts/{}/items/{id}", self.checkout);
        self.call(Method::PUT, &path, body).await
    }

    /// Takes the cart's last line out.
    pub async fn remove_last_item(&mut self) -> Result<Value, ShopperError> {
        let checkout = self.read().await?;
        let items = checkout["cart"]["lineItems"]["physicalItems"].as_array();
        let last = items.and_then(|items| items.last());
        let id = last
            .and_then(|item| item["id"].as_str())
            .ok_or(ShopperError::Missing("line item"))?;
        let path = format!("/api/storefront/carts/{}/items/{id}", self.checkout);
        self.call(Method::DELETE, &path, Value::Null).await
    }

    /// Everything up to the payment step: e-mail, address, the first shipping option.
    pub async fn fill_in(&mut self, email: &str) -> Result<(), ShopperError> {
        let billing = self.path("/billing-address");
        let mut address = address();
        address["email"] = json!(email);
        self.call(Method::POST, &billing, address).await?;
        let checkout = self.read().await?;
        let lines = checkout["cart"]["lineItems"]["physicalItems"].as_array();
        let lines: Vec<_> = lines
            .into_iter()
            .flatten()
            .map(|line| json!({"itemId": line["id"], "quantity": line["quantity"]}))
            .collect();
        let options = "?include=consignments.availableShippingOptions";
        let path = format!("{}{options}", self.path("/consignments"));
        let body = json!([{"address": self::address(), "lineItems": lines}]);
        let checkout = self.call(Method::POST, &path, body).await?;
        let consignment = &checkout["consignments"][0];
        let option = &consignment["availableShippingOptions"][0]["id"];
        let id = consignment["id"]
            .as_str()
            .ok_or(ShopperError::Missing("consignment"))?;
        let path = self.path(&format!("/consignments/{id}"));
        self.call(Method::PUT, &path, json!({"shippingOptionId": option}))
            .await?;
        Ok(())
    }

    /// The checkout as the page reads it.
    pub async fn read(&mut self) -> Result<Value, ShopperError> {
        let path = format!("/api/storefront/checkout/{}{INCLUDE}", self.checkout);
        self.call(Method::GET, &path, Value::Null).await
    }

    /// Applies a native coupon.
    pub async fn apply_coupon(&mut self, code: &str) -> Result<Value, ShopperError> {
        let path = self.path("/coupons");
        self.call(Method::POST, &path, json!({"couponCode": code}))
            .await
    }

    /// Removes a native coupon.
    pub async fn remove_coupon(&mut self, code: &str) -> Result<Value, ShopperError> {
        let path = self.path(&format!("/coupons/{code}"));
        self.call(Method::DELETE, &path, Value::Null).await
    }

    /// Puts a gift certificate for sale into the cart.
    pub async fn buy_certificate(&mut self, amount: u32) -> Result<Value, ShopperError> {
        let somebody = json!({"name": "Ada", "email": "ada@example.com"});
        let certificate = json!({"name": "A gift", "theme": "General", "amount": amount,
            "quantity": 1, "sender": somebody, "recipient": somebody, "message": ""});
        let path = format!("/api/storefront/carts/{}/items", self.checkout);
        self.call(
            Method::POST,
            &path,
            json!({"giftCertificates": [certificate]}),
        )
        .await
    }

    /// Puts the cart into another currency.
    pub async fn change_currency(&mut self, code: &str) -> Result<Value, ShopperError> {
        let path = format!("/api/storefront/carts/{}/currency", self.checkout);
        self.call(Method::POST, &path, json!({"currencyCode": code}))
            .await
    }

    /// Chooses another of the shipping options.
    pub async fn choose_shipping(&mut self, option: usize) -> Result<Value, ShopperError> {
        let checkout = self.read().await?;
        let consignment = &checkout["consignments"][0];
        let chosen = &consignment["availableShippingOptions"][option]["id"];
        let id = consignment["id"]
            .as_str()
            .ok_or(ShopperError::Missing("consignment"))?;
        let path = self.path(&format!("/consignments/{id}"));
        self.call(Method::PUT, &path, json!({"shippingOptionId": chosen}))
            .await
    }

    /// Applies a native gift certificate.
    pub async fn apply_certificate(&mut self, code: &str) -> Result<Value, ShopperError> {
        let path = self.path("/gift-certificates");
        self.call(Method::POST, &path, json!({"giftCertificateCode": code}))
            .await
    }

    /// Removes a native gift certificate.
    pub async fn remove_certificate(&mut self, code: &str) -> Result<Value, ShopperError> {
        let path = self.path(&format!("/gift-certificates/{code}"));
        self.call(Method::DELETE, &path, Value::Null).await
    }

    /// Places the order, paying by `cod` (paid at once) or `bankdeposit` (waits for payment).
    pub async fn place_order(&mut self, payment: &str) -> Result<i64, ShopperError> {
        Ok(self.create_order(Some(payment)).await?.0)
    }

    /// Places the order when nothing is left to pay. With something left, the order is unfinished:
    /// the shopper left before the payment.
    pub async fn place_order_without_payment(&mut self) -> Result<i64, ShopperError> {
        Ok(self.create_order(None).await?.0)
    }

    /// Creates the order and pays it with the demo shop's card, which is declined the first time.
    pub async fn pay_by_card(&mut self) -> Result<CardOrder, ShopperError> {
        let (id, token) = self.create_order(None).await?;
        let card = json!({"account_name": "Test Shopper", "number": "4111111111111111",
            "month": 12, "year": 2099, "verification_value": "123"});
        let payment = json!({"payment": {"gateway": "testgateway", "credit_card": card}});
        let path = "/api/public/v1/orders/payments";
        let answer = self.send(Method::POST, path, payment, Some(&token)).await?;
        match (answer.status, answer.body["errors"][0]["code"].as_str()) {
            (200, _) => Ok(CardOrder { id, paid: true }),
            (400, Some("transaction_declined")) => Ok(CardOrder { id, paid: false }),
            _ => Err(answer.refused(Method::POST, path)),
        }
    }

    /// Number and payment token of a new order.
    async fn create_order(&mut self, payment: Option<&str>) -> Result<(i64, String), ShopperError> {
        let mut body = json!({"cartId": self.checkout, "customerMessage": ""});
        if let Some(name) = payment {
            body["payment"] = json!({"name": name});
        }
        let path = "/internalapi/v1/checkout/order";
        let answer = self.send(Method::POST, path, body, None).await?;
        if answer.status != 201 {
            return Err(answer.refused(Method::POST, path));
        }
        let id = answer.body["data"]["order"]["orderId"].as_i64();
        let id = id.ok_or(ShopperError::Missing("order id"))?;
        Ok((id, answer.token.unwrap_or_default()))
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/storefront/checkouts/{}{rest}", self.checkout)
    }

    async fn call(
        &mut self,
        method: Method,
        path: &str,
        body: Value,
    ) -> Result<Value, ShopperError> {
        let answer = self.send(method.clone(), path, body, None).await?;
        if (200..300).contains(&answer.status) {
            return Ok(answer.body);
        }
        Err(answer.refused(method, path))
    }

    async fn send(
        &mut self,
        method: Method,
        path: &str,
        body: Value,
        authorization: Option<&str>,
    ) -> Result<Answer, ShopperError> {
        let mut request = self
            .client
            .request(method.clone(), format!("{}{path}", self.shop));
        request = request.header("Cookie", self.cookie_header());
        if let Some((_, token)) = self.cookies.iter().find(|(name, _)| name == "XSRF-TOKEN") {
            request = request.header("X-XSRF-TOKEN", token);
        }
        if let Some(token) = authorization {
            request = request.header("Authorization", token);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let response = request.send().await?;
        self.keep_cookies(&response);
        let status = response.status().as_u16();
        let token = response.headers().get("token");
        let token = token.and_then(|token| token.to_str().ok());
        let token = token.map(str::to_owned);
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer {
            status,
            token,
            body,
        })
    }

    fn cookie_header(&self) -> String {
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep_cookies(&mut self, response: &reqwest::Response) {
        for header in response.headers().get_all("set-cookie") {
            let text = header.to_str().unwrap_or_default();
            let pair = text.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// An answer of the shop.
struct Answer {
    status: u16,
    /// With a new order: what its card payment is made with.
    token: Option<String>,
    body: Value,
}

impl Answer {
    fn refused(self, method: Method, path: &str) -> ShopperError {
        ShopperError::Refused {
            method,
            path: path.to_owned(),
            status: self.status,
            body: self.body,
        }
    }
}

/// Product, variant and how many of each.
fn line_items(items: &[(i64, i64, i64)]) -> Value {
    let line = |(product, variant, quantity): &(i64, i64, i64)| json!({"productId": product, "variantId": variant, "quantity": quantity});
    items.iter().map(line).collect()
}

fn address() -> Value {
    json!({
        "firstName": "Test", "lastName": "Shopper", "company": "", "phone": "",
        "address1": "1 Example Street", "address2": "", "city": "Exampleville",
        "countryCode": "US", "stateOrProvince": "", "stateOrProvinceCode": "NY",
        "postalCode": "10001", "shouldSaveAddress": true, "customFields": [],
    })
}
