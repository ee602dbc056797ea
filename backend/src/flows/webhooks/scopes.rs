//! The events that BigCommerce tells us of (Webhook Events), and what each asks for: one table.
//!
//! The data are hints, not facts: a job reads what it acts on from BigCommerce, so an event says "read
//! again" and no more.

use serde_json::Value;

use crate::domain::{CheckoutId, OrderId};

/// What a webhook asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Order(OrderId),
    CartChanged(CheckoutId),
    CartGone(CheckoutId),
    CouponApplied(CheckoutId),
    ProductChanged(i64),
    CustomerChanged(i64),
    Nothing,
}

/// A scope to register, and what the `data` of its events ask for. `*` stands for any ending.
type Row = (&'static str, fn(&Value) -> Option<Asks>);

const TABLE: [Row; 10] = [
    // Refunds included.
    ("store/order/*", |data| number(data, "id").map(order)),
    ("store/cart/converted", |data| {
        number(data, "orderId").map(order)
    }),
    ("store/cart/couponApplied", |data| {
        cart(data).map(Asks::CouponApplied)
    }),
    ("store/cart/deleted", |data| cart(data).map(Asks::CartGone)),
    ("store/cart/abandoned", |data| {
        cart(data).map(Asks::CartGone)
    }),
    ("store/cart/lineItem/*", |data| {
        checkout(data, "cartId").map(Asks::CartChanged)
    }),
    ("store/product/updated", product),
    ("store/product/deleted", product),
    ("store/customer/updated", customer),
    ("store/customer/deleted", customer),
];

/// The scopes that we are told of.
pub const SCOPES: [&str; TABLE.len()] = {
    let mut scopes = [""; TABLE.len()];
    let mut at = 0;
    while at < TABLE.len() {
        scopes[at] = TABLE[at].0;
        at += 1;
    }
    scopes
};

impl Asks {
    /// What an event of this scope asks for.
    pub(crate) fn of(scope: &str, data: &Value) -> Self {
        let is_of = |name: &str| match name.strip_suffix('*') {
            Some(beginning) => scope.starts_with(beginning),
            None => scope == name,
        };
        let row = TABLE.iter().find(|(name, _)| is_of(name));
        row.and_then(|(_, asks)| asks(data))
            .unwrap_or(Self::Nothing)
    }
}

fn order(id: i64) -> Asks {
    Asks::Order(OrderId(id))
}

fn product(data: &Value) -> Option<Asks> {
    number(data, "id").map(Asks::ProductChanged)
}

fn customer(data: &Value) -> Option<Asks> {
    number(data, "id").map(Asks::CustomerChanged)
}

/// Some events of a cart name it as `cartId`, others as `id`.
fn cart(data: &Value) -> Option<CheckoutId> {
    let key = if data.get("cartId").is_some_and(Value::is_string) {
        "cartId"
    } else {
        "id"
    };
    checkout(data, key)
}

fn checkout(data: &Value, key: &str) -> Option<CheckoutId> {
    CheckoutId::parse(data.get(key)?.as_str()?).ok()
}

/// Ids come as numbers, and from some scopes as text.
fn number(data: &Value, key: &str) -> Option<i64> {
    let value = data.get(key)?;
    let text = || value.as_str()?.parse().ok();
    value.as_i64().or_else(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[allow(clippy::needless_pass_by_value)] // it reads as the event does
    fn asks(scope: &str, data: Value) -> Asks {
        Asks::of(scope, &data)
    }

    #[test]
    fn knows_what_each_scope_asks_for() {
        let cart = "0a1b2c3d-0000-4000-8000-000000000001";
        let id = || CheckoutId::parse(cart).unwrap();
        let order = Asks::Order(OrderId(7));
        assert_eq!(
            asks("store/order/created", json!({"type": "order", "id": 7})),
            order
        );
        assert_eq!(
            asks("store/order/archived", json!({"type": "order", "id": 7})),
            order
        );
        let refund = json!({"type": "order", "id": 7, "refund": {"refund_id": 1}});
        assert_eq!(asks("store/order/refund/created", refund), order);
        let converted = json!({"type": "cart", "id": cart, "orderId": "7"});
        assert_eq!(asks("store/cart/converted", converted), order);
        let line = json!({"type": "cart_line_item", "id": "x", "cartId": cart});
        assert_eq!(
            asks("store/cart/lineItem/updated", line),
            Asks::CartChanged(id())
        );
        let deleted = json!({"type": "cart", "id": cart});
        assert_eq!(asks("store/cart/deleted", deleted), Asks::CartGone(id()));
        assert_eq!(
            asks("store/cart/deleted", json!({"id": "'; --"})),
            Asks::Nothing
        );
        assert_eq!(asks("store/sku/updated", json!({"id": 7})), Asks::Nothing);
    }
}
