//! An order is about to be placed.

use crate::domain::session::Session;
use crate::page::{Answer, reload};
use crate::state::with_session;
use crate::{backend, refusals};
use js_sys::Date;

/// Whether the order can be placed: the answer in its place where its codes no longer give what the page
/// shows. Nothing is changed by then; the page reads the checkout next.
pub async fn answer() -> Option<Answer> {
    let checkout = with_session(|session| session.checkout().to_owned());
    let response = backend::before_order(&checkout).await?;
    if response.stands {
        with_session(|session| session.confirm(Date::now()));
        return None;
    }
    with_session(Session::stop_order);
    let sentence = if response.message.is_empty() {
        reload()
    } else {
        response.message
    };
    Some(refusals::order(&sentence))
}
