//! What becomes of a cart, whoever changes it (storefront or management).
//!
//! [`cart`] makes, notes and deletes it; [`lines`], [`coupons`], [`certificates`] that pay,
//! [`sold_certificates`] that are bought and the [`currency`] each have their rules.

mod cart;
mod certificates;
mod coupons;
mod currency;
mod error;
mod lines;
mod sold_certificates;

pub use certificates::CertificateError;
pub use error::CartError;
pub use lines::{ChosenOption, NewItems, NewLine};
pub use sold_certificates::{NewCertificate, new_code};
