//! Creating vouchers.

use serde::Deserialize;
use time::OffsetDateTime;

use super::cards::GiftBody;
use super::loyalty::{self, LoyaltyBody};
use super::{Project, cards};
use crate::kit::strict::Refusal;
use crate::voucherify::calculate::{Applicable, ApplicableKind, Products};
use crate::voucherify::discount::Discount;
use crate::voucherify::error::ApiError;
use crate::voucherify::model::{Rule, Voucher, VoucherKind, VoucherValue};
use crate::voucherify::requests::Metadata;
use crate::voucherify::{ids, rules};

/// A voucher to create: the API's fields, and those of the control API below.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct VoucherBody {
    pub code: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<VoucherKind>,
    pub discount: Option<Discount>,
    pub gift: Option<GiftBody>,
    pub loyalty_card: Option<LoyaltyBody>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub start_date: Option<OffsetDateTime>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub expiration_date: Option<OffsetDateTime>,
    pub active: Option<bool>,
    pub additional_info: Option<String>,
    pub metadata: Option<Metadata>,
    pub redemption: Option<QuantityBody>,
    pub category_id: Option<String>,
    /// Name of a campaign.
    pub campaign: Option<String>,
    pub campaign_id: Option<String>,
    /// Control API only: id or source id of the customer whose code it is.
    pub holder: Option<String>,
    /// Control API only: conditions, where Voucherify takes ids of validation rules.
    pub rules: Option<Vec<Rule>>,
    /// Control API only: what the discount is applicable to, as validation rules have it.
    pub applicable_to: Option<Products>,
}

impl VoucherBody {
    /// The API does not have what only the control API takes.
    pub fn refuse_control_fields(&self) -> Result<(), Refusal> {
        let sent = [
            ("holder", self.holder.is_some()),
            ("rules", self.rules.is_some()),
            ("applicable_to", self.applicable_to.is_some()),
        ];
        match sent.iter().find(|(_, sent)| *sent) {
            Some((field, _)) => Err(Refusal::field(field, "unknown field")),
            None => Ok(()),
        }
    }
}

/// `redemption` of a voucher to create.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct QuantityBody {
    pub quantity: Option<u32>,
}

impl Project {
    /// Creates a voucher. The control API may replace one, the API may not.
    pub fn create_voucher(
        &mut self,
        code: String,
        body: VoucherBody,
        now: OffsetDateTime,
        replace: bool,
    ) -> Result<String, ApiError> {
        let existing = self
            .vouchers
            .iter()
            .position(|voucher| self.is_one_code(&voucher.code, &code));
        if existing.is_some() && !replace {
            let error = ApiError::bad("duplicate_found", "Duplicated resource found");
            return Err(error.details(format!("Voucher with code {code} already exists")));
        }
        let voucher = new_voucher(self, code.clone(), body, now)?;
        match existing.and_then(|index| self.vouchers.get_mut(index)) {
            Some(old) => *old = voucher,
            None => self.vouchers.push(voucher),
        }
        Ok(code)
    }
}

/// What a discount is applicable to, with ids and source ids of what is stored.
fn resolve(project: &Project, products: Products) -> Result<Products, ApiError> {
    let resolve_all = |list: Vec<Applicable>| -> Result<Vec<_>, ApiError> {
        list.into_iter()
            .map(|entry| resolve_one(project, entry))
            .collect()
    };
    Ok(Products {
        included: resolve_all(products.included)?,
        excluded: resolve_all(products.excluded)?,
        included_all: products.included_all,
    })
}

fn resolve_one(project: &Project, mut entry: Applicable) -> Result<Applicable, ApiError> {
    let named = entry.id.as_deref().or(entry.source_id.as_deref());
    let named =
        named.ok_or_else(|| Refusal::field("applicable_to", "needs an id or a source_id"))?;
    let stored = match entry.object {
        ApplicableKind::Product => project.product(named),
        ApplicableKind::Sku => project.sku(named),
        ApplicableKind::ProductsCollection => {
            return Err(ApiError::not_imitated("product collections"));
        }
    };
    if let Some(stored) = stored {
        entry.id = Some(stored.id.clone());
        entry.source_id.clone_from(&stored.source_id);
    }
    Ok(entry)
}

/// What it is worth: what its kind asks for, and nothing else.
fn value_of(
    kind: VoucherKind,
    discount: Option<Discount>,
    gift: Option<GiftBody>,
    card: Option<LoyaltyBody>,
) -> Result<VoucherValue, ApiError> {
    match (kind, discount, gift, card) {
        (VoucherKind::DiscountVoucher, Some(discount), None, None) => {
            Ok(VoucherValue::Discount(discount))
        }
        (VoucherKind::GiftVoucher, None, Some(gift), None) => {
            Ok(VoucherValue::Gift(cards::new_gift(gift)?))
        }
        (VoucherKind::LoyaltyCard, None, None, Some(card)) => {
            Ok(VoucherValue::Loyalty(loyalty::new_card(card)?))
        }
        (kind, ..) => {
            let field = match kind {
                VoucherKind::DiscountVoucher => "discount",
                VoucherKind::GiftVoucher => "gift",
                VoucherKind::LoyaltyCard => "loyalty_card",
            };
            Err(Refusal::field(field, "is required, without the others").into())
        }
    }
}

fn new_voucher(
    project: &Project,
    code: String,
    body: VoucherBody,
    now: OffsetDateTime,
) -> Result<Voucher, ApiError> {
    if code.is_empty() {
        return Err(Refusal::field("code", "must not be empty").into());
    }
    let rules = body.rules.unwrap_or_default();
    for rule in &rules {
        rules::check(rule).map_err(ApiError::payload)?;
    }
    let products = body
        .applicable_to
        .map(|products| resolve(project, products));
    let products = products.transpose()?;
    if let Some(discount) = &body.discount {
        discount.check()?;
        // Every unit must name something that is stored.
        if !discount.units().is_empty() {
            project.free_units(discount)?;
        }
    }
    let campaign = body.campaign_id.as_deref().or(body.campaign.as_deref());
    let campaign = campaign.map(|name| {
        let found = project.campaign(name).map(|campaign| campaign.id.clone());
        found.ok_or_else(|| ApiError::not_found("campaign", name))
    });
    let campaign_id = campaign.transpose()?;
    let holder = body.holder.as_deref().map(|id| {
        let found = project.customer(id).map(|customer| customer.id.clone());
        found.ok_or_else(|| ApiError::not_found("customer", id))
    });
    let holder_id = holder.transpose()?;
    let kind = body
        .kind
        .ok_or_else(|| Refusal::field("type", "is required"))?;
    let value = value_of(kind, body.discount, body.gift, body.loyalty_card)?;
    Ok(Voucher {
        id: ids::long("v_"),
        code,
        value,
        start_date: body.start_date,
        expiration_date: body.expiration_date,
        active: body.active.unwrap_or(true),
        quantity: body.redemption.and_then(|redemption| redemption.quantity),
        redeemed_quantity: 0,
        additional_info: body.additional_info,
        metadata: body.metadata.unwrap_or_default(),
        category_id: body.category_id,
        campaign_id,
        holder_id,
        rules,
        products: products.unwrap_or_default(),
        created_at: now,
        updated_at: None,
    })
}
