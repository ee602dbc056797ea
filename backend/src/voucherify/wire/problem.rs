//! Why a code does not apply: Voucherify's error, on the wire.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(in crate::voucherify) struct Problem {
    #[serde(default)]
    pub(in crate::voucherify) key: Option<String>,
    #[serde(default)]
    pub(in crate::voucherify) message: Option<String>,
    /// What the merchant configured for a validation rule.
    #[serde(default)]
    pub(in crate::voucherify) error: Option<RuleMessage>,
}

#[derive(Debug, Default, Deserialize)]
pub(in crate::voucherify) struct RuleMessage {
    #[serde(default)]
    pub(in crate::voucherify) message: Option<String>,
}

impl Problem {
    /// The error key.
    pub(in crate::voucherify) fn key(&self) -> String {
        self.key.clone().unwrap_or_else(|| "unknown".to_owned())
    }

    /// What the merchant wrote for the rule.
    pub(in crate::voucherify) fn merchant_message(&self) -> Option<String> {
        self.error.as_ref()?.message.clone()
    }
}
