//! The order that a path names.

use crate::bigcommerce::management::answer::{Form, Problem};
use crate::bigcommerce::model::{Order, State};

/// An order by number, or 404 in the form of that version of the API.
pub fn order_of(form: Form, store: &State, id: u64) -> Result<&Order, Problem> {
    store.orders.get(&id).ok_or_else(|| form.not_found())
}
