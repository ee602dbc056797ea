//! The store itself: settings, switches, scripts, hooks, certificates, sessions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use super::Decimal;

/// What the store says of itself.
#[derive(Clone, Debug, Serialize)]
pub struct StoreInfo {
    /// Its hash in API paths.
    pub hash: String,
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Where its shop is, with the scheme and without a slash at the end.
    pub url: String,
}

/// A currency the store sells in.
#[derive(Clone, Debug, Serialize)]
pub struct Currency {
    /// Its number.
    pub id: u64,
    /// ISO 4217 code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its sign.
    pub symbol: String,
    /// Decimals of a price.
    pub decimal_places: u8,
    /// Whether it is the store's own.
    pub is_default: bool,
    /// Units of it for one of the default currency.
    pub exchange_rate: Decimal,
}

/// What can be set for all promotions.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PromotionSettings {
    /// Whether custom-priced items are discounted.
    pub promotions_apply_on_products_with_custom_product_price: bool,
    /// Whether free items trigger promotions.
    pub promotions_triggered_by_products_with_zero_product_price: bool,
    /// How many coupons a checkout takes.
    pub number_of_coupons_allowed_at_checkout: u8,
    /// Whether percentages are taken of the original price, not of what earlier promotions left.
    pub promotions_applied_on_original_product_price: bool,
}

/// Behaviour of the real shop that is not documented, and behaviour that tests need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "the fields are given from outside"
)]
pub struct Switches {
    /// Whether reading a checkout evaluates promotions again.
    pub promotions_evaluated_on_read: bool,
    /// How many storefront tries fail before a fresh coupon or certificate code is known.
    pub new_codes_visible_after_reads: u32,
    /// Whether deleting a promotion takes it out of the carts that have it.
    pub deleting_promotion_removes_it_from_carts: bool,
    /// Whether a promotion that still has codes cannot be deleted, as it cannot together with others.
    pub promotions_with_codes_stay: bool,
    /// Whether a promotion that is stored as overriding others cannot be used with others before it
    /// is changed to override none.
    pub stored_override_stops_combining: bool,
    /// Whether a promotion may be created together with its code.
    pub promotion_accepts_inline_code: bool,
    /// Whether refunds and cancellations give a gift certificate its balance back.
    pub refund_restores_certificate_balance: bool,
    /// Whether a certificate that can pay no more (empty, disabled, expired) is taken off the
    /// checkouts that have it; else it stays hidden there and is back with its balance.
    pub unusable_certificate_leaves_checkout: bool,
    /// Whether an order whose card was declined gets the state Declined; else it stays Incomplete.
    pub declined_payment_marks_order_declined: bool,
    /// Whether a checkout whose payment failed names the unfinished order that this left.
    pub unfinished_order_shows_on_checkout: bool,
    /// Whether an unfinished order that staff give another state leaves its cart open.
    pub order_placed_by_hand_keeps_cart: bool,
    /// Whether a spending condition looks at what earlier discounts left, not at prices before them.
    pub minimum_spend_after_discounts: bool,
    /// Whether that sum is as shown, with tax or without.
    pub minimum_spend_tax: SpendTax,
    /// Whether the rules of a promotion are run until the first that applies, whatever its `stop`.
    pub only_first_rule_applies: bool,
    /// Whether a discount on the cart is spread over its lines equally, not by what they cost.
    pub cart_value_spread_equally: bool,
    /// What management shows as the `discount_amount` of a line.
    pub line_discount_amount: LineDiscountAmount,
    /// Whether an unfinished order counts as a use of its coupons.
    pub unfinished_orders_count_as_uses: bool,
    /// Whether coupons take something off in the store's own currency only.
    pub coupons_only_in_default_currency: bool,
    /// Whether promotions discount lines with a price set by management.
    pub promotions_apply_to_custom_prices: bool,
    /// Where the shoppers of a shop live whose prices contain tax.
    pub tax_zone: TaxZone,
    /// How many reads of a placed order's coupons answer 204 although it has some.
    pub order_coupons_hidden_reads: u32,
    /// How many reads of a placed order's transactions answer 204 although it has some: so its
    /// certificates are not named.
    pub order_transactions_hidden_reads: u32,
    /// Whether the products of an order name the coupons that took something off them, as the
    /// example of manual discounts has it; else they name none.
    pub order_lines_name_coupons: bool,
    /// What orders name as the currency of their amounts on the pages; none is the one that is paid.
    pub orders_show_currency: Option<String>,
    /// Whether archived orders are in lists of orders; one that is asked for by its id always is.
    pub archived_orders_are_listed: bool,
    /// How many coupons a checkout takes.
    pub coupons_allowed_at_checkout: u8,
    /// Whether an automatic promotion takes 10 % off items of the category Accessories.
    pub promotion_10_percent_off_accessories: bool,
    /// Whether an automatic promotion takes 5.00 off orders of 100.00 and more.
    pub promotion_5_off_orders_over_100: bool,
    /// Feature flags of the checkout settings, on top of the recorded ones: checkout UIs choose
    /// between their old and new parts by them.
    pub checkout_features: BTreeMap<String, bool>,
    /// Sent with the shop's pages.
    pub content_security_policy: Option<String>,
    /// What happens to webhooks.
    pub webhook_mode: WebhookMode,
    /// Whether webhooks say when their event was.
    pub webhooks_tell_created_at: bool,
    /// Pauses between deliveries of one webhook.
    pub webhook_retry_seconds: Vec<u64>,
    /// How long a new script stays off the pages.
    pub script_delay_seconds: u64,
    /// Management calls in 30 s.
    pub rate_limit_per_30s: u32,
    /// Tax on items and shipping, in percent.
    pub tax_percent: Decimal,
    /// Whether prices contain that tax; else it comes on top.
    pub prices_include_tax: bool,
}

/// The sum that a spending condition looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpendTax {
    /// As prices are shown.
    #[default]
    AsShown,
    /// With tax.
    Included,
    /// Without tax.
    Excluded,
}

/// What management shows as the `discount_amount` of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineDiscountAmount {
    /// What automatic promotions take off it, those on the order too.
    #[default]
    Automatic,
    /// What automatic promotions on items take off it.
    OnItems,
    /// What all promotions take off it, coupons too, as the description says.
    WithCoupons,
}

/// Where the shoppers of a shop live whose prices contain tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxZone {
    /// Where the tax is paid.
    #[default]
    Inside,
    /// Elsewhere: they pay prices without it. Recorded: 225.00 becomes 204.55.
    Outside,
    /// The same, and the amounts of promotions are taken to contain the tax as well.
    OutsideAmountsToo,
}

/// What happens to webhooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookMode {
    /// They are sent.
    #[default]
    Deliver,
    /// They wait until a test lets them go.
    Hold,
    /// Each is sent twice.
    Duplicate,
    /// Those waiting are sent last first.
    Reversed,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            promotions_evaluated_on_read: true,
            new_codes_visible_after_reads: 0,
            deleting_promotion_removes_it_from_carts: true,
            promotions_with_codes_stay: false,
            stored_override_stops_combining: false,
            promotion_accepts_inline_code: false,
            refund_restores_certificate_balance: false,
            unusable_certificate_leaves_checkout: true,
            declined_payment_marks_order_declined: false,
            unfinished_order_shows_on_checkout: true,
            order_placed_by_hand_keeps_cart: false,
            minimum_spend_after_discounts: false,
            minimum_spend_tax: SpendTax::AsShown,
            only_first_rule_applies: false,
            cart_value_spread_equally: false,
            line_discount_amount: LineDiscountAmount::Automatic,
            unfinished_orders_count_as_uses: false,
            coupons_only_in_default_currency: false,
            promotions_apply_to_custom_prices: false,
            tax_zone: TaxZone::Inside,
            order_coupons_hidden_reads: 0,
            order_transactions_hidden_reads: 0,
            order_lines_name_coupons: true,
            orders_show_currency: None,
            archived_orders_are_listed: false,
            coupons_allowed_at_checkout: 1,
            promotion_10_percent_off_accessories: false,
            promotion_5_off_orders_over_100: false,
            checkout_features: BTreeMap::new(),
            content_security_policy: None,
            webhook_mode: WebhookMode::Deliver,
            webhooks_tell_created_at: true,
            webhook_retry_seconds: vec![1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024],
            script_delay_seconds: 0,
            rate_limit_per_30s: 1000,
            tax_percent: Decimal::ZERO,
            prices_include_tax: false,
        }
    }
}

/// A script of the Scripts API.
#[derive(Clone, Debug, Serialize)]
pub struct Script {
    /// Its id (a UUID).
    pub uuid: String,
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// The markup, for kind `script_tag`.
    pub html: String,
    /// The address, for kind `src`.
    pub src: String,
    /// Whether it goes when its app goes.
    pub auto_uninstall: bool,
    /// `default`, `async` or `defer`.
    pub load_method: String,
    /// `head` or `footer`.
    pub location: String,
    /// `storefront`, `checkout`, `order_confirmation`, `all_pages`.
    pub visibility: String,
    /// `src` or `script_tag`.
    pub kind: String,
    /// `essential`, `functional` …; empty is none.
    pub consent_category: String,
    /// Whether it is rendered.
    pub enabled: bool,
    /// The channel.
    pub channel_id: u64,
    /// Hashes of what is loaded.
    pub integrity_hashes: Vec<String>,
    /// The API client that made it.
    pub api_client_id: String,
    /// When it was made.
    #[serde(with = "super::timestamp")]
    pub date_created: OffsetDateTime,
    /// When it changed.
    #[serde(with = "super::timestamp")]
    pub date_modified: OffsetDateTime,
}

/// A registered webhook.
#[derive(Clone, Debug, Serialize)]
pub struct Hook {
    /// Its number.
    pub id: u64,
    /// The API client that made it.
    pub client_id: String,
    /// The events it is for.
    pub scope: String,
    /// Where they go.
    pub destination: String,
    /// Headers to send along.
    pub headers: BTreeMap<String, String>,
    /// Whether it is used.
    pub is_active: bool,
    /// When it last had an event.
    #[serde(with = "super::timestamp")]
    pub last_event: OffsetDateTime,
    /// When it was made.
    #[serde(with = "super::timestamp")]
    pub created_at: OffsetDateTime,
    /// When it changed.
    #[serde(with = "super::timestamp")]
    pub updated_at: OffsetDateTime,
}

/// A gift certificate.
#[derive(Clone, Debug, Serialize)]
pub struct GiftCertificate {
    /// Its number.
    pub id: u64,
    /// Its code.
    pub code: String,
    /// What it was worth at first.
    pub amount: Decimal,
    /// What is left.
    pub balance: Decimal,
    /// `active`, `pending`, `disabled`, `expired`.
    pub status: String,
    /// ISO 4217 code.
    pub currency_code: String,
    /// When it was bought.
    #[serde(with = "super::timestamp")]
    pub purchase_date: OffsetDateTime,
    /// When it ends.
    #[serde(with = "super::timestamp::optional")]
    pub expiry_date: Option<OffsetDateTime>,
    /// Names, addresses, message and theme, as management wrote them.
    pub details: Value,
    /// Storefront tries that still fail because the code is fresh (a switch).
    #[serde(skip)]
    pub unseen_tries_left: u32,
}

/// A browser that visits the shop.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Session {
    /// What it must send with writes.
    #[serde(skip)]
    pub xsrf_token: String,
    /// Its cart.
    pub cart_id: Option<String>,
    /// Who signed in; 0 is nobody.
    pub customer_id: u64,
    /// The last order it placed.
    pub last_order_id: Option<u64>,
    /// The currency it chose, for its next cart.
    pub currency: Option<String>,
    /// The language it chose.
    pub language: Option<String>,
}

/// Something that webhooks tell of.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// Such as `store/cart/created`.
    pub scope: String,
    /// The `data` of the webhook's body.
    pub data: Value,
    /// When it happened, by the stand-in's clock.
    #[serde(with = "super::timestamp")]
    pub at: OffsetDateTime,
}
