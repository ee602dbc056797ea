//! Which OAuth scopes a token has. BigCommerce has no operation that lists them, so each scope is
//! stood for by one harmless call: a read of at most one row, or a change that names nothing which
//! can exist and is therefore refused for its content. 403 says that the scope is missing; every
//! other answer, 404 and 422 included, that it is there.

use futures_util::future::{join, join_all};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{BigCommerceError, Client, Script, wire};

/// Nobody's id: random UUIDs carry a version, this one does not.
const NO_ID: &str = "00000000-0000-0000-0000-000000000000";

/// The name of the script that is made to see whether one may be.
pub const SCOPE_CHECK_SCRIPT: &str = "Voucherbridge scope check";

struct Probe {
    /// As the merchant finds it in the control panel.
    scope: &'static str,
    operation: &'static str,
    method: Method,
    path: &'static [&'static str],
    query: &'static [(&'static str, &'static str)],
    body: Option<Value>,
}

impl Probe {
    fn read(
        scope: &'static str,
        operation: &'static str,
        path: &'static [&'static str],
        query: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            scope,
            operation,
            method: Method::GET,
            path,
            query,
            body: None,
        }
    }

    fn change(
        scope: &'static str,
        operation: &'static str,
        method: Method,
        path: &'static [&'static str],
        body: Option<Value>,
    ) -> Self {
        Self {
            scope,
            operation,
            method,
            path,
            query: &[],
            body,
        }
    }
}

/// The scopes of what is changed that a merchant must grant, each with the call that stands for it.
fn changes() -> [Probe; 4] {
    // A promotion without a name is no promotion.
    [
        // Delete a Script.
        Probe::change(
            "Content: modify",
            "probe_content",
            Method::DELETE,
            &["v3", "content", "scripts", NO_ID],
            None,
        ),
        // Create a Promotion.
        Probe::change(
            "Marketing: modify",
            "probe_marketing",
            Method::POST,
            &["v3", "promotions"],
            Some(json!({})),
        ),
        // Delete a Cart.
        Probe::change(
            "Carts: modify",
            "probe_carts",
            Method::DELETE,
            &["v3", "carts", NO_ID],
            None,
        ),
        // Delete a Coupon from a Checkout.
        Probe::change(
            "Checkouts: modify",
            "probe_checkouts",
            Method::DELETE,
            &["v3", "checkouts", NO_ID, "coupons", "NONE"],
            None,
        ),
    ]
}

/// The scopes of what is read that a merchant must grant, each with the call that stands for it.
fn reads() -> [Probe; 5] {
    const ONE: &[(&str, &str)] = &[("limit", "1")];
    [
        // Get All Customers.
        Probe::read(
            "Customers: read-only",
            "probe_customers",
            &["v3", "customers"],
            ONE,
        ),
        // Get All Orders.
        Probe::read("Orders: read-only", "probe_orders", &["v2", "orders"], ONE),
        // Get Transactions.
        Probe::read(
            "Order Transactions: read-only",
            "probe_transactions",
            &["v3", "orders", "0", "transactions"],
            &[],
        ),
        // Get All Products.
        Probe::read(
            "Products: read-only",
            "probe_products",
            &["v3", "catalog", "products"],
            ONE,
        ),
        // Get Store Information.
        Probe::read(
            "Information & Settings: read-only",
            "probe_information",
            &["v2", "store"],
            &[],
        ),
    ]
}

/// The scope by which an order's notes are written, where the merchant wants that.
pub const CHANGE_ORDERS: &str = "Orders: modify";

impl Client {
    /// Whether the token may change orders.
    pub async fn may_change_orders(&self) -> Result<bool, BigCommerceError> {
        // Update an Order.
        let probe = Probe::change(
            CHANGE_ORDERS,
            "probe_change_orders",
            Method::PUT,
            &["v2", "orders", "0"],
            Some(json!({})),
        );
        self.is_granted(&probe).await
    }

    /// The scopes the token lacks, named as in the control panel; all calls run together.
    pub async fn missing_scopes(&self) -> Result<Vec<&'static str>, BigCommerceError> {
        let probes: Vec<Probe> = changes().into_iter().chain(reads()).collect();
        let verdicts = join_all(probes.iter().map(|probe| self.is_granted(probe)));
        let (verdicts, checkout_scripts) = join(verdicts, self.may_change_checkout_scripts()).await;
        let mut missing = Vec::new();
        for (probe, granted) in probes.iter().zip(verdicts) {
            if !granted? {
                missing.push(probe.scope);
            }
        }
        if !checkout_scripts? {
            missing.push("Checkout Content: modify");
        }
        Ok(missing)
    }

    /// Create a Script, then Delete a Script: whether a script may be put on the checkout depends
    /// on the body, so that a body refused for something else would prove nothing. This one is
    /// empty, disabled and removed at once.
    async fn may_change_checkout_scripts(&self) -> Result<bool, BigCommerceError> {
        let body = json!({
            "name": SCOPE_CHECK_SCRIPT,
            "kind": "script_tag",
            "html": "<script></script>",
            "location": "head",
            "visibility": "checkout",
            "consent_category": "essential",
            "auto_uninstall": true,
            "enabled": false,
        });
        let request = self
            .request(Method::POST, &["v3", "content", "scripts"])
            .json(&body);
        match self
            .read::<wire::Data<Script>>("probe_checkout_content", request)
            .await
        {
            Ok(script) => self.delete_script(&script.data.uuid).await.map(|()| true),
            // Ten scripts of ours there already, perhaps.
            Err(BigCommerceError::NotFound | BigCommerceError::Refused { .. }) => Ok(true),
            Err(BigCommerceError::Forbidden { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn is_granted(&self, probe: &Probe) -> Result<bool, BigCommerceError> {
        match self.send(probe.operation, self.probe_request(probe)).await {
            Ok(_) | Err(BigCommerceError::NotFound | BigCommerceError::Refused { .. }) => Ok(true),
            Err(BigCommerceError::Forbidden { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn probe_request(&self, probe: &Probe) -> RequestBuilder {
        let request = self
            .request(probe.method.clone(), probe.path)
            .query(probe.query);
        match &probe.body {
            Some(body) => request.json(body),
            None => request,
        }
    }
}
