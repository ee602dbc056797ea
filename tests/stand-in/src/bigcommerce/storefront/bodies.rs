//! Bodies that storefront clients send. Fields that are not listed are let through.

use serde::Deserialize;

use super::geography;
use super::problem::Problem;
use crate::bigcommerce::carts::{ChosenOption, NewCertificate, NewItems, NewLine};
use crate::bigcommerce::model::{Address, CustomField};

/// A body of which only the version matters.
#[derive(Debug, Default, Deserialize)]
pub struct VersionOnly {
    /// The version the client expects.
    pub version: Option<u64>,
}

/// Lines for a cart.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CartBody {
    line_items: Option<Vec<LineBody>>,
    gift_certificates: Option<Vec<NewCertificate>>,
    /// The version the client expects.
    pub version: Option<u64>,
}

/// One changed line of a cart.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineUpdate {
    /// A product's line.
    pub line_item: Option<LineBody>,
    /// A gift certificate's line.
    pub gift_certificate: Option<NewCertificate>,
    /// The version the client expects.
    pub version: Option<u64>,
}

/// A line as clients name it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineBody {
    product_id: u64,
    variant_id: Option<u64>,
    /// How many.
    pub quantity: i64,
    option_selections: Option<Vec<OptionSelection>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OptionSelection {
    option_id: u64,
    option_value: serde_json::Value,
}

impl CartBody {
    /// What to put into the cart.
    pub fn items(self) -> Result<NewItems, Problem> {
        let certificates = self.gift_certificates.unwrap_or_default();
        let lines: Vec<NewLine> = self
            .line_items
            .into_iter()
            .flatten()
            .map(LineBody::into_line)
            .collect();
        if lines.is_empty() && certificates.is_empty() {
            return Err(Problem::invalid(
                "lineItems: at least one line item is needed",
            ));
        }
        Ok(NewItems {
            lines,
            certificates,
        })
    }
}

impl LineBody {
    fn into_line(self) -> NewLine {
        let chosen = self.option_selections.into_iter().flatten();
        NewLine {
            product_id: self.product_id,
            variant_id: self.variant_id,
            quantity: self.quantity,
            price: None,
            options: chosen.map(OptionSelection::into_option).collect(),
        }
    }
}

impl OptionSelection {
    fn into_option(self) -> ChosenOption {
        ChosenOption {
            id: self.option_id,
            value: self.option_value,
        }
    }
}

/// An address as clients write it: any field may be missing or null.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AddressBody {
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    company: Option<String>,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    state_or_province: Option<String>,
    state_or_province_code: Option<String>,
    country: Option<String>,
    country_code: Option<String>,
    postal_code: Option<String>,
    phone: Option<String>,
    should_save_address: Option<bool>,
    custom_fields: Option<Vec<CustomField>>,
    /// The version the client expects.
    pub version: Option<u64>,
}

impl From<AddressBody> for Address {
    fn from(body: AddressBody) -> Self {
        let mut address = Self {
            first_name: body.first_name.unwrap_or_default(),
            last_name: body.last_name.unwrap_or_default(),
            email: body.email.unwrap_or_default(),
            company: body.company.unwrap_or_default(),
            address1: body.address1.unwrap_or_default(),
            address2: body.address2.unwrap_or_default(),
            city: body.city.unwrap_or_default(),
            state_or_province: body.state_or_province.unwrap_or_default(),
            state_or_province_code: body.state_or_province_code.unwrap_or_default(),
            country: body.country.unwrap_or_default(),
            country_code: body.country_code.unwrap_or_default(),
            postal_code: body.postal_code.unwrap_or_default(),
            phone: body.phone.unwrap_or_default(),
            should_save_address: body.should_save_address.unwrap_or(true),
            custom_fields: body.custom_fields.unwrap_or_default(),
        };
        geography::complete(&mut address);
        address
    }
}

/// A consignment as clients write it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsignmentBody {
    #[serde(alias = "shippingAddress")]
    /// Where to.
    pub address: Option<AddressBody>,
    /// Which items.
    pub line_items: Option<Vec<ConsignmentLine>>,
    /// The chosen shipping option.
    pub shipping_option_id: Option<String>,
    /// The version the client expects.
    pub version: Option<u64>,
}

/// An item of a consignment.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsignmentLine {
    /// The line of the cart.
    pub item_id: String,
    #[allow(dead_code, reason = "its type is checked; lines are not split here")]
    quantity: Option<i64>,
}

impl ConsignmentBody {
    /// The ids of its items.
    #[must_use]
    pub fn item_ids(&self) -> Option<Vec<String>> {
        let lines = self.line_items.as_ref()?;
        Some(lines.iter().map(|line| line.item_id.clone()).collect())
    }
}

/// A change of a checkout.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckoutBody {
    /// The shopper's note.
    pub customer_message: Option<String>,
    /// The version the client expects.
    pub version: Option<u64>,
}

/// A coupon to apply.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CouponBody {
    /// The code.
    pub coupon_code: String,
    /// The version the client expects.
    pub version: Option<u64>,
}

/// A gift certificate to apply.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CertificateBody {
    /// The code.
    pub gift_certificate_code: String,
    /// The version the client expects.
    pub version: Option<u64>,
}

/// An order to place.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderBody {
    /// The cart.
    pub cart_id: String,
    /// The shopper's note.
    pub customer_message: Option<String>,
    /// How it is paid; left out when nothing is to pay.
    pub payment: Option<PaymentBody>,
}

/// How an order is paid.
#[derive(Debug, Deserialize)]
pub struct PaymentBody {
    /// The method's id.
    #[serde(alias = "methodId")]
    pub name: String,
}

/// A card payment, as the official client sends it to the payments service.
#[derive(Debug, Deserialize)]
pub struct CardPaymentBody {
    /// How it is paid.
    pub payment: CardPayment,
}

/// The payment itself.
#[derive(Debug, Deserialize)]
pub struct CardPayment {
    /// The method's id.
    pub gateway: String,
    #[allow(dead_code, reason = "its type is checked")]
    credit_card: Card,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "their types are checked")]
struct Card {
    account_name: String,
    number: String,
    month: u8,
    year: u16,
    verification_value: Option<String>,
}

/// A sign-in.
#[derive(Debug, Deserialize)]
pub struct LoginBody {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// A new account.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccountBody {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password.
    pub password: String,
}
