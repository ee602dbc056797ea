//! Customers, their groups and addresses.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Decimal;

/// A group of customers.
#[derive(Clone, Debug, Serialize)]
pub struct CustomerGroup {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Whether new customers are put into it.
    pub is_default: bool,
}

/// A registered customer.
#[derive(Clone, Debug)]
pub struct Customer {
    /// Its number.
    pub id: u64,
    /// The address it signs in with.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Company, may be empty.
    pub company: String,
    /// Telephone, may be empty.
    pub phone: String,
    /// The group; 0 is none.
    pub group_id: u64,
    /// The password, in clear: these customers do not exist.
    pub password: String,
    /// Store credit left.
    pub store_credit: Decimal,
    /// Saved addresses.
    pub addresses: Vec<CustomerAddress>,
    /// When it registered.
    pub date_created: OffsetDateTime,
    /// When it last changed.
    pub date_modified: OffsetDateTime,
}

/// A saved address of a customer.
#[derive(Clone, Debug)]
pub struct CustomerAddress {
    /// Its number.
    pub id: u64,
    /// `residential` or `commercial`.
    pub kind: String,
    /// The address itself.
    pub address: Address,
}

/// A postal address, as the storefront writes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Address {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail; empty on shipping addresses of guests.
    pub email: String,
    /// Company, may be empty.
    pub company: String,
    /// First line.
    pub address1: String,
    /// Second line, may be empty.
    pub address2: String,
    /// City.
    pub city: String,
    /// Name of the state.
    pub state_or_province: String,
    /// Short form of the state.
    pub state_or_province_code: String,
    /// Name of the country.
    pub country: String,
    /// ISO 3166-1 alpha-2 code of the country.
    pub country_code: String,
    /// Postal code.
    pub postal_code: String,
    /// Telephone, may be empty.
    pub phone: String,
    /// Whether the shopper wants it kept in the address book.
    pub should_save_address: bool,
    /// Fields the merchant added.
    pub custom_fields: Vec<CustomField>,
}

/// The value of a form field the merchant added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomField {
    /// The field.
    pub field_id: String,
    /// A text, a number or a list of texts.
    pub field_value: serde_json::Value,
}
