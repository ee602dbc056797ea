//! When rules apply: what must be in a cart, and which of its items are meant.

use super::basket::{Basket, Line, Units, signed};
use crate::bigcommerce::model::promotion::{CartCondition, Condition, ItemMatcher};
use crate::bigcommerce::model::{Decimal, SpendTax};
use crate::bigcommerce::pricing::tax_terms;

/// Why a rule's condition is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// The items cost too little.
    Spend,
    /// Items are missing.
    Items,
}

/// That a condition is met: how often, and by which units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// How often the cart meets it.
    pub times: i64,
    /// The units that meet it, where it names items.
    pub units: Vec<Units>,
}

impl Basket<'_> {
    /// Whether a condition is met.
    pub fn meets(&self, condition: Option<&Condition>) -> Result<Met, Unmet> {
        match condition {
            None => Ok(Met {
                times: 1,
                units: Vec::new(),
            }),
            Some(Condition::Cart(cart)) => self.meets_cart(cart),
            Some(Condition::And(all)) => {
                let mut together = Met {
                    times: i64::MAX,
                    units: Vec::new(),
                };
                for condition in all {
                    let met = self.meets(Some(condition))?;
                    together.times = together.times.min(met.times);
                    together.units.extend(met.units);
                }
                together.times = together.times.clamp(1, 1_000_000);
                Ok(together)
            }
        }
    }

    /// Spending is what the items cost; before or after earlier discounts and with or without tax by
    /// switches.
    fn meets_cart(&self, condition: &CartCondition) -> Result<Met, Unmet> {
        let matching = self.matching(condition.items.as_ref());
        let mut times = i64::MAX;
        if let Some(minimum) = condition.minimum_spend.filter(|spend| spend.is_positive()) {
            let spent: Decimal = matching.iter().map(|&at| self.spent_on(at)).sum();
            times = times.min(spent.raw() / minimum.raw());
            if times == 0 {
                return Err(Unmet::Spend);
            }
        }
        // Without items a minimum quantity has no effect, as documented.
        let wanted = match condition.items {
            Some(_) => signed(condition.minimum_quantity.unwrap_or(1)).max(1),
            None => 0,
        };
        let available: i64 = matching.iter().map(|&at| self.lines[at].quantity).sum();
        if wanted > 0 {
            times = times.min(available / wanted);
        }
        if times == 0 {
            return Err(Unmet::Items);
        }
        Ok(Met {
            times: times.min(1_000_000),
            units: self.first_units(&matching, wanted),
        })
    }

    fn spent_on(&self, line: usize) -> Decimal {
        let (switches, line) = (&self.state.switches, &self.lines[line]);
        let shown = if switches.minimum_spend_after_discounts {
            line.left()
        } else {
            line.total()
        };
        let taxed = tax_terms(self.state, self.checkout).of(shown);
        match switches.minimum_spend_tax {
            SpendTax::AsShown => shown,
            SpendTax::Included => taxed.inc,
            SpendTax::Excluded => taxed.ex,
        }
    }

    /// Lines a matcher means; none means all.
    #[must_use]
    pub fn matching(&self, matcher: Option<&ItemMatcher>) -> Vec<usize> {
        let fits = |line: &Line<'_>| matcher.is_none_or(|matcher| matches(line, matcher));
        let lines = self.lines.iter().enumerate();
        lines
            .filter(|(_, line)| fits(line))
            .map(|(at, _)| at)
            .collect()
    }

    fn first_units(&self, lines: &[usize], wanted: i64) -> Vec<Units> {
        let mut left = wanted;
        let mut units = Vec::new();
        for &line in lines {
            let quantity = self.lines[line].quantity.min(left);
            if quantity > 0 {
                units.push(Units { line, quantity });
                left -= quantity;
            }
        }
        units
    }
}

fn matches(line: &Line<'_>, matcher: &ItemMatcher) -> bool {
    let Some((product, variant)) = line.product else {
        return false;
    };
    match matcher {
        ItemMatcher::Brands(brands) => brands.contains(&product.brand_id),
        ItemMatcher::Categories(ids) => product.categories.iter().any(|id| ids.contains(id)),
        ItemMatcher::Products(ids) => ids.contains(&product.id),
        ItemMatcher::Variants(ids) => ids.contains(&variant.id),
        ItemMatcher::ProductOption(option) => variant.option_values.iter().any(|value| {
            value.option_display_name == option.name && option.values.contains(&value.label)
        }),
        ItemMatcher::ProductCustomField(_) => false,
        ItemMatcher::And(all) => all.iter().all(|matcher| matches(line, matcher)),
        ItemMatcher::Or(any) => any.iter().any(|matcher| matches(line, matcher)),
        ItemMatcher::Not(matcher) => !matches(line, matcher),
    }
}
