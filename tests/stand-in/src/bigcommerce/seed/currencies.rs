//! What the demo shop is paid in.

use crate::bigcommerce::model::{Currency, Decimal};

/// The currencies, the shop's own first.
pub fn currencies() -> Vec<Currency> {
    vec![dollars(), euros()]
}

fn dollars() -> Currency {
    Currency {
        id: 1,
        code: "USD".to_owned(),
        name: "US Dollars".to_owned(),
        symbol: "$".to_owned(),
        decimal_places: 2,
        is_default: true,
        exchange_rate: Decimal::cents(100),
    }
}

/// The second currency: 0.92 for a dollar.
fn euros() -> Currency {
    Currency {
        id: 2,
        code: "EUR".to_owned(),
        name: "Euro".to_owned(),
        symbol: "€".to_owned(),
        decimal_places: 2,
        is_default: false,
        exchange_rate: Decimal::cents(92),
    }
}
