//! What a placed order takes: stock, uses of codes, gift certificates, store credit, the cart.

use serde_json::json;

use crate::bigcommerce::model::{Order, State};

impl State {
    /// Takes everything, once. An order whose payment is not finished takes nothing yet.
    pub fn settle(&mut self, id: u64) {
        if let Some(cart_id) = self.take(id) {
            self.convert(&cart_id, id);
        }
    }

    /// The same, but for the cart, whose id it answers.
    pub fn take(&mut self, id: u64) -> Option<String> {
        let order = self.orders.get_mut(&id).filter(|order| !order.settled)?;
        order.settled = true;
        let order = order.clone();
        self.count_uses(id);
        self.take_stock(&order);
        if let Some(customer) = self.customers.get_mut(&order.customer_id) {
            customer.store_credit -= order.store_credit_amount;
        }
        self.spend_certificates(&order);
        Some(order.cart_id)
    }

    fn spend_certificates(&mut self, order: &Order) {
        for part in &order.certificates {
            let mut all = self.certificates.values_mut();
            let Some(certificate) = all.find(|known| known.code == part.code) else {
                continue;
            };
            certificate.balance -= part.used.min(certificate.balance);
            let paid = ("gift_certificate", "giftcertificate");
            self.book(order.id, "purchase", paid, part.used, Some(part.clone()));
        }
    }

    fn take_stock(&mut self, order: &Order) {
        for bought in &order.products {
            let Some(product) = self.products.get_mut(&bought.product_id) else {
                continue;
            };
            let of_product = product.inventory.iter_mut();
            let variants = product.variants.iter_mut();
            let of_variant = variants
                .filter(|variant| variant.id == bought.variant_id)
                .filter_map(|variant| variant.inventory.as_mut());
            for stock in of_product.chain(of_variant) {
                *stock -= bought.quantity;
            }
        }
    }

    /// The cart becomes the order, if it is there still.
    fn convert(&mut self, cart_id: &str, order_id: u64) {
        if self.checkouts.remove(cart_id).is_none() {
            return;
        }
        self.converted.insert(cart_id.to_owned(), order_id);
        for session in self.sessions.values_mut() {
            if session.cart_id.as_deref() == Some(cart_id) {
                session.cart_id = None;
                session.last_order_id = Some(order_id);
            }
        }
        let data = json!({"type": "cart", "id": cart_id, "orderId": order_id});
        self.emit("store/cart/converted", data);
    }
}
