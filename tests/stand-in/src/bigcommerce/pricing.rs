//! Totals of a checkout, and how an amount is split over lines to the cent.

use super::model::{
    Checkout, Consignment, Decimal, FreeShipping, LineDiscounts, LineItem, ShippingOption, State,
};

/// The shipping zone of the demo shop's one country.
pub const ZONE: u64 = 1;
/// Id of the flat-rate option.
pub const FLAT_RATE: &str = "0f1a7e00000000000000000000000001";
/// Id of the option by weight.
pub const BY_WEIGHT: &str = "0b1e1947000000000000000000000002";
/// Id of the option that free-shipping promotions add.
pub const FREE: &str = "0f4ee000000000000000000000000003";

/// Splits an amount by weights, to the cent; no share is larger than its weight.
///
/// Every share is rounded down; the cents left over go to the largest remainders, earlier lines
/// first, so that the same cart always gets the same split.
#[must_use]
pub fn distribute(amount: Decimal, weights: &[Decimal]) -> Vec<Decimal> {
    let cents: Vec<i128> = weights
        .iter()
        .map(|weight| i128::from(weight.to_cents().max(0)))
        .collect();
    let whole: i128 = cents.iter().sum();
    let amount = i128::from(amount.to_cents().max(0)).min(whole);
    if whole == 0 {
        return vec![Decimal::ZERO; weights.len()];
    }
    let mut shares: Vec<i128> = cents.iter().map(|weight| amount * weight / whole).collect();
    let mut by_remainder: Vec<usize> = (0..cents.len()).collect();
    by_remainder.sort_by_key(|&at| std::cmp::Reverse(amount * cents[at] % whole));
    let mut left = amount - shares.iter().sum::<i128>();
    for at in by_remainder {
        if left > 0 && shares[at] < cents[at] {
            shares[at] += 1;
            left -= 1;
        }
    }
    let to_decimal = |share: i128| Decimal::cents(i64::try_from(share).unwrap_or(i64::MAX));
    shares.into_iter().map(to_decimal).collect()
}

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

/// All sums of a checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
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
    /// Tax.
    pub tax: Decimal,
    /// Everything.
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
    let discounts = || checkout.evaluation.lines.values();
    let items: Decimal = checkout.items.iter().map(LineItem::total).sum();
    let sold = checkout.sold_certificates_amount();
    let automatic: Decimal = discounts().map(LineDiscounts::automatic).sum();
    let on_items: Decimal = discounts().map(LineDiscounts::on_item).sum();
    let coupons: Decimal = discounts().map(LineDiscounts::coupon).sum();
    let manual = checkout
        .manual_discount
        .min(items - automatic - coupons)
        .at_least_zero();
    let taxed = (items - automatic - coupons - manual).at_least_zero();
    let shipping = checkout
        .consignments
        .iter()
        .map(|part| shipping_cost(checkout, part))
        .sum();
    let tax = (taxed + shipping).percent(state.switches.tax_percent);
    // Gift certificates cannot be bought with gift certificates.
    let mut payable = taxed + shipping + tax;
    let grand_total = payable + sold;
    let certificates = certificate_uses(state, checkout, &mut payable);
    let outstanding = payable + sold;
    let own_currency = checkout.currency == state.own_currency_code();
    let credit = state
        .customers
        .get(&checkout.customer_id)
        .filter(|_| checkout.store_credit_applied && own_currency);
    let store_credit = credit.map_or(Decimal::ZERO, |owner| owner.store_credit.min(outstanding));
    Totals {
        subtotal: items + sold,
        automatic: automatic + manual,
        on_items,
        manual,
        coupons,
        cart: taxed + sold,
        shipping,
        tax,
        grand_total,
        certificates,
        store_credit,
        outstanding: outstanding - store_credit,
    }
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

/// The free shipping a consignment gets, if any.
#[must_use]
pub fn free_shipping_of(checkout: &Checkout) -> Option<&FreeShipping> {
    let here = |free: &&FreeShipping| {
        free.zone_ids
            .as_ref()
            .is_none_or(|zones| zones.contains(&ZONE))
    };
    checkout.evaluation.free_shipping.iter().find(here)
}

/// The ways a consignment can be shipped; none outside the shop's country.
#[must_use]
pub fn shipping_options(checkout: &Checkout, consignment: &Consignment) -> Vec<ShippingOption> {
    if consignment.address.country_code != "US" {
        return Vec::new();
    }
    let option = |id: &str, kind: &str, description: &str, cents| ShippingOption {
        id: id.to_owned(),
        kind: kind.to_owned(),
        description: description.to_owned(),
        cost: Decimal::cents(cents).at_rate(checkout.rate),
        is_recommended: false,
    };
    let mut options = Vec::new();
    if free_shipping_of(checkout).is_some() {
        options.push(option(FREE, "freeshipping", "Free Shipping", 0));
    }
    options.push(option(
        BY_WEIGHT,
        "shipping_byweight",
        "Ship by Weight",
        500,
    ));
    options.push(option(FLAT_RATE, "shipping_flatrate", "Flat Rate", 1000));
    if let Some(first) = options.first_mut() {
        first.is_recommended = true;
    }
    options
}

/// The chosen option of a consignment.
#[must_use]
pub fn selected_option(checkout: &Checkout, consignment: &Consignment) -> Option<ShippingOption> {
    let id = consignment.selected_option.as_ref()?;
    shipping_options(checkout, consignment)
        .into_iter()
        .find(|option| option.id == *id)
}

/// What a consignment's shipping costs; nothing until an option is chosen.
#[must_use]
pub fn shipping_cost(checkout: &Checkout, consignment: &Consignment) -> Decimal {
    selected_option(checkout, consignment).map_or(Decimal::ZERO, |option| option.cost)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn leftover_cents_go_to_the_largest_remainders_first_lines_first() {
        let weights = [100, 100, 100].map(Decimal::cents);
        let shares = distribute(Decimal::cents(100), &weights);
        assert_eq!(shares, [34, 33, 33].map(Decimal::cents));
        let shares = distribute(Decimal::cents(10), &[1, 999].map(Decimal::cents));
        assert_eq!(shares, [0, 10].map(Decimal::cents));
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_amount_and_none_exceeds_its_line(
            amount in 0i64..2_000_000,
            weights in proptest::collection::vec(0i64..200_000, 1..12),
        ) {
            let whole: i64 = weights.iter().sum();
            let lines: Vec<Decimal> = weights.iter().copied().map(Decimal::cents).collect();
            let shares = distribute(Decimal::cents(amount), &lines);
            let sum: Decimal = shares.iter().copied().sum();
            prop_assert_eq!(sum, Decimal::cents(amount.min(whole)));
            for (share, line) in shares.iter().zip(&lines) {
                prop_assert!(*share >= Decimal::ZERO && share <= line);
            }
        }
    }
}
