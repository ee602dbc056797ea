//! The sentences a shopper reads, in the page's language or in the merchant's own words.

mod de;
mod en;
mod es;
mod fr;
mod keys;
mod language;
mod own;
mod pl;
mod refusal;
mod trouble;
mod voice;
mod worded;

pub use language::Language;
pub use own::{Messages, OwnSentenceError};
pub use refusal::{Refusal, Shopper, Worded};
pub use trouble::Trouble;
pub use voice::{Voice, no_code, trouble};
