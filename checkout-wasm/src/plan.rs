//! What the loader does with a request of the page.

use crate::domain::routes::{self, Route};
use crate::domain::session::Session;
use crate::memory;
use crate::state::{shipping_of, with_session};
use js_sys::Date;

/// What the loader does; the numbers are the loader's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    Watch = 1,
    Code = 2,
    Change = 3,
    Order = 4,
}

/// Decides what to do with a request; nothing where it is not the checkout's.
pub fn plan(method: &str, url: &str) -> Option<Plan> {
    let route = routes::parse(method, url)?;
    Some(with_session(|session| plan_for(&route, session)))
}

fn plan_for(route: &Route, session: &mut Session) -> Plan {
    let may_change = match route {
        Route::ApplyCode { checkout, .. } => {
            session.turn_to(checkout);
            return Plan::Code;
        }
        Route::Order if session.is_due(Date::now()) => return Plan::Order,
        Route::Order => false,
        // With other codes left, their amounts may change; the shipping is to be chosen again.
        Route::RemoveCode { checkout, code } => {
            let held = session.holds_codes(checkout) && session.holds(code);
            let was_free = shipping_of(session, checkout).free;
            held && (was_free || session.holds_other_than(code))
        }
        // The first change of a checkout that was read before our time shows what is on it.
        Route::Change { checkout } => {
            let unread = checkout.is_some_and(|checkout| session.is_new(checkout));
            let checkout = checkout.unwrap_or(session.checkout());
            unread || session.holds_codes(checkout)
        }
        // What an earlier page left may be out of date, and what stopped the order is to be put right.
        // Asked once, so that no answer is waited for twice.
        Route::Read { checkout } => {
            let left = session.is_new(checkout) && !memory::kept(checkout).is_empty();
            std::mem::take(&mut session.order_was_stopped) || left
        }
    };
    if may_change {
        Plan::Change
    } else {
        Plan::Watch
    }
}
