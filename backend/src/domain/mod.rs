//! The rules, without I/O: what a code, a lock, an amount is and what may become of it.

pub mod cards;
mod codes;
pub mod currencies;
pub mod discount;
mod email;
mod entry;
mod ids;
pub mod lock;
mod lock_state;
pub mod messages;
mod money;
mod native;
pub mod needed_items;
pub mod order;
pub mod order_difference;
pub mod order_notes;
pub mod origins;
pub mod promotion_rules;
pub mod refunds;
pub mod snapshot;

pub use codes::{Code, CodeError};
pub use email::{EmailAddress, NoEmailAddress};
pub use entry::Entry;
pub use ids::{
    CertificateId, CheckoutId, IdError, LockId, OrderId, PromotionId, SessionKey, StoreHash,
};
pub use money::{Currency, Hundredths, Money, MoneyError};
pub use native::{NativeCode, NativeCodeError, NativeSuffix};
