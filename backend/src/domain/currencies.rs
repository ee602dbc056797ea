//! The currencies of a store, as the store says.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Currency, Hundredths, money::parts};

/// How many decimals of a rate count.
const DECIMALS: u32 = 10;

/// A currency of a store (Get All Currencies).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreCurrency {
    /// Which.
    pub code: Currency,
    /// How many decimals its amounts have there, whatever ISO 4217 says.
    pub decimals: u8,
    /// Whether it is the store's own, in which its catalogue is.
    pub is_default: bool,
    /// Units of it for one of a currency that all rates of the store are for; none if it cannot be
    /// read.
    pub rate: Option<ExchangeRate>,
}

/// An exchange rate, in parts of ten billion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExchangeRate(i64);

/// The currencies of a store; none of a store that was not asked yet.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Currencies(pub Vec<StoreCurrency>);

impl ExchangeRate {
    /// Reads a decimal such as `0.849`; a rate is above zero.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = Decimal::from_str_exact(text).ok()?;
        let rate = parts(number.trunc_with_scale(DECIMALS), DECIMALS)?;
        (rate > 0).then_some(Self(rate))
    }
}

impl Currencies {
    fn of(&self, currency: Currency) -> Option<&StoreCurrency> {
        self.0.iter().find(|known| known.code == currency)
    }

    /// The least amount that can be taken off or paid: the currency's smallest unit, or a hundredth
    /// where that is smaller. By ISO 4217 where the store did not say.
    #[must_use]
    pub fn unit(&self, currency: Currency) -> Hundredths {
        match self.of(currency).map(|known| known.decimals) {
            Some(0) => Hundredths(100),
            Some(1) => Hundredths(10),
            Some(_) => Hundredths(1),
            None => currency.unit(),
        }
    }

    /// An amount of the store's own currency in another, in whole units of it; none if the store
    /// has no rate for it. Whatever the rates are for, their ratio is the same.
    #[must_use]
    pub fn from_own(&self, amount: Hundredths, to: Currency) -> Option<Hundredths> {
        let own = self.0.iter().find(|known| known.is_default)?;
        if own.code == to {
            return Some(amount);
        }
        let (from, into) = (own.rate?, self.of(to)?.rate?);
        let unit = i128::from(self.unit(to).0);
        let exact = i128::from(amount.0) * i128::from(into.0);
        let parts = i128::from(from.0) * unit;
        let units = (exact * 2 + parts).div_euclid(parts * 2);
        i64::try_from(units * unit).ok().map(Hundredths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str, decimals: u8, rate: &str) -> StoreCurrency {
        StoreCurrency {
            code: Currency::parse(code).unwrap(),
            decimals,
            is_default: code == "USD",
            rate: ExchangeRate::parse(rate),
        }
    }

    #[test]
    fn a_store_says_how_many_decimals_its_currencies_have() {
        let store = Currencies(vec![currency("HUF", 0, "367.1"), currency("JPY", 2, "150")]);
        let unit = |code: &str| store.unit(Currency::parse(code).unwrap()).0;
        assert_eq!((unit("HUF"), unit("JPY")), (100, 1));
        let tenths = Currencies(vec![currency("MRU", 1, "40")]);
        assert_eq!(tenths.unit(Currency::parse("MRU").unwrap()).0, 10);
        // Not said: as in ISO 4217.
        assert_eq!((unit("KRW"), unit("EUR")), (100, 1));
    }

    #[test]
    fn amounts_are_converted_by_the_stores_rates() {
        let store = Currencies(vec![
            currency("USD", 2, "1.0000000000"),
            currency("EUR", 2, "0.92"),
            currency("JPY", 0, "150.0000000000"),
            currency("XXX", 2, "none"),
        ]);
        let price = Hundredths(84_900);
        let to = |code: &str| store.from_own(price, Currency::parse(code).unwrap());
        assert_eq!(to("USD"), Some(price));
        assert_eq!(to("EUR"), Some(Hundredths(78_108)));
        assert_eq!(to("JPY"), Some(Hundredths(12_735_000)));
        assert_eq!((to("XXX"), to("GBP")), (None, None));
        // To the nearest unit: half a yen is one.
        let yen = Currency::parse("JPY").unwrap();
        assert_eq!(store.from_own(Hundredths(33), yen), Some(Hundredths(5_000)));
        assert_eq!(store.from_own(Hundredths(31), yen), Some(Hundredths(4_700)));
        // The store's own needs no rate.
        let own = Currencies(vec![currency("USD", 2, "none")]);
        let dollars = Currency::parse("USD").unwrap();
        assert_eq!(own.from_own(price, dollars), Some(price));
        for wrong in ["", "-1", "0", "1e3", "."] {
            assert_eq!(ExchangeRate::parse(wrong), None, "{wrong}");
        }
    }
}
