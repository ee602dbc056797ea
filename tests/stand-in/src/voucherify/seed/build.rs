//! Short ways to write vouchers down.

use std::collections::BTreeMap;

use serde_json::{Number, Value};
use time::OffsetDateTime;

use crate::voucherify::calculate::{Applicable, ApplicableEffect, ApplicableKind, Products};
use crate::voucherify::discount::{Discount, Effect, Unit};
use crate::voucherify::ids;
use crate::voucherify::model::{NOTE, Rule, RuleError, Voucher, VoucherValue};
use crate::voucherify::requests::Metadata;

/// A code with a sentence about it.
pub(super) fn voucher(code: &str, value: VoucherValue, about: &str) -> Voucher {
    Voucher {
        id: ids::long("v_"),
        code: code.to_owned(),
        value,
        start_date: None,
        expiration_date: None,
        active: true,
        quantity: None,
        redeemed_quantity: 0,
        additional_info: Some(about.to_owned()),
        metadata: Metadata::new(),
        category_id: None,
        campaign_id: None,
        holder_id: None,
        rules: Vec::new(),
        products: Products::default(),
        created_at: OffsetDateTime::UNIX_EPOCH,
        updated_at: None,
    }
}

/// A code with a discount.
pub(super) fn coupon(code: &str, discount: Discount, about: &str) -> Voucher {
    voucher(code, VoucherValue::Discount(discount), about)
}

/// A percentage off the order.
pub(super) fn percent(percent: u32) -> Discount {
    percent_with(percent, Effect::ApplyToOrder)
}

/// A percentage off.
pub(super) fn percent_with(percent: u32, effect: Effect) -> Discount {
    Discount::Percent {
        percent_off: Number::from(percent),
        percent_off_formula: None,
        amount_limit: None,
        aggregated_amount_limit: None,
        effect: Some(effect),
    }
}

/// An amount off the order.
pub(super) fn amount(amount_off: i64) -> Discount {
    amount_with(amount_off, Effect::ApplyToOrder)
}

/// An amount off.
pub(super) fn amount_with(amount_off: i64, effect: Effect) -> Discount {
    Discount::Amount {
        amount_off,
        amount_off_formula: None,
        aggregated_amount_limit: None,
        effect: Some(effect),
    }
}

/// A fixed price.
pub(super) fn fixed(fixed_amount: i64, effect: Effect) -> Discount {
    Discount::Fixed {
        fixed_amount,
        fixed_amount_formula: None,
        effect: Some(effect),
    }
}

/// One free piece of a stored product or SKU.
pub(super) fn free(unit_type: &str, effect: Effect) -> Discount {
    Discount::Unit {
        unit_off: Some(1),
        unit_off_formula: None,
        unit_type: Some(unit_type.to_owned()),
        effect: Some(effect),
        units: None,
    }
}

/// Several free products or SKUs, each added.
pub(super) fn free_set(units: &[(i64, &str)]) -> Discount {
    let units = units.iter().map(|(unit_off, unit_type)| Unit {
        unit_off: *unit_off,
        unit_off_formula: None,
        unit_type: (*unit_type).to_owned(),
        effect: Effect::AddNewItems,
    });
    Discount::Unit {
        unit_off: None,
        unit_off_formula: None,
        unit_type: None,
        effect: Some(Effect::AddManyItems),
        units: Some(units.collect()),
    }
}

impl Voucher {
    /// With a word on what the shop makes of it.
    pub(super) fn noted(mut self, note: &str) -> Self {
        self.metadata.insert(NOTE.to_owned(), note.into());
        self
    }

    /// The code of a customer.
    pub(super) fn held_by(self, customer_id: &str) -> Self {
        Self {
            holder_id: Some(customer_id.to_owned()),
            ..self
        }
    }

    /// Of a campaign.
    pub(super) fn of_campaign(self, id: &str) -> Self {
        Self {
            campaign_id: Some(id.to_owned()),
            ..self
        }
    }

    pub(super) fn single_use(self) -> Self {
        Self {
            quantity: Some(1),
            ..self
        }
    }

    /// Applicable to these products only, by source id.
    pub(super) fn on_products(mut self, source_ids: &[&str]) -> Self {
        let entries = source_ids.iter().map(|source_id| Applicable {
            object: ApplicableKind::Product,
            id: Some(super::catalogue::product_id(source_id)),
            source_id: Some((*source_id).to_owned()),
            effect: ApplicableEffect::ApplyToEvery,
            quantity_limit: None,
            aggregated_quantity_limit: None,
            amount_limit: None,
            aggregated_amount_limit: None,
        });
        self.products.included = entries.collect();
        self
    }

    /// With a condition: name, operator and value.
    pub(super) fn when(self, name: &str, operator: &str, value: impl Into<Value>) -> Self {
        self.with_rule(name, None, operator, value.into())
    }

    /// With a condition on metadata.
    pub(super) fn when_metadata(
        self,
        name: &str,
        property: &str,
        operator: &str,
        value: impl Into<Value>,
    ) -> Self {
        self.with_rule(name, Some(property), operator, value.into())
    }

    fn with_rule(
        mut self,
        name: &str,
        property: Option<&str>,
        operator: &str,
        value: Value,
    ) -> Self {
        self.rules.push(Rule {
            name: name.to_owned(),
            property: property.map(str::to_owned),
            rules: Vec::new(),
            conditions: BTreeMap::from([(operator.to_owned(), vec![value])]),
            error: None,
        });
        self
    }

    /// What a shopper is told when the last condition does not hold.
    pub(super) fn or_say(mut self, message: &str) -> Self {
        if let Some(rule) = self.rules.last_mut() {
            let message = message.to_owned();
            rule.error = Some(RuleError { message });
        }
        self
    }
}
