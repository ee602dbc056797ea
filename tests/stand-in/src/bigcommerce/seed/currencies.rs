//! What the demo shop is paid in.

use crate::bigcommerce::model::{Currency, Decimal};

/// The currencies, the shop's own first: two with hundredths, one without decimals, one with three,
/// and three that ISO 4217 gives two decimals and this shop none, as many shops do.
pub fn currencies() -> Vec<Currency> {
    let others = [
        currency(2, "EUR", "Euro", "€", 2, 92),
        currency(3, "JPY", "Japanese Yen", "¥", 0, 15_000),
        Currency {
            exchange_rate: Decimal::from_units(307, 3),
            ..currency(4, "KWD", "Kuwaiti Dinar", "KD", 3, 0)
        },
        currency(5, "HUF", "Hungarian Forint", "Ft", 0, 36_710),
        currency(6, "CZK", "Czech Koruna", "Kč", 0, 2_320),
        currency(7, "TWD", "New Taiwan Dollar", "NT$", 0, 3_215),
    ];
    let own = Currency {
        is_default: true,
        ..currency(1, "USD", "US Dollars", "$", 2, 100)
    };
    [own].into_iter().chain(others).collect()
}

/// A currency with its rate in hundredths: units of it for one of the shop's own.
fn currency(
    id: u64,
    code: &str,
    name: &str,
    symbol: &str,
    decimal_places: u8,
    rate: i64,
) -> Currency {
    Currency {
        id,
        code: code.to_owned(),
        name: name.to_owned(),
        symbol: symbol.to_owned(),
        decimal_places,
        is_default: false,
        exchange_rate: Decimal::cents(rate),
    }
}
