//! `/v3/promotions/settings`.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data};
use serde::Deserialize;

use crate::bigcommerce::State;
use crate::bigcommerce::management::answer::{Answer, Form};

pub async fn show_settings(state: Data<State>) -> Answer {
    Ok(HttpResponse::Ok().json(state.lock().promotion_settings))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsBody {
    promotions_apply_on_products_with_custom_product_price: Option<bool>,
    promotions_triggered_by_products_with_zero_product_price: Option<bool>,
    number_of_coupons_allowed_at_checkout: Option<u8>,
    promotions_applied_on_original_product_price: Option<bool>,
}

pub async fn change_settings(state: Data<State>, body: Bytes) -> Answer {
    let body: SettingsBody = Form::V3.body(&body)?;
    let most = body.number_of_coupons_allowed_at_checkout;
    if most.is_some_and(|most| !(1..=5).contains(&most)) {
        return Err(Form::V3.field("number_of_coupons_allowed_at_checkout", "between 1 and 5"));
    }
    let mut store = state.lock();
    let settings = &mut store.promotion_settings;
    let set = |field: &mut bool, value: Option<bool>| *field = value.unwrap_or(*field);
    set(
        &mut settings.promotions_apply_on_products_with_custom_product_price,
        body.promotions_apply_on_products_with_custom_product_price,
    );
    set(
        &mut settings.promotions_triggered_by_products_with_zero_product_price,
        body.promotions_triggered_by_products_with_zero_product_price,
    );
    set(
        &mut settings.promotions_applied_on_original_product_price,
        body.promotions_applied_on_original_product_price,
    );
    store.switches.promotions_apply_to_custom_prices = store
        .promotion_settings
        .promotions_apply_on_products_with_custom_product_price;
    if let Some(most) = most {
        store.set_coupon_limit(most);
    }
    Ok(HttpResponse::Ok().json(store.promotion_settings))
}
