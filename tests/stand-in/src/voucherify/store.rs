//! Creating and updating customers, orders, products, SKUs and vouchers.

use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::card;
use super::error::ApiError;
use super::ids;
use super::model::{Customer, Order, OrderStatus, Product, Voucher, VoucherKind, VoucherValue};
use super::project::{Project, merged};
use super::requests::{CustomerBody, Metadata, OrderBody, VoucherBody};
use super::rules;
use super::views::instant;
use crate::kit::strict::Refusal;

/// A product or a SKU to create or update.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct ProductBody {
    pub id: Option<String>,
    pub source_id: Option<String>,
    /// Products only.
    pub name: Option<String>,
    /// SKUs only, as `currency`.
    pub sku: Option<String>,
    pub price: Option<i64>,
    pub currency: Option<String>,
    pub attributes: Option<Value>,
    pub image_url: Option<String>,
    pub metadata: Option<Metadata>,
}

fn set<T>(field: &mut Option<T>, sent: Option<T>) {
    if sent.is_some() {
        *field = sent;
    }
}

impl Project {
    /// Creates a customer or updates the one with that id or source id. Gives its id.
    pub fn upsert_customer(
        &mut self,
        body: CustomerBody,
        now: OffsetDateTime,
    ) -> Result<String, ApiError> {
        let known = |customer: &&mut Customer| {
            body.id.as_ref() == Some(&customer.id)
                || (body.source_id.is_some() && customer.source_id == body.source_id)
        };
        if let Some(customer) = self.customers.iter_mut().find(known) {
            update_customer(customer, body);
            customer.updated_at = Some(now);
            return Ok(customer.id.clone());
        }
        if let Some(id) = &body.id {
            return Err(ApiError::not_found("customer", id));
        }
        let mut customer = Customer {
            id: ids::long("cust_"),
            source_id: body.source_id.clone(),
            name: None,
            description: None,
            email: None,
            phone: None,
            birthday: None,
            birthdate: None,
            address: None,
            metadata: Metadata::new(),
            created_at: now,
            updated_at: None,
        };
        update_customer(&mut customer, body);
        let id = customer.id.clone();
        self.customers.push(customer);
        Ok(id)
    }

    /// Creates an order or updates the one with that id or source id. Gives its id.
    pub fn upsert_order(
        &mut self,
        body: OrderBody,
        now: OffsetDateTime,
    ) -> Result<String, ApiError> {
        let named = body.id.as_deref().or(body.source_id.as_deref());
        let known = named
            .and_then(|id| self.order(id))
            .map(|order| order.id.clone());
        if let (Some(id), None) = (&body.id, &known) {
            return Err(ApiError::not_found("order", id));
        }
        let customer = body.customer.clone();
        let customer = customer
            .map(|customer| self.upsert_customer(customer, now))
            .transpose()?;
        let referrer = body.referrer.clone();
        let referrer = referrer
            .map(|referrer| self.upsert_customer(referrer, now))
            .transpose()?;
        let sends_money = body.items.is_some() || body.amount.is_some();
        let money = self.money_of(&body)?;
        let existing = known.as_deref().and_then(|id| self.order_mut(id));
        if let Some(order) = existing {
            order.status = body.status.unwrap_or(order.status);
            order.metadata = merged(&order.metadata, body.metadata);
            set(&mut order.customer_id, customer);
            set(&mut order.referrer_id, referrer.or(body.referrer_id));
            set(&mut order.source_id, body.source_id);
            order.updated_at = Some(now);
            if sends_money {
                // Discounts are redemptions' work: an update leaves those on the order.
                let discount_amount = order.money.discount_amount.min(money.amount.unwrap_or(0));
                order.money = money;
                order.money.discount_amount = discount_amount;
            }
            return Ok(order.id.clone());
        }
        let order = Order {
            id: ids::long("ord_"),
            source_id: body.source_id,
            status: body.status.unwrap_or(OrderStatus::Created),
            money,
            metadata: body.metadata.unwrap_or_default(),
            customer_id: customer,
            referrer_id: referrer.or(body.referrer_id),
            created_at: body.created_at.unwrap_or(now),
            updated_at: None,
        };
        let id = order.id.clone();
        self.orders.push(order);
        Ok(id)
    }

    /// Creates a product or updates the one with that id or source id. Gives its id.
    pub fn upsert_product(
        &mut self,
        body: ProductBody,
        now: OffsetDateTime,
    ) -> Result<String, ApiError> {
        if body.sku.is_some() || body.currency.is_some() {
            let field = if body.sku.is_some() {
                "sku"
            } else {
                "currency"
            };
            return Err(Refusal::field(field, "unknown field").into());
        }
        let name = body.name.clone();
        Ok(upsert(&mut self.products, "prod_", body, name, None, now))
    }

    /// Creates a SKU of a product, or updates it. Gives its id.
    pub fn upsert_sku(
        &mut self,
        product: &str,
        body: ProductBody,
        now: OffsetDateTime,
    ) -> Result<String, ApiError> {
        if body.name.is_some() {
            return Err(Refusal::field("name", "unknown field").into());
        }
        let product = self.product(product).map(|product| product.id.clone());
        let name = body.sku.clone();
        Ok(upsert(&mut self.skus, "sku_", body, name, product, now))
    }

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
            .position(|voucher| voucher.code == code);
        if existing.is_some() && !replace {
            let error = ApiError::bad("duplicate_found", "Duplicated resource found");
            return Err(error.details(format!("Voucher with code {code} already exists")));
        }
        let voucher = new_voucher(code.clone(), body, now)?;
        match existing.and_then(|index| self.vouchers.get_mut(index)) {
            Some(old) => *old = voucher,
            None => self.vouchers.push(voucher),
        }
        Ok(code)
    }

    /// Notes work that is done already, as Voucherify answers it: with an id to ask for.
    pub fn note_async_action(
        &mut self,
        kind: &str,
        failed: &[Value],
        done: usize,
        now: OffsetDateTime,
    ) -> String {
        let id = ids::short("aa_");
        self.async_actions.push(json!({
            "id": id,
            "type": kind,
            "status": "DONE",
            "result": {
                "message": format!("{done} done, {} failed", failed.len()),
                "done_count": done,
                "failed_count": failed.len(),
                "failed": failed,
            },
            "created_at": instant(now),
            "updated_at": instant(now),
            "request_id": ids::short("v-"),
            "progress": 100,
            "processing_time": 0,
            "object": "async_action",
        }));
        id
    }
}

fn update_customer(customer: &mut Customer, body: CustomerBody) {
    set(&mut customer.name, body.name);
    set(&mut customer.description, body.description);
    set(&mut customer.email, body.email);
    set(&mut customer.phone, body.phone);
    set(&mut customer.birthday, body.birthday);
    set(&mut customer.birthdate, body.birthdate);
    set(&mut customer.address, body.address);
    set(&mut customer.source_id, body.source_id);
    customer.metadata = merged(&customer.metadata, body.metadata);
}

fn upsert(
    list: &mut Vec<Product>,
    prefix: &str,
    body: ProductBody,
    name: Option<String>,
    product_id: Option<String>,
    now: OffsetDateTime,
) -> String {
    let known = list.iter().position(|entry| {
        body.id.as_ref() == Some(&entry.id)
            || (body.source_id.is_some() && entry.source_id == body.source_id)
    });
    let index = known.unwrap_or_else(|| {
        list.push(Product {
            id: body.id.clone().unwrap_or_else(|| ids::short(prefix)),
            source_id: None,
            name: None,
            price: None,
            currency: None,
            attributes: json!([]),
            image_url: None,
            metadata: Metadata::new(),
            product_id: None,
            created_at: now,
            updated_at: None,
        });
        list.len() - 1
    });
    let Some(entry) = list.get_mut(index) else {
        return String::new();
    };
    set(&mut entry.source_id, body.source_id);
    set(&mut entry.name, name);
    set(&mut entry.price, body.price);
    set(&mut entry.currency, body.currency);
    set(&mut entry.image_url, body.image_url);
    set(&mut entry.product_id, product_id);
    entry.attributes = body.attributes.unwrap_or_else(|| entry.attributes.take());
    entry.metadata = merged(&entry.metadata, body.metadata);
    entry.updated_at = known.map(|_| now);
    entry.id.clone()
}

fn new_voucher(code: String, body: VoucherBody, now: OffsetDateTime) -> Result<Voucher, ApiError> {
    if code.is_empty() {
        return Err(Refusal::field("code", "must not be empty").into());
    }
    let rules = body.rules.unwrap_or_default();
    for rule in &rules {
        rules::check(rule).map_err(ApiError::payload)?;
    }
    let kind = body
        .kind
        .ok_or_else(|| Refusal::field("type", "is required"))?;
    let value = match (kind, body.discount, body.gift) {
        (VoucherKind::DiscountVoucher, Some(discount), None) => VoucherValue::Discount(discount),
        (VoucherKind::GiftVoucher, None, Some(gift)) => VoucherValue::Gift(card::new_gift(gift)?),
        (VoucherKind::DiscountVoucher, ..) => {
            return Err(Refusal::field("discount", "is required, without gift").into());
        }
        (VoucherKind::GiftVoucher, ..) => {
            return Err(Refusal::field("gift", "is required, without discount").into());
        }
    };
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
        rules,
        created_at: now,
        updated_at: None,
    })
}
