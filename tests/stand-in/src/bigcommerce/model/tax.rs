//! Tax: on top of prices, or contained in them.

use std::iter::Sum;
use std::ops::Add;

use serde::Serialize;

use super::Decimal;

/// How tax is reckoned in a cart or an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TaxTerms {
    /// In percent.
    pub percent: Decimal,
    /// Whether shown prices contain it.
    pub included: bool,
    /// Decimals of the currency.
    pub places: u8,
}

/// An amount without and with tax.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Taxed {
    /// Without.
    pub ex: Decimal,
    /// With.
    pub inc: Decimal,
}

impl TaxTerms {
    /// A shown amount without and with tax.
    #[must_use]
    pub fn of(self, shown: Decimal) -> Taxed {
        if self.included {
            return Taxed {
                ex: shown.without_percent(self.percent, self.places),
                inc: shown,
            };
        }
        Taxed {
            ex: shown,
            inc: shown + shown.percent(self.percent, self.places),
        }
    }
}

impl Taxed {
    /// The same without and with, as for gift certificates.
    #[must_use]
    pub const fn untaxed(amount: Decimal) -> Self {
        Self {
            ex: amount,
            inc: amount,
        }
    }

    /// The tax.
    #[must_use]
    pub fn tax(self) -> Decimal {
        self.inc - self.ex
    }
}

impl Add for Taxed {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            ex: self.ex + other.ex,
            inc: self.inc + other.inc,
        }
    }
}

impl Sum for Taxed {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}
