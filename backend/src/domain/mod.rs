//! The rules, without I/O: what a code, a lock, an amount is and what may become of it.

pub mod agreement;
pub mod cards;
pub mod checkout_change;
mod codes;
pub mod currencies;
pub mod discount;
mod email;
mod entry;
#[cfg(test)]
pub(crate) mod examples;
mod fact;
mod ids;
pub mod judged;
pub mod lock;
mod lock_state;
pub mod messages;
pub(crate) mod money;
mod native;
pub mod needed_items;
pub mod order;
pub mod order_claim;
pub mod order_difference;
pub mod order_notes;
pub mod order_search;
pub mod order_use;
pub mod origins;
pub mod places;
pub mod promotion_rules;
pub mod refunds;
mod region;
pub mod room;
pub mod settings;
pub mod snapshot;
mod typed_text;

/// The name of a variant, as its enum says.
pub fn name_of(one: impl Into<&'static str>) -> &'static str {
    one.into()
}

pub use codes::{Code, CodeError};
pub use email::{EmailAddress, NoEmailAddress};
pub use entry::Entry;
pub use fact::Fact;
pub use ids::{
    CertificateId, CheckoutId, IdError, LockId, OrderId, PromotionId, SessionKey, StoreHash,
};
pub use money::{Currency, Hundredths, Money, MoneyError};
pub use native::{NativeCode, NativeCodeError, NativeSuffix};
pub use region::Region;
