//! Reading formulas.

/// A formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    Number(i128),
    Negative(Box<Self>),
    Operand(String),
    /// Whose metadata, and the property.
    Metadata(String, String),
    Binary(&'static str, Box<(Self, Self)>),
    Call(String, Vec<Self>),
}

const OPERANDS: [&str; 3] = [
    "ORDER_AMOUNT",
    "ORDER_ITEMS_QUANTITY",
    "ORDER_UNITS_QUANTITY",
];
const METADATA: [&str; 3] = ["CUSTOMER_METADATA", "ORDER_METADATA", "REDEMPTION_METADATA"];
/// Names and how many arguments they take.
const FUNCTIONS: [(&str, usize); 7] = [
    ("IF", 3),
    ("MIN", 2),
    ("MAX", 2),
    ("ROUND", 2),
    ("FLOOR", 2),
    ("CEIL", 2),
    ("DEFAULT_TO", 2),
];
/// Operators, those that bind least first; of one level the longer first.
const LEVELS: [&[&str]; 3] = [&[">=", "<=", ">", "<", "="], &["+", "-"], &["*", "/", "%"]];

/// Reads a formula.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    let mut reader = Reader { rest: text };
    let expression = reader.level(0)?;
    match reader.skip() {
        "" => Ok(expression),
        rest => Err(format!("formula: cannot read {rest:?}")),
    }
}

/// A decimal number in millionths, as [`super::ONE`] has them.
pub(super) fn number(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 6 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{whole}{fraction:0<6}").parse().ok()
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// What comes after spaces.
    fn skip(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        self.rest
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.skip().strip_prefix(wanted);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn expect(&mut self, wanted: &str) -> Result<(), String> {
        if self.take(wanted) {
            return Ok(());
        }
        Err(format!(
            "formula: {wanted:?} is missing before {:?}",
            self.rest
        ))
    }

    /// The longest start of what is left whose characters all fit.
    fn word(&mut self, fits: fn(char) -> bool) -> &'a str {
        let rest = self.skip();
        let end = rest.find(|letter| !fits(letter)).unwrap_or(rest.len());
        let (word, rest) = rest.split_at(end);
        self.rest = rest;
        word
    }

    fn level(&mut self, depth: usize) -> Result<Expression, String> {
        let Some(operators) = LEVELS.get(depth) else {
            return self.factor();
        };
        let mut left = self.level(depth + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.take(operator)) {
            let right = self.level(depth + 1)?;
            left = Expression::Binary(operator, Box::new((left, right)));
        }
        Ok(left)
    }

    fn factor(&mut self) -> Result<Expression, String> {
        if self.take("-") {
            return Ok(Expression::Negative(Box::new(self.factor()?)));
        }
        if self.take("(") {
            let inner = self.level(0)?;
            self.expect(")")?;
            return Ok(inner);
        }
        if self
            .skip()
            .starts_with(|letter: char| letter.is_ascii_digit())
        {
            let digits = self.word(|letter| letter.is_ascii_digit() || letter == '.');
            let read = number(digits).map(Expression::Number);
            return read.ok_or_else(|| format!("formula: {digits:?} is no number"));
        }
        let name = self.word(|letter| letter.is_ascii_uppercase() || letter == '_');
        self.named(name)
    }

    fn named(&mut self, name: &str) -> Result<Expression, String> {
        if OPERANDS.contains(&name) {
            return Ok(Expression::Operand(name.to_owned()));
        }
        if METADATA.contains(&name) {
            self.expect("(")?;
            self.expect("\"")?;
            let property = self.word(|letter| letter != '"').to_owned();
            self.expect("\"")?;
            self.expect(")")?;
            return Ok(Expression::Metadata(name.to_owned(), property));
        }
        let function = FUNCTIONS.iter().find(|(known, _)| *known == name);
        let (_, count) = function.ok_or_else(|| format!("formula: {name:?} is not imitated"))?;
        self.expect("(")?;
        let mut arguments = vec![self.level(0)?];
        while arguments.len() < *count {
            self.expect(";")?;
            arguments.push(self.level(0)?);
        }
        self.expect(")")?;
        Ok(Expression::Call(name.to_owned(), arguments))
    }
}
