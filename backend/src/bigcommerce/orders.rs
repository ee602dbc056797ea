//! Orders and the coupons they carry. All of it is v2, which answers 204 where a list is empty.

use reqwest::{Method, StatusCode, header::CONTENT_TYPE};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};

use super::{BigCommerceError, Client, FreeItems, OrderCertificate, OrderCoupon, OrderLine, wire};
use crate::domain::{
    CheckoutId, Currency, EmailAddress, Hundredths, NativeCode, OrderId,
    discount::{FreeItem, ItemId},
    order::Order,
    order_difference::ComparedItem,
    refunds::RefundPayment,
};

impl Client {
    /// Get an Order: `GET /v2/orders/{id}`.
    pub async fn order(&self, id: OrderId) -> Result<Order, BigCommerceError> {
        const OPERATION: &str = "get_order";
        let request = self.request(Method::GET, &["v2", "orders", &id.to_string()]);
        let wire: wire::Order = self.read(OPERATION, request).await?;
        order(wire).ok_or(BigCommerceError::Rubbish(OPERATION))
    }

    /// Get an Order: `GET /v2/orders/{id}`. What staff wrote on it, for themselves.
    pub async fn staff_notes(&self, id: OrderId) -> Result<String, BigCommerceError> {
        let request = self.request(Method::GET, &["v2", "orders", &id.to_string()]);
        let wire: wire::StaffNotes = self.read("get_order", request).await?;
        Ok(wire.staff_notes)
    }

    /// Update an Order: `PUT /v2/orders/{id}`, its `staff_notes` and nothing else. What a PUT leaves out
    /// stays; the discounts of lines that it changes would be cleared. It needs Orders: modify.
    pub async fn write_staff_notes(
        &self,
        id: OrderId,
        notes: &str,
    ) -> Result<(), BigCommerceError> {
        let request = self.request(Method::PUT, &["v2", "orders", &id.to_string()]);
        let request = request.json(&serde_json::json!({ "staff_notes": notes }));
        self.send("update_order", request).await.map(drop)
    }

    /// List Order Coupons: `GET /v2/orders/{id}/coupons`.
    pub async fn order_coupons(&self, id: OrderId) -> Result<Vec<OrderCoupon>, BigCommerceError> {
        const OPERATION: &str = "get_order_coupons";
        let path = ["v2", "orders", &id.to_string(), "coupons"];
        let answer = match self.send(OPERATION, self.request(Method::GET, &path)).await {
            Ok(answer) if answer.status == StatusCode::NO_CONTENT => return Ok(Vec::new()),
            Err(BigCommerceError::NotFound) => return Ok(Vec::new()),
            answer => answer?,
        };
        let coupons: Vec<wire::OrderCoupon> = answer
            .parse()
            .map_err(BigCommerceError::rubbish(OPERATION))?;
        let coupon = |coupon: wire::OrderCoupon| {
            Some(OrderCoupon {
                code: coupon.code?,
                discount: coupon.discount.0,
            })
        };
        Ok(coupons.into_iter().filter_map(coupon).collect())
    }

    /// List Order Products: `GET /v2/orders/{id}/products`, every page. The coupons that took
    /// something off them, as far as their `applied_discounts` name any.
    pub async fn coupons_on_products(
        &self,
        id: OrderId,
    ) -> Result<Vec<OrderCoupon>, BigCommerceError> {
        let lines = self.order_products(id).await?;
        let discounts = lines.iter().flat_map(|line| &line.applied_discounts);
        let named = discounts.filter_map(|one| Some((one.code.as_deref()?, one.amount)));
        let named: Vec<_> = named.filter(|(code, _)| !code.is_empty()).collect();
        let mut codes: Vec<&str> = named.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        codes.dedup();
        let coupon = |code: &str| {
            let own = named.iter().filter(|(other, _)| *other == code);
            OrderCoupon {
                code: code.to_owned(),
                discount: own
                    .map(|(_, amount)| *amount)
                    .sum::<wire::Exact>()
                    .rounded(),
            }
        };
        Ok(codes.into_iter().map(coupon).collect())
    }

    async fn order_products(
        &self,
        id: OrderId,
    ) -> Result<Vec<wire::OrderProduct>, BigCommerceError> {
        let id = id.to_string();
        let list = || {
            // This list alone requires the type of a body that it does not have.
            self.request(Method::GET, &["v2", "orders", &id, "products"])
                .header(CONTENT_TYPE, "application/json")
        };
        self.every_v2_page("get_order_products", list).await
    }

    /// List Order Products: `GET /v2/orders/{id}/products`, every page. Which of the free items `free`,
    /// each named once, the order has by a coupon: pieces of them of which it paid the whole price.
    /// Where no line names a coupon, they are what the order has beside the pieces `bought`.
    pub async fn free_items_of(
        &self,
        id: OrderId,
        code: &NativeCode,
        free: &[FreeItem],
        bought: impl Fn(ItemId) -> i64,
    ) -> Result<FreeItems, BigCommerceError> {
        let lines = self.order_products(id).await?;
        let names_any = lines.iter().any(wire::OrderProduct::names_coupons);
        let (mut worth, mut items) = (Vec::new(), Vec::new());
        for free in free {
            let of_it = || lines.iter().filter(|line| line.is_of(free.item));
            let there: i64 = of_it().map(|line| line.quantity).sum();
            let may_be_given = if names_any {
                free.quantity
            } else {
                free.quantity.min(there - bought(free.item)).max(0)
            };
            let mut left = may_be_given;
            for line in of_it() {
                let pieces = left.min(line.quantity).max(0);
                let paid = if names_any {
                    line.paid_by(code)
                } else {
                    Some(line.base_total)
                };
                if let Some(paid) = paid {
                    left -= pieces;
                    worth.push(paid.of_pieces(pieces, line.quantity));
                }
            }
            let quantity = may_be_given - left;
            items.push(FreeItem { quantity, ..*free });
        }
        items.retain(|item| item.quantity > 0);
        let worth = worth.into_iter().sum::<wire::Exact>().rounded();
        Ok(FreeItems {
            items,
            worth,
            are_named: names_any,
        })
    }

    /// List Order Products: `GET /v2/orders/{id}/products`, every page. What was bought, to compare.
    /// Gift certificates for sale are left out. What promotions other than `own` paid all of, and the
    /// parts of a bundle, may have been added by the store: what our codes give is known, and what
    /// they take off the order can be a cheap item's whole price.
    pub async fn order_items(
        &self,
        id: OrderId,
        own: &[&NativeCode],
    ) -> Result<(Vec<ComparedItem>, Hundredths), BigCommerceError> {
        let mut lines = self.order_products(id).await?;
        lines.retain(|line| line.kind.as_deref() != Some("giftcertificate"));
        let amount: wire::Exact = lines.iter().map(|line| line.base_total).sum();
        let items = lines.into_iter().map(|line| compared(line, own));
        Ok((items.collect(), amount.rounded()))
    }

    /// List Order Products: `GET /v2/orders/{id}/products`, every page. What was bought, line by line;
    /// gift certificates for sale are left out.
    pub async fn order_lines(&self, id: OrderId) -> Result<Vec<OrderLine>, BigCommerceError> {
        let mut lines = self.order_products(id).await?;
        lines.retain(|line| line.kind.as_deref() != Some("giftcertificate"));
        let line = |line: wire::OrderProduct| OrderLine {
            amount: line.base_total.rounded(),
            discount: line.discount().rounded(),
            product_id: line.product_id,
            variant_id: line.variant_id,
            sku: line.sku.filter(|sku| !sku.is_empty()),
            name: line.name,
            quantity: line.quantity,
        };
        Ok(lines.into_iter().map(line).collect())
    }

    /// Get Transactions: `GET /v3/orders/{id}/transactions`. The gift certificates that paid for
    /// the order; an order that waits for its payment may have none yet.
    pub async fn order_certificates(
        &self,
        id: OrderId,
    ) -> Result<Vec<OrderCertificate>, BigCommerceError> {
        let path = ["v3", "orders", &id.to_string(), "transactions"];
        let request = self.request(Method::GET, &path);
        let answer = match self.send("get_transactions", request).await {
            Ok(answer) if answer.status == StatusCode::NO_CONTENT => return Ok(Vec::new()),
            Err(BigCommerceError::NotFound) => return Ok(Vec::new()),
            answer => answer?,
        };
        let list: wire::Data<Vec<wire::Transaction>> = answer
            .parse()
            .map_err(BigCommerceError::rubbish("get_transactions"))?;
        let certificate = |one: wire::Transaction| {
            // A payment that failed leaves its transaction too.
            let paid = one.status != "error"
                && matches!(one.event.as_str(), "purchase" | "capture" | "authorization");
            let certificate = one.gift_certificate.filter(|_| paid)?;
            Some(OrderCertificate {
                code: certificate.code,
                amount: one.amount.0,
            })
        };
        Ok(list.data.into_iter().filter_map(certificate).collect())
    }

    /// Get Refunds for Order: `GET /v3/orders/{id}/payment_actions/refunds`. The payments of all,
    /// the earliest refund first.
    pub async fn refunds(&self, id: OrderId) -> Result<Vec<RefundPayment>, BigCommerceError> {
        let id = id.to_string();
        let path = ["v3", "orders", &id, "payment_actions", "refunds"];
        let request = self.request(Method::GET, &path);
        let answer: wire::Data<Vec<wire::Refund>> = self.read("get_refunds", request).await?;
        let mut refunds = answer.data;
        refunds.sort_by_key(|refund| refund.id);
        Ok(refunds.iter().flat_map(wire::Refund::payments).collect())
    }

    /// Get All Orders: `GET /v2/orders?cart_id=…`. A cart can leave several unfinished ones.
    pub async fn orders_of_cart(&self, id: &CheckoutId) -> Result<Vec<Order>, BigCommerceError> {
        let query = [("cart_id", id.to_string())];
        self.orders("get_orders_of_cart", &query).await
    }

    async fn orders(
        &self,
        operation: &'static str,
        query: &[(&str, String)],
    ) -> Result<Vec<Order>, BigCommerceError> {
        let list = || self.request(Method::GET, &["v2", "orders"]).query(query);
        let orders: Vec<wire::Order> = self.every_v2_page(operation, list).await?;
        let orders: Option<Vec<Order>> = orders.into_iter().map(order).collect();
        orders.ok_or(BigCommerceError::Rubbish(operation))
    }
}

fn compared(line: wire::OrderProduct, own: &[&NativeCode]) -> ComparedItem {
    let may_be_added = line.is_free_without(own) || line.parent_order_product_id.is_some();
    let (bought, added) = if may_be_added {
        (0, line.quantity)
    } else {
        (line.quantity, 0)
    };
    ComparedItem {
        product_id: line.product_id,
        variant_id: line.variant_id,
        name: line.name,
        quantity: bought,
        may_be_added: added,
    }
}

/// Dates of v2 are RFC 2822: `Tue, 20 Nov 2012 00:00:00 +0000`.
fn date_ms(text: &str) -> Option<i64> {
    let date = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    date.unix_timestamp().checked_mul(1000)
}

pub(super) fn order(wire: wire::Order) -> Option<Order> {
    let email = wire.billing_address.and_then(|address| address.email);
    let paid = wire.default_currency_code.as_deref();
    let paid = paid.filter(|code| !code.is_empty());
    Some(Order {
        id: OrderId(wire.id),
        cart: wire.cart_id.and_then(|id| CheckoutId::parse(&id).ok()),
        status_id: wire.status_id,
        payment_status: wire.payment_status.unwrap_or_default(),
        total: wire.total_inc_tax.0,
        currency: Currency::parse(paid.unwrap_or(&wire.currency_code)).ok()?,
        certificate_amount: wire.gift_certificate_amount.0,
        customer_id: wire.customer_id,
        email: email.and_then(|email| EmailAddress::parse(&email).ok()),
        coupon_discount: wire.coupon_discount.0,
        discount: wire.discount_amount.0,
        is_archived: wire.is_deleted,
        created_at_ms: wire.date_created.as_deref().and_then(date_ms),
    })
}
