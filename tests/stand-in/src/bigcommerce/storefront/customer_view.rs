//! Customers as the storefront writes them.

use serde_json::{Value, json};

use crate::bigcommerce::model::{Customer, Decimal, State};

/// A customer, or the guest that every visitor is before signing in.
#[must_use]
pub fn customer(store: &State, id: u64, with_group: bool) -> Value {
    let known = store.customers.get(&id);
    let text = |field: fn(&Customer) -> &String| known.map_or("", |customer| field(customer));
    let (first, last) = (
        text(|known| &known.first_name),
        text(|known| &known.last_name),
    );
    let mut view = json!({
        "id": id,
        "isGuest": known.is_none(),
        "email": text(|known| &known.email),
        "firstName": first,
        "lastName": last,
        "fullName": format!("{first} {last}").trim(),
        "addresses": known.map(addresses).unwrap_or_default(),
        "storeCredit": known.map_or(Decimal::ZERO, |customer| customer.store_credit),
        "shouldEncourageSignIn": false,
    });
    if with_group {
        let group = known.and_then(|customer| store.groups.get(&customer.group_id));
        view["customerGroup"] = group.map_or_else(
            // Recorded so for guests and for customers without a group.
            || json!([]),
            |group| json!({"id": group.id, "name": group.name}),
        );
    }
    view
}

/// The saved addresses of a customer.
#[must_use]
pub fn addresses(customer: &Customer) -> Vec<Value> {
    let saved = customer.addresses.iter();
    saved
        .map(|entry| {
            let mut view = json!(entry.address);
            if let Some(view) = view.as_object_mut() {
                view.remove("email");
                view.remove("shouldSaveAddress");
            }
            view["id"] = json!(entry.id);
            view["type"] = json!(entry.kind);
            view
        })
        .collect()
}
