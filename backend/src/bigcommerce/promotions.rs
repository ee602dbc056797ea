//! Coupon promotions and their codes.

use reqwest::Method;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::{BigCommerceError, Client, NativeCoupon, NewPromotion, PromotionTerms, wire};
use crate::domain::{
    Hundredths, NativeCode, PromotionId, discount::ItemId, promotion_rules::PromotionRule,
};
use crate::upstream::Answer;

impl Client {
    /// Create a Promotion: `POST /v3/promotions`. Its code is made by [`Client::create_code`].
    pub async fn create_promotion(
        &self,
        promotion: &NewPromotion,
    ) -> Result<PromotionId, BigCommerceError> {
        let mut body = body(promotion)?;
        body["redemption_type"] = json!("COUPON");
        // Only here: [`Client::allow_uses`] may raise it.
        body["max_uses"] = json!(1);
        let request = self
            .request(Method::POST, &["v3", "promotions"])
            .json(&body);
        let answer: wire::Data<wire::Id> = self.read("create_promotion", request).await?;
        Ok(PromotionId(answer.data.id))
    }

    /// Update a Promotion: `PUT /v3/promotions/{id}`. Its code stays the same.
    ///
    /// Nothing is said of a promotion that is stored as overriding others and shall be used with them.
    /// Where that is refused it is told first that it overrides none.
    pub async fn update_promotion(
        &self,
        id: PromotionId,
        promotion: &NewPromotion,
    ) -> Result<(), BigCommerceError> {
        let path = ["v3", "promotions", &id.to_string()];
        let body = body(promotion)?;
        let update = || {
            let request = self.request(Method::PUT, &path).json(&body);
            self.send("update_promotion", request)
        };
        match update().await {
            Err(BigCommerceError::Refused { status: 422, .. })
                if promotion.combine && self.overrides_others(id).await? =>
            {
                self.override_none(id).await?;
                update().await.map(drop)
            }
            answer => answer.map(drop),
        }
    }

    /// Get a Promotion: `GET /v3/promotions/{id}`. Whether it is stored as overriding others.
    async fn overrides_others(&self, id: PromotionId) -> Result<bool, BigCommerceError> {
        let path = ["v3", "promotions", &id.to_string()];
        let request = self.request(Method::GET, &path);
        let answer: wire::Data<wire::Promotion> = self.read("get_promotion", request).await?;
        Ok(answer.data.coupon_overrides_other_promotions)
    }

    async fn override_none(&self, id: PromotionId) -> Result<(), BigCommerceError> {
        let path = ["v3", "promotions", &id.to_string()];
        // It may be said only where the promotion is not used with others.
        let body = json!({
            "can_be_used_with_other_promotions": false,
            "coupon_overrides_other_promotions": false,
        });
        let request = self.request(Method::PUT, &path).json(&body);
        self.send("update_promotion", request).await.map(drop)
    }

    /// Update a Promotion: how often it may be used in all.
    pub async fn allow_uses(&self, id: PromotionId, uses: i64) -> Result<(), BigCommerceError> {
        let path = ["v3", "promotions", &id.to_string()];
        let request = self.request(Method::PUT, &path);
        let request = request.json(&json!({ "max_uses": uses }));
        self.send("allow_promotion_uses", request).await.map(drop)
    }

    /// Create Coupon Code: `POST /v3/promotions/{id}/codes`. How often it may be used the promotion
    /// says, whose `max_uses` overrides the code's; a code itself cannot be changed. The code being
    /// there already, on this promotion, is fine: an earlier try did it.
    pub async fn create_code(
        &self,
        id: PromotionId,
        code: &NativeCode,
    ) -> Result<(), BigCommerceError> {
        let path = ["v3", "promotions", &id.to_string(), "codes"];
        let new = wire::NewCode {
            code: code.as_str(),
            max_uses: 0,
        };
        let request = self.request(Method::POST, &path).json(&new);
        match self.send("create_coupon_code", request).await {
            Ok(_) => Ok(()),
            Err(
                refused @ BigCommerceError::Refused {
                    status: 409 | 422, ..
                },
            ) => {
                if self.has_code(id, code).await? {
                    Ok(())
                } else {
                    Err(refused)
                }
            }
            Err(error) => Err(error),
        }
    }

    async fn has_code(&self, id: PromotionId, code: &NativeCode) -> Result<bool, BigCommerceError> {
        Ok(self.code_uses(id, code).await?.is_some())
    }

    /// Get Coupon Codes: `GET /v3/promotions/{id}/codes`. How often orders used the code,
    /// `current_uses`; none if it is gone, or its promotion.
    pub async fn code_uses(
        &self,
        id: PromotionId,
        code: &NativeCode,
    ) -> Result<Option<i64>, BigCommerceError> {
        let path = ["v3", "promotions", &id.to_string(), "codes"];
        let request = self.request(Method::GET, &path);
        let answer: wire::Data<Vec<wire::CouponCode>> =
            match self.read("get_coupon_codes", request).await {
                Err(BigCommerceError::NotFound) => return Ok(None),
                answer => answer?,
            };
        let mut codes = answer.data.iter();
        let own = codes.find(|known| code.is(&known.code));
        Ok(own.map(|known| known.current_uses))
    }

    /// Delete a Promotion: `DELETE /v3/promotions/{id}`. One that is gone is fine.
    ///
    /// "You cannot delete promotions that still have coupon codes attached" is said of Delete
    /// Multiple Promotions only. Where it is refused the codes are deleted first.
    pub async fn delete_promotion(&self, id: PromotionId) -> Result<(), BigCommerceError> {
        match self.delete_whole_promotion(id).await {
            Err(BigCommerceError::Refused { .. }) => {
                self.delete_codes(id).await?;
                self.delete_whole_promotion(id).await
            }
            answer => answer,
        }
    }

    async fn delete_whole_promotion(&self, id: PromotionId) -> Result<(), BigCommerceError> {
        let path = ["v3", "promotions", &id.to_string()];
        let request = self.request(Method::DELETE, &path);
        gone_is_fine(self.send("delete_promotion", request).await)
    }

    /// Delete Multiple Coupon Codes: `DELETE /v3/promotions/{id}/codes?id:in=…`, all on the first
    /// page: our promotions have one.
    async fn delete_codes(&self, id: PromotionId) -> Result<(), BigCommerceError> {
        let path = ["v3", "promotions", &id.to_string(), "codes"];
        let codes: wire::Data<Vec<wire::CouponCode>> = self
            .read("get_coupon_codes", self.request(Method::GET, &path))
            .await?;
        let ids: Vec<String> = codes.data.iter().map(|code| code.id.to_string()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let request = self.request(Method::DELETE, &path);
        let request = request.query(&[("id:in", ids.join(","))]);
        gone_is_fine(self.send("delete_coupon_codes", request).await)
    }

    /// Get All Promotions: `GET /v3/promotions`, every page of the coupon promotions, of which
    /// those are kept whose name begins with `prefix` (how the API matches names is not said).
    pub async fn promotions_named(
        &self,
        prefix: &str,
    ) -> Result<Vec<(PromotionId, String)>, BigCommerceError> {
        let promotions = self.coupon_promotions().await?;
        let ours = promotions
            .into_iter()
            .filter(|promotion| promotion.name.starts_with(prefix));
        Ok(ours
            .map(|promotion| (PromotionId(promotion.id), promotion.name))
            .collect())
    }

    /// The store's own coupons that can still be used: coupon promotions not named `prefix…`
    /// (Get All Promotions) and coupons of the older kind (List Coupons: `GET /v2/coupons`).
    pub async fn native_coupons(
        &self,
        prefix: &str,
    ) -> Result<Vec<NativeCoupon>, BigCommerceError> {
        let list_old = || self.request(Method::GET, &["v2", "coupons"]);
        let (promotions, old) = futures_util::try_join!(
            self.coupon_promotions(),
            self.every_v2_page::<wire::LegacyCoupon>("get_coupons", list_old),
        )?;
        let theirs = promotions
            .into_iter()
            .filter(|promotion| promotion.status == "ENABLED")
            .filter(|promotion| !promotion.name.starts_with(prefix))
            .map(|promotion| NativeCoupon {
                name: promotion.name,
            });
        let old = old.into_iter().filter(|coupon| coupon.enabled);
        Ok(theirs
            .chain(old.map(|coupon| NativeCoupon { name: coupon.name }))
            .collect())
    }

    async fn coupon_promotions(&self) -> Result<Vec<wire::Promotion>, BigCommerceError> {
        let list = || {
            let request = self.request(Method::GET, &["v3", "promotions"]);
            request.query(&[("redemption_type", "coupon")])
        };
        self.every_page("get_promotions", list).await
    }
}

fn gone_is_fine(answer: Result<Answer, BigCommerceError>) -> Result<(), BigCommerceError> {
    match answer {
        Ok(_) | Err(BigCommerceError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

fn body(promotion: &NewPromotion) -> Result<Value, BigCommerceError> {
    let terms = &promotion.terms;
    let rules = terms.rules.iter().map(|rule| rule_body(*rule, terms));
    let mut body = json!({
        "name": promotion.name,
        "display_name": promotion.display_name,
        "channels": [{ "id": promotion.channel_id }],
        // Who may use it was decided at Voucherify.
        "customer": { "group_ids": [], "minimum_order_count": 0, "excluded_group_ids": [] },
        "notifications": [],
        "coupon_type": "SINGLE",
        "rules": rules.collect::<Vec<_>>(),
        "status": "ENABLED",
        "end_date": end_date(terms.ends_at_ms)?,
        "stop": false,
        "currency_code": promotion.currency.as_str(),
        "can_be_used_with_other_promotions": promotion.combine,
    });
    // Setting it at all, even to false, is a 422 beside other promotions (Create Promotion,
    // CouponOverridesOtherPromotions).
    if !promotion.combine {
        body["coupon_overrides_other_promotions"] = json!(true);
    }
    Ok(body)
}

/// What to do, and the conditions that stop it when the cart is worth less than what was validated,
/// or lacks some of it.
fn rule_body(rule: PromotionRule, terms: &PromotionTerms) -> Value {
    let mut body = json!({ "action": action(rule), "apply_once": true, "stop": false });
    let mut conditions = Vec::new();
    if terms.minimum_spend.is_positive() {
        let minimum_spend = terms.minimum_spend.to_decimal();
        conditions.push(json!({ "cart": { "minimum_spend": minimum_spend } }));
    }
    let needed = terms.needed.iter().map(|needed| {
        json!({ "cart": { "items": matcher(&needed.items), "minimum_quantity": needed.quantity } })
    });
    conditions.extend(needed);
    match conditions.len() {
        0 => {}
        1 => body["condition"] = conditions.remove(0),
        _ => body["condition"] = json!({ "and": conditions }),
    }
    body
}

fn action(rule: PromotionRule) -> Value {
    let fixed = |amount: Hundredths| json!({ "fixed_amount": amount.to_decimal() });
    match rule {
        PromotionRule::FreeItem(free) => {
            let (name, id) = match free.item {
                ItemId::Product(id) => ("product_id", id),
                ItemId::Variant(id) => ("variant_id", id),
            };
            json!({ "gift_item": { "quantity": free.quantity, name: id } })
        }
        PromotionRule::OffItem(off) => json!({ "cart_items": {
            "discount": fixed(off.amount),
            "as_total": true,
            // All pieces of the item made the condition true.
            "include_items_considered_by_condition": true,
            "items": matcher(&[off.item]),
            "exclude_items_on_sale": false,
            // Else it may add the item, or discount one that is there by all of its price.
            "add_free_item": false,
        } }),
        PromotionRule::OffOrder(amount) => json!({ "cart_value": { "discount": fixed(amount) } }),
        PromotionRule::FreeShipping => json!({ "shipping": { "zone_ids": "*" } }),
    }
}

/// Whatever is one of these items.
fn matcher(items: &[ItemId]) -> Value {
    let (mut products, mut variants) = (Vec::new(), Vec::new());
    for item in items {
        match item {
            ItemId::Product(id) => products.push(id),
            ItemId::Variant(id) => variants.push(id),
        }
    }
    let (of_products, of_variants) = (
        json!({ "products": products }),
        json!({ "variants": variants }),
    );
    match (products.is_empty(), variants.is_empty()) {
        (_, true) => of_products,
        (true, false) => of_variants,
        (false, false) => json!({ "or": [of_products, of_variants] }),
    }
}

/// Whole seconds, rounded up: the promotion may end late, never before its lock.
fn end_date(ends_at_ms: i64) -> Result<String, BigCommerceError> {
    let seconds = ends_at_ms.div_euclid(1000) + 1;
    let date = OffsetDateTime::from_unix_timestamp(seconds).ok();
    let text = date.and_then(|date| date.format(&Rfc3339).ok());
    // The examples write the offset as +00:00.
    let text = text.map(|text| text.replace('Z', "+00:00"));
    text.ok_or(BigCommerceError::Unreachable(
        "a promotion's end is no date",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Currency,
        discount::{FreeItem, OffItem},
        needed_items::NeededItems,
    };

    fn promotion() -> NewPromotion {
        NewPromotion {
            name: "voucherbridge one".to_owned(),
            display_name: "SAVE10".to_owned(),
            terms: PromotionTerms {
                rules: vec![
                    PromotionRule::FreeItem(FreeItem {
                        item: ItemId::Variant(213),
                        quantity: 1,
                    }),
                    PromotionRule::OffItem(OffItem {
                        item: ItemId::Product(112),
                        amount: Hundredths(500),
                    }),
                    PromotionRule::OffOrder(Hundredths(1_050)),
                    PromotionRule::FreeShipping,
                ],
                minimum_spend: Hundredths(10_500),
                needed: vec![
                    NeededItems {
                        items: vec![ItemId::Variant(211)],
                        quantity: 2,
                    },
                    NeededItems {
                        items: vec![ItemId::Variant(213), ItemId::Product(112)],
                        quantity: 3,
                    },
                ],
                ends_at_ms: 1_767_225_599_500,
            },
            channel_id: 1,
            currency: Currency::parse("USD").unwrap(),
            combine: false,
        }
    }

    #[test]
    fn writes_a_promotion_for_one_checkout() {
        insta::assert_json_snapshot!(body(&promotion()).unwrap());
    }

    #[test]
    fn one_that_is_used_with_others_says_nothing_of_overriding_them() {
        let mut promotion = promotion();
        promotion.combine = true;
        let body = body(&promotion).unwrap();
        assert_eq!(body["can_be_used_with_other_promotions"], json!(true));
        assert!(body.get("coupon_overrides_other_promotions").is_none());
    }
}
