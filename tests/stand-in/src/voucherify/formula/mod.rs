//! Formulas of dynamic discounts: a small part of Voucherify's language, enough for the demo.
//!
//! Amounts are in whole units of the currency, as the formula guide has them (`ORDER_AMOUNT` is 80 for
//! 80.00), and so is what a formula gives. Numbers are exact to six decimals. What is not known here
//! is refused when a code is created. Where something a formula needs is missing in a request, the
//! discount's own number is the fallback, as the API description says of fixed amounts.

use super::calculate::Calculation;
use super::requests::Metadata;
use parse::{Expression, parse};

mod parse;

/// One, in millionths: the unit of all numbers in formulas.
const ONE: i128 = 1_000_000;

/// What a formula can look at.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs)]
pub struct Scope<'a> {
    pub money: &'a Calculation,
    pub order: &'a Metadata,
    pub customer: Option<&'a Metadata>,
    pub redemption: &'a Metadata,
}

/// A number that a formula gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome(i128);

impl Outcome {
    /// As hundredths, rounded half up; never negative.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        let scaled = (self.0 * 100 + ONE / 2).div_euclid(ONE);
        i64::try_from(scaled.max(0)).unwrap_or(i64::MAX)
    }

    /// As a whole number, rounded down; never negative.
    #[must_use]
    pub fn whole(self) -> i64 {
        i64::try_from(self.0.div_euclid(ONE).max(0)).unwrap_or(i64::MAX)
    }

    /// As a percentage from 0 to 100, in decimal digits.
    #[must_use]
    pub fn percent(self) -> String {
        let clamped = self.0.clamp(0, 100 * ONE);
        let digits = format!("{}.{:06}", clamped / ONE, clamped % ONE);
        digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    }
}

/// Refuses a formula that cannot be evaluated here.
pub fn check(formula: &str) -> Result<(), String> {
    parse(formula).map(|_| ())
}

/// The value of a formula; `None` where something it needs is missing.
#[must_use]
pub fn evaluate(formula: &str, scope: Scope<'_>) -> Option<Outcome> {
    value(&parse(formula).ok()?, scope).map(Outcome)
}

fn value(expression: &Expression, scope: Scope<'_>) -> Option<i128> {
    match expression {
        Expression::Number(number) => Some(*number),
        Expression::Negative(inner) => value(inner, scope)?.checked_neg(),
        Expression::Operand(name) => operand(name, scope),
        Expression::Metadata(of, property) => metadata(of, property, scope),
        Expression::Binary(operator, both) => {
            let (left, right) = both.as_ref();
            binary(operator, value(left, scope)?, value(right, scope)?)
        }
        Expression::Call(name, arguments) => call(name, arguments, scope),
    }
}

fn operand(name: &str, scope: Scope<'_>) -> Option<i128> {
    let lines = &scope.money.lines;
    match name {
        "ORDER_AMOUNT" => Some(i128::from(scope.money.amount?) * ONE / 100),
        "ORDER_ITEMS_QUANTITY" => Some(i128::try_from(lines.len()).ok()? * ONE),
        "ORDER_UNITS_QUANTITY" => {
            let units: i64 = lines.iter().map(|line| line.quantity).sum();
            Some(i128::from(units) * ONE)
        }
        _ => None,
    }
}

fn metadata(of: &str, property: &str, scope: Scope<'_>) -> Option<i128> {
    let metadata = match of {
        "CUSTOMER_METADATA" => scope.customer?,
        "ORDER_METADATA" => scope.order,
        _ => scope.redemption,
    };
    let number = metadata.get(property)?.as_number()?;
    parse::number(&number.to_string())
}

fn binary(operator: &str, left: i128, right: i128) -> Option<i128> {
    let truth = |yes: bool| Some(if yes { ONE } else { 0 });
    match operator {
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => Some(rounded(left.checked_mul(right)?, ONE)),
        "/" if right != 0 => Some(rounded(left.checked_mul(ONE)?, right)),
        "%" if right != 0 => Some(left % right),
        ">" => truth(left > right),
        "<" => truth(left < right),
        ">=" => truth(left >= right),
        "<=" => truth(left <= right),
        "=" => truth(left == right),
        _ => None,
    }
}

/// A quotient, rounded half up.
fn rounded(number: i128, by: i128) -> i128 {
    (number * 2 + by).div_euclid(by * 2)
}

fn call(name: &str, arguments: &[Expression], scope: Scope<'_>) -> Option<i128> {
    let argument = |index: usize| value(arguments.get(index)?, scope);
    match name {
        "IF" => argument(if argument(0)? == 0 { 2 } else { 1 }),
        "MIN" => Some(argument(0)?.min(argument(1)?)),
        "MAX" => Some(argument(0)?.max(argument(1)?)),
        "DEFAULT_TO" => argument(0).or_else(|| argument(1)),
        _ => to_digits(name, argument(0)?, argument(1)?),
    }
}

/// `ROUND`, `FLOOR` and `CEIL` to a number of digits; a negative one counts before the point.
fn to_digits(name: &str, number: i128, digits: i128) -> Option<i128> {
    let digits = u32::try_from(6 - digits / ONE).ok()?;
    let step = 10_i128.checked_pow(digits)?;
    let steps = match name {
        "FLOOR" => number.div_euclid(step),
        "CEIL" => -(-number).div_euclid(step),
        _ => rounded(number, step),
    };
    steps.checked_mul(step)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::voucherify::calculate::Line;
    use crate::voucherify::requests::ItemBody;

    fn of(formula: &str, customer: Option<&Metadata>) -> Option<i64> {
        let line = Line::new(ItemBody {
            quantity: Some(3),
            price: Some(1_370),
            ..ItemBody::default()
        });
        let money = Calculation::new(None, None, vec![line.unwrap()]).unwrap();
        let none = Metadata::new();
        let scope = Scope {
            money: &money,
            order: &none,
            customer,
            redemption: &none,
        };
        evaluate(formula, scope).map(Outcome::hundredths)
    }

    #[test]
    fn formulas_are_exact() {
        let age = json!({"age": 20, "name": "A"});
        let age = age.as_object();
        for (formula, expected) in [
            ("12.5", Some(1_250)),
            ("ORDER_AMOUNT * 0.05", Some(206)),
            ("ROUND(ORDER_AMOUNT * 0.05;0)", Some(200)),
            ("ROUND(75.55;1)", Some(7_560)),
            ("ROUND(75.55;-1)", Some(8_000)),
            ("FLOOR(75.55;1)", Some(7_550)),
            ("CEIL(74.44;0)", Some(7_500)),
            ("IF(ORDER_AMOUNT > 200;15;5)", Some(500)),
            ("IF(ORDER_UNITS_QUANTITY >= 3;IF(1 = 1;7;8);9)", Some(700)),
            ("MIN(3;2) + MAX(3;2) - -1", Some(600)),
            ("(1 + 2) * 3 / 2", Some(450)),
            ("7 % 4", Some(300)),
            ("CUSTOMER_METADATA(\"age\") / 5", Some(400)),
            ("CUSTOMER_METADATA(\"name\")", None),
            ("DEFAULT_TO(CUSTOMER_METADATA(\"height\");2)", Some(200)),
            ("1 / 0", None),
            ("0 - 5", Some(0)),
        ] {
            assert_eq!(of(formula, age), expected, "{formula}");
        }
        assert_eq!(of("CUSTOMER_METADATA(\"age\")", None), None);
        assert_eq!(Outcome(12_500_000).percent(), "12.5");
        assert_eq!(Outcome(200 * ONE).percent(), "100");
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for formula in [
            "",
            "1 +",
            "(1",
            "POW(2;3)",
            "ORDER_ITEM_PRICE * 2",
            "VOUCHER_PUBLISH_COUNT",
            "ROUND(1)",
            "IF(1;2)",
            "1 2",
            "CUSTOMER_METADATA(age)",
            "1 AND 2",
            "1.2.3",
        ] {
            assert!(check(formula).is_err(), "{formula}");
        }
    }
}
