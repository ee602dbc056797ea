//! The JSON contract between the checkout module, the console and the backend.
//!
//! Only shapes live here: no rule, no I/O. Amounts are integers of hundredths of `currency`.

use serde::{Deserialize, Serialize};

/// `POST /{store}/checkouts/{checkout}/codes`: an entry as the shopper typed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyRequest {
    /// What the shopper typed, unchanged: a code, or several with commas or spaces between them.
    pub code: String,
    /// Language of the page (`en`, `de-AT` …), for the sentence of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// The answer to [`ApplyRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ApplyResponse {
    /// Codes of the entry are held for this checkout; the page may now apply `native_codes`.
    Applied {
        /// The BigCommerce codes to apply in place of the entry, in this order: the coupon first,
        /// then the gift certificate.
        native_codes: Vec<String>,
        /// All codes now held for the checkout, those of the entry included. Codes with one native
        /// code share it: the gift cards of an entry are one certificate.
        codes: Vec<AppliedCode>,
        /// Codes that were held before and no longer are.
        #[serde(default)]
        dropped: Vec<DroppedCode>,
        /// Codes of the entry that cannot be used; nothing is held for them.
        #[serde(default)]
        rejected: Vec<RejectedCode>,
    },
    /// No code of the entry can be used; nothing is held for it.
    Rejected {
        /// Machine-readable reason, `snake_case`.
        reason: String,
        /// One sentence for the shopper.
        message: String,
    },
}

/// A code held for a checkout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedCode {
    /// The typed code.
    pub code: String,
    /// The BigCommerce code standing for it.
    pub native_code: String,
    /// How the page shows it.
    pub kind: NativeKind,
    /// Money off what the shopper put into the cart, or the credits a gift card pays with, in
    /// hundredths. The worth of added free items is no part of it.
    pub amount: i64,
    /// ISO 4217 currency of `amount`.
    pub currency: String,
    /// Pieces that the store adds to the cart for this code. BigCommerce may count their worth in
    /// the coupon's discount.
    #[serde(default)]
    pub free_items: i64,
    /// Whether the code makes the shipping free.
    #[serde(default)]
    pub free_shipping: bool,
}

/// What a code became at BigCommerce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NativeKind {
    /// A coupon promotion.
    Coupon,
    /// A gift certificate.
    GiftCertificate,
}

/// A code of an entry that cannot be used while others of the entry can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedCode {
    /// The typed code.
    pub code: String,
    /// Machine-readable reason, `snake_case`.
    pub reason: String,
    /// One sentence for the shopper.
    pub message: String,
}

/// A code that was held and no longer is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DroppedCode {
    /// The typed code.
    pub code: String,
    /// The BigCommerce code that stood for it.
    pub native_code: String,
    /// Machine-readable reason, `snake_case`.
    pub reason: String,
    /// One sentence for the shopper.
    pub message: String,
}

/// `POST /{store}/checkouts/{checkout}/refresh`: the checkout changed, look again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// Language of the page, for the sentences of dropped codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

/// The answer to [`RefreshRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshResponse {
    /// Whether an amount changed or a code was dropped: the page needs a fresh checkout.
    pub changed: bool,
    /// The codes still held.
    pub codes: Vec<AppliedCode>,
    /// The codes no longer held, those among them that left before, while no page asked.
    pub dropped: Vec<DroppedCode>,
}

/// The answer to `POST /{store}/checkouts/{checkout}/before-order`, asked with a [`RefreshRequest`] while
/// the page's order waits. Nothing of the checkout was changed by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeOrderResponse {
    /// Whether every code still gives what the page shows. Otherwise the order must not be placed: the
    /// next refresh takes off what no longer holds.
    pub stands: bool,
    /// Why not, for the shopper; empty where amounts changed and no code is lost.
    pub message: String,
}

/// The answer to `DELETE /{store}/checkouts/{checkout}/codes/{native_code}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveResponse {
    /// False when the code was not held (any more): removing twice is no error.
    pub removed: bool,
}

/// `POST /{store}/checkouts/{checkout}/cart-errors`: the storefront answered that the cart or
/// checkout is gone, changed, out of stock or refused. A hint: the backend looks itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CartErrorRequest {
    /// HTTP status of the storefront's answer.
    pub status: u16,
    /// Path of the request that failed, without query.
    pub path: String,
    /// `type` of the error body, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_type: Option<String>,
}

/// The one error shape of the backend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorResponse {
    /// The error.
    pub error: ErrorBody,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// Machine-readable, `snake_case`.
    pub code: String,
    /// A sentence naming what is wrong.
    pub message: String,
    /// The field at fault, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}
