//! How checkouts become orders, and what happens to orders afterwards.

use serde_json::json;

use super::error::OrderError;
use super::payments::{self, PaymentMethod};
use crate::bigcommerce::model::order::status;
use crate::bigcommerce::model::{
    Checkout, Consignment, Decimal, Order, OrderCertificate, OrderCoupon, OrderProduct,
    OrderShipping, OrderSoldCertificate, State,
};
use crate::bigcommerce::pricing::{
    CertificateUse, Totals, manual_shares, selected_option, tax_terms, totals, unit_price,
};

impl State {
    /// Makes an order of a checkout. The cart is gone afterwards, unless the payment is still to be
    /// made: then the order is unfinished and the cart stays open.
    pub fn place_order(
        &mut self,
        cart_id: &str,
        payment: Option<&str>,
        message: Option<String>,
    ) -> Result<u64, OrderError> {
        let seen = self
            .checkouts
            .get(cart_id)
            .cloned()
            .ok_or(OrderError::EmptyCart)?;
        self.reprice(cart_id);
        let checkout = self
            .checkouts
            .get(cart_id)
            .cloned()
            .ok_or(OrderError::EmptyCart)?;
        let sums = totals(self, &checkout);
        if checkout.evaluation != seen.evaluation || checkout.coupons.len() != seen.coupons.len() {
            return Err(OrderError::CartHasChanged);
        }
        self.check_placeable(&checkout)?;
        let method = payments::method_for(payment, sums.outstanding.is_positive())?;
        let order = self.order_of(&checkout, &sums, method, message);
        let id = order.id;
        self.orders.insert(id, order);
        if method.status == status::INCOMPLETE {
            self.leave_unfinished(cart_id, id);
            return Ok(id);
        }
        self.settle(id);
        self.emit("store/order/created", json!({"type": "order", "id": id}));
        if method.paid {
            self.mark_paid(id)?;
        } else {
            self.set_order_status(id, method.status)?;
        }
        Ok(id)
    }

    fn check_placeable(&self, checkout: &Checkout) -> Result<(), OrderError> {
        if checkout.line_count() == 0 {
            return Err(OrderError::EmptyCart);
        }
        for item in &checkout.items {
            let (product, variant) = self.product_of(item).ok_or(OrderError::CartHasChanged)?;
            if product
                .stock_of(variant)
                .is_some_and(|stock| item.quantity > stock)
            {
                return Err(OrderError::StockTooLow(product.name.clone()));
            }
            let shipped = |part: &&Consignment| part.line_item_ids.contains(&item.id);
            let needs_shipping = !product.is_digital && item.gift_of.is_none();
            if needs_shipping && !checkout.consignments.iter().any(|part| shipped(&part)) {
                return Err(OrderError::InvalidShippingAddress);
            }
        }
        if checkout
            .consignments
            .iter()
            .any(|part| selected_option(checkout, part).is_none())
        {
            return Err(OrderError::MissingShippingMethod);
        }
        let billing = checkout.billing.as_ref().map(|billing| &billing.address);
        let complete = billing
            .is_some_and(|address| !address.email.is_empty() && !address.address1.is_empty());
        if complete {
            Ok(())
        } else {
            Err(OrderError::MissingBilling)
        }
    }

    fn order_of(
        &mut self,
        checkout: &Checkout,
        sums: &Totals,
        method: PaymentMethod,
        message: Option<String>,
    ) -> Order {
        let now = self.now();
        self.last_order_id += 1;
        let products = self.order_products(checkout);
        let shipping = self.order_shipping(checkout, &products);
        let billing = checkout.billing.as_ref();
        Order {
            id: self.last_order_id,
            cart_id: checkout.id.clone(),
            customer_id: checkout.customer_id,
            channel_id: checkout.channel_id,
            status_id: status::INCOMPLETE,
            paid: false,
            created: now,
            modified: now,
            currency: checkout.currency.clone(),
            rate: checkout.rate,
            locale: checkout.locale.clone(),
            tax_terms: tax_terms(self, checkout),
            billing: billing.map(|one| one.address.clone()).unwrap_or_default(),
            shipping,
            products,
            gift_certificates: self.bought_certificates(checkout),
            coupons: self.order_coupons(checkout),
            coupon_reads_hidden: self.switches.order_coupons_hidden_reads,
            transaction_reads_hidden: self.switches.order_transactions_hidden_reads,
            promotions: checkout.evaluation.promotions.clone(),
            certificates: self.order_certificates(sums),
            payment_method: method.id.to_owned(),
            payment_name: method.name.to_owned(),
            customer_message: message.unwrap_or_else(|| checkout.customer_message.clone()),
            subtotal: sums.subtotal,
            discount_amount: sums.automatic,
            item_discount: sums.on_items,
            manual_discount: sums.manual,
            coupon_discount: sums.coupons,
            shipping_cost: sums.shipping,
            shipping_cost_before_discount: sums.shipping,
            subtotal_taxed: sums.subtotal_taxed,
            items_taxed: sums.cart_taxed,
            shipping_taxed: sums.shipping_taxed,
            tax: sums.tax,
            total: sums.grand_total,
            certificate_amount: sums.certificate_amount(),
            store_credit_amount: sums.store_credit,
            transactions: Vec::new(),
            refunds: Vec::new(),
            settled: false,
            uses_counted: false,
            payment_token: Self::new_hex(),
            is_deleted: false,
            staff_notes: String::new(),
        }
    }

    fn order_products(&mut self, checkout: &Checkout) -> Vec<OrderProduct> {
        let mut products = Vec::new();
        for (item, manual) in checkout.items.iter().zip(manual_shares(self, checkout)) {
            let id = self.next_id();
            let Some((product, variant)) = self.product_of(item) else {
                continue;
            };
            let discounts = checkout
                .evaluation
                .lines
                .get(&item.id)
                .cloned()
                .unwrap_or_default();
            products.push(OrderProduct {
                id,
                cart_item_id: item.id.clone(),
                product_id: product.id,
                variant_id: variant.id,
                name: product.name.clone(),
                sku: variant.sku.clone(),
                quantity: item.quantity,
                price: unit_price(self, checkout, item),
                is_digital: product.is_digital,
                modifiers: item.modifiers.clone(),
                added_by_promotion: item.gift_of.is_some(),
                discounts: [discounts.order, discounts.item].concat(),
                coupons: discounts.coupons,
                manual_discount: manual,
            });
        }
        products
    }

    fn bought_certificates(&mut self, checkout: &Checkout) -> Vec<OrderSoldCertificate> {
        let lines = checkout.gift_certificates.iter();
        lines
            .map(|line| OrderSoldCertificate {
                id: self.next_id(),
                sold: line.clone(),
                certificate_id: None,
            })
            .collect()
    }

    fn order_shipping(
        &mut self,
        checkout: &Checkout,
        products: &[OrderProduct],
    ) -> Vec<OrderShipping> {
        let parts = checkout.consignments.iter();
        parts
            .filter_map(|part| {
                let option = selected_option(checkout, part)?;
                let inside = products
                    .iter()
                    .filter(|p| part.line_item_ids.contains(&p.cart_item_id));
                Some(OrderShipping {
                    id: self.next_id(),
                    address: part.address.clone(),
                    method: option.description,
                    cost: option.cost,
                    product_ids: inside.map(|product| product.id).collect(),
                })
            })
            .collect()
    }

    fn order_coupons(&mut self, checkout: &Checkout) -> Vec<OrderCoupon> {
        let coupons = checkout.coupons.iter();
        coupons
            .map(|coupon| OrderCoupon {
                id: self.next_id(),
                coupon_id: coupon.code_id,
                code: coupon.code.clone(),
                promotion_id: coupon.promotion_id,
                display_name: coupon.display_name.clone(),
                amount: Self::coupon_amount(checkout, &coupon.code),
            })
            .collect()
    }

    fn order_certificates(&self, sums: &Totals) -> Vec<OrderCertificate> {
        let one = |used: &CertificateUse| OrderCertificate {
            code: used.code.clone(),
            original: self
                .certificates
                .get(&used.id)
                .map_or(used.balance, |known| known.amount),
            starting: used.balance,
            used: used.used,
            remaining: used.balance - used.used,
            restored: Decimal::ZERO,
        };
        sums.certificates.iter().map(one).collect()
    }
}
