//! The items of a cart while promotions are applied to them: choosing and taking off.

use crate::bigcommerce::model::promotion::{ItemMatcher, Strategy};
use crate::bigcommerce::model::{
    Checkout, Decimal, LineDiscounts, Product, State, TaxZone, Variant,
};
use crate::bigcommerce::pricing::{distribute, unit_price};

/// Where a discount comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An automatic promotion.
    Automatic(u64),
    /// A coupon, by its code.
    Coupon(String),
}

/// Whether a discount is on the order or on items; only automatic ones keep them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// On the order.
    Order,
    /// On items.
    Item,
}

/// One line and what was taken off so far.
#[derive(Debug)]
pub struct Line<'a> {
    /// The id of the line.
    pub id: &'a str,
    /// Price of one.
    pub price: Decimal,
    /// How many.
    pub quantity: i64,
    /// What it is, if that still exists.
    pub product: Option<(&'a Product, &'a Variant)>,
    /// Whether promotions may touch it.
    pub discountable: bool,
    /// What was taken off.
    pub discounts: LineDiscounts,
}

impl Line<'_> {
    /// Price of the whole line before discounts.
    #[must_use]
    pub const fn total(&self) -> Decimal {
        self.price.times(self.quantity)
    }

    /// What discounts left of it so far.
    #[must_use]
    pub fn left(&self) -> Decimal {
        (self.total() - self.discounts.total()).at_least_zero()
    }
}

/// Some units of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// Index of the line.
    pub line: usize,
    /// How many of it.
    pub quantity: i64,
}

/// An item that a promotion gives away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    /// The promotion.
    pub promotion_id: u64,
    /// Where it comes from.
    pub source: Source,
    /// The product.
    pub product_id: u64,
    /// The variant.
    pub variant_id: u64,
    /// How many.
    pub quantity: i64,
    /// What one would cost.
    pub price: Decimal,
}

/// The items of a cart, gifts apart.
#[derive(Debug)]
pub struct Basket<'a> {
    /// The whole store.
    pub state: &'a State,
    /// The checkout they are from.
    pub checkout: &'a Checkout,
    /// The lines in the order of the cart.
    pub lines: Vec<Line<'a>>,
    /// Whether percentages are of the original price.
    pub original_price: bool,
    /// What was given away so far.
    pub gifts: Vec<Gift>,
}

impl<'a> Basket<'a> {
    /// The items of a checkout.
    #[must_use]
    pub fn new(state: &'a State, checkout: &'a Checkout) -> Self {
        let settings = &state.promotion_settings;
        let custom = settings.promotions_apply_on_products_with_custom_product_price;
        let bought = checkout.items.iter().filter(|item| item.gift_of.is_none());
        let lines = bought.map(|item| Line {
            id: &item.id,
            price: unit_price(state, checkout, item),
            quantity: item.quantity,
            product: state.product_of(item),
            discountable: custom || !item.custom_price,
            discounts: LineDiscounts::default(),
        });
        Self {
            state,
            checkout,
            lines: lines.collect(),
            original_price: settings.promotions_applied_on_original_product_price,
            gifts: Vec::new(),
        }
    }

    /// Decimals of the cart's currency.
    #[must_use]
    pub const fn places(&self) -> u8 {
        self.checkout.decimal_places
    }

    /// An amount of a promotion, as it is taken off.
    #[must_use]
    pub fn amount(&self, amount: Decimal) -> Decimal {
        let switches = &self.state.switches;
        if switches.prices_include_tax && switches.tax_zone == TaxZone::OutsideAmountsToo {
            return amount.without_percent(switches.tax_percent, self.places());
        }
        amount
    }

    /// The units that an action discounts.
    #[must_use]
    pub fn choose(&self, choice: &Choice<'_>) -> Vec<Units> {
        let mut lines = self.matching(choice.items);
        lines.retain(|&at| {
            let line = &self.lines[at];
            let on_sale = line
                .product
                .is_some_and(|(product, _)| line.price < product.price);
            line.discountable && !(choice.exclude_on_sale && on_sale)
        });
        let price = |&at: &usize| self.lines[at].price;
        match choice.strategy {
            Some(Strategy::LeastExpensive) => lines.sort_by_key(price),
            Some(Strategy::MostExpensive) => lines.sort_by_key(|at| -price(at)),
            Some(Strategy::LeastExpensiveOnly) => {
                let lowest = lines.iter().map(price).min();
                lines.retain(|at| Some(price(at)) == lowest);
            }
            Some(Strategy::MostExpensiveOnly) => {
                let highest = lines.iter().map(price).max();
                lines.retain(|at| Some(price(at)) == highest);
            }
            None => {}
        }
        let mut left = choice.quantity.unwrap_or(i64::MAX);
        let mut units = Vec::new();
        for line in lines {
            let used: i64 = choice
                .without
                .iter()
                .filter(|units| units.line == line)
                .map(|units| units.quantity)
                .sum();
            let quantity = (self.lines[line].quantity - used).min(left);
            if quantity > 0 {
                units.push(Units { line, quantity });
                left -= quantity;
            }
        }
        units
    }

    /// What some units cost: originally, or after earlier promotions (a setting).
    #[must_use]
    pub fn cost(&self, units: Units) -> Decimal {
        let line = &self.lines[units.line];
        if self.original_price || line.quantity == 0 {
            return line.price.times(units.quantity);
        }
        let pieces = [units.quantity, line.quantity - units.quantity];
        let parts = distribute(
            line.left(),
            &pieces.map(|count| line.price.times(count)),
            self.places(),
        );
        parts.first().copied().unwrap_or_default()
    }

    /// Takes an amount off units, weighted by what they cost; answers what was really taken.
    pub fn take(
        &mut self,
        amount: Decimal,
        from: &[Units],
        source: &Source,
        level: Level,
    ) -> Decimal {
        let weights: Vec<Decimal> = from
            .iter()
            .map(|&units| self.cost(units).min(self.lines[units.line].left()))
            .collect();
        let shares = distribute(amount, &weights, self.places());
        for (units, share) in from.iter().zip(&shares) {
            self.record(units.line, *share, source, level);
        }
        shares.into_iter().sum()
    }

    /// Takes an amount off lines in equal parts; what one has no room for goes to the others.
    pub fn take_equally(&mut self, amount: Decimal, source: &Source) -> Decimal {
        let mut taken = Decimal::ZERO;
        loop {
            let is_open = |line: &Line<'_>| line.discountable && line.left().is_positive();
            let lines = self.lines.iter().enumerate();
            let open: Vec<usize> = lines
                .filter(|(_, line)| is_open(line))
                .map(|(at, _)| at)
                .collect();
            let rest = amount - taken;
            if open.is_empty() || !rest.is_positive() {
                return taken;
            }
            let shares = distribute(rest, &vec![rest; open.len()], self.places());
            for (line, share) in open.into_iter().zip(shares) {
                taken += self.take_from_line(line, share, source, Level::Order);
            }
        }
    }

    /// Takes an amount off one line, never more than is left of it.
    pub fn take_from_line(
        &mut self,
        line: usize,
        amount: Decimal,
        source: &Source,
        level: Level,
    ) -> Decimal {
        let amount = amount.rounded(self.places()).min(self.lines[line].left());
        self.record(line, amount, source, level);
        amount
    }

    fn record(&mut self, line: usize, amount: Decimal, source: &Source, level: Level) {
        if !amount.is_positive() {
            return;
        }
        let discounts = &mut self.lines[line].discounts;
        match (source, level) {
            (Source::Coupon(code), _) => add_to(&mut discounts.coupons, code.clone(), amount),
            (Source::Automatic(id), Level::Order) => add_to(&mut discounts.order, *id, amount),
            (Source::Automatic(id), Level::Item) => add_to(&mut discounts.item, *id, amount),
        }
    }
}

/// What an action wants to discount.
#[derive(Debug)]
pub struct Choice<'a> {
    /// Which items; none is all.
    pub items: Option<&'a ItemMatcher>,
    /// Which ones first.
    pub strategy: Option<Strategy>,
    /// How many at most.
    pub quantity: Option<i64>,
    /// Whether items below their usual price are left out.
    pub exclude_on_sale: bool,
    /// Units that are left out.
    pub without: &'a [Units],
}

fn add_to<K: PartialEq>(list: &mut Vec<(K, Decimal)>, key: K, amount: Decimal) {
    match list.iter_mut().find(|(known, _)| *known == key) {
        Some((_, sum)) => *sum += amount,
        None => list.push((key, amount)),
    }
}

/// A count as a signed number.
#[must_use]
pub fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
