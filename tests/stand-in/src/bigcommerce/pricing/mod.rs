//! Totals of a checkout.
//!
//! Decided here where the real shop does not say: tax is reckoned on each line of the cart after all
//! discounts and on each consignment's shipping, and rounded there; sums add up what was rounded.

mod shares;
mod shipping;

use super::model::{Checkout, Decimal, LineDiscounts, LineItem, State, TaxTerms, TaxZone, Taxed};

pub use shares::distribute;
pub use shipping::{
    BY_WEIGHT, FLAT_RATE, FREE, ZONE, free_shipping_of, selected_option, shipping_cost,
    shipping_options,
};

/// A gift certificate's part of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateUse {
    /// Number of the certificate.
    pub id: u64,
    /// Its code.
    pub code: String,
    /// What was on it.
    pub balance: Decimal,
    /// What it pays.
    pub used: Decimal,
}

/// All sums of a checkout; those that are not said to be otherwise as the shop shows them, with tax
/// where prices contain it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The list prices of everything in the cart.
    pub base: Decimal,
    /// Everything in the cart before discounts.
    pub subtotal: Decimal,
    /// What automatic promotions and manual discounts take off.
    pub automatic: Decimal,
    /// The part of `automatic` that is on single items.
    pub on_items: Decimal,
    /// The part of `automatic` that is a manual discount.
    pub manual: Decimal,
    /// What coupons take off.
    pub coupons: Decimal,
    /// Everything in the cart after all discounts.
    pub cart: Decimal,
    /// Shipping.
    pub shipping: Decimal,
    /// `subtotal` without and with tax.
    pub subtotal_taxed: Taxed,
    /// `cart` without and with tax.
    pub cart_taxed: Taxed,
    /// `shipping` without and with tax.
    pub shipping_taxed: Taxed,
    /// Tax on items after discounts and on shipping.
    pub tax: Decimal,
    /// Everything, with tax.
    pub grand_total: Decimal,
    /// What certificates pay.
    pub certificates: Vec<CertificateUse>,
    /// What store credit pays.
    pub store_credit: Decimal,
    /// What is left to pay.
    pub outstanding: Decimal,
}

impl Totals {
    /// What certificates pay together.
    #[must_use]
    pub fn certificate_amount(&self) -> Decimal {
        self.certificates
            .iter()
            .map(|certificate| certificate.used)
            .sum()
    }
}

/// Adds everything up.
#[must_use]
pub fn totals(state: &State, checkout: &Checkout) -> Totals {
    let terms = tax_terms(state, checkout);
    let taxed = |amounts: &[Decimal]| amounts.iter().map(|one| terms.of(*one)).sum::<Taxed>();
    let discounts = || checkout.evaluation.lines.values();
    let cost = |item| line_total(state, checkout, item);
    let before: Vec<Decimal> = checkout.items.iter().map(cost).collect();
    let manual = manual_shares(state, checkout);
    let parts = checkout.items.iter().zip(&manual);
    let after: Vec<Decimal> = parts
        .map(|(item, manual)| cost(item) - off(checkout, item) - *manual)
        .collect();
    let manual: Decimal = manual.into_iter().sum();
    let parts = checkout.consignments.iter();
    let shipping: Vec<Decimal> = parts.map(|part| shipping_cost(checkout, part)).collect();
    let (items_taxed, shipping_taxed) = (taxed(&after), taxed(&shipping));
    let sold = checkout.sold_certificates_amount();
    let untaxed = Taxed::untaxed(sold);
    // Gift certificates cannot be bought with gift certificates.
    let mut payable = items_taxed.inc + shipping_taxed.inc;
    let grand_total = payable + sold;
    let certificates = certificate_uses(state, checkout, &mut payable);
    let outstanding = payable + sold;
    let store_credit = store_credit(state, checkout).min(outstanding);
    Totals {
        base: checkout.items.iter().map(LineItem::total).sum::<Decimal>() + sold,
        subtotal: before.iter().copied().sum::<Decimal>() + sold,
        automatic: discounts().map(LineDiscounts::automatic).sum::<Decimal>() + manual,
        on_items: discounts().map(LineDiscounts::on_item).sum(),
        manual,
        coupons: discounts().map(LineDiscounts::coupon).sum(),
        cart: after.into_iter().sum::<Decimal>() + sold,
        shipping: shipping.into_iter().sum(),
        subtotal_taxed: taxed(&before) + untaxed,
        cart_taxed: items_taxed + untaxed,
        shipping_taxed,
        tax: items_taxed.tax() + shipping_taxed.tax(),
        grand_total,
        certificates,
        store_credit,
        outstanding: outstanding - store_credit,
    }
}

/// Whether the shopper pays prices without the tax that they contain.
fn is_untaxed(state: &State) -> bool {
    state.switches.prices_include_tax && state.switches.tax_zone != TaxZone::Inside
}

/// A price as this shopper pays it: without the tax it contains, outside the shop's zone.
#[must_use]
pub fn untaxed(state: &State, checkout: &Checkout, price: Decimal) -> Decimal {
    if is_untaxed(state) {
        return price.without_percent(state.switches.tax_percent, checkout.decimal_places);
    }
    price
}

/// What one piece of a line costs this shopper. A free item has that as its price.
#[must_use]
pub fn unit_price(state: &State, checkout: &Checkout, item: &LineItem) -> Decimal {
    if item.gift_of.is_some() {
        return item.price;
    }
    untaxed(state, checkout, item.price)
}

/// What a line costs this shopper before promotions.
#[must_use]
pub fn line_total(state: &State, checkout: &Checkout, item: &LineItem) -> Decimal {
    unit_price(state, checkout, item).times(item.quantity)
}

/// How tax is reckoned in a checkout.
#[must_use]
pub fn tax_terms(state: &State, checkout: &Checkout) -> TaxTerms {
    TaxTerms {
        percent: if is_untaxed(state) {
            Decimal::ZERO
        } else {
            state.switches.tax_percent
        },
        included: state.switches.prices_include_tax,
        places: checkout.decimal_places,
    }
}

/// What promotions take off a line.
fn off(checkout: &Checkout, item: &LineItem) -> Decimal {
    let discounts = checkout.evaluation.lines.get(&item.id);
    discounts.map(LineDiscounts::total).unwrap_or_default()
}

/// The part of the manual discount that each line has, by what the line costs.
#[must_use]
pub fn manual_shares(state: &State, checkout: &Checkout) -> Vec<Decimal> {
    let items = checkout.items.iter();
    let left: Vec<Decimal> = items
        .map(|item| line_total(state, checkout, item) - off(checkout, item))
        .collect();
    distribute(checkout.manual_discount, &left, checkout.decimal_places)
}

/// The store credit that may pay; it is in the store's own currency.
fn store_credit(state: &State, checkout: &Checkout) -> Decimal {
    let own_currency = checkout.currency == state.own_currency_code();
    let usable = checkout.store_credit_applied && own_currency;
    let owner = state.customers.get(&checkout.customer_id);
    let owner = owner.filter(|_| usable);
    owner.map_or(Decimal::ZERO, |owner| owner.store_credit)
}

fn certificate_uses(
    state: &State,
    checkout: &Checkout,
    payable: &mut Decimal,
) -> Vec<CertificateUse> {
    let mut parts = Vec::new();
    for code in &checkout.certificates {
        let Some(certificate) = state.usable_certificate(code, &checkout.currency) else {
            continue;
        };
        let used = certificate.balance.min(*payable);
        *payable -= used;
        parts.push(CertificateUse {
            id: certificate.id,
            code: certificate.code.clone(),
            balance: certificate.balance,
            used,
        });
    }
    parts
}
