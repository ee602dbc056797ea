//! Ids in the style of Voucherify's, and the hash it calls a tracking id.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt as _;
use sha2::{Digest as _, Sha256};

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A prefix and 18 hexadecimal digits: redemptions, items, request ids.
#[must_use]
pub fn short(prefix: &str) -> String {
    let number: u128 = rand::random();
    let digits = format!("{number:032x}");
    format!("{prefix}{}", &digits[..18])
}

/// A prefix and 24 letters: customers, orders, vouchers, sessions.
#[must_use]
pub fn long(prefix: &str) -> String {
    let mut rng = rand::rng();
    let letters = (0..24).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]));
    prefix.chars().chain(letters).collect()
}

/// The tracking id of a customer: a hash of the source id.
#[must_use]
pub fn tracking(source_id: &str) -> String {
    let hash = Sha256::digest(source_id.as_bytes());
    format!("track_{}", STANDARD.encode(&hash[..16]))
}
