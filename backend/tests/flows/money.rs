//! What cards and certificates are worth, read from the platforms.

use serde_json::Value;
use voucherbridge::domain::NativeCode;
use voucherbridge_api_types::{AppliedCode, ApplyResponse, RejectedCode};
use voucherbridge_stand_in::shopper::Shopper;
pub use voucherbridge_test_support::money::cents;

use crate::world::World;

/// A T-shirt of 25.00 and a phone of 799.00.
pub const SHIRT: (i64, i64, i64) = (112, 212, 1);
pub const PHONE: (i64, i64, i64) = (111, 211, 1);

/// What an entry came to.
pub struct Entered {
    pub natives: Vec<String>,
    pub codes: Vec<AppliedCode>,
    pub rejected: Vec<RejectedCode>,
}

/// What a certificate pays at a checkout.
pub fn used(checkout: &Value, native: &NativeCode) -> i64 {
    let all = checkout["giftCertificates"].as_array().unwrap();
    let own = all
        .iter()
        .find(|one| native.is(one["code"].as_str().unwrap()));
    own.map_or(0, |one| cents(&one["used"]))
}

impl World {
    pub async fn enter(&self, shopper: &Shopper, entry: &str) -> Entered {
        match self.type_code(shopper, entry).await.unwrap() {
            ApplyResponse::Applied {
                native_codes,
                codes,
                rejected,
                ..
            } => Entered {
                natives: native_codes,
                codes,
                rejected,
            },
            refused @ ApplyResponse::Rejected { .. } => panic!("{entry}: {refused:?}"),
        }
    }

    /// Enters gift cards and has the page apply their certificate; answers its code and the
    /// checkout.
    pub async fn pay_with(&self, shopper: &mut Shopper, entry: &str) -> (NativeCode, Value) {
        let entered = self.enter(shopper, entry).await;
        let native = NativeCode::parse(entered.natives.last().unwrap()).unwrap();
        let checkout = shopper.apply_certificate(native.as_str()).await.unwrap();
        (native, checkout)
    }

    /// What the certificate can pay at BigCommerce.
    pub async fn worth(&self, native: &NativeCode) -> i64 {
        let state = self.shop_state().await;
        let all = state["certificates"].as_array().unwrap();
        let found = all
            .iter()
            .find(|one| native.is(one["code"].as_str().unwrap()));
        found.map_or(0, |one| {
            if one["status"] == "active" {
                cents(&one["balance"])
            } else {
                0
            }
        })
    }

    /// What certificates paid of an order.
    pub async fn order_certificates(&self, order: i64) -> i64 {
        let state = self.shop_state().await;
        let orders = state["orders"].as_array().unwrap();
        let found = orders.iter().find(|one| one["id"] == order).unwrap();
        cents(&found["certificate_amount"])
    }

    pub async fn certificates(&self) -> usize {
        let state = self.shop_state().await;
        state["certificates"].as_array().map_or(0, Vec::len)
    }

    /// What all certificates can pay at BigCommerce.
    pub async fn all_worth(&self) -> i64 {
        let state = self.shop_state().await;
        let all = state["certificates"].as_array().unwrap();
        let active = all
            .iter()
            .filter(|one| one["status"] == "active" && !is_over(self, one));
        active.map(|one| cents(&one["balance"])).sum()
    }
}

/// Whether a certificate's time is up.
fn is_over(world: &World, certificate: &Value) -> bool {
    let format = &time::format_description::well_known::Rfc3339;
    let end = certificate["expiry_date"].as_str();
    let end = end.and_then(|text| time::OffsetDateTime::parse(text, format).ok());
    end.is_some_and(|end| end.unix_timestamp() * 1_000 <= world.context.clock.now_ms())
}
