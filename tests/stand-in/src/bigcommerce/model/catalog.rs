//! Products, variants and categories.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Decimal;

/// A category of the shop.
#[derive(Clone, Debug, Serialize)]
pub struct Category {
    /// Its number.
    pub id: u64,
    /// The category above it; 0 at the top.
    pub parent_id: u64,
    /// Its name.
    pub name: String,
}

/// A product with its variants.
#[derive(Clone, Debug, Serialize)]
pub struct Product {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// Its stock-keeping unit.
    pub sku: String,
    /// What it is, in a sentence.
    pub description: String,
    /// The price it is sold for.
    pub price: Decimal,
    /// The manufacturer's price, when the merchant gave one.
    pub retail_price: Option<Decimal>,
    /// The categories it is in.
    pub categories: Vec<u64>,
    /// The brand, 0 when none.
    pub brand_id: u64,
    /// Whether it is a file and not a thing to ship.
    pub is_digital: bool,
    /// Weight of one, for shipping.
    pub weight: Decimal,
    /// Units in stock of all variants together; `None` is not tracked.
    pub inventory: Option<i64>,
    /// Whether it can be bought now.
    pub availability: Availability,
    /// Whether shoppers see it.
    pub is_visible: bool,
    /// What a shopper may or must say about it beside the variant.
    pub modifiers: Vec<Modifier>,
    /// Path of its picture on the shop's site.
    pub image_path: String,
    /// Its variants; a product without options has one.
    pub variants: Vec<Variant>,
    /// When it was created.
    #[serde(with = "super::timestamp")]
    pub date_created: OffsetDateTime,
    /// When it last changed.
    #[serde(with = "super::timestamp")]
    pub date_modified: OffsetDateTime,
}

/// One buyable variant of a product.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// Its number.
    pub id: u64,
    /// The product it belongs to.
    pub product_id: u64,
    /// Its stock-keeping unit.
    pub sku: String,
    /// A price of its own, else the product's.
    pub price: Option<Decimal>,
    /// Units in stock of this variant; `None` is not tracked.
    pub inventory: Option<i64>,
    /// Whether it is not sold.
    pub purchasing_disabled: bool,
    /// The option values that make this variant.
    pub option_values: Vec<OptionValue>,
}

/// The value of one option of a variant.
#[derive(Clone, Debug, Serialize)]
pub struct OptionValue {
    /// The option, such as "Size".
    pub option_display_name: String,
    /// The value, such as "M".
    pub label: String,
    /// Number of the option.
    pub option_id: u64,
    /// Number of the value.
    pub id: u64,
}

/// Whether a product can be bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Availability {
    /// It can.
    Available,
    /// It cannot.
    Disabled,
    /// It can be ordered before it is there.
    Preorder,
}

/// Something a shopper says about a product that makes no variant of its own, such as an engraving.
#[derive(Clone, Debug, Serialize)]
pub struct Modifier {
    /// Its number.
    pub id: u64,
    /// `text`, `checkbox`, `dropdown` …
    #[serde(rename = "type")]
    pub kind: String,
    /// What the shopper reads.
    pub display_name: String,
    /// Whether the product cannot be bought without it.
    pub required: bool,
}

impl Product {
    /// Whether shoppers can buy it at all, stock aside.
    #[must_use]
    pub fn is_sold(&self) -> bool {
        self.is_visible && self.availability != Availability::Disabled
    }

    /// The path of the product's page.
    #[must_use]
    pub fn url_path(&self) -> String {
        let slug: String = self
            .name
            .to_lowercase()
            .chars()
            .map(|letter| {
                if letter.is_ascii_alphanumeric() {
                    letter
                } else {
                    '-'
                }
            })
            .collect();
        format!("/{slug}/")
    }

    /// The variant with this number, or the only one when none is named.
    #[must_use]
    pub fn variant(&self, id: Option<u64>) -> Option<&Variant> {
        match id {
            Some(id) => self.variants.iter().find(|variant| variant.id == id),
            None if self.variants.len() == 1 => self.variants.first(),
            None => None,
        }
    }

    /// What one of the variant costs.
    #[must_use]
    pub fn price_of(&self, variant: &Variant) -> Decimal {
        variant.price.unwrap_or(self.price)
    }

    /// How many of the variant can be bought; `None` is without limit.
    #[must_use]
    pub fn stock_of(&self, variant: &Variant) -> Option<i64> {
        match (self.inventory, variant.inventory) {
            (Some(product), Some(variant)) => Some(product.min(variant)),
            (product, variant) => product.or(variant),
        }
    }
}
