//! A native code that is not on the checkout any more, or did not come onto it: the backend lets go
//! of the typed codes behind it.

use crate::domain::session::looks_native;
use crate::page::{hush, spawn};
use crate::state::with_codes;
use crate::{backend, events};

/// The shopper took a native code off: tells the backend and the page.
pub async fn removed(checkout: &str, native: &str) {
    let Some(typed) = with_codes(|session| {
        let ours = session.holds(native) || looks_native(native);
        let typed = session.typed(native);
        session.forget(native);
        ours.then_some(typed)
    }) else {
        return;
    };
    hush();
    if typed.is_empty() {
        events::removed(checkout, None, native);
    }
    for typed in &typed {
        events::removed(checkout, Some(typed), native);
    }
    backend::remove(checkout, native).await;
}

/// Tells the backend that a native code did not come onto the checkout, and waits a while for it:
/// what the other codes are worth may depend on it.
pub async fn give_back(checkout: &str, native: &str) {
    with_codes(|session| session.forget(native));
    backend::remove(checkout, native).await;
}

/// The same, and nobody waits for it.
pub fn give_back_unwaited(checkout: &str, native: &str) {
    with_codes(|session| session.forget(native));
    let (checkout, native) = (checkout.to_owned(), native.to_owned());
    spawn(async move { backend::remove(&checkout, &native).await });
}
