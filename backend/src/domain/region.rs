//! Where Voucherify runs.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{EnumIter, EnumMessage, EnumString, IntoStaticStr};
use url::Url;

/// Where a Voucherify project lives. Its name is in the database.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumIter,
    EnumMessage,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Region {
    /// `api.voucherify.io`.
    Europe,
    /// `us1.api.voucherify.io`.
    UnitedStates,
    /// `as1.api.voucherify.io`.
    Asia,
}

impl Region {
    /// The API's host.
    #[must_use]
    pub fn host(self) -> &'static str {
        match self {
            Self::Europe => "api.voucherify.io",
            Self::UnitedStates => "us1.api.voucherify.io",
            Self::Asia => "as1.api.voucherify.io",
        }
    }

    /// The API's address.
    pub fn api_url(self) -> Result<Url, url::ParseError> {
        Url::parse(&format!("https://{}", self.host()))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.host())
    }
}
