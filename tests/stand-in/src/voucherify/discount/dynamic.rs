//! Discounts whose value is calculated by a formula.

use super::{Discount, Unit};
use crate::kit::strict::Refusal;
use crate::voucherify::formula::{self, Scope};

impl Discount {
    /// The formula of a discount of one value.
    #[must_use]
    pub fn formula(&self) -> Option<&str> {
        match self {
            Self::Percent {
                percent_off_formula,
                ..
            } => percent_off_formula.as_deref(),
            Self::Amount {
                amount_off_formula, ..
            } => amount_off_formula.as_deref(),
            Self::Fixed {
                fixed_amount_formula,
                ..
            } => fixed_amount_formula.as_deref(),
            Self::Unit {
                unit_off_formula, ..
            } => unit_off_formula.as_deref(),
        }
    }

    /// Whether any value of it is calculated.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        let of_units = |unit: &Unit| unit.unit_off_formula.is_some();
        self.formula().is_some() || self.units().iter().any(of_units)
    }

    /// Refuses formulas that cannot be evaluated here.
    pub(super) fn check_formulas(&self) -> Result<(), Refusal> {
        let units = self.units();
        let of_units = units
            .iter()
            .filter_map(|unit| unit.unit_off_formula.as_deref());
        for formula in self.formula().into_iter().chain(of_units) {
            formula::check(formula).map_err(|what| Refusal::field("discount", what))?;
        }
        Ok(())
    }

    /// The same with the values that its formulas give. Where one gives none, the value stays.
    #[must_use]
    pub fn worked_out(&self, scope: Scope<'_>) -> Self {
        let mut discount = self.clone();
        let outcome = self
            .formula()
            .and_then(|formula| formula::evaluate(formula, scope));
        match (&mut discount, outcome) {
            (Self::Percent { percent_off, .. }, Some(outcome)) => {
                *percent_off = outcome
                    .percent()
                    .parse()
                    .unwrap_or_else(|_| percent_off.clone());
            }
            (Self::Amount { amount_off, .. }, Some(outcome)) => *amount_off = outcome.hundredths(),
            (Self::Fixed { fixed_amount, .. }, Some(outcome)) => {
                *fixed_amount = outcome.hundredths();
            }
            (Self::Unit { unit_off, .. }, Some(outcome)) => *unit_off = Some(outcome.whole()),
            (
                Self::Unit {
                    units: Some(units), ..
                },
                None,
            ) => {
                for unit in units {
                    let formula = unit.unit_off_formula.as_deref();
                    let outcome = formula.and_then(|formula| formula::evaluate(formula, scope));
                    unit.unit_off = outcome.map_or(unit.unit_off, formula::Outcome::whole);
                }
            }
            (_, None) => {}
        }
        discount
    }
}
